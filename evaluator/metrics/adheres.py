"""Is the method inside the band of the house's own: would `stc conventions check` be silent about it, as it is about 95 % of
held-out ones?"""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from stparse.nodes import Method


@metric(
    "adheres", title="no finding about the house's style", better="higher", unit="share", of="methods", needs="conventions",
    applies=lambda item: item.is_code and item.form == "method",
    source="methods without a finding of stc conventions check, whose threshold leaves 95 % of the house's own held-out methods "
    "without one, over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """Only findings that `stc conventions check` would speak of count."""
    if not any(isinstance(tree, Method) for tree in judged.trees):
        return Mark(0.0, why="no method that parses")
    spoken = [d for one in judged.adherences for d in one.deviations if d.spoken]
    return Mark(float(not spoken), why="; ".join(f"{d.code} {d.rule.context}: {d.value} for {d.rule.value}" for d in spoken[:3]))
