"""How often each lint rule finds something in real shipping code, and how long all of them take; writes docs/rule-rates.json.

    STC_CORPORA=/path/to/corpora python benchmarks/rule_rates.py [CORPUS...] [--jobs N] [--out FILE]

Every rule is run, those that are off by default too; the time is that of a second run, with the verdicts and the rules that are on by
default, as `stc check --index` does it.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checker.batch import Settings, check_targets, targets_of_index
from checker.rules import RULES
from checker.verdict import Located
from checker.whole import lint_together
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

CORPORA = ("CODE_META", "SmalltalkFit", "pharo", "Dolphin")
OUT = Path(__file__).resolve().parent.parent / "docs" / "rule-rates.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=CORPORA)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    table = {name: measured(Path(os.environ["STC_CORPORA"]) / name, arguments.jobs) for name in arguments.corpora}
    text = json.dumps({"unit": "findings; divide by methods", "corpora": table}, indent=1)
    arguments.out.write_text(text + "\n", encoding="utf-8", newline="\n")


def measured(folder: Path, jobs: int) -> dict[str, object]:
    """Answer the number of methods of a corpus and what each rule finds in it; print the time."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "index.sqlite"
        build_index([folder], path, jobs=jobs)
        with CodeIndex.open(path) as index:
            found = Counter(one.issue.code for one in findings(index, tuple(RULES), jobs) if one.issue.code in RULES)
            begin = time.perf_counter()
            shown = sum(1 for _ in findings(index, None, jobs))
            seconds = time.perf_counter() - begin
            methods = index.statistics().methods
    print(
        f"{folder.name:16} {methods:8,} methods  {seconds:6.1f} s  {methods / seconds:8,.0f} methods a second  {shown:7,} findings",
        flush=True,
    )
    return {"methods": methods, "found": dict(sorted(found.items()))}


def findings(index: CodeIndex, selected: tuple[str, ...] | None, jobs: int) -> Iterator[Located]:
    """Yield what `stc check --index` finds: the verdicts and the rules."""
    checked = check_targets(targets_of_index(index), Settings(index.path, selected=selected, facts=True), jobs)
    yield from checked.located
    yield from lint_together(index, checked.facts, selected, None)


if __name__ == "__main__":
    main()
