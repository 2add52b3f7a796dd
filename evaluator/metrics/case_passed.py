"""Is the case passed: it holds what is expected, and compiles where it must?"""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.expecting import holds
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "case_passed", title="cases passed", better="higher", unit="share", of="cases", applies=lambda item: item.is_case,
    source="cases whose patterns hold and whose code compiles where must_compile is set, over all (the seed's test cases)",
)  # fmt: skip
def score(judged: Judged) -> Iterator[Mark]:
    """Once for all, and once for the use."""
    item = judged.item
    holding = all(holds(one, judged) for one in item.expected) and not any(holds(one, judged) for one in item.refused)
    right = float(holding and bool(judged.text.strip()) and (judged.compiles or not item.must_compile))
    yield Mark(right, why="" if right else "its code does not compile" if holding else "its patterns do not hold")
    if item.use:
        yield Mark(right, part=item.use)
