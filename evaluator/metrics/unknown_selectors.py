"""How many of the messages that the code sends does nobody implement, and how common are those that it sends?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from checker.messages import sent_in
from evaluator.buckets import BUCKETS, bucket
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric
from stparse.nodes import Method


@metric(
    "unknown_selectors", title="unknown selectors", better="lower", unit="rate", of="messages sent", missing_fails=False, needs="index",
    applies=lambda item: item.must_compile, source="sends of a selector that neither the code base nor the base facts implement "
    "or send, over all sends; and "
    "the share of sends by how often the code base, the methods under test apart, sends the selector",
)  # fmt: skip
def score(judged: Judged) -> Iterator[Mark]:
    """A selector of which only the base knows is in the bucket of those that were never seen, and is not unknown."""
    index = judged.bench.index
    assert index is not None
    base = judged.bench.house(judged.item.dialect).base
    known = base.selectors if base is not None else {}
    seen: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for verdict, _, _, _ in judged.parts:
        for sent in sent_in(verdict.tree) if isinstance(verdict.tree, Method) else ():
            seen[bucket(judged.bench.sent[sent.selector])] += 1
            unknown[sent.selector] += (
                sent.selector not in index.sent_selectors
                and sent.selector not in index.implemented_selectors
                and sent.selector not in known
            )
    total = sum(seen.values())
    if total:
        wrong = sum(unknown.values())
        yield Mark(wrong, total, why="unknown: " + ", ".join(f"#{name}" for name, n in sorted(unknown.items()) if n) if wrong else "")
        yield from (Mark(seen[name], total, name) for name in BUCKETS)
