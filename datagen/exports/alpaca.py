"""Alpaca: one array of instruction, input and output, with the system prompt where there is one.

The question is the instruction; a method that it quotes is the input, as "context for the task" in Stanford Alpaca's README.
Trainers join the two with a line end or a heading between them.
"""

from __future__ import annotations

from datagen.exports import Folder, export
from datagen.exports._reading import Pair, Turn, Written


@export("alpaca")
def write(dataset: Written, out: Folder) -> None:
    """Write SPLIT.json, and preference-SPLIT.json with chosen and rejected in the place of output."""
    for split in dataset.turn_splits:
        out.array(f"{split}.json", map(row, dataset.turns(split)))
    for split in dataset.pair_splits:
        out.array(f"preference-{split}.json", map(pair_row, dataset.pairs(split)))


def row(turn: Turn) -> dict[str, str]:
    """Answer the object of a turn."""
    return {**_asked(turn), "output": turn.answer, **_system(turn)}


def pair_row(pair: Pair) -> dict[str, str]:
    """Answer the object of a pair."""
    return {**_asked(pair), "chosen": pair.answer, "rejected": pair.rejected, **_system(pair)}


def _asked(turn: Turn) -> dict[str, str]:
    instruction, gap, context = turn.user.partition("\n\n")
    return {"instruction": instruction, "input": context if gap else ""}


def _system(turn: Turn) -> dict[str, str]:
    return {"system": turn.system} if turn.system else {}
