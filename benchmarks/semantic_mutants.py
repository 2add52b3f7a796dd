"""Does the checker find one compile fault put into a real method: the right code, the right place, and nothing else?

    STC_CORPORA=/path/to/corpora python benchmarks/semantic_mutants.py [--methods N] [--seed N] [--corpus NAME]... [--show KIND]

Each method is checked before and after, with every name that it uses known. A mutant is found exactly when the issues
that the fault has to give are there, at their places, as grave as the table says, and the verdict follows from them.
Any other issue that was not there before is another finding. A kind is made for the dialects whose compiler minds, the
same share for each. Places where the mutation would be legal, or two faults, are discarded by the maker, which never
asks the checker: the reasons are counted below the table. The program ends with 1 when a fault is below its target.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from corpus import RealMethod, sample
from faults import case_of
from mutation import CLOSE, KINDS, OPEN, Kind, Mutant, Subject

# The makers register themselves.
import semantic_literals  # isort: skip  # noqa: F401
import semantic_names  # isort: skip  # noqa: F401
import semantic_statements  # isort: skip  # noqa: F401

from checker.check import Outcome, Verdict, check
from checker.faults import faults
from checker.names import GivenNames
from stparse import nodes as n
from stparse.issue import Issue, Severity

_LONGEST = 6000
_LEAST = 500
_TARGET = 0.99
_SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "U": Severity.ERROR}

# Why no mutant has this code.
NO_KIND = {
    "brace-array": "not made: Smalltalk-80, which alone refuses it, has no grammar for it, so it is a fault of the parser",
}

Found = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the checker said of a mutant: exactly what it had to say or not, and what is new or gone besides."""

    exact: bool
    others: list[Found]
    gone: list[Found]
    issues: tuple[Issue, ...]


def names_of(subject: Subject) -> GivenNames:
    """Answer the world in which every name that a method uses is known."""
    stored = {node.name for node in subject.free_stores}
    free = {node.name for node in subject.free} | stored | (subject.words() - {name.name for name in subject.names})
    upper = frozenset(name for name in free if name[0].isupper())
    return GivenNames(
        instance_variables=frozenset(free - upper) | {"instanceVariable"},
        shared_variables=upper & stored,
        classes=(upper - stored) | {"Object"},
        base=True,
        underscores="_" in subject.text,
    )


class Judge:
    """The checker, asked about one method and its mutants."""

    def __init__(self, subject: Subject) -> None:
        self._dialect = subject.dialect
        self._names = names_of(subject)
        self._before = self._check(subject.text)

    def _check(self, text: str) -> Verdict:
        return check(text, dialect=self._dialect, names=self._names)

    def answer(self, kind: Kind, mutant: Mutant) -> Answer:
        """Compare what is said of the method and of its mutant."""
        after = self._check(mutant.text)
        fault = faults()[kind.fault]
        code = kind.code or fault.code
        wanted = {(code, *place) for place in mutant.places}
        old = {(issue.code, *mutant.moved(issue.span.start, issue.span.end)) for issue in self._before.issues}
        new = {(issue.code, issue.span.start, issue.span.end): issue for issue in after.issues}
        verdict = fault.verdicts[self._dialect]
        severe = all(place in new and new[place].severity is _SEVERITIES[verdict] for place in wanted)
        exact = severe and self._follows(verdict, after.outcome)
        return Answer(exact, sorted(set(new) - wanted - old), sorted(old - set(new)), after.issues)

    def _follows(self, verdict: str, outcome: Outcome) -> bool:
        """Answer whether the verdict of the whole method is the one that its new issue asks for."""
        if verdict == "E":
            return outcome is Outcome.ERROR
        return outcome is not Outcome.COMPILES if verdict == "U" else True


class Tally:
    """What became of the mutants of each kind."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.exact: Counter[str] = Counter()
        self.others: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()
        self.dialects: Counter[tuple[str, str]] = Counter()
        self.discarded: Counter[tuple[str, str]] = Counter()

    def add(self, kind: Kind, dialect: str, answer: Answer) -> None:
        self.made[kind.name] += 1
        self.dialects[kind.name, dialect] += 1
        self.exact[kind.name] += answer.exact
        self.others[kind.name] += bool(answer.others)
        self.gone[kind.name] += bool(answer.gone)

    def report(self) -> bool:
        """Print the tables; answer whether a fault is below its target."""
        print(f"{'fault, and its kinds':46} {'dialects':>8} {'mutants':>8} {'exact':>8} {'percent':>8} {'others':>7} {'gone':>6}")
        failed = []
        for fault in faults():
            kinds = [kind for kind in KINDS.values() if kind.fault == fault]
            if not kinds:
                print(f"{fault:46} {NO_KIND[fault]}")
                continue
            made, exact, others = self._line(faults()[fault].code + " " + fault, kinds)
            missing = sorted(wanted_dialects(kinds) - {d for k in kinds for d in wanted_dialects([k]) if self.dialects[k.name, d]})
            if made < _LEAST or exact < _TARGET * made or others or missing:
                failed.append(f"{fault} ({', '.join(missing)})" if missing else fault)
            if len(kinds) > 1:
                for one in kinds:
                    self._line("     " + one.name, [one])
        self._line("all", list(KINDS.values()))
        print(f"\ndiscarded: {sum(self.discarded.values())}")
        for (name, reason), count in sorted(self.discarded.items()):
            print(f"{count:7}  {name}: {reason}")
        print(f"\nbelow the target: {', '.join(failed) or 'none'}")
        return bool(failed)

    def _line(self, title: str, kinds: list[Kind]) -> tuple[int, int, int]:
        made, exact, others, gone = (sum(c[k.name] for k in kinds) for c in (self.made, self.exact, self.others, self.gone))
        here = {d for k in kinds for d in wanted_dialects([k]) if self.dialects[k.name, d]}
        covered = f"{len(here)}/{len(wanted_dialects(kinds))}"
        print(f"{title:46} {covered:>8} {made:8} {exact:8} {100 * exact / max(made, 1):8.2f} {others:7} {gone:6}")
        return made, exact, others


def wanted_dialects(kinds: list[Kind]) -> set[str]:
    """Answer the dialects whose compilers mind, and whose grammar reads the text of one of the kinds."""
    found: set[str] = set()
    for kind in kinds:
        minds = {dialect for dialect, verdict in faults()[kind.fault].verdicts.items() if verdict != "-"}
        found |= minds & kind.dialects if kind.dialects is not None else minds
    return found


def subjects(methods: list[RealMethod]) -> Iterator[Subject]:
    """Yield the methods that a mutant can be made of: not too long, and they parse."""
    for method in methods:
        if len(method.source) <= _LONGEST and OPEN not in method.source and CLOSE not in method.source:
            case = case_of(method)
            if case is not None and isinstance(case.tree, n.Method):
                yield Subject(case)


def draw(kind: Kind, subject: Subject, random: Random, tally: Tally) -> Mutant | None:
    """Answer one mutant, drawn from all places of the method; count what is discarded on the way."""
    made = list(kind.make(subject))
    random.shuffle(made)
    for one in made:
        if isinstance(one, Mutant):
            return one
        tally.discarded[kind.name, one.reason] += 1
    return None


def run(methods: list[RealMethod], most: int, random: Random, wrong: str | None, every: str | None) -> Tally:
    """Make and judge about `most` mutants of each kind, the same share for each dialect.

    `wrong` is a kind whose mutants are printed that were not found exactly, `every` one whose mutants are all printed.
    """
    tally = Tally()
    wanted = {name: wanted_dialects([kind]) for name, kind in KINDS.items()}
    for subject in subjects(methods):
        judge = Judge(subject)
        for name, kind in KINDS.items():
            dialects = wanted[name]
            if subject.dialect not in dialects or tally.dialects[name, subject.dialect] > most // len(dialects):
                continue
            mutant = draw(kind, subject, random, tally)
            if mutant is not None:
                answer = judge.answer(kind, mutant)
                tally.add(kind, subject.dialect, answer)
                if name == every or (name == wrong and (not answer.exact or answer.others)):
                    print_mutant(subject, mutant, answer)
    return tally


def print_mutant(subject: Subject, mutant: Mutant, answer: Answer) -> None:
    """Print a mutant for a reader, with what has to be found and what was found."""
    print(f"--- {subject.case.method.where} ({subject.dialect}) exact {answer.exact}, others {answer.others}, gone {answer.gone}")
    print(mutant.text)
    print("    to find:", [mutant.text[start:end] for start, end in mutant.places])
    print("    found:  ", [(i.code, i.severity.value, mutant.text[i.span.start : i.span.end], i.message) for i in answer.issues])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", type=int, default=20_000, help="about so many methods, the same share of each corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=1000, help="about so many mutants of each kind")
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument("--show", metavar="KIND", help="print the mutants of this kind that were not found exactly")
    parser.add_argument("--all", metavar="KIND", help="print every mutant of this kind, to read them")
    options = parser.parse_args()
    random = Random(options.seed)
    methods = sample(options.methods, options.corpus, options.seed)
    random.shuffle(methods)
    return int(run(methods, options.most, random, options.show, options.all).report())


if __name__ == "__main__":
    sys.exit(main())
