"""Does the code mean the same tree as the reference? Layout and comments do not count."""

from __future__ import annotations

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from evaluator.same import same_tree
from stparse.nodes import Method


@metric(
    "tree_match", title="the same tree", better="higher", unit="share", of="answers of code",
    applies=lambda item: item.is_code and bool(item.reference) and not item.is_case and item.form == "method",
    source="answers with a method whose syntax tree, without comments and layout, equals that of the reference, over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """One method of the answer is enough."""
    item = judged.item
    return Mark(float(any(isinstance(tree, Method) and same_tree(tree, item.reference, item.dialect) for tree in judged.trees)))
