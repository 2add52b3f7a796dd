"""A real method with one fault put into it: the edits, the place where the fault has to be found, and who may be asked for it.

The scopes here are worked out from the places of the nodes alone, by another way than the checker's: they say which
mutants are a fault at all, so they must not come from what is being measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from faults import Case

from stparse import nodes as n

# Around what has to be found, in the texts that are put in.
OPEN, CLOSE = "‹", "›"

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Discard:
    """A place where the mutation would be no fault, or not the only one, and why."""

    reason: str


DECLARED_TWICE = Discard("the method declares the name more than once as it is")
HAS_BEGUN = Discard("an empty list of temporaries or an empty statement stands there already")
FOREIGN = Discard("C code of the method uses the name: it goes on with the old one")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A text, the places where its fault has to be found, and how offsets of the text before have moved."""

    text: str
    places: tuple[tuple[int, int], ...]
    edits: tuple[Edit, ...]

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Answer where a range of the text before is now. What is put right before a range does not belong to it."""
        return start + self._shift(start, False), end + self._shift(end, True)

    def _shift(self, offset: int, is_end: bool) -> int:
        shift = 0
        for start, end, put in self.edits:
            before = end < offset or (end == offset and not (is_end and start == end))
            if before and start <= offset:
                shift += len(put) - (end - start)
        return shift


def plain(text: str) -> str:
    """Answer a text without the marks."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def mutate(text: str, *edits: Edit) -> Mutant:
    """Replace ranges of a text; marks in what is put there say what has to be found."""
    ordered = sorted(edits, key=lambda edit: (edit[0], edit[1]))
    pieces, last = [], 0
    for start, end, put in ordered:
        pieces += [text[last:start], put]
        last = end
    marked = "".join(pieces) + text[last:]
    depth = list(accumulate((1 if c in (OPEN, CLOSE) else 0 for c in marked), initial=0))
    starts = [index - depth[index] for index, c in enumerate(marked) if c == OPEN]
    ends = [index - depth[index] for index, c in enumerate(marked) if c == CLOSE]
    return Mutant(
        plain(marked), tuple(zip(starts, ends, strict=True)), tuple((a, b, plain(put)) for a, b, put in ordered if a < b or plain(put))
    )


def around(node: n.Node) -> tuple[Edit, Edit]:
    """Answer the marks around a node that stays as it is."""
    return (node.start, node.start, OPEN), (node.end, node.end, CLOSE)


@dataclass(slots=True, eq=False)
class Name:
    """A name that the method declares: its scope is `text[scope[0]:scope[1]]`."""

    node: n.Variable
    kind: str
    scope: tuple[int, int]
    holder: n.Node
    reads: list[n.Variable] = field(default_factory=list)
    stores: list[n.Variable] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.node.name


class Subject:
    """A method that parses, with its names resolved, and where a statement can be put."""

    def __init__(self, case: Case) -> None:
        assert isinstance(case.tree, n.Method)
        self.case = case
        self.text = case.text
        self.tree = case.tree
        self.dialect = case.method.dialect
        self.computed = [(node.start, node.end) for node in case.of(n.CompileTime)]
        self.blocks = [node for node in case.nodes if isinstance(node, n.Block)]
        self.sequences = [node for node in case.nodes if isinstance(node, n.Sequence) and not self.is_hidden(node)]
        self.sends = [node for node in case.nodes if isinstance(node, n.Send) and not self.is_hidden(node)]
        self.names = list(self._declared())
        # What the method does not declare.
        self.free: list[n.Variable] = []
        self.free_stores: list[n.Variable] = []
        self._resolve()

    # -- places ----------------------------------------------------------------------------------------------------------

    def is_hidden(self, node: n.Node) -> bool:
        """Answer whether a node is in a literal, a pragma, or in what is evaluated while compiling: names mean other things there."""
        return any(a <= node.start < b for a, b in (*self.case.literals, *self.computed))

    def statements(self) -> Iterator[tuple[n.Sequence, n.Node, int]]:
        """Yield each statement with its sequence and the offset where it begins, parentheses included.

        What stands behind a return is left out: a statement put before it would be told of as well.
        """
        for sequence in self.sequences:
            for statement in sequence.statements:
                yield sequence, statement, self.case.whole(statement)[0]
                if isinstance(statement, n.Return):
                    break

    def replace(self, node: n.Node, put: str) -> Mutant:
        """Replace a node without the parentheses around it."""
        return mutate(self.text, (node.start, node.end, put))

    def insert(self, at: int, put: str) -> Mutant:
        return mutate(self.text, (at, at, put))

    def declare(self, sequence: n.Sequence, put: str, rest: str = "") -> Mutant | Discard:
        """Add temporaries to a sequence, and open its list where it has none; `rest` goes before the first statement."""
        if not sequence.statements:
            return Discard("no statement that a declaration could stand before")
        at = self.case.whole(sequence.statements[0])[0]
        if sequence.temporaries:
            last = sequence.temporaries[-1].end
            return mutate(self.text, (last, last, " " + put), (at, at, rest))
        if self.has_begun(sequence, at):
            return HAS_BEGUN
        return self.insert(at, f"| {put} | {rest}")

    def has_begun(self, sequence: n.Sequence, at: int) -> bool:
        """Answer whether bars, or the period of an empty statement, stand before the statements that begin at an offset."""
        block = next((block for block in self.blocks if block.body is sequence), None)
        names = self.tree.arguments if block is None else block.parameters
        start = names[-1].end if names else (self.tree.start + len(self.tree.selector) if block is None else block.start)
        apart = [(node.start, node.end) for node in self.tree.pragmas] + list(self.case.tokens.comments)
        found = [i for i in range(start, at) if self.text[i] in "|." and not any(a <= i < b for a, b in apart)]
        return len(found) > (1 if block is not None and names else 0)

    # -- names -----------------------------------------------------------------------------------------------------------

    def _declared(self) -> Iterator[Name]:
        whole = (0, len(self.text))
        for argument in self.tree.arguments:
            yield Name(argument, "argument", whole, self.tree)
        for temporary in self.tree.body.temporaries:
            yield Name(temporary, "temporary", whole, self.tree)
        for block in self.blocks:
            for parameter in block.parameters:
                yield Name(parameter, "block argument", (block.start, block.end), block)
            for temporary in block.body.temporaries:
                yield Name(temporary, "temporary", (block.start, block.end), block)

    def _resolve(self) -> None:
        declarations = {id(name.node) for name in self.names}
        targets = {id(node.target) for node in self.case.nodes if isinstance(node, n.Assign)}
        for node in self.case.nodes:
            if not isinstance(node, n.Variable) or id(node) in declarations or self._is_in_literal(node):
                continue
            name, store = self.find(node.name, node.start), id(node) in targets
            if name is not None:
                (name.stores if store else name.reads).append(node)
            else:
                (self.free_stores if store else self.free).append(node)

    def _is_in_literal(self, node: n.Node) -> bool:
        return any(a <= node.start < b for a, b in self.case.literals)

    def find(self, name: str, offset: int) -> Name | None:
        """Answer what a name means at an offset: the innermost declaration around it."""
        around = [one for one in self.names if one.name == name and one.scope[0] < offset < one.scope[1]]
        return min(around, key=lambda one: one.scope[1] - one.scope[0], default=None)

    def declares(self, name: str) -> int:
        """Answer how many declarations of a name there are, in whatever scope."""
        return sum(1 for one in self.names if one.name == name)

    def words(self) -> set[str]:
        """Answer every name of the method, declared or not."""
        return {node.name for node in self.case.nodes if isinstance(node, n.Variable)}

    def uses(self, name: str, inside: n.Node) -> bool:
        """Answer whether a name is read, stored into or declared anew inside a node."""
        return any(isinstance(node, n.Variable) and node.name == name for node in n.walk(inside))

    def is_foreign(self, name: str) -> bool:
        """Answer whether C code of the method may use a name."""
        return any(name in node.text for node in self.case.nodes if isinstance(node, n.Foreign))

    def rename(self, name: Name, put: str) -> Mutant | Discard:
        """Give a declared name another spelling at its declaration, which is the place to find, and at each use."""
        if self.declares(name.name) > 1:
            return DECLARED_TWICE
        if self.is_foreign(name.name):
            return FOREIGN
        uses = [(use.start, use.end, put) for use in (*name.reads, *name.stores)]
        return mutate(self.text, (name.node.start, name.node.end, OPEN + put + CLOSE), *uses)


Made = Iterator[Mutant | Discard]
Maker = Callable[[Subject], Made]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to put one fault of the table into a method.

    `dialects`: where only these read the text as this fault; None is all. `code`: what is found is not the table's code.
    """

    name: str
    fault: str
    make: Maker
    dialects: frozenset[str] | None = None
    code: str | None = None


KINDS: dict[str, Kind] = {}


def enter(kind: Kind) -> None:
    """Add a kind to the list."""
    assert kind.name not in KINDS, kind.name
    KINDS[kind.name] = kind


def kind(fault: str, *dialects: str, code: str | None = None) -> Callable[[Maker], Maker]:
    """Register a maker of mutants with a fault of the table."""

    def register(maker: Maker) -> Maker:
        enter(Kind(maker.__name__.replace("_", " "), fault, maker, frozenset(dialects) or None, code))
        return maker

    return register
