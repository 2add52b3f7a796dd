"""How fast does the model write?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "speed", title="speed", better="higher", unit="mean", of="tokens/s", missing_fails=False, compared=False,
    applies=lambda item: item.pair is None,
    source="tokens over seconds of a batch's share, of answers of which both are known",
)  # fmt: skip
def score(judged: Judged) -> Mark | None:
    """Tokens over seconds."""
    done = judged.completion
    return None if done.tokens is None or not done.seconds else Mark(float(done.tokens), done.seconds)
