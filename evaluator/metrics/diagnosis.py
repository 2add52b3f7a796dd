"""Does the model find the fault: where it is, and what is wrong there?"""

from __future__ import annotations

from evaluator.diagnoses import names_fault, names_place, places_of
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "diagnosis", title="finds the fault", better="higher", unit="share", of="faulty methods",
    applies=lambda item: item.fault is not None and item.pair is None,
    source="answers that name a place of the fault (its line, or a piece of code that stands only there) and what is wrong: its code, "
    "the checker's words, what it must be, or words of people from a table (evaluator/diagnoses.py), over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """Place and fault must both be named; what is left out of a class has no place."""
    item = judged.item
    assert item.fault is not None
    if not names_place(item, judged.text):
        return Mark(0.0, why=f"does not name line {' or '.join(map(str, sorted(places_of(item))))}")
    right = names_fault(item, judged.text)
    return Mark(float(right), why="" if right else f"does not say {item.fault.message}")
