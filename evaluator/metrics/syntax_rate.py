"""Does all code of the answer parse?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "syntax_rate", title="parses", better="higher", unit="share", of="answers of code", applies=lambda item: item.is_code,
    source="answers whose code has no error of syntax (docs/syntax.md) and is there, over all; pass@1 of HumanEval with a parser "
    "for the tests",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """No code at all does not parse."""
    if not judged.pieces:
        return Mark(0.0, why="C401 no code in this answer")
    bad = next((one for one in judged.errors if one.issue.code[:1] in "PF"), None)
    return Mark(float(bad is None), why="" if bad is None else f"{bad.issue.code} {bad.issue.message} (line {bad.line})")
