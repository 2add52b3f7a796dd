"""How much of the reference would stay if a person mended the answer into it?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from evaluator.same import plain, similarity


@metric(
    "edit_similarity", title="likeness to the house's text", better="higher", unit="share", of="answers of code",
    applies=lambda item: item.must_compile and bool(item.reference) and not item.is_case and item.form in ("method", "expression"),
    source="1 - edits of characters over the longer length (Levenshtein 1966), mean; edit similarity of CodeXGLUE (Lu and others 2021)",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """Of characters, white space at the ends of lines apart."""
    return Mark(similarity(plain(judged.code), plain(judged.item.reference)))
