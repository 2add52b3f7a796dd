"""Does the method compile with the answer in the hole?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "fim_compiles", title="compiles in its place", better="higher", unit="share", of="holes", applies=lambda item: item.hole is not None,
    source="answers with which prefix, answer and suffix compile together, over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """An empty answer fills no hole."""
    if not judged.filling:
        return Mark(0.0, why="nothing to fill in")
    first = judged.errors[0] if judged.errors else None
    why = f"{first.issue.code} {first.issue.message} (line {first.line})" if first else ""
    return Mark(float(judged.compiles), why=why)
