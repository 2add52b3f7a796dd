"""How many of the house's conventions does each method keep of those that it had the opportunity to keep?"""

from __future__ import annotations

from statistics import fmean

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from stparse.nodes import Method


@metric(
    "adherence", title="keeps to the house", better="higher", unit="share", of="methods", needs="conventions",
    applies=lambda item: item.is_code and item.form == "method",
    source="conventions in force that a method keeps over those that speak of it (docs/conventions.md), mean over methods; nothing "
    "is said of a method "
    "with fewer than 3 slots; what does not parse keeps none",
)  # fmt: skip
def score(judged: Judged) -> Mark | None:
    """Mean over the methods of an answer; what breaks a convention is said."""
    if not any(isinstance(tree, Method) for tree in judged.trees):
        return Mark(0.0, why="no method that parses")
    shares = [one.share for one in judged.adherences if one.share is not None]
    if not shares:
        return None
    broken = [f"{d.code} {d.rule.context}: {d.value} for {d.rule.value}" for one in judged.adherences for d in one.deviations]
    return Mark(fmean(shares), why="; ".join(broken[:3]))
