"""TRL: conversational prompt-completion for SFTTrainer, conversational preference for DPOTrainer and its relatives.

The schema is that of "Dataset formats and types" in TRL's documentation. Rows hold these columns and no other, because
TRL tells the type of a data set by the columns that it finds.
"""

from __future__ import annotations

from datagen.exports import Folder, export
from datagen.exports._reading import Written, said


@export("trl")
def write(dataset: Written, out: Folder) -> None:
    """Write sft-SPLIT.jsonl with prompt and completion, and dpo-SPLIT.jsonl with prompt, chosen and rejected."""
    for split in dataset.turn_splits:
        rows = ({"prompt": t.prompt, "completion": [said(t.answer)]} for t in dataset.turns(split))
        out.lines(f"sft-{split}.jsonl", rows)
    for split in dataset.pair_splits:
        pairs = ({"prompt": p.prompt, "chosen": [said(p.answer)], "rejected": [said(p.rejected)]} for p in dataset.pairs(split))
        out.lines(f"dpo-{split}.jsonl", pairs)
