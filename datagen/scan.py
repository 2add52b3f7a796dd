"""The second path: what the sources themselves say, found by parsing every method again and walking its tree.

The index answers from tables that were filled when the files were read; here nothing of those tables is used but the
text of each method and where it stands. Only what is wanted is kept, so that memory follows the questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from datagen.classfacts import short_of
from datagen.looks import LOOKS
from datagen.phrase import MOST_SHOWN
from datagen.scanned import Place, Scanned
from datagen.subject import digest, text_of
from datagen.treefacts import is_abstract, pattern_in, sends_to_self
from stparse.index.model import MethodDef
from stparse.nodes import Assign, Binding, Message, Method, Send, Symbol, Variable, walk
from stparse.parser import parse_method, parser_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What claims ask about: selectors, class names, variable names, classes by short name; and the methods quoted, by (file, start).

    `members` are selectors of which every implementation is wanted, `to_self` are "self foo" and "super foo", `tested` selectors
    and class names that tests may mention, `texts` places of methods whose source is wanted, `owned` selectors of which only the
    classes that implement them are, `looked` the keys of each look.
    """

    implemented: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    globals: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    to_self: frozenset[str] = frozenset()
    tested: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    owned: frozenset[str] = frozenset()
    quoted: frozenset[tuple[str, int]] = frozenset()
    looked: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """How many methods answer one question, and the first of them, with how often each does."""

    count: int = 0
    places: list[Place] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, place: Place, times: int) -> None:
        self.count += 1
        if len(self.places) <= MOST_SHOWN:
            self.places.append(place)
            self.numbers.append(times)

    def join(self, other: Found) -> None:
        self.count += other.count
        room = max(0, MOST_SHOWN + 1 - len(self.places))
        self.places += other.places[:room]
        self.numbers += other.numbers[:room]


@dataclass(frozen=True, slots=True)
class Member:
    """A method of a class, or of a selector, that is asked about; `abstract` ones only say that subclasses are responsible."""

    class_name: str
    meta: bool
    protocol: str | None
    selector: str
    place: Place
    pattern: str | None
    abstract: bool


@dataclass(frozen=True, slots=True)
class Access:
    """A method that reads or stores into a variable that is asked about."""

    class_name: str
    meta: bool
    place: Place
    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A method called `test...` of some class that mentions something, so many times."""

    class_name: str
    place: Place
    times: int


@dataclass(frozen=True, slots=True)
class Text:
    """The source of a method that is asked about, with the dialect to read it in; its pattern begins at `start`."""

    place: Place
    source: str
    dialect: str
    protocol: str | None
    start: int


@dataclass(slots=True)
class Evidence:
    """What a scan found, of a part of the methods or of all."""

    implemented: dict[str, Found] = field(default_factory=dict)
    sent: dict[str, Found] = field(default_factory=dict)
    symbols: dict[str, Found] = field(default_factory=dict)
    globals: dict[str, Found] = field(default_factory=dict)
    variables: dict[str, list[Access]] = field(default_factory=dict)
    classes: dict[str, list[Member]] = field(default_factory=dict)
    members: dict[str, list[Member]] = field(default_factory=dict)
    to_self: dict[str, Found] = field(default_factory=dict)
    tested: dict[str, list[Use]] = field(default_factory=dict)
    texts: dict[str, list[Text]] = field(default_factory=dict)
    owned: dict[str, set[tuple[str, bool]]] = field(default_factory=dict)
    digests: dict[tuple[str, int], str] = field(default_factory=dict)
    looked: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def join(self, other: Evidence) -> None:
        """Take in what the scan of the following methods found."""
        for mine, its in (
            (self.implemented, other.implemented),
            (self.sent, other.sent),
            (self.symbols, other.symbols),
            (self.globals, other.globals),
            (self.to_self, other.to_self),
        ):
            for key, found in its.items():
                mine.setdefault(key, Found()).join(found)
        _extend(self.variables, other.variables)
        _extend(self.classes, other.classes)
        _extend(self.members, other.members)
        _extend(self.tested, other.tested)
        _extend(self.texts, other.texts)
        for selector, owners in other.owned.items():
            self.owned.setdefault(selector, set()).update(owners)
        self.digests.update(other.digests)
        for name, keys in other.looked.items():
            _extend(self.looked.setdefault(name, {}), keys)

    def seen(self, look: str, key: str) -> list[Any]:
        """Answer what a look saw under a key, in the order of the files."""
        return self.looked.get(look, {}).get(key, [])


def _extend(mine: dict[str, list[T]], its: dict[str, list[T]]) -> None:
    for name, found in its.items():
        mine.setdefault(name, []).extend(found)


def scan(methods: Sequence[MethodDef], wanted: Wanted) -> Evidence:
    """Read the sources of `methods`, which follow each other in the order of the files."""
    evidence = Evidence()
    for method in methods:
        _Reader(method, wanted, evidence).read()
    return evidence


class _Reader:
    """The scan of one method."""

    def __init__(self, method: MethodDef, wanted: Wanted, evidence: Evidence) -> None:
        self._method, self._wanted, self._evidence = method, wanted, evidence
        self._short = short_of(method.class_name)
        self._seen: Scanned

    def read(self) -> None:
        method, wanted, evidence = self._method, self._wanted, self._evidence
        key = (method.file, method.span.start)
        if key in wanted.quoted:
            evidence.digests[key] = digest(text_of(method))
        tree = parse_method(method.source, method.dialect).tree
        if isinstance(tree, Method):
            start, selector = tree.start, tree.selector
        else:
            selector, start = pattern_of(method.source, method.dialect)
        place = self._place(selector, start)
        if selector in wanted.implemented:
            evidence.implemented.setdefault(selector, Found()).add(place, 1)
        if selector in wanted.owned:
            evidence.owned.setdefault(selector, set()).add((self._short, method.meta))
        if self._short in wanted.classes or selector in wanted.members:
            self._member(tree if isinstance(tree, Method) else None, selector, place)
        if place.where in wanted.texts:
            evidence.texts.setdefault(place.where, []).append(Text(place, method.source, method.dialect, method.protocol, start))
        if isinstance(tree, Method):
            self._seen = Scanned(method, tree, place)
            self._walk(tree, place)
            self._look()

    def _look(self) -> None:
        for name, keys in self._wanted.looked.items():
            for key, value in LOOKS[name](self._seen, keys):
                self._evidence.looked.setdefault(name, {}).setdefault(key, []).append(value)

    def _member(self, tree: Method | None, selector: str, place: Place) -> None:
        method, evidence = self._method, self._evidence
        pattern = None if tree is None else pattern_in(tree)
        member = Member(method.class_name, method.meta, method.protocol, selector, place, pattern, tree is not None and is_abstract(tree))
        if self._short in self._wanted.classes:
            evidence.classes.setdefault(self._short, []).append(member)
        if selector in self._wanted.members:
            evidence.members.setdefault(selector, []).append(member)

    def _place(self, selector: str, start: int) -> Place:
        method = self._method
        # Lines are counted here, from the text; the index has them from the file.
        line = method.source_line + method.source.count("\n", 0, start)
        return Place(f"{self._short}{' class' if method.meta else ''}>>{selector}", f"{method.file}:{line}")

    def _walk(self, tree: Method, place: Place) -> None:
        sent: Counter[str] = Counter()
        named: Counter[str] = Counter()
        symbols: set[str] = set()
        read: set[str] = set()
        written: set[str] = set()
        targets: set[int] = set()
        for node in (node for pragma in tree.pragmas for node in walk(pragma)):
            if isinstance(node, Symbol):
                symbols.add(node.value)
            elif isinstance(node, Binding):
                named[short_of(node.name)] += 1
        for node in self._seen.executed:
            if isinstance(node, Send | Message):
                sent[node.selector] += 1
            elif isinstance(node, Symbol):
                symbols.add(node.value)
            elif isinstance(node, Binding):
                named[short_of(node.name)] += 1
            elif isinstance(node, Assign):
                targets.add(id(node.target))
                self._see(node.target, written, named)
            elif isinstance(node, Variable) and id(node) not in targets:
                self._see(node, read, named)
        self._enter(place, sent, named, symbols, read, written)
        if self._wanted.to_self:
            self._enter_to_self(tree, place)
        if self._wanted.tested and tree.selector.startswith("test") and not tree.arguments and not self._method.meta:
            self._enter_tested(place, sent, named)

    def _enter_to_self(self, tree: Method, place: Place) -> None:
        found = Counter(f"{receiver} {selector}" for receiver, selector in sends_to_self(tree))
        for key in (k for k in found if k in self._wanted.to_self):
            self._evidence.to_self.setdefault(key, Found()).add(place, found[key])

    def _enter_tested(self, place: Place, sent: Counter[str], named: Counter[str]) -> None:
        # A variable of the test may be called as a selector is; only capitalised names are those of classes.
        for names in (sent, {name: n for name, n in named.items() if name[:1].isupper()}):
            for name in (n for n in names if n in self._wanted.tested):
                self._evidence.tested.setdefault(name, []).append(Use(self._method.class_name, place, names[name]))

    def _see(self, node: Variable, into: set[str], named: Counter[str]) -> None:
        short = short_of(node.name)
        wanted = self._wanted
        if node.name not in wanted.variables and short not in wanted.globals and short not in wanted.tested:
            return
        if not self._seen.scopes.declares(node.name, node.start):
            into.add(node.name)
            named[short] += 1

    def _enter(self, place: Place, sent: Counter[str], named: Counter[str], symbols: set[str], read: set[str], written: set[str]) -> None:
        evidence, wanted = self._evidence, self._wanted
        # Few names of a method against many wanted: an intersection of sets would go through all that are wanted.
        for selector in (s for s in sent if s in wanted.sent):
            evidence.sent.setdefault(selector, Found()).add(place, sent[selector])
        for name in (n for n in named if n in wanted.globals):
            evidence.globals.setdefault(name, Found()).add(place, named[name])
        for symbol in (s for s in symbols if s in wanted.symbols):
            evidence.symbols.setdefault(symbol, Found()).add(place, 1)
        for name in (n for n in read | written if n in wanted.variables):
            access = Access(self._method.class_name, self._method.meta, place, name in read, name in written)
            evidence.variables.setdefault(name, []).append(access)


def pattern_of(text: str, dialect: str) -> tuple[str, int]:
    """Answer selector and offset of the selector pattern that a broken method begins with; "" where there is none."""
    tokens = parser_for(dialect).tokens(text)
    words = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    keywords = []
    at = 0
    while at + 1 < len(words) and tokens.kinds[at] == "KEYWORD" and tokens.kinds[at + 1] == "NAME":
        keywords.append(words[at])
        at += 2
    if keywords:
        return "".join(keywords), tokens.starts[0]
    if tokens.kinds[0] == "NAME" or (len(words) > 1 and tokens.kinds[1] == "NAME" and words[0] and not words[0][0].isalnum()):
        return words[0], tokens.starts[0]
    return "", 0
