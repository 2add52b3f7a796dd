"""Does the model hold the right answer for likelier than the one with a fault?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "preference", title="prefers what is right", better="higher", unit="share", of="pairs", needs="likelihood", missing_fails=False,

    applies=lambda item: item.pair is not None, source="pairs whose chosen answer has the higher mean logarithm of likelihood per "
    "token, over all "
    "(reward accuracy of Rafailov and others 2023, without a reference model); a draw counts as wrong",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """A draw is no preference."""
    margin = judged.completion.margin
    if margin is None:
        return Mark(0.0, why=f"no answer: {judged.completion.trouble}")
    return Mark(float(margin > 0), why="" if margin > 0 else f"the faulty one is likelier by {-margin:.3f} per token")
