"""How long are the answers? Neither long nor short is better; a model that rambles shows here."""

from __future__ import annotations

from datagen.sample import estimated_tokens
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "length", title="length", better="neither", unit="mean", of="tokens", missing_fails=False, applies=lambda item: item.pair is None,
    source="stc's own estimate of tokens (pieces of words of up to five letters, and signs), mean over answers",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """Of the whole answer, prose too."""
    return Mark(float(estimated_tokens(judged.text)))
