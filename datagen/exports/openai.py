"""OpenAI-style chat: a line of `messages` for supervised fine-tuning, and of preferred and non-preferred output for DPO.

The schema is that of OpenAI's guides to supervised fine-tuning and to direct preference optimization. A file must have ten
examples and at most 512 MB: larger sets are divided into files of their own, smaller ones are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datagen.exports import Folder, export
from datagen.exports._reading import Pair, Written, said
from datagen.sample import line_of

FEWEST = 10
LARGEST = 500_000_000
"""A little less than 512 MB, whichever way these are counted."""


@export("openai")
def write(dataset: Written, out: Folder) -> None:
    """Write SPLIT.jsonl and preference-SPLIT.jsonl, with more files behind them where one would be too large."""
    for split in dataset.turn_splits:
        _write(out, split, ({"messages": turn.messages} for turn in dataset.turns(split)))
    for split in dataset.pair_splits:
        _write(out, f"preference-{split}", map(_preference, dataset.pairs(split)))


def _preference(pair: Pair) -> Mapping[str, object]:
    return {
        "input": {"messages": pair.prompt},
        "preferred_output": [said(pair.answer)],
        "non_preferred_output": [said(pair.rejected)],
    }


def _write(out: Folder, name: str, rows: Iterator[Mapping[str, object]]) -> None:
    source, number = _Sized(rows), 1
    while source.has_more():
        file = f"{name}.jsonl" if number == 1 else f"{name}-{number}.jsonl"
        if out.lines(file, source.part()) < FEWEST:
            out.notes.append(f"{file} has fewer than the {FEWEST} examples that OpenAI asks for")
        number += 1


class _Sized:
    """Rows in parts, none of them larger than a file may be."""

    def __init__(self, rows: Iterator[Mapping[str, object]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def has_more(self) -> bool:
        return self._next is not None

    def part(self) -> Iterator[Mapping[str, object]]:
        """Yield rows until the file would be full; at least one."""
        size = 0
        while self._next is not None:
            length = len(line_of(self._next).encode("utf-8", "backslashreplace")) + 1
            if size and size + length > LARGEST:
                return
            size += length
            yield self._next
            self._next = next(self._rows, None)
