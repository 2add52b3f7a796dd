"""How many of the names that the code uses does nobody know: a variable that is not declared, a class that is not there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from evaluator.buckets import BUCKETS, bucket
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from stparse.nodes import Variable, walk

_PSEUDO = frozenset(("self", "super", "nil", "true", "false", "thisContext"))


@metric(
    "unknown_names", title="unknown names", better="lower", unit="rate", of="names used", missing_fails=False, needs="index",
    applies=lambda item: item.must_compile, source="uses of a name that is undeclared, over all uses of names but self, nil and so on; and "
    "the share of uses of capitalised names by how often the code base, the methods under test apart, uses the name",
)  # fmt: skip
def score(judged: Judged) -> Iterator[Mark]:
    """Once for all, and once for each bucket of the capitalised ones."""
    total = 0
    seen: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for verdict, _, _, _ in judged.parts:
        for node in walk(verdict.tree) if verdict.tree is not None else ():
            if isinstance(node, Variable) and node.name not in _PSEUDO:
                total += 1
                unknown[node.name] += node.name in verdict.undeclared
                if node.name[:1].isupper():
                    seen[bucket(judged.bench.named[node.name])] += 1
    if total:
        wrong = sum(unknown.values())
        yield Mark(wrong, total, why="unknown: " + ", ".join(sorted(name for name, n in unknown.items() if n)) if wrong else "")
    capitalised = sum(seen.values())
    if capitalised:
        yield from (Mark(seen[name], capitalised, name) for name in BUCKETS)
