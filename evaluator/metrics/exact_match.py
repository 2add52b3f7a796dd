"""Is the code the very code that the house wrote? White space at the ends and of line ends does not count."""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from evaluator.same import plain


@metric(
    "exact_match", title="as the house wrote it", better="higher", unit="share", of="answers of code",
    applies=lambda item: item.is_code and bool(item.reference) and not item.is_case and item.form == "method",
    source="answers equal to the reference, over all; EM of CodeXGLUE (Lu and others 2021)",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """To the letter."""
    return Mark(float(plain(judged.code) == plain(judged.item.reference)))
