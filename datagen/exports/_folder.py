"""The folder of an export: filled beside the one that is asked for, and put in its place when all is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from datagen.folders import put_back, replace_folder
from datagen.sample import line_of
from stparse.issue import BadInputError, StcError

MARK = "stc-export.json"


class Folder:
    """Takes the files of an export. `shown` is the folder as the user names it; `notes` tell him of the trainer's limits."""

    def __init__(self, out: Path, name: str, source: str) -> None:
        self.shown = out.as_posix()
        self._out = out.absolute()
        self._partial = self._out.with_name(f".{self._out.name}.partial")
        self._mark = {"format": name, "dataset": source}
        self.files: dict[str, int] = {}
        self.notes: list[str] = []
        if out.exists() and not out.is_dir():
            raise BadInputError(f"{out} is a file; give a folder with -o")
        if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
            raise BadInputError(f"{out} holds something else than an export of stc, and is left alone; give another folder with -o")

    def __enter__(self) -> Folder:
        try:
            put_back(self._out)
            shutil.rmtree(self._partial, ignore_errors=True)
            self._partial.mkdir(parents=True)
        except OSError as error:
            raise StcError(f"{self._out} cannot be written: {error.strerror or error}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.text(MARK, json.dumps(self._mark, indent=1) + "\n")
                replace_folder(self._partial, self._out)
        except OSError as failed:
            raise StcError(f"{self._out} cannot be written: {failed.strerror or failed}") from failed
        finally:
            shutil.rmtree(self._partial, ignore_errors=True)

    def lines(self, name: str, records: Iterable[object]) -> int:
        """Write one line of JSON for each record; answer how many there are."""
        return self._write(name, records, "", "", "\n")

    def array(self, name: str, records: Iterable[object]) -> int:
        """Write one array of JSON, a record a line; answer how many there are."""
        return self._write(name, records, "[\n", ",\n", "\n]\n")

    def text(self, name: str, text: str) -> None:
        """Write a text."""
        self.place(name).write_text(text, encoding="utf-8", newline="\n")

    def place(self, name: str) -> Path:
        """Answer where a file or folder of that name is to be written: beside the export, until all of it is there."""
        return self._partial / name

    def _write(self, name: str, records: Iterable[object], first: str, between: str, last: str) -> int:
        count = 0
        with self.place(name).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            for count, record in enumerate(records, 1):
                file.write((first if count == 1 else between or "\n") + line_of(record))
            file.write(last if count else f"{first}{last}".strip())
        self.files[name] = count
        return count
