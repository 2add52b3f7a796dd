"""Did the model end by itself, or was it cut off by the limit of tokens?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "ended", title="ended by itself", better="higher", unit="share", of="answers", missing_fails=False,
    source="answers with an end token (finish_reason stop), over those of which it is known", applies=lambda item: item.pair is None,
)  # fmt: skip
def score(judged: Judged) -> Mark | None:
    """Where nobody counted, nothing is said."""
    ended = judged.completion.ended
    return None if ended is None else Mark(float(ended), why="" if ended else "cut off by the limit of tokens")
