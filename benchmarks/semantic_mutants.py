"""Does the checker find one compile fault put into a real method: the right code, the right place, and nothing else?

    STC_CORPORA=/work/corpora python benchmarks/semantic_mutants.py [--methods N] [--seed N] [--corpus NAME]... [--show KIND]

Each method is checked before and after, with every name that it uses known: found is a mutant whose new issues are
exactly the one that the fault should give, at its place. A kind that a dialect's compiler passes over is not made for it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from corpus import RealMethod, sample
from faults import Case, case_of

from checker.check import check
from checker.faults import faults
from checker.inlined import INLINED
from checker.names import PSEUDO_VARIABLES, GivenNames
from stparse import nodes as n
from stparse.issue import Issue

_LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Mutant:
    """A text, and the place where its fault has to be found."""

    text: str
    start: int
    end: int


Maker = Callable[[Case], Iterator[Mutant]]
MAKERS: dict[str, tuple[str, Maker]] = {}


def kind(fault: str) -> Callable[[Maker], Maker]:
    """Register a maker of mutants with a fault of the table."""

    def enter(maker: Maker) -> Maker:
        MAKERS[maker.__name__.replace("_", " ")] = (fault, maker)
        return maker

    return enter


def put(case: Case, start: int, end: int, word: str, lead: str = "", trail: str = "") -> Mutant:
    """Replace a range; the fault's place is `word` in what was put there."""
    text = case.text[:start] + lead + word + trail + case.text[end:]
    return Mutant(text, start + len(lead), start + len(lead) + len(word))


def declared(case: Case) -> set[str]:
    """Answer all names that a method declares, in whatever scope."""
    names = {v.name for v in tree_of(case).arguments}
    for node in case.nodes:
        if isinstance(node, n.Block):
            names |= {v.name for v in node.parameters}
        if isinstance(node, n.Sequence):
            names |= {v.name for v in node.temporaries}
    return names


def tree_of(case: Case) -> n.Method:
    assert isinstance(case.tree, n.Method)
    return case.tree


def used(case: Case) -> Iterator[n.Variable]:
    """Yield the variables that are read, outside of literals, pragmas and what is computed while compiling."""
    hidden = [(node.start, node.end) for node in case.of(n.CompileTime)]
    for node in case.nodes:
        if isinstance(node, n.Variable) and not any(a <= node.start < b for a, b in (*case.literals, *hidden)):
            if case.text[node.start : node.end] == node.name and _is_read(case, node):
                yield node


def _is_read(case: Case, node: n.Variable) -> bool:
    return (node.start, node.end) not in _declarations(case)


def _declarations(case: Case) -> set[tuple[int, int]]:
    found = {(v.start, v.end) for v in tree_of(case).arguments}
    for node in case.nodes:
        if isinstance(node, n.Block):
            found |= {(v.start, v.end) for v in node.parameters}
        elif isinstance(node, n.Sequence):
            found |= {(v.start, v.end) for v in node.temporaries}
        elif isinstance(node, n.Assign):
            found.add((node.target.start, node.target.end))
    return found


def statements(case: Case) -> Iterator[tuple[n.Sequence, n.Node]]:
    for node in case.nodes:
        if isinstance(node, n.Sequence) and not _computed(case, node):
            for statement in node.statements:
                yield node, statement


def _computed(case: Case, node: n.Node) -> bool:
    return any(outer.start <= node.start < outer.end for outer in case.of(n.CompileTime))


def before(case: Case, statement: n.Node) -> int:
    """Answer where a statement begins, with its parentheses."""
    return case.whole(statement)[0]


# -- names ----------------------------------------------------------------------------------------------------------------


@kind("undeclared-variable")
def undeclared_variable(case: Case) -> Iterator[Mutant]:
    for node in used(case):
        # Of a short name that is misspelt nobody can say what was meant: the temporary is unused as well.
        if node.name not in PSEUDO_VARIABLES and not node.name[0].isupper() and len(node.name) > 3:
            yield put(case, node.start, node.end, node.name + "Zz")


@kind("undeclared-global")
def undeclared_class(case: Case) -> Iterator[Mutant]:
    for node in used(case):
        if node.name[0].isupper() and node.name.isalnum():
            yield put(case, node.start, node.end, node.name + "Zz")


@kind("undeclared-variable")
def assigned_and_not_declared(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, "zork", trail=" := 1. ")


@kind("out-of-scope")
def block_variable_outside(case: Case) -> Iterator[Mutant]:
    top = tree_of(case).body.statements
    for statement in top:
        for block in (node for node in n.walk(statement) if isinstance(node, n.Block) and node.parameters):
            name = block.parameters[0].name
            others = [v for b in case.of(n.Block) if isinstance(b, n.Block) for v in b.parameters if v.name == name]
            names = [v.name for v in used(case)]
            if len(others) == 1 and names.count(name) and top[-1] is not statement and not _computed(case, block):
                at = before(case, top[top.index(statement) + 1])
                yield put(case, at, at, name, trail=" foo. ")


# -- stores ---------------------------------------------------------------------------------------------------------------


@kind("store-into-argument")
def store_into_argument(case: Case) -> Iterator[Mutant]:
    for argument in tree_of(case).arguments:
        if sum(1 for name in _declared_list(case) if name == argument.name) == 1:
            for statement in tree_of(case).body.statements:
                at = before(case, statement)
                yield put(case, at, at, argument.name, trail=" := 1. ")


@kind("store-into-block-argument")
def store_into_block_argument(case: Case) -> Iterator[Mutant]:
    for block in case.of(n.Block):
        assert isinstance(block, n.Block)
        if block.parameters and block.body.statements and not _computed(case, block):
            at = before(case, block.body.statements[0])
            yield put(case, at, at, block.parameters[0].name, trail=" := 1. ")


@kind("store-into-pseudo-variable")
def store_into_pseudo_variable(case: Case) -> Iterator[Mutant]:
    for number, (_, statement) in enumerate(statements(case)):
        at = before(case, statement)
        yield put(case, at, at, ("self", "super", "nil", "true", "false", "thisContext")[number % 6], trail=" := 1. ")


@kind("store-into-class")
def store_into_class(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, "Object", trail=" := 1. ")


# -- declarations ---------------------------------------------------------------------------------------------------------


def _declared_list(case: Case) -> list[str]:
    found = [v.name for v in tree_of(case).arguments]
    for node in case.nodes:
        if isinstance(node, n.Block):
            found += [v.name for v in node.parameters]
        if isinstance(node, n.Sequence):
            found += [v.name for v in node.temporaries]
    return found


@kind("duplicate-name")
def duplicate_temporary(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Sequence):
        assert isinstance(node, n.Sequence)
        if node.temporaries and not _computed(case, node):
            last = node.temporaries[-1]
            yield put(case, last.end, last.end, node.temporaries[0].name, lead=" ")


@kind("duplicate-name")
def duplicate_block_argument(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        if node.parameters and not _computed(case, node) and not _inlined(case, node):
            last = node.parameters[-1]
            yield put(case, last.end, last.end, last.name, lead=" :")


def _inlined(case: Case, block: n.Block) -> bool:
    """Answer whether one more parameter would be a fault of its own."""
    sends = [node for node in case.of(n.Send) if isinstance(node, n.Send) and node.selector in INLINED]
    return any(part is block for send in sends for part in (send.receiver, *send.arguments))


@kind("temporary-like-argument")
def temporary_like_argument(case: Case) -> Iterator[Mutant]:
    body = tree_of(case).body
    if tree_of(case).arguments and body.temporaries:
        yield put(case, body.temporaries[-1].end, body.temporaries[-1].end, tree_of(case).arguments[0].name, lead=" ")


@kind("temporary-like-argument")
def block_temporary_like_its_argument(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        if node.parameters and node.body.statements and not node.body.temporaries and not _computed(case, node):
            at = before(case, node.body.statements[0])
            text = case.text[node.parameters[-1].end : at]
            if text.strip() == "|" and case.method.dialect != "smalltalk80":
                yield put(case, at, at, node.parameters[0].name, lead="| ", trail=" | ")


@kind("shadows-argument")
def shadowed_argument(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        if tree_of(case).arguments and node.parameters and not _computed(case, node) and not _inlined(case, node):
            last = node.parameters[-1]
            name = tree_of(case).arguments[0].name
            if _declared_list(case).count(name) == 1:
                yield put(case, last.end, last.end, name, lead=" :")


@kind("shadows-outer-variable")
def shadowed_temporary(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        temporaries = tree_of(case).body.temporaries
        if temporaries and node.parameters and not _computed(case, node) and not _inlined(case, node):
            name, last = temporaries[0].name, node.parameters[-1]
            inside = [v for v in n.walk(node) if isinstance(v, n.Variable) and v.name == name]
            stores = [a for a in n.walk(node) if isinstance(a, n.Assign) and a.target.name == name]
            if not inside and not stores and _declared_list(case).count(name) == 1:
                yield put(case, last.end, last.end, name, lead=" :")


@kind("shadows-instance-variable")
def shadowed_instance_variable(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        if node.parameters and not _computed(case, node) and not _inlined(case, node):
            last = node.parameters[-1]
            yield put(case, last.end, last.end, "instanceVariable", lead=" :")


@kind("reserved-word")
def constant_as_temporary(case: Case) -> Iterator[Mutant]:
    for number, node in enumerate(case.of(n.Sequence)):
        assert isinstance(node, n.Sequence)
        if node.temporaries and not _computed(case, node):
            last = node.temporaries[-1]
            yield put(case, last.end, last.end, ("nil", "true", "false")[number % 3], lead=" ")


@kind("pseudo-variable-as-name")
def reserved_word_as_argument(case: Case) -> Iterator[Mutant]:
    for number, node in enumerate(case.of(n.Block)):
        assert isinstance(node, n.Block)
        if node.parameters and not _computed(case, node) and not _inlined(case, node):
            last = node.parameters[-1]
            yield put(case, last.end, last.end, ("self", "super", "thisContext")[number % 3], lead=" :")


@kind("unused-temporary")
def unused_temporary(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Sequence):
        assert isinstance(node, n.Sequence)
        if node.temporaries and not _computed(case, node):
            yield put(case, node.temporaries[-1].end, node.temporaries[-1].end, "zork", lead=" ")


@kind("read-before-write")
def assignment_removed(case: Case) -> Iterator[Mutant]:
    """The only assignment of a temporary that is a statement of the method, and is read in a later one."""
    body = tree_of(case).body
    for temporary in body.temporaries:
        name = temporary.name
        stores = [node for node in case.of(n.Assign) if isinstance(node, n.Assign) and node.target.name == name]
        if len(stores) != 1 or stores[0] not in body.statements or _declared_list(case).count(name) != 1:
            continue
        store = stores[0]
        reads = [v for v in used(case) if v.name == name]
        blocks = [b for b in case.of(n.Block) if any(b.start < v.start < b.end for v in reads)]
        # `a := b := 1` and `a := [:x | ...]` would take other things away with the assignment.
        below = list(n.walk(store.value))
        locals_read = {v.name for v in below if isinstance(v, n.Variable)} & set(_declared_list(case))
        plain = not locals_read and not any(isinstance(v, n.Assign | n.Block) for v in below)
        if reads and reads[0].start > store.end and not blocks and plain:
            end = case.whole(store)[1]
            gap = case.text[:store.start] + " " * (end - store.start) + case.text[end:]
            # What is left of the statement is its period: an empty statement where the dialect minds.
            period = re.match(r"\s*\.", gap[end:])
            if period:
                text = gap[:end] + " " * period.end() + gap[end + period.end() :]
                yield Mutant(text, reads[0].start, reads[0].end)


# -- statements -----------------------------------------------------------------------------------------------------------


@kind("statement-after-return")
def statement_after_return(case: Case) -> Iterator[Mutant]:
    for sequence, statement in statements(case):
        if isinstance(statement, n.Return) and statement is sequence.statements[-1] and not _in_brace(case, statement):
            at = before(case, statement)
            start, end = case.whole(statement)
            yield Mutant(case.text[:at] + "^nil. " + case.text[at:], start + 6, end + 6)


def _in_brace(case: Case, node: n.Node) -> bool:
    return any(isinstance(brace, n.Brace) and brace.start < node.start < brace.end for brace in case.nodes)


@kind("super-alone")
def super_alone(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, "super", trail=". ")


@kind("super-as-argument")
def super_as_argument(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, "super", lead="self foo: ", trail=". ")


@kind("empty-statement")
def empty_statement(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, ".", lead="self foo.", trail=" ")


@kind("constant-as-message")
def period_missing_before_constant(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, "nil", lead="self foo ", trail=" bar. ")


@kind("self-as-message")
def period_missing_before_self(case: Case) -> Iterator[Mutant]:
    for _, statement in statements(case):
        at = before(case, statement)
        yield put(case, at, at, "self", lead="self foo ", trail=" bar. ")


# -- blocks and literals --------------------------------------------------------------------------------------------------


@kind("wrong-block-arity")
def wrong_block_arity(case: Case) -> Iterator[Mutant]:
    for node in case.nodes:
        if isinstance(node, n.Send) and node.selector in ("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "whileTrue:", "and:", "or:"):
            for block in node.arguments:
                if isinstance(block, n.Block) and not block.parameters and block.body.statements and not _computed(case, block):
                    start, end = block.start, block.end
                    text = case.text[: start + 1] + ":zork | " + case.text[start + 1 :]
                    yield Mutant(text, start, end + len(":zork | "))


@kind("too-many-arguments")
def too_many_arguments(case: Case) -> Iterator[Mutant]:
    tree = tree_of(case)
    if tree.selector.endswith(":") and len(tree.arguments) < 16:
        more = "".join(f" k{number}: zork{number}" for number in range(16 - len(tree.arguments)))
        at = tree.arguments[-1].end
        yield Mutant(case.text[:at] + more + case.text[at:], tree.start, tree.end + len(more))


@kind("digit-outside-radix")
def digit_outside_radix(case: Case) -> Iterator[Mutant]:
    for node in numbers(case):
        yield put(case, node.start, node.end, ("2r3", "8r19", "16r1G")[node.start % 3])


@kind("radix-too-small")
def radix_too_small(case: Case) -> Iterator[Mutant]:
    for node in numbers(case):
        yield put(case, node.start, node.end, "1r1")


@kind("radix-too-large")
def radix_too_large(case: Case) -> Iterator[Mutant]:
    for node in numbers(case):
        yield put(case, node.start, node.end, "37r1")


def numbers(case: Case) -> Iterator[n.Node]:
    for node in case.of(n.Number):
        hidden = any(a <= node.start < b for a, b in case.literals) or _computed(case, node)
        if not hidden and case.text[node.start - 1] in " \t(" and not case.text[node.end : node.end + 1].isalnum():
            yield node


@kind("byte-out-of-range")
def byte_out_of_range(case: Case) -> Iterator[Mutant]:
    if faults()["byte-array"].verdicts[case.method.dialect] != "-":
        return
    for number, node in enumerate(numbers(case)):
        yield put(case, node.start, node.end, ("256", "-1", "16r100")[number % 3], lead="#[1 ", trail="]")


@kind("double-hash")
def double_hash(case: Case) -> Iterator[Mutant]:
    for node in case.of(n.Symbol):
        if case.text[node.start] == "#" and case.text[node.start + 1].isalpha() and not any(a <= node.start < b for a, b in case.literals):
            yield Mutant(case.text[: node.start] + "#" + case.text[node.start :], node.start, node.end + 1)


# -- the run --------------------------------------------------------------------------------------------------------------


def names_of(case: Case) -> GivenNames:
    """Answer the world in which every name that a method uses is known."""
    free = {v.name for v in case.nodes if isinstance(v, n.Variable)} | {a.target.name for a in case.nodes if isinstance(a, n.Assign)}
    free -= declared(case)
    upper = frozenset(name for name in free if name[0].isupper()) | {"Object"}
    lower = frozenset(name for name in free - upper) | {"instanceVariable"}
    return GivenNames(instance_variables=lower, classes=upper, base=True, underscores=True)


def _set(issues: tuple[Issue, ...], text: str) -> Counter[tuple[str, str]]:
    return Counter((issue.code, text[issue.span.start : issue.span.end]) for issue in issues)


class Tally:
    """What became of the mutants of each kind."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.other: Counter[str] = Counter()

    def add(self, name: str, fault: str, case: Case, mutant: Mutant, show: str | None) -> None:
        dialect, names = case.method.dialect, names_of(case)
        old = check(case.text, dialect=dialect, names=names)
        new = check(mutant.text, dialect=dialect, names=names)
        code = faults()[fault].code
        at = [i for i in new.issues if i.code == code and (i.span.start, i.span.end) == (mutant.start, mutant.end)]
        more = _set(new.issues, mutant.text) - _set(old.issues, case.text)
        expected = Counter([(code, mutant.text[mutant.start : mutant.end])])
        # Text that stands in an outer issue's span has changed with it.
        others = [key for key in (more - expected) if key[0] not in {code for code, _ in _set(old.issues, case.text)}]
        self.made[name] += 1
        self.found[name] += bool(at)
        self.other[name] += bool(others)
        if show == name and (not at or others):
            print(f"--- {name}: {case.method.where} ({dialect}) found {bool(at)}, others {others}")
            print(mutant.text, "\n", [(i.code, mutant.text[i.span.start : i.span.end][:40], i.message) for i in new.issues], "\n")

    def report(self) -> bool:
        print(f"{'fault':36} {'mutants':>8} {'found':>8} {'percent':>8}  with other findings")
        for name in MAKERS:
            made = self.made[name]
            print(f"{name:36} {made:8} {self.found[name]:8} {100 * self.found[name] / max(made, 1):8.2f}  {self.other[name]}")
        made, found = sum(self.made.values()), sum(self.found.values())
        print(f"{'all':36} {made:8} {found:8} {100 * found / max(made, 1):8.2f}  {sum(self.other.values())}")
        return found < 0.99 * made or any(self.other.values())


def cases(methods: list[RealMethod]) -> Iterator[Case]:
    """Yield the methods that a mutant can be made of: they parse, and no compiler refuses them as they are."""
    for method in methods:
        if len(method.source) > _LONGEST:
            continue
        case = case_of(method)
        if case is not None and isinstance(case.tree, n.Method):
            yield case


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", type=int, default=6000, help="about so many methods, the same share of each corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=1000, help="at most so many mutants of each kind")
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument("--show", help="print the mutants of this kind that were not found exactly")
    options = parser.parse_args()
    random = Random(options.seed)
    tally = Tally()
    methods = sample(options.methods, options.corpus, options.seed)
    random.shuffle(methods)
    for case in cases(methods):
        for name, (fault, maker) in MAKERS.items():
            if faults()[fault].verdicts[case.method.dialect] == "-" or tally.made[name] >= options.most:
                continue
            made = list(maker(case))
            if made:
                tally.add(name, fault, case, random.choice(made), options.show)
    return int(tally.report())


if __name__ == "__main__":
    sys.exit(main())
