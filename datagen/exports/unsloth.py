"""Unsloth: `conversations` of role and content, which its notebooks give to the tokenizer's chat template as they are.

Unsloth trains with TRL's trainers; its pairs are therefore TRL's, with prompt, chosen and rejected.
"""

from __future__ import annotations

from datagen.exports import Folder, export
from datagen.exports._reading import Written, said


@export("unsloth")
def write(dataset: Written, out: Folder) -> None:
    """Write SPLIT.jsonl with conversations, and dpo-SPLIT.jsonl with prompt, chosen and rejected."""
    for split in dataset.turn_splits:
        out.lines(f"{split}.jsonl", ({"conversations": turn.messages} for turn in dataset.turns(split)))
    for split in dataset.pair_splits:
        pairs = ({"prompt": p.prompt, "chosen": [said(p.answer)], "rejected": [said(p.rejected)]} for p in dataset.pairs(split))
        out.lines(f"dpo-{split}.jsonl", pairs)
