"""The second path: what the sources themselves say, found by parsing every method again and walking its tree.

The index answers from tables that were filled when the files were read; here nothing of those tables is used but the
text of each method and where it stands. Only what is wanted is kept, so that memory follows the questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from datagen.classfacts import short_of
from datagen.phrase import MOST_SHOWN
from datagen.subject import digest, text_of
from stparse.index.model import MethodDef
from stparse.nodes import Assign, Binding, Block, Cascade, Message, Method, Node, Send, Symbol, Variable, walk
from stparse.nodes import Sequence as Statements
from stparse.parser import parse_method, parser_for


@dataclass(frozen=True, slots=True)
class Place:
    """A method as the scan names it: short class name, side, selector, and `file:line`."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What claims ask about: selectors, class names, variable names, classes by short name; and the methods quoted, by (file, start)."""

    implemented: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    globals: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    quoted: frozenset[tuple[str, int]] = frozenset()


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
    """A method of a class that is asked about."""

    class_name: str
    meta: bool
    protocol: str | None
    selector: str


@dataclass(frozen=True, slots=True)
class Access:
    """A method that reads or stores into a variable that is asked about."""

    class_name: str
    meta: bool
    place: Place
    reads: bool
    writes: bool


@dataclass(slots=True)
class Evidence:
    """What a scan found, of a part of the methods or of all."""

    implemented: dict[str, Found] = field(default_factory=dict)
    sent: dict[str, Found] = field(default_factory=dict)
    symbols: dict[str, Found] = field(default_factory=dict)
    globals: dict[str, Found] = field(default_factory=dict)
    variables: dict[str, list[Access]] = field(default_factory=dict)
    classes: dict[str, list[Member]] = field(default_factory=dict)
    digests: dict[tuple[str, int], str] = field(default_factory=dict)

    def join(self, other: Evidence) -> None:
        """Take in what the scan of the following methods found."""
        for mine, its in (
            (self.implemented, other.implemented),
            (self.sent, other.sent),
            (self.symbols, other.symbols),
            (self.globals, other.globals),
        ):
            for key, found in its.items():
                mine.setdefault(key, Found()).join(found)
        for name, accesses in other.variables.items():
            self.variables.setdefault(name, []).extend(accesses)
        for name, members in other.classes.items():
            self.classes.setdefault(name, []).extend(members)
        self.digests.update(other.digests)


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
        self._tree: Method
        self._scopes: Scopes | None = None

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
        if self._short in wanted.classes:
            member = Member(method.class_name, method.meta, method.protocol, selector)
            evidence.classes.setdefault(self._short, []).append(member)
        if isinstance(tree, Method):
            self._walk(tree, place)

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
        self._tree, self._scopes = tree, None
        targets: set[int] = set()
        for pragma in tree.pragmas:
            symbols.update(node.value for node in walk(pragma) if isinstance(node, Symbol))
        for node in _executed(tree):
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

    def _see(self, node: Variable, into: set[str], named: Counter[str]) -> None:
        short = short_of(node.name)
        if node.name not in self._wanted.variables and short not in self._wanted.globals:
            return
        if self._scopes is None:
            self._scopes = Scopes(self._tree)
        if not self._scopes.declares(node.name, node.start):
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


class Scopes:
    """The names that a method declares, and where each is in sight."""

    def __init__(self, tree: Method) -> None:
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._declare((a.name for a in tree.arguments), tree.start, tree.end)
        for node in walk(tree):
            if isinstance(node, Block):
                self._declare((p.name for p in node.parameters), node.start, node.end)
                self._declare((t.name for t in node.body.temporaries), node.start, node.end)
            elif node is tree.body and isinstance(node, Statements):
                self._declare((t.name for t in node.temporaries), tree.start, tree.end)

    def _declare(self, names: Iterable[str], start: int, end: int) -> None:
        for name in names:
            self._spans.setdefault(name, []).append((start, end))

    def declares(self, name: str, at: int) -> bool:
        return any(start <= at < end for start, end in self._spans.get(name, ()))


def _executed(tree: Method) -> Iterator[Node]:
    """Yield the nodes of the body, declarations of blocks and temporaries left out."""
    declared: set[int] = set()
    for node in walk(tree.body):
        if isinstance(node, Block):
            declared.update(id(p) for p in node.parameters)
        elif isinstance(node, Statements):
            declared.update(id(t) for t in node.temporaries)
        elif isinstance(node, Cascade) or id(node) in declared:
            # A cascade is the sum of its messages, which follow.
            continue
        yield node


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
