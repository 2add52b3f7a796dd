"""What one syntax tree sends, reads, writes and holds: the rows of `sends`, `uses`, `literals` and `pragmas`, and its shape."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from hashlib import blake2b

from stparse import nodes
from stparse.index.version import LITERAL_KINDS, USE_KINDS

Scope = dict[str, int] | None
"""The locals in sight with their kind; None inside a literal, where names are no variables."""

_GLOBAL, _FREE, _TEMPORARY, _ARGUMENT, _BLOCK_ARGUMENT, _PSEUDO = range(len(USE_KINDS))
_SYMBOL, _STRING, _NUMBER, _CHARACTER = range(len(LITERAL_KINDS))
_PSEUDO_VARIABLES = frozenset(("self", "super", "nil", "true", "false", "thisContext"))


class Strings:
    """Strings to numbers from 1, within one file; 0 stands for none."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        if text is None:
            return 0
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def all(self) -> tuple[str, ...]:
        return tuple(self._numbers)


class FactCollector:
    """Collects the facts of the methods and do-its of one file as flat integers, which travel fast between processes.

    sends: owner, at, selector, receiver, line; uses: owner, at, name, kind, write, line; literals: owner, kind, value, at;
    pragmas: owner, at, selector. Names are numbers of `strings`; `owner` is what the caller says.
    """

    def __init__(self, strings: Strings) -> None:
        self._string = strings.number
        self.sends = array("i")
        self.uses = array("i")
        self.literals = array("i")
        self.pragmas = array("i")
        self._stack: list[tuple[nodes.Node, Scope]] = []
        self._shape: list[str] = []
        self._locals: dict[str, str] = {}
        self._once: set[tuple[object, ...]] = set()
        self._owner = 0
        self._starts: Sequence[int] = ()
        self._line = 0
        self._visit: dict[type[nodes.Node], Callable[[nodes.Node, Scope], None]] = {
            nodes.Variable: self._variable,
            nodes.Path: self._path,
            nodes.Send: self._send,
            nodes.Cascade: self._cascade,
            nodes.Message: self._message,
            nodes.Assign: self._assign,
            nodes.Return: self._return,
            nodes.Sequence: self._sequence,
            nodes.Block: self._block,
            nodes.Method: self._method,
            nodes.Pragma: self._pragma,
            nodes.Symbol: self._symbol,
            nodes.String: self._text,
            nodes.Number: self._number,
            nodes.Character: self._character,
            nodes.Binding: self._binding,
            nodes.LiteralArray: self._array,
            nodes.ByteArray: self._bytes,
            nodes.Brace: self._brace,
            nodes.CompileTime: self._compile_time,
        }

    def collect(self, owner: int, tree: nodes.Node, starts: Sequence[int], line: int) -> int:
        """Add the facts of `tree`; `starts` are the offsets of its text's lines, `line` the first one's number in the file.

        Answer the shape: a 63-bit number that trees share that differ in names of locals and in literals only.
        """
        self._owner, self._starts, self._line = owner, starts, line - 1
        self._shape, self._locals, self._once = [], {}, set()
        # A stack and no recursion: trees can be 20,000 nodes deep. Last in, first out: children are pushed last to first.
        stack = self._stack = [(tree, {})]
        visit = self._visit
        while stack:
            node, scope = stack.pop()
            action = visit.get(type(node))
            if action is not None:
                action(node, scope)
        return int.from_bytes(blake2b(" ".join(self._shape).encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1

    def _push(self, children: Sequence[nodes.Node], scope: Scope) -> None:
        self._stack.extend([(child, scope) for child in reversed(children)])

    def _line_of(self, at: int) -> int:
        return self._line + bisect_right(self._starts, at)

    def _method(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Method)
        scope = {argument.name: _ARGUMENT for argument in node.arguments}
        self._locals = {argument.name: f"v{number}" for number, argument in enumerate(node.arguments)}
        self._stack.append((node.body, scope))
        self._push(node.pragmas, None)

    def _sequence(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Sequence)
        if node.temporaries:
            scope = self._declare(node.temporaries, scope, _TEMPORARY)
        self._shape.append(f"{len(node.statements)};")
        self._push(node.statements, scope)

    def _block(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Block)
        self._shape.append(f"[{len(node.parameters)}")
        if node.parameters:
            scope = self._declare(node.parameters, scope, _BLOCK_ARGUMENT)
        self._stack.append((node.body, scope))

    def _declare(self, variables: Sequence[nodes.Variable], scope: Scope, kind: int) -> Scope:
        inner = dict(scope or ())
        for variable in variables:
            inner[variable.name] = kind
            self._locals.setdefault(variable.name, f"v{len(self._locals)}")
        return inner

    def _send(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Send)
        self._sent(node.selector, node.at, node.receiver, scope)
        self._push(node.arguments, scope)
        self._stack.append((node.receiver, scope))

    def _cascade(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Cascade)
        self._shape.append(f"{len(node.messages)}&")
        for message in node.messages:
            self._sent(message.selector, message.start, node.receiver, scope)
        self._push(node.messages, scope)
        self._stack.append((node.receiver, scope))

    def _message(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Message)
        for message in node.then:
            self._sent(message.selector, message.start, node, scope)
        self._push((*node.arguments, *node.then), scope)

    def _sent(self, selector: str, at: int, receiver: nodes.Node, scope: Scope) -> None:
        self._shape.append(selector)
        name = receiver.name if type(receiver) is nodes.Variable and _is_receiver(receiver.name, scope) else None
        self.sends.extend((self._owner, at, self._string(selector), self._string(name), self._line_of(at)))

    def _path(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Path)
        self._shape.append(".".join(("", *node.names)))
        self._stack.append((node.variable, scope))

    def _assign(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Assign)
        self._shape.append(":=")
        self._stack.append((node.value, scope))
        if isinstance(node.target, nodes.Variable):
            self._used(node.target, scope, 1)

    def _return(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Return)
        self._shape.append("^")
        self._stack.append((node.value, scope))

    def _variable(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Variable)
        self._used(node, scope, 0)

    def _used(self, node: nodes.Variable, scope: Scope, write: int) -> None:
        name = node.name
        if scope is None:
            self._shape.append("#")
            return
        kind = _kind_of(name, scope)
        self._shape.append(self._locals[name] if name in scope else name)
        if kind > _FREE:
            key = (name, kind, write)
            if key in self._once:
                return
            self._once.add(key)
        self.uses.extend((self._owner, node.start, self._string(name), kind, write, self._line_of(node.start)))

    def _binding(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Binding)
        self._shape.append(node.name)
        line = self._line_of(node.start)
        self.uses.extend((self._owner, node.start, self._string(node.name), _GLOBAL, 0, line))

    def _pragma(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Pragma)
        self._shape.append(f"<{node.selector}")
        self.pragmas.extend((self._owner, node.start, self._string(node.selector)))
        self._push(node.arguments, None)

    def _literal(self, kind: int, value: str, node: nodes.Node) -> None:
        self._shape.append("#")
        key = (kind, value)
        if key not in self._once:
            self._once.add(key)
            self.literals.extend((self._owner, kind, self._string(value), node.start))

    def _symbol(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Symbol)
        self._literal(_SYMBOL, node.value, node)

    def _text(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.String)
        self._literal(_STRING, node.value, node)

    def _number(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Number)
        self._literal(_NUMBER, node.text, node)

    def _character(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Character)
        self._literal(_CHARACTER, node.value, node)

    def _array(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.LiteralArray)
        self._shape.append(f"#({len(node.elements)}")
        self._push(node.elements, None)

    def _bytes(self, node: nodes.Node, scope: Scope) -> None:
        self._shape.append("#[")

    def _brace(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.Brace)
        self._shape.append(f"{{{len(node.elements)}")
        self._push(node.elements, scope)

    def _compile_time(self, node: nodes.Node, scope: Scope) -> None:
        assert isinstance(node, nodes.CompileTime)
        self._shape.append("##")
        self._stack.append((node.body, scope))


def is_global_name(name: str) -> bool:
    """Answer whether `name` is written as a global, class, shared or pool variable is: capitalised or qualified."""
    return name[:1].isupper() or "." in name or ":" in name


def _kind_of(name: str, scope: dict[str, int]) -> int:
    local = scope.get(name)
    if local is not None:
        return local
    if name in _PSEUDO_VARIABLES:
        return _PSEUDO
    return _GLOBAL if is_global_name(name) else _FREE


def _is_receiver(name: str, scope: Scope) -> bool:
    if name == "self" or name == "super":
        return True
    return is_global_name(name) and (scope is None or name not in scope)
