"""What the index knows of a name: its definition, who implements, sends and tests it, what is above and below it. Computed, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple, TypeVar

from datagen.answers import is_huge
from datagen.packages import packages_of
from datagen.testing import is_in_tests, is_test
from retrieval.names import Names
from retrieval.passage import Passage, class_passage, method_passage
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import IndexedClass, MethodDef, Outline, VariableInfo
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import ancestors_of, descendants_of, is_below

MOST, MOST_BESIDE, MOST_PAIRS, MOST_BELOW = 30, 10, 2, 500
"""So many places of one fact are shown, and of one that nobody asked for; `total` says how many there are. Of more pairs of a class
and a selector none is looked up, and of more subclasses none is near."""
# What a question asks for, by its words. Facts of these kinds come first, in this order.
_ASKED = (
    ("overrides", r"overrid|redefin|\b\u00fcberschr"),
    (
        "senders",
        r"\bsen[dt]|\bcall|\binvok|\bus(?:e|es|ed|age)\b|\btouch|renam|remov|\bbreaks?\b|\bschick|\bruft?\b|aufruf|benutz|verwend",
    ),
    ("literals", r"\bsymbol|\bstring|\bliteral|by name|perform"),
    ("tests", r"\btest|\bgetestet"),
    ("implementors", r"implement|understand|understood|\bdefin|renam|remov|\bsignature|\bargument|\bversteh"),
    ("subclasses", r"subclass|below|heirs?\b|inherits? from|unterklass|\berb(?:en|t)\b"),
    ("superclasses", r"superclass|above|inherit|hierarch|ancest|oberklass"),
    (
        "references",
        r"referenc|\bus(?:e|es|ed|age)\b|mention|instan(?!ce variable)|creat|\bmade\b|collaborat|raise|signal|benutz|verwend|erzeug",
    ),
    ("writers", r"\bwrit|\bset\b|\bsets\b|assign|\bstor|\bschreib|\bsetz"),
    ("readers", r"\bread|\baccess|\bget|\blies|\blese"),
    ("classes", r"\bclass|\bklasse"),
)
# Names say nothing of what is asked: `removeKey:` asks for no senders.
_NAMED = re.compile(r"`[^`\n]*`|#\S+|'[^'\n]*'|\S+>>\S+|\b\w+:\S*|\b\w*[a-z\d][A-Z]\w*")
_OF_CLASSES = frozenset(("superclasses", "subclasses", "references", "tests"))
# Code that is quoted is what the question is about, and not what it asks for.
_QUOTED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_ORDER = (
    "definition", "implementors", "senders", "tests", "classes", "references", "subclasses", "superclasses", "overrides", "readers",
    "writers", "literals",
)  # fmt: skip


M = TypeVar("M", MethodDef, Outline)
_Runs = dict[tuple[str, bool], Outline]
"""The method that a class has, by the name and the side of the class."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What the index answers about a name: `kind` is one of those of _ORDER. `total` counts what `passages` shows the first of;
    `said` is what has no place in the index, such as a superclass outside of it."""

    kind: str
    about: str
    passages: tuple[Passage, ...]
    total: int
    said: str = ""


class _Found(NamedTuple):
    """A fact, and the methods that it is to show."""

    fact: Fact
    methods: tuple[MethodDef | Outline, ...] = ()


def facts_of(index: CodeIndex, question: str, names: Names) -> list[Fact]:
    """Answer the facts about the names of a question: those of the kinds that it asks for first, then as a browser shows them.

    A fact with nothing in it is told only where it was asked for: that nobody sends a message is an answer.
    """
    asked = asked_kinds(question)
    order = {kind: place for place, kind in enumerate((*asked, *(kind for kind in _ORDER if kind not in asked)))}
    told = [
        found
        for found in _facts(index, names, asked, _spoken(question, names))
        if found.fact.total or found.fact.said or found.fact.kind in asked
    ]
    pairs = {f"{name}{side}>>{selector}" for name, selector in _pairs(names) for side in ("", " class")}
    told.sort(key=lambda found: (found.fact.about not in pairs, order[found.fact.kind]))
    shown = [found.methods[: MOST if found.fact.kind in (*asked, "definition") else MOST_BESIDE] for found in told]
    # Hundreds send what is often sent: those alone are read that are shown, and all of them at once.
    wanted = {one.id for methods in shown for one in methods if not isinstance(one, MethodDef)}
    read = {method.id: method for method in index.methods_with(wanted)}
    return [_showing(fact, [read.get(one.id, one) for one in methods]) for (fact, _), methods in zip(told, shown, strict=True)]


def _showing(fact: Fact, methods: Iterable[MethodDef | Outline]) -> Fact:
    why = f"{fact.kind} of {fact.about}"
    passages = [method_passage(method).because(why) for method in methods if isinstance(method, MethodDef)]
    return replace(fact, passages=tuple(passages)) if passages else fact


def prose_of(question: str) -> str:
    """Answer a question without the code that it quotes, unless it is nothing else."""
    prose = _QUOTED.sub(" ", question)
    return prose if prose.strip() else question


def asked_kinds(question: str) -> list[str]:
    """Answer the kinds of facts that the words of a question ask for."""
    lowered = _NAMED.sub(" ", prose_of(question)).lower()
    return [kind for kind, pattern in _ASKED if re.search(pattern, lowered)]


def _spoken(question: str, names: Names) -> set[str]:
    """Answer the selectors and classes that a question names outside of the code that it quotes."""
    prose, meant = prose_of(question), dict(names.read_as).values()
    found = (*(method[2] for method in names.methods), *names.selectors, *names.classes)
    return {name for name in found if name in prose or name in meant}


def _facts(index: CodeIndex, names: Names, asked: Sequence[str], spoken: set[str]) -> Iterator[_Found]:
    """Yield the facts about all names; of those that only stand in quoted code what they are, and who uses them where that is asked."""
    near = Near(index, (*(method[0] for method in names.methods), *names.classes))
    for name, meta, selector in names.methods:
        yield from _of_method(index, name, meta, selector)
    for name, selector in _pairs(names):
        yield _of_pair(index, name, selector)
    for selector in dict.fromkeys((*(method[2] for method in names.methods), *names.selectors)):
        yield from _of_selector(index, selector, near, with_senders=selector in spoken or "senders" in asked or "tests" in asked)
    for name in names.classes:
        yield _of_classes("definition", name, index.class_named(name))
        if name in spoken or set(asked) & _OF_CLASSES:
            yield from _of_class(index, name, near)
    for name in names.variables:
        yield from _of_variable(index, name, names.classes, near)
    for symbol in names.symbols:
        yield _literals(index, symbol, "symbol", f"#{symbol}")
    for string in names.strings:
        yield _literals(index, string, "string", f"'{string}'")
    for name in names.packages:
        yield _of_classes("classes", name, packages_of(index)[name])


class Near:
    """Orders methods by how near they are to some classes: of the class itself, of its hierarchy, of its package, the rest as they come."""

    def __init__(self, index: CodeIndex, classes: Iterable[str]) -> None:
        self._table = index.class_table
        groups = [group for name in classes for group in self._table.named(name)]
        self._own = {group.path for group in groups}
        below = [d.name for group in groups for d in islice(descendants_of(self._table, group.name), MOST_BELOW)]
        # Where nearly all is below a class, that says nothing.
        self._kin = set(below) if len(below) < MOST_BELOW else set()
        self._kin |= {step.name for group in groups for step in ancestors_of(self._table, group)}
        self._distances: dict[tuple[str, str], int] = {}
        self._packages = {definition.category for group in groups for definition in group.definitions if definition.category}

    def __call__(self, methods: Sequence[M]) -> list[M]:
        """Answer the methods, the near ones first."""
        return sorted(methods, key=self._distance) if self._own else list(methods)

    def _distance(self, method: MethodDef | Outline) -> int:
        key = method.class_name, method.file
        known = self._distances.get(key)
        if known is None:
            known = self._distances[key] = self._distance_of(self._table.meant(*key))
        return known

    def _distance_of(self, groups: Sequence[ClassGroup]) -> int:
        if any(group.path in self._own for group in groups):
            return 0
        if any(group.name in self._kin for group in groups):
            return 1
        return 2 if any(d.category in self._packages for group in groups for d in group.definitions) else 3


@remembered(4)
def _implementors(index: CodeIndex, selector: str) -> Sequence[Outline]:
    """Answer the methods called `selector`: a question about a method asks for them more than once."""
    return index.implementors_in_outline(selector)


def _pairs(names: Names) -> list[tuple[str, str]]:
    """Answer the class and the selector that a question names beside each other; nothing where it names several of both."""
    pairs = [(name, selector) for name in names.classes for selector in names.selectors]
    return pairs if len(pairs) <= MOST_PAIRS else []


def _of_pair(index: CodeIndex, name: str, selector: str) -> _Found:
    """Answer which method a class runs for a selector, on whichever side it has one."""
    runs, sides = _implementors_by_class(index, selector), (False, True)
    own = [meta for meta in sides if any((group.name, meta) in runs for group in index.class_table.named(name))]
    above = [meta for meta in sides if _inherited(index, runs, name, meta) is not None]
    found = _definition(index, name, next(iter(own or above), False), selector)
    over = _inherited(index, runs, name, own[0]) if own else None
    return found._replace(fact=replace(found.fact, said=f"it overrides `{over.reference}`")) if over is not None else found


def _of_method(index: CodeIndex, name: str, meta: bool, selector: str) -> Iterator[_Found]:
    definition = _definition(index, name, meta, selector)
    yield definition
    yield _of_methods("overrides", definition.fact.about, _overriding(index, name, meta, selector))


def _overriding(index: CodeIndex, name: str, meta: bool, selector: str) -> list[Outline]:
    """Answer the methods of a selector in the classes below one, which need not be in the index."""
    table = index.class_table
    own = {group.path for group in table.named(name)}
    # A known class is looked for above those that implement it: below Object is everything.
    below = None if own else {path_of(step.name) for step in descendants_of(table, name)}
    found = []
    for method in _implementors(index, selector) if below is None or below else ():
        groups = [group for group in table.meant(method.class_name, method.file) if group.path not in own]
        if method.meta is meta and any(is_below(table, group, own) if below is None else group.path in below for group in groups):
            found.append(method)
    return found


def _definition(index: CodeIndex, name: str, meta: bool, selector: str) -> _Found:
    about = f"{name}{' class' if meta else ''}>>{selector}"
    groups = {group.path for group in index.class_table.named(name)}
    own: Sequence[MethodDef | Outline]
    if groups:
        implementors = [method for method in _implementors(index, selector) if method.meta is meta]
        own = [m for m in implementors if any(g.path in groups for g in index.class_table.meant(m.class_name, m.file))]
    else:
        own = [method for method in index.methods_of(name, meta=meta) if method.selector == selector]
    if own:
        return _of_methods("definition", about, own)
    above = _inherited(index, _implementors_by_class(index, selector), name, meta)
    if above is not None:
        return _of_methods("definition", about, [above], f"`{name}` does not define it; it inherits it")
    steps = [step for group in index.class_table.named(name) for step in ancestors_of(index.class_table, group)]
    outside = next((step.name for step in steps if step.outside), "")
    if outside:
        return _Found(Fact("definition", about, (), 0, f"not in the indexed code; `{outside}`, which it inherits from, is outside of it"))
    return _Found(Fact("definition", about, (), 0, f"neither `{name}` nor a class that it inherits from has it"))


def inherited(index: CodeIndex, name: str, meta: bool, selector: str) -> MethodDef | None:
    """Answer the method that a class inherits, from the nearest superclass in the index that has it; None where that is not certain."""
    found = _inherited(index, _implementors_by_class(index, selector), name, meta)
    return None if found is None else next(iter(index.methods_with([found.id])), None)


def _implementors_by_class(index: CodeIndex, selector: str) -> _Runs:
    # To read all methods of Object, and of what is below it, takes longer than to read those of one selector.
    found: _Runs = {}
    for method in _implementors(index, selector):
        for group in index.class_table.meant(method.class_name, method.file):
            found.setdefault((group.name, method.meta), method)
    return found


def _inherited(index: CodeIndex, runs: _Runs, name: str, meta: bool) -> Outline | None:
    for group in index.class_table.named(name):
        for step in ancestors_of(index.class_table, group):
            if step.outside or step.ambiguous or step.cycle:
                return None
            if (step.name, meta) in runs:
                return runs[step.name, meta]
    return None


def _of_selector(index: CodeIndex, selector: str, near: Near, *, with_senders: bool) -> Iterator[_Found]:
    about = f"#{selector}"
    implemented = index.implemented_selectors.get(selector, 0)
    if is_huge(implemented):
        yield _Found(Fact("implementors", about, (), implemented, f"{implemented:,} methods are called so: too many to list"))
    else:
        yield _of_methods("implementors", about, near(_implementors(index, selector)))
    if not with_senders:
        return
    sent = index.sent_selectors.get(selector, 0)
    if is_huge(sent):
        yield _Found(Fact("senders", about, (), sent, f"it is sent {sent:,} times: too often to list"))
        return
    senders = index.senders_in_outline(selector)
    yield _of_methods("senders", about, near(senders))
    yield _of_methods("tests", about, (method for method in senders if is_test(index, method)))


def _of_class(index: CodeIndex, name: str, near: Near) -> Iterator[_Found]:
    several = len(index.class_table.named(name)) > 1
    for one in index.hierarchy(name):
        about = one.name if several else name
        outside = [step.name for step in one.superclasses if step.outside]
        said = f"{outside[0]}, outside of the indexed code" if outside else ""
        above = [d for step in one.superclasses for d in step.classes[:1]]
        yield _of_classes("superclasses", about, above, said)
        yield _of_classes("subclasses", about, (d for step in one.subclasses for d in step.classes[:1]))
    used = index.global_names.get(name, 0)
    if is_huge(used):
        yield _Found(Fact("references", name, (), used, f"it is used {used:,} times: too often to list"))
        return
    methods = index.references_in_outline(name)
    yield _of_methods("references", name, near([m for m in methods if not is_in_tests(index, m)]))
    yield _of_methods("tests", name, (method for method in methods if is_test(index, method)))


def _literals(index: CodeIndex, value: str, kind: str, about: str) -> _Found:
    held = index.literal_count(value, kind)
    if is_huge(held):
        return _Found(Fact("literals", about, (), held, f"{held:,} methods hold it: too many to list"))
    return _of_methods("literals", about, (hit.method for hit in index.literal_users(value, kind)))


def _of_variable(index: CodeIndex, name: str, classes: Sequence[str], near: Near) -> Iterator[_Found]:
    """Yield who reads and who writes a variable of the classes that are named with it; of a global who uses it at all."""
    infos = [info for one in classes for info in _variables(index, one) if info.name == name]
    for info in infos:
        about = f"{name} of {info.defined_in}"
        yield _of_methods("readers", about, info.readers)
        yield _of_methods("writers", about, info.writers)
    if not infos and name[:1].isupper() and not is_huge(index.global_names.get(name, 0)):
        yield _of_methods("references", name, near(index.references_in_outline(name)))


@remembered(16)
def _variables(index: CodeIndex, name: str) -> Sequence[VariableInfo]:
    """Answer the variables of a class: who names several asks for them as often."""
    return index.variables(name)


def _of_methods(kind: str, about: str, methods: Iterable[MethodDef | Outline], said: str = "") -> _Found:
    found = {method.id: method for method in methods}
    return _Found(Fact(kind, about, (), len(found), said), tuple(islice(found.values(), MOST)))


def _of_classes(kind: str, about: str, classes: Iterable[IndexedClass], said: str = "") -> _Found:
    found = list({one.id: one for one in classes}.values())
    shown = tuple(class_passage(one).because(f"{kind} of {about}") for one in found[:MOST])
    return _Found(Fact(kind, about, shown, len(found), said))
