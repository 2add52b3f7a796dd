"""Is the faulty code mended into what it was?"""

from __future__ import annotations

from checker.answers import extract
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from evaluator.same import plain, same_tree
from stparse.parser import parse_method


@metric(
    "repair", title="mends the fault", better="higher", unit="share", of="faulty methods",
    applies=lambda item: item.kind in ("negative.syntax", "negative.semantics", "negative.messages", "negative.idiom"),
    source="answers whose last code equals the original, to the letter or as a tree, over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """The last piece of code counts."""
    item = judged.item
    pieces = [piece.text for piece in extract(judged.text, item.dialect)]
    if not pieces:
        return Mark(0.0, why="no code in this answer")
    tree = parse_method(pieces[-1], item.dialect).tree
    right = plain(pieces[-1]) == plain(item.reference) or (tree is not None and same_tree(tree, item.reference, item.dialect))
    return Mark(float(right), why="" if right else "it is not what it was")
