"""How many of the names that the answer gives are right?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from evaluator.naming import named_in


@metric(
    "answer_precision", title="names right", better="higher", unit="share", of="questions",
    applies=lambda item: item.names is not None and item.names_count <= len(item.names),
    source="names of the answer that the index knows, over those that the answer gives, mean over questions; an answer that has to "
    "name something and "
    "names nothing has 0, one that has to name nothing and does so 1",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """Names of the question do not count, nor those that the right answer gives beside."""
    item = judged.item
    right = set(item.names or ())
    said = named_in(judged.text) - set(item.given) - named_in(item.prompt.text)
    if not said:
        return Mark(float(not right), why="names nothing" if right else "")
    wrong = sorted(said - right)
    return Mark(1 - len(wrong) / len(said), why=f"also names {', '.join(wrong[:5])}" if wrong else "")
