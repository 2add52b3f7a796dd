"""Programs that run beside us and pass data through pipes: age, gpg, pg_dump, pg_restore."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from stparse.issue import BadInputError, StcError

_ROWS = ("CONTEXT:", "DETAIL:", "Command was:")


@contextmanager
def running(
    command: list[str],
    *,
    stdin: int | IO[bytes],
    stdout: int | IO[bytes],
    passphrase: str | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside us, and look at how it ended: StcError says how, if not well.

    A passphrase is written into a pipe, of which the number stands in the command for the word {}; it is in no list of processes.
    """
    pipe: tuple[int, ...] = ()
    if passphrase is not None:
        if sys.platform == "win32":
            raise BadInputError("a passphrase is for Linux and macOS; give a recipient, or pipe: stc store backup - | gpg ...")
        reading, writing = os.pipe()
        os.write(writing, passphrase.encode() + b"\n")
        os.close(writing)
        pipe, command = (reading,), [str(reading) if word == "{}" else word for word in command]
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=complaints, pass_fds=pipe, env=env)
        finally:
            for descriptor in pipe:
                os.close(descriptor)
        try:
            yield process
        except (StcError, BrokenPipeError) as error:
            # Who reads to an end that comes too early is told by the program why it came.
            code = _ended(process)
            if not code:
                raise
            raise StcError(_complaint(command[0], code, complaints)) from error
        except BaseException:
            process.kill()
            raise
        finally:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            code = process.wait()
        if code:
            raise StcError(_complaint(command[0], code, complaints))


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Answer how a program ended by itself; 0 for one that goes on, and is ended here."""
    try:
        return process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        return 0


def _complaint(program: str, code: int, complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").splitlines()
    # Where in the rows something is wrong, PostgreSQL says with what is in them.
    said = " ".join(" ".join(line for line in lines if not line.startswith(_ROWS)).split())
    return f"{Path(program).name} failed ({code}): {said[-500:]}"
