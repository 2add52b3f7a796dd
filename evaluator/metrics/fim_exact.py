"""Does the answer fill the hole with the very code that was there? White space does not count."""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "fim_exact", title="fills the hole as it was", better="higher", unit="share", of="holes", applies=lambda item: item.hole is not None,
    source="answers equal to what was taken out, white space apart, over all; exact match of Bavarian and others 2022 (arXiv 2207.14255)",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """To the letter, white space apart."""
    return Mark(float("".join(judged.filling.split()) == "".join(judged.item.reference.split())))
