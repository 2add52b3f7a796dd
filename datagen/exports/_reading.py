"""A written data set as exporters see it: turns and pairs of each split, read line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datagen import layout
from datagen.manifest import needed_manifest
from datagen.sample import Sample
from datagen.split import SPLITS
from stparse.issue import BadInputError


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer; `system` is the prompt that begins the conversation, if there is one."""

    system: str | None
    user: str
    answer: str

    @property
    def prompt(self) -> list[dict[str, str]]:
        """The messages before the answer, as chat templates take them."""
        return ([_message("system", self.system)] if self.system else []) + [_message("user", self.user)]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The whole conversation."""
        return [*self.prompt, said(self.answer)]


@dataclass(frozen=True, slots=True)
class Pair(Turn):
    """A request with the answer that is preferred, and one that is rejected."""

    rejected: str


class Written:
    """A data set on disk. Raises BadInputError, with file, line and remedy, for what cannot be read."""

    def __init__(self, folder: Path) -> None:
        manifest = needed_manifest(folder)
        self.name = folder.absolute().name
        self._folder = folder
        sizes = ((layout.part_of(kind), split, n) for kind, row in manifest["samples"].items() for split, n in row.items())
        self._filled = {(part, split) for part, split, n in sizes if n}

    @property
    def turn_splits(self) -> tuple[str, ...]:
        """The splits that have turns."""
        return tuple(split for split in SPLITS if {("sft", split), ("completion", split)} & self._filled)

    @property
    def pair_splits(self) -> tuple[str, ...]:
        """The splits that have pairs."""
        return tuple(split for split in SPLITS if ("preference", split) in self._filled)

    def turns(self, split: str) -> Iterator[Turn]:
        """Yield the questions and repairs of a split, then its completions."""
        for part in ("sft", "completion"):
            for system, sample in self._samples(part, split):
                yield Turn(system, sample.prompt.text, sample.answer)

    def pairs(self, split: str) -> Iterator[Pair]:
        """Yield the pairs of a split."""
        for system, sample in self._samples("preference", split):
            yield Pair(system, sample.prompt.text, sample.answer, sample.rejected or "")

    def _samples(self, part: str, split: str) -> Iterator[tuple[str | None, Sample]]:
        path = self._folder / layout.file_of(part, split)
        for number, line in layout.lines_of(path):
            try:
                found = layout.written_of(line)
            except BadInputError as error:
                raise BadInputError(f"{path}:{number}: {error}; stc verify says what else is wrong, or make the data set anew") from error
            yield found.system, found.sample


def said(content: str) -> dict[str, str]:
    """Answer the message of a model."""
    return _message("assistant", content)


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
