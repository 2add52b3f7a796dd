"""Trees back to text: `parse(to_source(node)) == node`, in the layout that VisualWorks' own formatter taught.

Everything goes over one explicit stack of texts and nodes, since a tree may be deeper than Python's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from stparse.nodes import (
    Assign,
    Binding,
    Block,
    Brace,
    ByteArray,
    Cascade,
    Character,
    CompileTime,
    Foreign,
    LiteralArray,
    Message,
    Method,
    Node,
    Number,
    Path,
    Pragma,
    Return,
    Send,
    Sequence,
    String,
    Symbol,
    Variable,
)

# How tightly a place binds: what stands there without parentheses.
_PRIMARY, _UNARY, _BINARY, _EXPRESSION = range(4)
_PLAIN_SYMBOL = re.compile(r"[^\W\d][\w:]*|[-+*/\\~<>=@%|&?,!]+")
_WORD = re.compile(r"[^\W\d][\w:]*")

Piece: TypeAlias = "str | tuple[Node, int, int]"


def to_source(node: Node, dialect: str = "visualworks") -> str:
    """Answer Smalltalk text for a method, a sequence, or any node below; `dialect` decides the spelling of comments."""
    return _Printer(dialect).text_of(node)


def precedence(selector: str) -> int:
    """Answer 1 for a unary selector, 2 for a binary one, 3 for a keyword one."""
    if selector.endswith(":"):
        return _EXPRESSION
    return _UNARY if _WORD.fullmatch(selector) or selector.startswith("@env") else _BINARY


def pattern_source(selector: str, arguments: list[str]) -> str:
    """Answer a selector with its arguments as text: `at: key put: value`, `+ other`, `size`."""
    if not arguments:
        return selector
    if not selector.endswith(":"):
        return f"{selector} {arguments[0]}"
    return " ".join(f"{keyword} {argument}" for keyword, argument in zip(_keywords(selector), arguments, strict=True))


def _keywords(selector: str) -> list[str]:
    """Answer the parts of a keyword selector; GemStone's `@env1:` belongs to the first of them."""
    return re.findall(r"(?:@env\d+:)?[^:]+:", selector)


class _Printer:
    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._makers: dict[type[Node], Callable[[Any, int], list[Piece]]] = {
            Variable: lambda node, indent: [node.name],
            Path: lambda node, indent: [".".join((node.variable.name, *node.names))],
            Number: lambda node, indent: [node.text],
            Character: lambda node, indent: ["$" + node.value],
            String: lambda node, indent: [_quoted(node.value)],
            Symbol: lambda node, indent: ["#" + (node.value if _PLAIN_SYMBOL.fullmatch(node.value) else _quoted(node.value))],
            Binding: lambda node, indent: ["#{" + node.name + "}"],
            Foreign: lambda node, indent: [node.text],
            LiteralArray: lambda node, indent: self._list("#(", node.elements, " ", ")", indent),
            ByteArray: lambda node, indent: self._list("#[", node.elements, " ", "]", indent),
            Brace: lambda node, indent: self._list("#{" if node.dictionary else "{", node.elements, ". ", "}", indent),
            CompileTime: self._compile_time,
            Assign: lambda node, indent: [(node.target, _PRIMARY, indent), " := ", (node.value, _EXPRESSION, indent)],
            Return: lambda node, indent: ["^", (node.value, _EXPRESSION, indent)],
            Send: self._send,
            Message: self._chain,
            Cascade: self._cascade,
            Block: self._block,
            Sequence: self._sequence,
            Pragma: self._pragma,
            Method: self._method,
        }

    def text_of(self, node: Node) -> str:
        out: list[str] = []
        stack: list[Piece] = [(node, _EXPRESSION, 0)]
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                out.append(piece)
                continue
            current, place, indent = piece
            pieces = self._makers[type(current)](current, indent)
            if _binding(current) > place:
                pieces = ["(", *pieces, ")"]
            stack.extend(reversed(pieces))
        return "".join(out)

    def _list(self, opener: str, elements: tuple[Node, ...], separator: str, closer: str, indent: int) -> list[Piece]:
        pieces: list[Piece] = [opener]
        for number, element in enumerate(elements):
            if number:
                pieces.append(separator)
            pieces.append((element, _EXPRESSION, indent))
        pieces.append(closer)
        return pieces

    def _send(self, node: Send, indent: int) -> list[Piece]:
        place = min(precedence(node.selector), _BINARY)
        if node.selector == "^":
            # Only between operands that it touches is it a message.
            return [(node.receiver, place, indent), "^", (node.arguments[0], _UNARY, indent)]
        return [(node.receiver, place, indent), " ", *self._message(node.selector, node.arguments, indent)]

    def _message(self, selector: str, arguments: tuple[Node, ...], indent: int) -> list[Piece]:
        if not arguments:
            return [selector]
        if not selector.endswith(":"):
            return [selector, " ", (arguments[0], _UNARY, indent)]
        pieces: list[Piece] = []
        for keyword, argument in zip(_keywords(selector), arguments, strict=True):
            pieces += [" " if pieces else "", keyword, " ", (argument, _BINARY, indent)]
        return pieces

    def _chain(self, node: Message, indent: int) -> list[Piece]:
        pieces: list[Piece] = []
        for message in (node, *node.then):
            pieces += [" " if pieces else "", *self._message(message.selector, message.arguments, indent)]
        return pieces

    def _cascade(self, node: Cascade, indent: int) -> list[Piece]:
        first = node.messages[0]
        # A chain that came first would be taken for the receiver of the rest: Dolphin lets it follow a semicolon.
        place = _PRIMARY if first.then else min(precedence(first.selector), _BINARY)
        pieces: list[Piece] = [(node.receiver, place, indent)]
        for number, message in enumerate(node.messages):
            begin = ";\n" + "\t" * (indent + 1) if number else "; " if first.then else " "
            pieces += [begin, (message, _EXPRESSION, indent + 1)]
        return pieces

    def _block(self, node: Block, indent: int) -> list[Piece]:
        body = node.body
        head = "".join(f":{parameter.name} " for parameter in node.parameters)
        if node.parameters and (body.statements or body.temporaries or body.comments):
            head += "| "
        if len(body.statements) <= 1 and not body.comments and not body.temporaries:
            inner: list[Piece] = [(statement, _EXPRESSION, indent) for statement in body.statements]
            return ["[", head if inner else head.rstrip(), *inner, "]"]
        return ["[", head.rstrip(), "\n" + "\t" * (indent + 1), (body, _EXPRESSION, indent + 1), "]"]

    def _compile_time(self, node: CompileTime, indent: int) -> list[Piece]:
        opener, closer = ("`", "`") if self._dialect == "squeak" else ("##(", ")")
        return [opener, (node.body, _EXPRESSION, indent), closer]

    def _sequence(self, node: Sequence, indent: int) -> list[Piece]:
        line = "\n" + "\t" * indent
        pieces: list[Piece] = []
        if node.temporaries:
            pieces += ["| " + " ".join(variable.name for variable in node.temporaries) + " |", line]
        comments = list(node.comments)
        last = len(node.statements) - 1
        for number, statement in enumerate(node.statements):
            while comments and comments[0][0] <= number:
                pieces += [self._comment(comments.pop(0)[1]), line]
            pieces += [(statement, _EXPRESSION, indent), "." + line if number < last else ""]
        for number, (_, text) in enumerate(comments):
            pieces += [line if number or node.statements else "", self._comment(text)]
        if comments and self._dialect == "stx":
            # The last comment may run to the end of its line, and a closing bracket may come next.
            pieces.append(line)
        return pieces

    def _comment(self, text: str) -> str:
        return '"' + text if self._dialect == "stx" and text.startswith(("/", "<<")) else f'"{text}"'

    def _pragma(self, node: Pragma, indent: int) -> list[Piece]:
        if not node.arguments:
            return ["<", node.selector, ">"]
        if not node.selector.endswith(":"):
            # A binary message: a space keeps it apart from both angles.
            return ["< ", node.selector, " ", (node.arguments[0], _UNARY, indent), " >"]
        pieces: list[Piece] = ["<"]
        for keyword, argument in zip(_keywords(node.selector), node.arguments, strict=True):
            pieces += [" " if len(pieces) > 1 else "", keyword, " ", (argument, _UNARY, indent)]
        # A space keeps a binary symbol apart from the closing angle.
        return [*pieces, " >" if isinstance(node.arguments[-1], Symbol) else ">"]

    def _method(self, node: Method, indent: int) -> list[Piece]:
        pieces: list[Piece] = [pattern_source(node.selector, [variable.name for variable in node.arguments])]
        for pragma in node.pragmas:
            pieces += ["\n\t", (pragma, _EXPRESSION, 1)]
        body = node.body
        if body.temporaries or body.statements or body.comments:
            pieces += ["\n\t", (body, _EXPRESSION, 1)]
        return pieces


def _binding(node: Node) -> int:
    if isinstance(node, Send):
        return precedence(node.selector)
    return _EXPRESSION if isinstance(node, Cascade | Assign) else _PRIMARY


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
