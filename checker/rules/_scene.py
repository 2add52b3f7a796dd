"""A method as the rules meet it: the tree, its nodes by selector and by type, and what follows from where a node stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeGuard

from checker.rules._code import CodeBase, is_test_name
from checker.rules._facts import nodes_by_type
from stparse.index.model import MethodDef
from stparse.nodes import (
    Assign,
    Binding,
    Block,
    ByteArray,
    Cascade,
    Character,
    LiteralArray,
    Message,
    Method,
    Node,
    Number,
    Return,
    Send,
    Sequence,
    String,
    Symbol,
    Variable,
    children,
    walk,
)
from stparse.text import Span

LITERALS = (Number, Character, String, Symbol, LiteralArray, ByteArray, Binding)
CONSTANTS = frozenset(("nil", "true", "false"))
PSEUDO = CONSTANTS | {"self", "super", "thisContext"}
COMPARISONS = frozenset(("=", "==", "~=", "~~", "<", ">", "<=", ">="))
CONDITIONALS = frozenset(
    ("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "ifNil:", "ifNotNil:", "ifNil:ifNotNil:", "ifNotNil:ifNil:")
)
LOOPS = frozenset(
    (
        "do:", "reverseDo:", "keysDo:", "valuesDo:", "associationsDo:", "keysAndValuesDo:", "do:separatedBy:", "timesRepeat:", "to:do:",
        "to:by:do:", "whileTrue:", "whileFalse:", "whileTrue", "whileFalse", "repeat", "with:do:", "doWithIndex:",
    )
)  # fmt: skip


class Scene:
    """One method with its tree; `code` is the code base around it, where there is one."""

    def __init__(self, method: MethodDef, tree: Method, code: CodeBase | None = None) -> None:
        self.method = method
        self.tree = tree
        self.code = code
        self.nodes = nodes_by_type(tree)
        self.sends: dict[str, list[Send]] = {}
        self.messages: dict[str, list[Message]] = {}
        for send in self.nodes.get(Send, ()):
            assert isinstance(send, Send)
            self.sends.setdefault(send.selector, []).append(send)
        for message in self.nodes.get(Message, ()):
            assert isinstance(message, Message)
            self.messages.setdefault(message.selector, []).append(message)

    # What there is

    @cached_property
    def parents(self) -> dict[int, Node]:
        """The node around each node, by its id."""
        found: dict[int, Node] = {}
        for nodes in self.nodes.values():
            for node in nodes:
                for child in children(node):
                    found[id(child)] = node
        return found

    def parent(self, node: Node) -> Node | None:
        return self.parents.get(id(node))

    def around(self, node: Node) -> Iterator[Node]:
        """Yield what stands around `node`, the nearest first."""
        current = self.parents.get(id(node))
        while current is not None:
            yield current
            current = self.parents.get(id(current))

    @cached_property
    def locals(self) -> frozenset[str]:
        """The names that the method declares anywhere: arguments, temporaries, parameters of blocks."""
        names = {argument.name for argument in self.tree.arguments}
        for node in self.nodes.get(Block, ()):
            assert isinstance(node, Block)
            names.update(parameter.name for parameter in node.parameters)
        for node in self.nodes.get(Sequence, ()):
            assert isinstance(node, Sequence)
            names.update(temporary.name for temporary in node.temporaries)
        return frozenset(names)

    @cached_property
    def comments(self) -> tuple[tuple[Sequence, int, str], ...]:
        """The comments of all sequences: (sequence, number of the statement behind it, text)."""
        sequences = (node for node in self.nodes.get(Sequence, ()) if isinstance(node, Sequence))
        return tuple((sequence, index, text) for sequence in sequences for index, text in sequence.comments)

    def place_of_comment(self, text: str) -> Span:
        """Answer where a comment with that text stands; the method's pattern if it cannot be found."""
        at = self.method.source.find(f'"{text}')
        return Span(at, at + len(text) + 2) if at >= 0 else self.pattern_span

    @property
    def pattern_span(self) -> Span:
        """The first line of the method, which is where findings about the whole of it are shown."""
        end = self.method.source.find("\n", self.tree.start)
        return Span(self.tree.start, end if end >= 0 else len(self.method.source))

    @property
    def statements(self) -> tuple[Node, ...]:
        return self.tree.body.statements

    @property
    def in_test(self) -> bool:
        """Whether this is test code, which does on purpose what other code does by mistake."""
        return self.method.selector.startswith("test") or is_test_name(self.method.class_name)

    @property
    def raises_only(self) -> bool:
        """Whether the method says that it is not to be used."""
        return bool(self.sends.keys() & {"subclassResponsibility", "shouldNotImplement", "implementedBySubclass"})

    def source_of(self, node: Node) -> str:
        """Answer the text of a node on one line."""
        return " ".join(self.method.source[node.start : node.end].split())

    # How a node is used

    def is_used(self, node: Node) -> bool:
        """Answer whether somebody may look at the value of `node`; in doubt somebody does."""
        current = node
        while True:
            above = self.parents.get(id(current))
            if isinstance(above, Message | Cascade) and isinstance(current, Message):
                return False
            if not isinstance(above, Sequence):
                return True
            if above is self.tree.body or above.statements[-1] is not current:
                return False
            block = self.parents.get(id(above))
            if not isinstance(block, Block):
                return True
            send = self.parents.get(id(block))
            if not isinstance(send, Send) or send.receiver is block:
                return True
            if send.selector in LOOPS:
                return False
            if send.selector not in CONDITIONALS:
                return True
            current = send


def is_send(node: object, *selectors: str) -> TypeGuard[Send]:
    """Answer whether `node` is a send, of one of `selectors` where some are given."""
    return isinstance(node, Send) and (not selectors or node.selector in selectors)


def is_name(node: object, *names: str) -> TypeGuard[Variable]:
    """Answer whether `node` is a variable, of one of `names` where some are given."""
    return isinstance(node, Variable) and (not names or node.name in names)


def is_literal(node: Node) -> bool:
    return isinstance(node, LITERALS) or is_name(node, *CONSTANTS)


def is_simple(node: Node) -> bool:
    """Answer whether `node` says the same each time: a variable or a literal."""
    return isinstance(node, Variable) or is_literal(node)


def only_statement(node: Node) -> Node | None:
    """Answer the one statement of a block without temporaries, or None."""
    if isinstance(node, Block) and not node.body.temporaries and len(node.body.statements) == 1:
        return node.body.statements[0]
    return None


def is_empty_block(node: Node) -> bool:
    """Answer whether `node` is a block with nothing in it, not even a comment that says why."""
    return isinstance(node, Block) and not node.body.statements and not node.body.comments


def receivers(tree: Node) -> Iterator[tuple[Node, Send | Message]]:
    """Yield every message below `tree` with its receiver, those of cascades too."""
    for node in walk(tree):
        if isinstance(node, Send):
            yield node.receiver, node
        elif isinstance(node, Cascade):
            yield from ((node.receiver, message) for message in node.messages)


def mentions(tree: Node, name: str) -> bool:
    """Answer whether the variable `name` occurs below `tree`."""
    return any(isinstance(node, Variable) and node.name == name for node in walk(tree))


def assigns(tree: Node, name: str) -> bool:
    """Answer whether `name` is assigned below `tree`."""
    return any(isinstance(node, Assign) and node.target.name == name for node in walk(tree))


def ends_method(statement: Node) -> bool:
    """Answer whether nothing is run behind `statement`: it returns on every path, or raises."""
    if isinstance(statement, Return):
        return True
    if isinstance(statement, Cascade):
        return any(message.selector in _RAISING for message in statement.messages)
    if not isinstance(statement, Send):
        return False
    if statement.selector in _RAISING or statement.selector.startswith(("error", "signal", "raise", "halt")):
        return True
    if statement.selector in ("ifTrue:ifFalse:", "ifFalse:ifTrue:", "ifNil:ifNotNil:", "ifNotNil:ifNil:"):
        blocks = [argument for argument in statement.arguments if isinstance(argument, Block)]
        return len(blocks) == 2 and all(block.body.statements and ends_method(block.body.statements[-1]) for block in blocks)
    if statement.selector in ("ensure:", "ifCurtailed:", "on:do:", "repeat", "critical:", "valueNowOrOnUnwindDo:", "valueOnUnwindDo:"):
        return any(isinstance(part, Return) for part in walk(statement))
    return False


_RAISING = frozenset(
    (
        "subclassResponsibility", "shouldNotImplement", "primitiveFailed", "signal", "signal:", "raise", "error:", "halt", "pass", "retry",
        "implementedBySubclass", "fail", "return:", "outer", "errorSubscriptBounds:", "raiseSignal", "notYetImplemented",
    )
)  # fmt: skip
