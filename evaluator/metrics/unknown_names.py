"""How many of the names that the code uses does nobody know: a variable that is not declared, a class that is not there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from evaluator.buckets import BUCKETS, bucket
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from stparse.nodes import Variable, walk


@metric(
    "unknown_names", title="unknown names", better="lower", unit="rate", of="capitalised names used", missing_fails=False, needs="index",
    applies=lambda item: item.must_compile, source="uses of a capitalised name that is undeclared, over all uses; and the share "
    "of uses by how often "
    "the code base uses the name",
)  # fmt: skip
def score(judged: Judged) -> Iterator[Mark]:
    """Once for all, and once for each bucket."""
    index = judged.bench.index
    assert index is not None
    seen: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for verdict, _, _, _ in judged.parts:
        for node in walk(verdict.tree) if verdict.tree is not None else ():
            if isinstance(node, Variable) and node.name[:1].isupper():
                seen[bucket(index.global_names.get(node.name, 0))] += 1
                unknown[node.name] += node.name in verdict.undeclared
    total = sum(seen.values())
    if total:
        wrong = sum(unknown.values())
        yield Mark(wrong, total, why="unknown: " + ", ".join(sorted(name for name, n in unknown.items() if n)) if wrong else "")
        yield from (Mark(seen[name], total, name) for name in BUCKETS)
