"""How many of the names that the index knows does the answer give?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from evaluator.naming import gives


@metric(
    "answer_recall", title="names found", better="higher", unit="share", of="questions", applies=lambda item: bool(item.names),
    source="names that the index knows and the answer gives, over those that it knows (the first 30), mean over questions",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """A name counts whether it is marked as code or not."""
    names = judged.item.names or ()
    lacking = [name for name in names if not gives(judged.text, name)]
    return Mark(1 - len(lacking) / len(names), why=f"lacks {', '.join(lacking[:5])}" if lacking else "")
