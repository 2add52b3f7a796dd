"""What lies in the working folder: trainings, evaluations and data sets, found by the files that stc writes into each of them."""

from __future__ import annotations

import os
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from datagen.manifest import MANIFEST
from evaluator.evaluate import REPORT
from stparse.issue import BadInputError
from trainer.folder import RUN

_DEEP, _MOST, _REST = 4, 20_000, 20
"""So many levels of folders are looked through, at most so many folders; then it rests for so many times as long as that took."""
_VERSION = re.compile(r"-v\d+\Z")
"""A model that was promoted is a copy of a training with its evaluation."""
_SIGNS = {RUN: "training", REPORT: "evaluation", MANIFEST: "data set"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A folder that stc wrote; `name` is its path in the working folder, `kind` what is in it."""

    name: str
    kind: str
    path: Path
    at: float


class Work:
    """The working folder, looked through again and again. What is not found in it cannot be asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._found: list[Piece] = []
        self._again = float("-inf")

    def all(self, kind: str) -> list[Piece]:
        """Answer what there is of a kind, the newest first."""
        with self._lock:
            began = time.monotonic()
            if began > self._again:
                self._found = _pieces(self.folder)
                self._again = time.monotonic() + _REST * (time.monotonic() - began)
            found = [one for one in self._found if one.kind == kind]
        return sorted(found, key=lambda one: (-one.at, one.name))

    def named(self, kind: str, name: str) -> Piece:
        """Answer the one of a name. Raises BadInputError where there is none."""
        found = next((one for one in self.all(kind) if one.name == name), None)
        if found is None:
            raise BadInputError(f"there is no {kind} {name!r} in {self.folder}")
        return found


def _pieces(folder: Path) -> list[Piece]:
    found, waiting, looked = [], [(folder, 0)], 0
    while waiting and looked < _MOST:
        here, level = waiting.pop()
        looked += 1
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name, reverse=True)
        except OSError:
            continue
        if _VERSION.search(here.name) and any(entry.name == "evaluation" for entry in entries):
            continue
        kinds = [(kind, entry) for entry in entries if (kind := _SIGNS.get(entry.name)) and entry.is_file()]
        for kind, entry in kinds:
            name = "." if here == folder else here.relative_to(folder).as_posix()
            found.append(Piece(name, kind, here, entry.stat().st_mtime))
        # What is inside of a data set or a training belongs to it; beside a report there may be others.
        if level < _DEEP and not any(kind in ("training", "data set") for kind, _ in kinds):
            waiting += [(here / entry.name, level + 1) for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name[0] != "."]
    return found
