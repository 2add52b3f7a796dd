"""Does `checker.check` say what the compilers said? Agreement per compiler on a file of observed verdicts.

    python benchmarks/compiler_agreement.py FILE.jsonl [FILE.jsonl ...]

A line of the file is one case: {"id", "title", "source", "class", "verdicts": {compiler: {"verdict": V, "line": N}}}
where V is ok, warn, undeclared or error; `fixtures/verdicts.jsonl` has this shape. The class is always the one that
`NAMES` describes. ok and warn both count as compiled; undeclared and error are kept apart.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from checker.check import Outcome, check
from checker.names import GivenNames

DIALECTS = {
    "gnu": "gnu",
    "squeak": "squeak",
    "pharo": "pharo",
    "dolphin": "dolphin",
    "amber": "amber",
    "squeak22": "smalltalk80",
}
NAMES = GivenNames(
    instance_variables=frozenset(("count", "items")),
    shared_variables=frozenset(("Registry",)),
    classes=frozenset(("Object", "Array", "String", "OrderedCollection", "ZeroDivide", "STCCase")),
    globals=frozenset(("Smalltalk", "Transcript")),
    base=True,
)
# The image in which Squeak 2.2 was asked is a small one.
LACKS = {"squeak22": frozenset(("ZeroDivide",))}
_WORDS = {Outcome.COMPILES: "ok", Outcome.UNDECLARED: "undeclared", Outcome.ERROR: "error"}


@dataclass(frozen=True, slots=True)
class Observed:
    """What one compiler said of one case."""

    case: str
    title: str
    source: str
    compiler: str
    verdict: str

    @property
    def expected(self) -> str:
        return "ok" if self.verdict == "warn" else self.verdict


def observations(path: Path) -> Iterator[Observed]:
    """Yield what each compiler said, from one file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for compiler, said in case["verdicts"].items():
            yield Observed(case["id"], case["title"], case["source"], compiler, said["verdict"])


def verdict_of(source: str, compiler: str) -> tuple[str, str]:
    """Answer what the checker says in the words of the file, and the codes of its issues."""
    names = replace(NAMES, classes=NAMES.classes - LACKS.get(compiler, frozenset()))
    verdict = check(source, dialect=DIALECTS[compiler], names=names)
    return _WORDS[verdict.outcome], " ".join(issue.code for issue in verdict.issues)


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    same: dict[str, int] = {}
    every: dict[str, int] = {}
    for path in map(Path, sys.argv[1:]):
        for seen in observations(path):
            if seen.compiler not in DIALECTS:
                continue
            said, codes = verdict_of(seen.source, seen.compiler)
            every[seen.compiler] = every.get(seen.compiler, 0) + 1
            if said == seen.expected:
                same[seen.compiler] = same.get(seen.compiler, 0) + 1
            else:
                verdicts = f"compiler: {seen.verdict:10} checker: {said:10}"
                print(f"{seen.compiler:9} {seen.case:6} {verdicts} {codes:12} {seen.title}: {seen.source!r}")
    for compiler, count in every.items():
        print(f"{compiler:9} {same.get(compiler, 0):5} of {count:5}  {100 * same.get(compiler, 0) / count:6.2f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
