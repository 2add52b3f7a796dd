"""False alarms: error-level findings of the checker on code that ships and runs, every one printed with its place.

    python benchmarks/false_alarms.py INDEX...          an index of each code base, as `stc index` makes it
    python benchmarks/false_alarms.py --sends INDEX...  unknown selectors instead

Each code base is judged with its own index and the shipped base of each file's dialect. Methods that do not parse are counted apart.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checker.base import BaseFacts, base_for
from checker.check import check
from checker.environment import House
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity
from stparse.nodes import Method, Node, Send, String, walk


@dataclass(slots=True)
class Count:
    """What one code base gave."""

    methods: int = 0
    broken: int = 0
    alarmed: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    unknown: int = 0


def alarms(index: CodeIndex, given: Path | None, count: Count) -> Iterator[tuple[MethodDef, Issue, str]]:
    """Yield every error-level finding: the method, the issue, the text in question."""
    houses: dict[str, House] = {}
    for method in index.methods():
        count.methods += 1
        if method.dialect not in houses:
            houses[method.dialect] = House(index, base_for(method.dialect, given))
        names = houses[method.dialect].environment(method.class_name, meta=method.meta, file=method.file)
        verdict = check(method.source, dialect=method.dialect, names=names)
        count.unknown += bool(verdict.unknown)
        errors = [issue for issue in verdict.issues if issue.severity is Severity.ERROR]
        if verdict.tree is None and errors:
            count.broken += 1
            continue
        count.alarmed += bool(errors)
        for issue in errors:
            count.codes[issue.code] += 1
            yield method, issue, method.source[issue.span.start : issue.span.end]


def report_alarms(path: Path, given: Path | None) -> None:
    """Print the findings of one index, and a line that sums them up."""
    count, start = Count(), time.perf_counter()
    with CodeIndex.open(path) as index:
        dialects = " ".join(name for name, _ in index.statistics().dialects)
        for method, issue, text in alarms(index, given, count):
            print(f"{method.file}:{method.line}: {issue.code} {issue.message} (in {method.reference}) [{text[:40]!r}]")
    seconds = time.perf_counter() - start
    rate = f"1 in {count.methods // count.alarmed:,}" if count.alarmed else "none"
    print(
        f"== {path.stem}: {count.methods:,} methods, {count.broken:,} do not parse, {count.alarmed:,} with errors ({rate})"
        f" {dict(count.codes)}, {count.unknown:,} that cannot be judged, {dialects}, {seconds:.0f} s"
    )


def strange_sends(index: CodeIndex, base: BaseFacts, tree: Node) -> Iterator[tuple[Send, bool | None]]:
    """Yield each send with whether its selector is known: to the base, or because the code base has it or sends it elsewhere too."""
    for node in walk(tree):
        if isinstance(node, Send):
            own = node.selector in index.implemented_selectors or index.sent_selectors.get(node.selector, 0) > 1
            yield node, own or base.knows_selector(node.selector)


def report_sends(path: Path, given: Path | None) -> None:
    """Print the sends of one index that would be called unknown, and the share of the sends that is resolved."""
    with CodeIndex.open(path) as index:
        base = base_for(index.statistics().dialects[0][0], given) or BaseFacts("", "")
        counts: Counter[bool | None] = Counter()
        for method in index.methods():
            if isinstance(method.tree, Method):
                for send, known in strange_sends(index, base, method.tree):
                    counts[known] += 1
                    if known is False and not isinstance(send.receiver, String):
                        print(f"{method.file}:{method.line}: {send.selector} (in {method.reference})")
    total = counts.total() or 1
    shares = f"{counts[True] / total:.2%} resolved, {counts[False] / total:.4%} unknown, {counts[None] / total:.2%} open"
    print(f"== {path.stem}: {total:,} sends, {shares}")


def main() -> None:
    """Read the command line and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indices", nargs="+", type=Path, metavar="INDEX")
    parser.add_argument("--base", type=Path, help="a base file to judge with, instead of the shipped one")
    parser.add_argument("--sends", action="store_true", help="report unknown selectors")
    options = parser.parse_args()
    for path in options.indices:
        (report_sends if options.sends else report_alarms)(path, options.base)


if __name__ == "__main__":
    main()
