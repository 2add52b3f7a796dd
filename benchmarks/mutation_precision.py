"""Is the label of every mutant right? For each mutation on real methods: made, kept, discarded by reason, and precision.

    STC_CORPORA=/path python benchmarks/mutation_precision.py INDEX... [--methods N] [--seed N] [--show N06] [--gst]

INDEX are files of `stc index`. A mutant is kept if the checker says of it what its mutation promised, there, and nothing
else that is new. The label of a kept one is asked of somebody else: of real GNU Smalltalk with --gst (STC_GST, see
gst_agreement.py), for methods that it takes as they are; else of a reading of the bare tokens, which shares no line with
parser or checker (mutation_witness.py). `--show KIND` prints ten kept mutants, and those that the other denies.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from gst import Question, ask, can_be_asked, dotted_names, find_gst
from gst_agreement import needed
from house_witness import house_of as house_counts
from house_witness import witness_house, witness_name
from mutation_witness import Image, short, witness, witness_definition

from datagen.departures import OF_HOUSE, can_be_reviewed, departure_by
from datagen.faults import complaints
from datagen.filed import filed_reading
from datagen.generators import GENERATORS
from datagen.judging import around_of
from datagen.mutations import MUTATIONS, Mutant
from datagen.oracle import dialects_of
from datagen.reading import Reading, reading_of
from datagen.verify import local_failures
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Case:
    """A kept mutant with the reading of its original."""

    mutation: str
    mutant: Mutant
    reading: Reading
    method: MethodDef


@dataclass(slots=True)
class Tally:
    """What became of the mutants of one mutation in one dialect."""

    made: int = 0
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    right: int = 0


def cases(index: CodeIndex, count: int, seed: int, wanted: list[str], tallies: dict[tuple[str, str], Tally]) -> Iterator[Case]:
    """Yield the kept mutants of `count` methods, one of each mutation and method, and count all that were made."""
    methods = [method for method in index.methods() if method.parsed and len(method.source) <= _LONGEST]
    random = Random(seed)
    for method in random.sample(methods, min(count, len(methods))):
        reading = reading_of(method, around_of(index, method))
        for name in (n for n in MUTATIONS if not MUTATIONS[n].families & {"definition", "chunk", "habit"}) if reading is not None else ():
            assert reading is not None
            mutant = next(MUTATIONS[name].mutate(reading, random), None) if not wanted or name in wanted else None
            if mutant is None:
                continue
            tally = tallies.setdefault((name, method.dialect), Tally())
            tally.made += 1
            reason = next(complaints(mutant, reading), None)
            if reason is None:
                tally.kept += 1
                yield Case(name, mutant, reading, method)
            else:
                tally.reasons[reason] += 1


def image_of(index: CodeIndex) -> Image:
    """Answer who implements what, from the bare sources of an index."""
    image = Image()
    for method in index.methods():
        image.add_method(method.class_name, method.meta, method.source)
    for definition in index.classes(stubs=True):
        image.superclasses.setdefault(short(definition.name), set()).update([short(definition.superclass)] if definition.superclass else ())
        image.variables.setdefault(short(definition.name), set()).update(definition.instance_variables)
    return image


def by_tokens(case: Case, image: Image) -> bool | None:
    """Answer whether the bare tokens show the fault; None where they cannot tell."""
    arguments = {argument.name for argument in case.reading.tree.arguments}
    return witness(case.mutant, case.reading.text, arguments, (image, case.method.class_name, case.method.meta))


def by_gst(gst: Path, case: Case) -> bool | None:
    """Answer whether GNU Smalltalk refuses the mutant and takes the original; None where it cannot be asked, or compiles such faults."""
    text = case.reading.text
    if case.mutant.family in ("messages", "idiom") or not (can_be_asked(text) and can_be_asked(case.mutant.text)):
        return None
    variables = needed(case.reading.tree)
    if ask(gst, Question(text, variables, dotted_names(text))).verdict != "ok":
        return None
    answer = ask(gst, Question(case.mutant.text, variables, dotted_names(text))).verdict
    if answer == "no answer":
        return None
    return answer == ("undeclared" if case.mutant.code in ("C101", "C103") else "error")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", nargs="+", type=Path)
    parser.add_argument("--methods", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="only this mutation (may be repeated)")
    parser.add_argument("--show", type=int, default=0, help="print so many kept mutants of each mutation")
    parser.add_argument("--gst", type=int, default=0, metavar="N", help="ask GNU Smalltalk about N mutants of each mutation")
    options = parser.parse_args()
    tallies: dict[tuple[str, str], Tally] = {}
    for path in options.index:
        with CodeIndex.open(path) as index:
            kept = list(cases(index, options.methods, options.seed, options.only, tallies))
            if options.gst:
                kept = drawn(kept, options.gst)
                with ThreadPoolExecutor(2) as pool:
                    said = list(pool.map(partial(by_gst, find_gst()), kept))
            else:
                image = image_of(index)
                said = [by_tokens(case, image) for case in kept]
                if not options.only or "N21" in options.only:
                    of_definitions(index, options.methods, options.seed, image, tallies)
                if not options.only or {"N23", "N25"} & set(options.only):
                    of_the_house(index, options, tallies)
                if not options.only or "N23" in options.only:
                    of_names(index, options, tallies)
            count(kept, said, tallies)
            show(kept, options.show)
    report(tallies)
    return 0


def of_definitions(index: CodeIndex, most: int, seed: int, image: Image, tallies: dict[tuple[str, str], Tally]) -> None:
    """Count the faulty definitions of `most` classes: those whose claims hold are kept, and their labels are asked of the bare tokens."""
    names = sorted({group.path[-1] for group in index.class_table.groups})
    random, dialects = Random(seed), dialects_of(index)
    for name in random.sample(names, min(most, len(names))):
        for sample in GENERATORS["negative.definition"].make(index, random, name):
            tally = tallies.setdefault(("N21", dialects[sample.sources[0].file]), Tally())
            tally.made += 1
            reasons = local_failures(sample, dialects)
            if reasons:
                tally.reasons[reasons[0].split(" at ")[0]] += 1
                continue
            tally.kept += 1
            claim = sample.claims[0]
            answer = witness_definition(sample.rejected or "", claim.code or "", claim.span[0] if claim.span else 0, image)
            tally.asked += answer is not None
            tally.right += answer is True
            if answer is False:
                print(f"--- denied: N21 {claim.code} {name}\n{sample.rejected}\n")


def of_the_house(index: CodeIndex, options: argparse.Namespace, tallies: dict[tuple[str, str], Tally]) -> None:
    """Count the departures from the house: kept are those that the conventions find there and nothing else; their labels are asked."""
    house, random = house_counts(index), Random(options.seed)
    methods = [method for method in index.methods() if can_be_reviewed(method)]
    for method in random.sample(methods, min(options.methods, len(methods))):
        reading = filed_reading(index, method)
        for name in (n for n in OF_HOUSE if not options.only or n in options.only) if reading is not None else ():
            assert reading is not None
            mutant = next(MUTATIONS[name].mutate(reading, random), None)
            if mutant is None:
                continue
            tally = tallies.setdefault((name, method.dialect), Tally())
            tally.made += 1
            if departure_by(name, mutant, reading) is None:
                tally.reasons["another departure, or none"] += 1
                continue
            tally.kept += 1
            answer = witness_house(mutant, house)
            tally.asked += answer is not None
            tally.right += answer is True
            if answer is False or tally.kept <= options.show:
                print(
                    f"--- {'denied' if answer is False else 'kept'}: {name} {mutant.code} {mutant.was!r} -> {mutant.now!r}\n{mutant.text}\n"
                )


def of_names(index: CodeIndex, options: argparse.Namespace, tallies: dict[tuple[str, str], Tally]) -> None:
    """Count the classes that lost the prefix of their family; the names of all other classes are asked."""
    house, random, dialects = house_counts(index), Random(options.seed), dialects_of(index)
    names = sorted({group.path[-1] for group in index.class_table.groups})
    for name in random.sample(names, min(options.methods, len(names))):
        for sample in GENERATORS["negative.class_name"].make(index, random, name):
            tally = tallies.setdefault(("N23", dialects[sample.sources[0].file]), Tally())
            tally.made += 1
            tally.kept += 1
            answer = witness_name(sample.rejected or "", sample.chosen or "", house)
            tally.asked += answer is not None
            tally.right += answer is True
            if answer is False:
                print(f"--- denied: N23 H05 {name}\n{sample.rejected}\n")


def drawn(kept: list[Case], most: int) -> list[Case]:
    """Answer the first `most` cases of each mutation that GNU Smalltalk can be asked about."""
    seen: Counter[str] = Counter()
    found = []
    for case in kept:
        if case.method.dialect == "gnu" and seen[case.mutation] < most:
            seen[case.mutation] += 1
            found.append(case)
    return found


def count(kept: list[Case], said: list[bool | None], tallies: dict[tuple[str, str], Tally]) -> None:
    for case, answer in zip(kept, said, strict=True):
        if answer is not None:
            tally = tallies[case.mutation, case.method.dialect]
            tally.asked += 1
            tally.right += answer
            if not answer:
                print(f"--- denied: {described(case)}\n")


def described(case: Case) -> str:
    mutant = case.mutant
    edit = f"{mutant.was!r} -> {mutant.now!r} at {mutant.start}"
    return f"{case.mutation} {mutant.code} ({case.method.dialect}, {case.method.reference}) {edit}\n{mutant.text}"


def show(kept: list[Case], most: int) -> None:
    seen: Counter[str] = Counter()
    for case in Random(1).sample(kept, len(kept)) if most else ():
        seen[case.mutation] += 1
        if seen[case.mutation] <= most:
            print(f"=== {described(case)}\n")


def report(tallies: dict[tuple[str, str], Tally]) -> None:
    print(f"{'mutation':9} {'dialect':12} {'made':>6} {'kept':>6} {'percent':>7} {'asked':>6} {'right':>6} {'percent':>7}  discarded")
    for (name, dialect), tally in sorted(tallies.items()):
        discarded = ", ".join(f"{reason}: {n}" for reason, n in tally.reasons.most_common(5))
        kept = 100 * tally.kept / tally.made
        right = f"{100 * tally.right / tally.asked:7.2f}" if tally.asked else "      -"
        print(f"{name:9} {dialect:12} {tally.made:6} {tally.kept:6} {kept:7.1f} {tally.asked:6} {tally.right:6} {right}  {discarded}")


if __name__ == "__main__":
    sys.exit(main())
