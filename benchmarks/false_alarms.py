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

from checker.base import base_for
from checker.check import check
from checker.environment import House
from checker.lint import lint_index
from checker.rules._code import CodeBase
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity


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


def report_sends(path: Path, given: Path | None) -> None:
    """Print the sends of one index that rule ST422 calls unknown, and the share of the sends that is resolved."""
    with CodeIndex.open(path) as index:
        base = base_for(index.statistics().dialects[0][0], given)
        code = CodeBase(index, base_selectors=base.selectors if base else ())
        sent = index.sent_selectors
        total = sum(sent.values()) or 1
        resolved = total - sum(sent[name] for name in code.unknown_selectors)
        found = 0
        for finding in lint_index(index, ["ST422"], base_selectors=House(index, base).base_selectors):
            found += 1
            print(f"{finding.file}:{finding.line}: {finding.issue.message} (in {finding.class_name}>>{finding.selector})")
    print(f"== {path.stem}: {total:,} sends, {resolved / total:.2%} resolved, {found} ({found / total:.4%}) called unknown")


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
