"""From productions to nodes: one method for each production that `grammar/smalltalk.lark` names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import Any

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
from stparse.scanner import Tokens

_CONSTANTS = frozenset(("nil", "true", "false"))


class TreeMaker:
    """Makes the nodes of one text at a time. Values: tokens come as their index, everything else as nodes and lists."""

    def __init__(self, *, open_comments: bool = False) -> None:
        """`open_comments`: a comment that begins with "/ or "<< has no closing quote (Smalltalk/X)."""
        self._open_comments = open_comments
        self.reset("", Tokens())

    def reset(self, text: str, tokens: Tokens) -> None:
        """Turn to another text."""
        self._text = text
        self._starts = tokens.starts
        self._ends = tokens.ends
        self._comments = list(tokens.comments)

    def _word(self, token: int) -> str:
        return self._text[self._starts[token] : self._ends[token]]

    def _name(self, token: int) -> Variable:
        start, end = self._starts[token], self._ends[token]
        return Variable(start, end, self._text[start:end])

    # -- methods and bodies ---------------------------------------------------------------------------------------

    def method(self, values: list[Any], start: int, end: int) -> Method:
        (selector, arguments), (pragmas, body) = values
        if self._comments:
            body = self._with_comments(body, -1, len(self._text) + 1)
        return Method(start, end, selector, arguments, pragmas, body)

    def script(self, values: list[Any], start: int, end: int) -> Sequence:
        (_, body) = values[0]
        if self._comments:
            body = self._with_comments(body, -1, len(self._text) + 1)
        assert isinstance(body, Sequence)
        return body

    def unary_pattern(self, values: list[Any], start: int, end: int) -> tuple[str, tuple[Variable, ...]]:
        return self._word(values[0]), ()

    def binary_pattern(self, values: list[Any], start: int, end: int) -> tuple[str, tuple[Variable, ...]]:
        return self._word(values[0]), (self._name(values[1]),)

    def keyword_pattern(self, values: list[Any], start: int, end: int) -> tuple[str, tuple[Variable, ...]]:
        return "".join(map(self._word, values[::2])), tuple(map(self._name, values[1::2]))

    def body(self, values: list[Any], start: int, end: int) -> tuple[tuple[Node, ...], Sequence]:
        """Answer (pragmas, sequence); `values` are pragmas, at most one tuple of temporaries, and statements."""
        temporaries: tuple[Variable, ...] = ()
        pragmas: list[Node] = []
        first = 0
        for value in values:
            kind = type(value)
            if kind is tuple:
                temporaries = value
            elif kind is Pragma or (kind is Foreign and value.text.startswith("<")):
                pragmas.append(value)
            else:
                break
            first += 1
        return tuple(pragmas), Sequence(start, end, temporaries, tuple(values[first:]))

    def temporaries(self, values: list[Any], start: int, end: int) -> tuple[Variable, ...]:
        return tuple(map(self._name, values))

    def unary_pragma(self, values: list[Any], start: int, end: int) -> Pragma:
        return Pragma(start, end, self._word(values[0]), ())

    def keyword_pragma(self, values: list[Any], start: int, end: int) -> Pragma:
        return Pragma(start, end, "".join(map(self._word, values[::2])), tuple(values[1::2]))

    def binary_pragma(self, values: list[Any], start: int, end: int) -> Pragma:
        return Pragma(start, end, self._word(values[0]), (values[1],))

    def protected_pragma(self, values: list[Any], start: int, end: int) -> Pragma:
        """GemStone's `<protected primitive: 32>`."""
        protection, keyword, argument = values
        return Pragma(start, end, f"{self._word(protection)} {self._word(keyword)}", (argument,))

    def foreign(self, values: list[Any], start: int, end: int) -> Foreign:
        return Foreign(start, end, self._text[start:end])

    def _with_comments(self, body: Sequence, start: int, end: int) -> Sequence:
        """Answer `body` with the comments between the two offsets that no inner body has taken."""
        first, last = bisect_left(self._comments, (start,)), bisect_left(self._comments, (end,))
        if first == last:
            return body
        mine = self._comments[first:last]
        del self._comments[first:last]
        stops = [statement.end for statement in body.statements]
        comments = tuple((bisect_right(stops, at), self._comment(at, until)) for at, until in mine)
        return Sequence(body.start, body.end, body.temporaries, body.statements, comments)

    def _comment(self, start: int, end: int) -> str:
        if self._open_comments and self._text.startswith(('"/', '"<<'), start):
            return self._text[start + 1 : end]
        return self._text[start + 1 : end - 1]

    # -- statements and expressions -----------------------------------------------------------------------------------

    def return_(self, values: list[Any], start: int, end: int) -> Return:
        return Return(start, end, values[0])

    def assign(self, values: list[Any], start: int, end: int) -> Assign:
        return Assign(start, end, self._name(values[0]), values[2])

    def unary_send(self, values: list[Any], start: int, end: int) -> Send:
        receiver, token = values
        at = self._starts[token]
        return Send(start, end, receiver, self._text[at : self._ends[token]], (), at)

    def binary_send(self, values: list[Any], start: int, end: int) -> Send:
        receiver, token, argument = values
        at = self._starts[token]
        return Send(start, end, receiver, self._text[at : self._ends[token]], (argument,), at)

    def keyword_send(self, values: list[Any], start: int, end: int) -> Send:
        if len(values) == 3:
            receiver, token, argument = values
            at = self._starts[token]
            return Send(start, end, receiver, self._text[at : self._ends[token]], (argument,), at)
        selector = "".join(map(self._word, values[1::2]))
        return Send(start, end, values[0], selector, tuple(values[2::2]), self._starts[values[1]])

    def cascade(self, values: list[Any], start: int, end: int) -> Cascade:
        first = values[0]
        head = Message(first.at, first.end, first.selector, first.arguments)
        return Cascade(start, end, first.receiver, (head, *values[1:]))

    def value_cascade(self, values: list[Any], start: int, end: int) -> Node:
        """`x; foo; bar`: messages to a value that had none before the first ";"; with one message it is a plain send."""
        if len(values) > 2:
            return Cascade(start, end, values[0], tuple(values[1:]))
        receiver, message = values
        stop = message.arguments[-1].end if message.arguments else message.start + len(message.selector)
        return self.chain([receiver, replace(message, end=stop), *message.then], start, end)

    def chain(self, values: list[Any], start: int, end: int) -> Node:
        """`receiver :: message message: argument`: one send on top of the other."""
        receiver: Node = values[0]
        for message in values[1:]:
            receiver = Send(start, message.end, receiver, message.selector, message.arguments, message.start)
        return receiver

    def unary_message(self, values: list[Any], start: int, end: int) -> Message:
        return Message(start, end, self._word(values[0]), ())

    def binary_message(self, values: list[Any], start: int, end: int) -> Message:
        return Message(start, end, self._word(values[0]), (values[1],))

    def keyword_message(self, values: list[Any], start: int, end: int) -> Message:
        return Message(start, end, "".join(map(self._word, values[::2])), tuple(values[1::2]))

    def chained_message(self, values: list[Any], start: int, end: int) -> Message:
        """`; messages message: argument`: what the first one answers gets the others."""
        message: Message = values[0]
        return replace(message, end=end, then=tuple(values[1:])) if len(values) > 1 else message

    # -- primaries --------------------------------------------------------------------------------------------------------

    def variable(self, values: list[Any], start: int, end: int) -> Variable:
        return Variable(start, end, self._text[start:end])

    def path(self, values: list[Any], start: int, end: int) -> Path:
        name, *names = self._text[start:end].split(".")
        return Path(start, end, Variable(start, start + len(name), name), tuple(names))

    def block(self, values: list[Any], start: int, end: int) -> Block:
        return self._block((), values[0][1], start, end)

    def block_of_parameters(self, values: list[Any], start: int, end: int) -> Block:
        empty = Sequence(end - 1, end - 1, (), ())
        return self._block(tuple(map(self._name, values)), empty, start, end)

    def block_with_parameters(self, values: list[Any], start: int, end: int) -> Block:
        return self._block(tuple(map(self._name, values[:-1])), values[-1][1], start, end)

    def block_with_glued_temporaries(self, values: list[Any], start: int, end: int) -> Block:
        """`[:x||t| ...]`: the two bars are one token, and the names behind them are temporaries."""
        bars = self._text.index("||", self._starts[values[0]])
        while any(self._starts[v] < bars < self._ends[v] for v in values if type(v) is int):
            bars = self._text.index("||", bars + 2)
        names = [value for value in values if type(value) is int]
        parameters = tuple(self._name(token) for token in names if self._starts[token] < bars)
        temporaries = tuple(self._name(token) for token in names if self._starts[token] > bars)
        statements = tuple(value for value in values if type(value) is not int)
        return self._block(parameters, Sequence(bars + 1, end - 1, temporaries, statements), start, end)

    def _block(self, parameters: tuple[Variable, ...], body: Sequence, start: int, end: int) -> Block:
        if self._comments:
            body = self._with_comments(body, start, end)
        return Block(start, end, parameters, body)

    def brace(self, values: list[Any], start: int, end: int) -> Brace:
        return Brace(start, end, tuple(values))

    def dictionary(self, values: list[Any], start: int, end: int) -> Brace:
        return Brace(start, end, tuple(values), dictionary=True)

    def compile_time(self, values: list[Any], start: int, end: int) -> CompileTime:
        body = values[0][1]
        if self._comments:
            body = self._with_comments(body, start, end)
        return CompileTime(start, end, body)

    # -- literals -----------------------------------------------------------------------------------------------------------

    def number(self, values: list[Any], start: int, end: int) -> Number:
        return Number(start, end, self._text[start:end])

    def character(self, values: list[Any], start: int, end: int) -> Character:
        return Character(start, end, self._text[start + 1 : end])

    def string(self, values: list[Any], start: int, end: int) -> String:
        return String(start, end, self._text[start + 1 : end - 1].replace("''", "'"))

    def symbol(self, values: list[Any], start: int, end: int) -> Symbol:
        word = self._text[start:end].lstrip("#").lstrip()
        if word.startswith("'"):
            word = word[1:-1].replace("''", "'")
        return Symbol(start, end, word)

    def word(self, values: list[Any], start: int, end: int) -> Node:
        text = self._text[start:end]
        return Variable(start, end, text) if text in _CONSTANTS else Symbol(start, end, text)

    def literal_array(self, values: list[Any], start: int, end: int) -> LiteralArray:
        elements: list[Node] = []
        for value in values:
            elements.extend(value if type(value) is tuple else (value,))
        return LiteralArray(start, end, tuple(elements))

    def bracketed(self, values: list[Any], start: int, end: int) -> ByteArray | tuple[Node, ...]:
        """`[ ... ]` in a literal array of Squeak: bytes, or else two words with what stands between them."""
        if all(type(value) is Number for value in values):
            return ByteArray(start, end, tuple(values))
        opener, closer = Symbol(start, start + 1, "["), Symbol(end - 1, end, "]")
        return (opener, *self.literal_array(values, start, end).elements, closer)

    def byte_array(self, values: list[Any], start: int, end: int) -> ByteArray:
        return ByteArray(start, end, tuple(values))

    def binding(self, values: list[Any], start: int, end: int) -> Binding:
        return Binding(start, end, self._text[start + 2 : end - 1].strip())
