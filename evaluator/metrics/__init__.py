"""Metrics: each file of this folder measures one thing of an answer.

A metric answers a Mark (what was got, of how much), several of them (with the name of a part), or None where it says nothing of this
answer. A share is the sum of what was got over the sum of how much; where an answer is missing, a metric that applies counts it as
nothing got.

    @metric("compile_rate", title="compiles", better="higher", unit="share", of="answers", source="...", applies=lambda item: item.is_code)
    def score(judged: Judged) -> Mark | None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from evaluator.item import Item
from evaluator.judged import Judged
from stparse.registry import Registry

Better = Literal["higher", "lower", "neither"]
Unit = Literal["share", "mean", "rate"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What was got, of how much; `part` is a subset that is shown by itself, `why` what was wrong where something was."""

    got: float
    of: float = 1.0
    part: str = ""
    why: str = ""


Score = Callable[[Judged], "Mark | Iterable[Mark] | None"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: `better` is its direction, `source` where its formula comes from.

    `unit` is "share" (each answer counts 1 and is right, wrong or in between), "rate" (a ratio of sums, of things that `of`
    names), or "mean"
    (a number in the unit that `of` names). A missing answer counts as 0 of 1 where `missing_fails`.
    """

    name: str
    title: str
    better: Better
    unit: Unit
    of: str
    source: str
    applies: Callable[[Item], bool]
    score: Score
    missing_fails: bool
    needs: str = ""
    compared: bool = True


METRICS: Registry[Metric] = Registry("metric", __name__)


def metric(
    name: str, *, title: str, better: Better, unit: Unit, of: str, source: str, applies: Callable[[Item], bool],
    missing_fails: bool = True, needs: str = "", compared: bool = True,
) -> Callable[[Score], Score]:  # fmt: skip
    """Register a metric; `needs` says what it cannot do without: "conventions", "likelihood", "index".

    What is not `compared` says more of the machine than of the model."""

    def enter(score: Score) -> Score:
        METRICS.register(name)(Metric(name, title, better, unit, of, source, applies, score, missing_fails, needs, compared))
        return score

    return enter


def marks_of(found: Metric, judged: Judged) -> tuple[Mark, ...]:
    """Answer what a metric says of an answer, and of one that is missing."""
    if not found.applies(judged.item):
        return ()
    if judged.completion.text is None and judged.item.pair is None:
        return (Mark(0.0, 1.0, why=f"no answer: {judged.completion.trouble}"),) if found.missing_fails else ()
    said = found.score(judged)
    return () if said is None else (said,) if isinstance(said, Mark) else tuple(said)
