"""Does the answer compile, in its dialect, in its class, on this base? An undeclared name is an error."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "compile_rate", title="compiles", better="higher", unit="share", of="answers of code", applies=lambda item: item.is_code,
    source="answers that the checker takes as its dialect's compiler does (docs/compilers.md), undeclared names refused, over all",
)  # fmt: skip
def score(judged: Judged) -> Iterator[Mark]:
    """Once for all, and once for the dialect."""
    right = float(judged.compiles)
    first = judged.errors[0] if judged.errors else None
    why = "" if right else f"{first.issue.code} {first.issue.message} (line {first.line})" if first else "C401 no code in this answer"
    yield Mark(right, why=why)
    yield Mark(right, part=judged.item.dialect)
