"""Is there an answer at all? What is missing here counts as a failure everywhere else."""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "answered", title="there is an answer", better="higher", unit="share", of="prompts", source="answers that came, over all prompts",
    applies=lambda item: item.pair is None,
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """An answer of nothing but white space is none."""
    return Mark(float(bool(judged.text.strip())), why="" if judged.text.strip() else "an empty answer")
