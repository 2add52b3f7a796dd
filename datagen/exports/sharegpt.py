"""ShareGPT: `conversations` of from and value, the speakers called human and gpt; preferences beside them."""

from __future__ import annotations

from datagen.exports import Folder, export
from datagen.exports._reading import Turn, Written


@export("sharegpt")
def write(dataset: Written, out: Folder) -> None:
    """Write SPLIT.json, and preference-SPLIT.json whose conversations end with the question."""
    for split in dataset.turn_splits:
        rows = ({"conversations": [*asked(turn), said(turn.answer)]} for turn in dataset.turns(split))
        out.array(f"{split}.json", rows)
    for split in dataset.pair_splits:
        pairs = ({"conversations": asked(p), "chosen": said(p.answer), "rejected": said(p.rejected)} for p in dataset.pairs(split))
        out.array(f"preference-{split}.json", pairs)


def asked(turn: Turn) -> list[dict[str, str]]:
    """Answer the turns before the answer."""
    system = [{"from": "system", "value": turn.system}] if turn.system else []
    return [*system, {"from": "human", "value": turn.user}]


def said(answer: str) -> dict[str, str]:
    """Answer the turn of the model."""
    return {"from": "gpt", "value": answer}
