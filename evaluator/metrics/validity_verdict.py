"""Does the model tell code that compiles from code that does not: yes or no?"""

from __future__ import annotations

import re

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric

_SAID = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


@metric(
    "validity_verdict", title="tells valid from invalid", better="higher", unit="share", of="questions",
    applies=lambda item: item.yes is not None,
    source="answers that begin with the right one of yes and no, over all: accuracy",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """The first word counts."""
    said = _SAID.match(judged.text)
    if said is None:
        return Mark(0.0, why="says neither yes nor no")
    right = (said[1].lower() == "yes") is judged.item.yes
    return Mark(float(right), why="" if right else f"says {said[1].lower()}")
