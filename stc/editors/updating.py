"""The index follows what is saved: `stc index` in a process of its own, one at a time, a little after the last save."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from stparse.index.query import CodeIndex
from stparse.index.scan import scan
from stparse.issue import BadInputError, StcError

PAUSE = 0.5
"""Seconds after a save in which more files may be saved that one run reads."""
_TRIES, _BETWEEN = 3, 5.0
_ENOUGH = 0.9


class Updater:
    """Brings the index at `path` up to date with the files of `sources`, those that were given to `stc index`.

    `done` is called after each run that went well; `failed` with a sentence where runs go wrong again and again.
    """

    def __init__(self, path: Path, sources: Sequence[Path], done: Callable[[], None], failed: Callable[[str], None]) -> None:
        self._path, self._sources, self._done, self._failed = path, list(sources), done, failed
        self._wanted = False
        self._dialect: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def check(self) -> str:
        """Answer the dialect that the index was made with, "" for none.

        Raises BadInputError where most of what the index holds is not in `sources`: a run would take it out.
        """
        if not self._path.is_file():
            return ""
        with CodeIndex.open(self._path) as index:
            held, meta = {entry.path for entry in index.files()}, index.meta
        found = held & {file.path for file in scan(self._sources).files}
        if len(found) < _ENOUGH * len(held):
            named = ", ".join(map(str, self._sources))
            missing = f"{len(held) - len(found):,} of the {len(held):,} files of {self._path}, as {min(held - found)}"
            raise BadInputError(f"{missing}, are not in {named}; give --update all that was given to stc index, so that they stay in it")
        if meta.get("veil"):
            raise BadInputError(f"{self._path} was made with parts of the texts hidden, which stc index does not do; leave --update away")
        return meta.get("dialect", "")

    def saved(self) -> None:
        """Note that a file was saved."""
        self._wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._wanted:
            await asyncio.sleep(PAUSE)
            self._wanted = False
            said = ""
            for _ in range(_TRIES):
                # Another stc at work on the same index is done soon; what it has read may be older than what was saved.
                said = await self._run()
                if not said:
                    break
                await asyncio.sleep(_BETWEEN)
            if said:
                self._failed(f"the index is not up to date: {said}")
            else:
                self._done()

    async def _run(self) -> str:
        """Answer what went wrong, "" where nothing did."""
        try:
            if self._dialect is None:
                self._dialect = await asyncio.to_thread(self.check)
        except StcError as error:
            return str(error)
        words = [sys.executable, "-m", "stc", "index", *map(str, self._sources), "-o", str(self._path), "--jobs", "1"]
        words += ["--dialect", self._dialect] if self._dialect else []
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*words, stdin=null, stdout=null, stderr=pipe)
        _, errors = await self._process.communicate()
        if self._process.returncode == 0:
            return ""
        return (errors.decode("utf-8", "replace").strip().splitlines() or ["stc index ended without a word"])[-1]

    def end(self) -> None:
        """End what is running; the index that was there stays."""
        if self._task is not None:
            self._task.cancel()
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
