"""The syntax tree: frozen nodes that know their place in the text, and one way to walk them.

`start` and `end` are character offsets of the parsed text and take no part in equality: two trees are equal when
they say the same thing. Trees can be 20,000 nodes deep (a chain of binary sends), so nothing here recurses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from stparse.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """What every node has: its place, `text[start:end]`."""

    start: int = field(repr=False)
    end: int = field(repr=False)

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and _same(self, other)

    def __hash__(self) -> int:
        return hash((type(self), *(value for value in _values(self) if isinstance(value, str))))


@dataclass(frozen=True, slots=True, eq=False)
class Variable(Node):
    """A name where a value is wanted: `aContract`, `self`, `nil`, `Core.Object`, `A::B`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Path(Node):
    """GemStone's `aContract.right.name`: instance variables of what a variable holds, one in the other."""

    variable: Variable
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Number(Node):
    """A number as it is spelled, sign included: `16rFF`, `-4`, `1.25s2`."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Character(Node):
    """`$a`; `value` is what follows the dollar."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class String(Node):
    """`'it''s'`; `value` has its quotes undoubled."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Node):
    """`#foo`, `#at:put:`, `#+`, `#'two words'`, and bare words inside a literal array; `value` is without the `#`."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class LiteralArray(Node):
    """`#(1 #(2) foo nil)`; constants in it are `Variable` nodes named nil, true or false."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ByteArray(Node):
    """`#[1 2 255]`."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Binding(Node):
    """`#{Core.Object}`: the variable itself, not its value."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Brace(Node):
    """`{a. b + 1}`: an array made at run time; `dictionary` is Amber's `#{key -> value}`."""

    elements: tuple[Node, ...]
    dictionary: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CompileTime(Node):
    """`##(expression)` of Dolphin and VA, Cuis backticks: evaluated by the compiler."""

    body: Sequence


@dataclass(frozen=True, slots=True, eq=False)
class Foreign(Node):
    """Text of another language in the code: `%{ C %}`, `<C: int f(char *)>`, inline JavaScript, `]style[`; kept, not read."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Message(Node):
    """A selector with its arguments, as in a cascade; `start` is that of the selector.

    `then` are messages to its answer, one to that of the other: Dolphin's `view show; model size isZero`.
    """

    selector: str
    arguments: tuple[Node, ...]
    then: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Send(Node):
    """`receiver selector: argument`; `at` is the offset of the selector's first character."""

    receiver: Node
    selector: str
    arguments: tuple[Node, ...]
    at: int = field(default=0, repr=False, metadata={"place": True})


@dataclass(frozen=True, slots=True, eq=False)
class Cascade(Node):
    """`receiver foo; bar: 1`; at least two messages."""

    receiver: Node
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Assign(Node):
    """`target := value`; the target is a Variable (anything else is an issue)."""

    target: Variable
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Return(Node):
    """`^value`."""

    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Node):
    """Temporaries and statements. `comments` are (index of the statement that they precede or stand in, text without quotes)."""

    temporaries: tuple[Variable, ...]
    statements: tuple[Node, ...]
    comments: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Block(Node):
    """`[:a :b | | t | ...]`."""

    parameters: tuple[Variable, ...]
    body: Sequence


@dataclass(frozen=True, slots=True, eq=False)
class Pragma(Node):
    """`<resource: #canvas>`, `<primitive: 60>`; arguments are literals or names."""

    selector: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Method(Node):
    """A method: `start` is the first character of its selector pattern."""

    selector: str
    arguments: tuple[Variable, ...]
    pragmas: tuple[Node, ...]
    body: Sequence


_FIELDS: dict[type[Node], tuple[str, ...]] = {}


def fields_of(node: Node) -> tuple[str, ...]:
    """Answer the names of the fields that say something, without those that are places."""
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(f.name for f in fields(kind) if f.name not in ("start", "end") and not f.metadata.get("place"))
    return names


def _values(node: Node) -> list[object]:
    return [getattr(node, name) for name in fields_of(node)]


def _same(left: Node, right: Node) -> bool:
    stack: list[tuple[object, object]] = [(left, right)]
    while stack:
        a, b = stack.pop()
        if a is b:
            continue
        if isinstance(a, Node):
            if type(a) is not type(b):
                return False
            assert isinstance(b, Node)
            stack.extend(zip(_values(a), _values(b), strict=True))
        elif isinstance(a, tuple):
            if not isinstance(b, tuple) or len(a) != len(b):
                return False
            stack.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True


# Of each kind of node the fields that hold nodes, and whether each holds a tuple of them. Half of all nodes have none.
_BELOW: dict[type[Node], tuple[tuple[str, bool], ...]] = {}
_NO_NODES = frozenset(("str", "bool", "tuple[str, ...]", "tuple[tuple[int, str], ...]"))


def _below(kind: type[Node]) -> tuple[tuple[str, bool], ...]:
    said = [f for f in fields(kind) if f.name not in ("start", "end") and not f.metadata.get("place") and f.type not in _NO_NODES]
    found = _BELOW[kind] = tuple((f.name, str(f.type).startswith("tuple")) for f in said)
    return found


def children(node: Node) -> list[Node]:
    """Answer the direct children of `node`, in the order of its fields."""
    kind = type(node)
    below: list[Node] = []
    for name, many in _BELOW[kind] if kind in _BELOW else _below(kind):
        value = getattr(node, name)
        if many:
            below += value
        else:
            below.append(value)
    return below


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and all below it, parents first, in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        kind = type(current)
        if _BELOW[kind] if kind in _BELOW else _below(kind):
            stack += reversed(children(current))
