"""Does the parser refuse one-fault mutants of real methods, and name the right fault?

    STC_CORPORA=/path/to/corpora python benchmarks/syntax_mutants.py [--methods N] [--seed N] [--corpus NAME]... [--show KIND]

A mutant that parses is no fault when its text still is Smalltalk: that is proved by its tree. Printed back without
parentheses and periods, the tree has to give exactly the words of the mutated text, in their order: then nothing was
skipped or read as something else. What parses without this proof is an accepted fault, and the program ends with 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from dataclasses import replace
from random import Random

from corpus import sample
from faults import MAKERS, Case, case_of, mutants

from stparse.nodes import Method, Node
from stparse.parser import parse_method, parser_for
from stparse.tables import END
from stparse.text import Lines
from stparse.unparse import to_source

_LAYOUT = frozenset("().")
# Dolphin takes a cascade on any value: "a; b; c" is "a b; c".
_DOLPHIN = frozenset("().;")


def words(text: str, dialect: str) -> list[str]:
    """Answer the words of a text that a tree has to account for."""
    tokens = parser_for(dialect).tokens(text)
    layout = _DOLPHIN if dialect == "dolphin" else _LAYOUT
    found: list[str] = []
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        word = text[start:end].lstrip("#") if kind != "CHARACTER" else text[start:end]
        if kind == END or word in layout or word == "":
            continue
        # Spelled anew: runs that were glued, quotes and white space in symbols, "_" for ":=".
        if kind in ("SYMBOL", "STRING", "BINDING"):
            word = word.strip().strip("'").replace("''", "'").replace(" ", "")
        if kind == "ASSIGN":
            word = ":="
        # A run of binary characters is cut where it fits, so its characters are what counts.
        found += list(word) if re.fullmatch(r"[-+*/\\~<>=@%|&?,!]+", word) else [word]
    return [word for word in found if word != "|"]


def is_proved(text: str, tree: Node, dialect: str) -> bool:
    """Answer whether a tree says all that the text says, and no more."""
    if isinstance(tree, Method):
        # A pragma behind the temporaries is printed before them: left out here on both sides.
        for pragma in reversed(tree.pragmas):
            text = text[: pragma.start] + " " + text[pragma.end :]
        tree = replace(tree, pragmas=())
    return words(to_source(tree, dialect), dialect) == words(text, dialect)


class Tally:
    """What became of the mutants of each kind."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.valid: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.confused: Counter[tuple[str, str]] = Counter()
        self.accepted: list[str] = []

    def add(self, case: Case, kind: str, codes: frozenset[str], text: str, show: str | None) -> None:
        """Parse one mutant and count it."""
        dialect = case.method.dialect
        self.made[kind] += 1
        parsed = parse_method(text, dialect)
        if parsed.tree is not None:
            if is_proved(text, parsed.tree, dialect):
                self.valid[kind] += 1
                if show == f"{kind} valid":
                    print(f"--- {kind}: valid ({dialect})\n{text}\n")
            else:
                self.accepted.append(f"{kind}: {case.method.where} ({dialect})\n{text}\n--- read as\n{to_source(parsed.tree, dialect)}\n")
            return
        issue = parsed.issues[0]
        if issue.code in codes:
            self.right[kind] += 1
            return
        self.confused[kind, issue.code] += 1
        if show == kind:
            line, column = Lines(text).line_column(issue.span.start)
            print(f"--- {kind}: {issue.code} {line}:{column} {issue.message} ({dialect}, {case.method.where})\n{text}\n")

    def report(self) -> None:
        print(f"{'fault':32} {'mutants':>7} {'valid':>6} {'faults':>7} {'right':>7} {'percent':>8}  confused with")
        for kind in MAKERS:
            others = Counter({code: count for (name, code), count in self.confused.items() if name == kind})
            print(self.line(kind, self.made[kind], self.valid[kind], self.right[kind], others))
        every = Counter({code: 0 for _, code in self.confused})
        for (_, code), count in self.confused.items():
            every[code] += count
        print(self.line("all", sum(self.made.values()), sum(self.valid.values()), sum(self.right.values()), every))
        print(f"accepted faults: {len(self.accepted)}")
        for text in self.accepted[:10]:
            print(text)

    @staticmethod
    def line(kind: str, made: int, valid: int, right: int, others: Counter[str]) -> str:
        faults = made - valid
        percent = 100 * right / faults if faults else 100.0
        confused = " ".join(f"{code}:{count}" for code, count in others.most_common(6))
        return f"{kind:32} {made:7} {valid:6} {faults:7} {right:7} {percent:8.2f}  {confused}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", type=int, default=1500, help="about so many methods, the same share of each corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument(
        "--show", help="print the mutants of this kind whose fault was named wrongly; 'KIND valid' for those that still are Smalltalk"
    )
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    tally = Tally()
    for method in sample(arguments.methods, arguments.corpus, arguments.seed):
        if len(method.source) > 20_000:
            continue
        case = case_of(method)
        if case is not None:
            for kind, codes, text in mutants(case, random):
                tally.add(case, kind, codes, text, arguments.show)
    tally.report()
    return bool(tally.accepted)


if __name__ == "__main__":
    sys.exit(main())
