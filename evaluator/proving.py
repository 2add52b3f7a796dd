"""Proves a suite of test cases by the answers that it holds itself: the right one of each case must pass, and the wrong one must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from datagen.complete import Completion
from datagen.judging import based_on
from evaluator.item import Suite
from evaluator.judged import Judged, open_bench
from evaluator.metrics import METRICS, marks_of


def faults_of_suite(suite: Suite, cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the cases of a suite, as lines for people; `cases` are its objects, in the same order."""
    with based_on(suite.base):
        bench = open_bench(suite.index, conventions=False)
        for item, case in zip(suite.items, cases, strict=True):
            for key, what, right in (("reference", "right", 1.0), ("wrong", "wrong", 0.0)):
                if not case.get(key):
                    yield f"{item.id}: it has no {what} answer"
                    continue
                got, why = _passed(Judged(item, Completion(str(case[key])), bench))
                if got != right:
                    yield f"{item.id}: its {what} answer " + ("passes" if got else f"does not pass: {why}")


def _passed(judged: Judged) -> tuple[float, str]:
    found = {name: marks_of(METRICS[name], judged)[:1] for name in ("case_passed", "expected_patterns", "compile_rate")}
    return found["case_passed"][0].got, "; ".join(mark.why for marks in found.values() for mark in marks if mark.why)
