"""A tree as text that a person can read and type: S-expressions, leaves as Smalltalk writes them.

    (method (at: index put: value)
      (temps old)
      (assign old (send items at: index))
      (cascade items (at:put: index value) (yourself))
      (return old))

Variables are bare, numbers as they are spelled, `$a`, `'it''s'`, `#sym`, `#'two words'`. Lists begin with what they are:
method, script, pragma, temps, comment (with the index of its statement), send (receiver, selector, arguments), cascade
(receiver, then a list for each message), assign, return, block, array, bytes, brace, dictionary, binding, compile-time, foreign.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from stparse import nodes as n

_WIDTH = 100
# Deep trees would be mostly white space: beyond this column only the brackets tell the depth.
_DEEPEST = 40
_PLAIN_SYMBOL = re.compile(r"[^\W\d][\w:.]*|[-+*/\\~<>=@%|&?,!]+")
_TOKEN = re.compile(r"\s+|#?'[^']*(?:''[^']*)*'|\$[\s\S]|[()]|[^\s()']+")

Parts = list["str | n.Node"]


def dump(node: n.Node) -> str:
    """Answer the tree below `node` as indented text."""
    return "\n".join(_lines(_flat(node)))


def tokens_of(text: str) -> list[str]:
    """Answer the tokens of a dump: two dumps with the same tokens show the same tree, however they are laid out."""
    return [word for word in _TOKEN.findall(text) if not word.isspace()]


def _flat(root: n.Node) -> list[str]:
    """Answer the words of the dump; a stack instead of recursion, for trees of any depth."""
    out: list[str] = []
    stack: Parts = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        else:
            stack.extend(reversed(_PARTS[type(item)](item)))
    return out


def _lines(words: list[str]) -> list[str]:
    """Lay words out: a list goes on one line where it fits, else each member after the leading words on its own."""
    closers, offsets = _matches(words)
    lines: list[str] = []
    line = ""
    broken: list[bool] = []  # of each open list: does its next member begin a line?
    index = 0
    while index < len(words):
        word = words[index]
        if word == ")":
            broken.pop()
            line += ")"
            index += 1
            continue
        indent = min(2 * len(broken), _DEEPEST)
        pattern = bool(broken) and words[index - 2 : index] == ["(", "method"]
        if broken and broken[-1] and not pattern:
            lines.append(line)
            line = " " * indent
        elif line and not line.endswith("(") and not line.isspace():
            line += " "
        if word != "(":
            line += word
            if broken and not broken[-1]:
                following = words[index + 1]
                heads = word in ("block", "script") or word.startswith(":")
                broken[-1] = following == "(" or (heads and not following.startswith(":"))
            index += 1
            continue
        end = closers[index]
        if pattern or (len(line) + offsets[end] - offsets[index] <= _WIDTH and (index or end < 40)):
            line += _joined(words[index : end + 1])
            index = end + 1
            if broken:
                broken[-1] = True
        else:
            if broken:
                broken[-1] = True
            line += "("
            broken.append(False)
            index += 1
    return [*lines, line]


def _matches(words: list[str]) -> tuple[dict[int, int], list[int]]:
    """Answer the closing index of every opening bracket, and the width of all that stands before each word."""
    closers: dict[int, int] = {}
    opened: list[int] = []
    offsets: list[int] = []
    width = 0
    for index, word in enumerate(words):
        offsets.append(width)
        width += len(word) + (word not in "()")
        if word == "(":
            opened.append(index)
        elif word == ")":
            closers[opened.pop()] = index
    return closers, offsets


def _joined(words: list[str]) -> str:
    text = ""
    parts: list[str] = []
    for word in words:
        if text and text != "(" and word != ")":
            parts.append(" ")
        parts.append(word)
        text = word
    return "".join(parts)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list(*parts: str | n.Node) -> Parts:
    return ["(", *parts, ")"]


def _body(body: n.Sequence) -> Parts:
    parts: Parts = []
    if body.temporaries:
        parts += _list("temps", *body.temporaries)
    for index, text in body.comments:
        parts += _list("comment", str(index), _quoted(text))
    return parts + list(body.statements)


def _method(m: n.Method) -> Parts:
    if not m.arguments:
        pattern: Parts = [m.selector]
    elif ":" in m.selector:
        keywords = [word + ":" for word in m.selector.split(":")[:-1]]
        pattern = [part for pair in zip(keywords, m.arguments, strict=True) for part in pair]
    else:
        pattern = [m.selector, *m.arguments]
    return _list("method", *_list(*pattern), *m.pragmas, *_body(m.body))


def _symbol(s: n.Symbol) -> Parts:
    return ["#" + (s.value if _PLAIN_SYMBOL.fullmatch(s.value) else _quoted(s.value))]


def _cascade(c: n.Cascade) -> Parts:
    return _list("cascade", c.receiver, *c.messages)


_PARTS: dict[type[n.Node], Callable[[Any], Parts]] = {
    n.Variable: lambda v: [v.name],
    n.Path: lambda p: _list("path", p.variable, *p.names),
    n.Number: lambda v: [v.text],
    n.Character: lambda v: ["$" + v.value],
    n.String: lambda v: [_quoted(v.value)],
    n.Symbol: _symbol,
    n.LiteralArray: lambda v: _list("array", *v.elements),
    n.ByteArray: lambda v: _list("bytes", *v.elements),
    n.Binding: lambda v: _list("binding", v.name),
    n.Brace: lambda v: _list("dictionary" if v.dictionary else "brace", *v.elements),
    n.CompileTime: lambda v: _list("compile-time", *_body(v.body)),
    n.Foreign: lambda v: _list("foreign", _quoted(v.text)),
    n.Message: lambda v: _list(v.selector, *v.arguments, *(_list("then", *v.then) if v.then else ())),
    n.Send: lambda v: _list("send", v.receiver, v.selector, *v.arguments),
    n.Cascade: _cascade,
    n.Assign: lambda v: _list("assign", v.target, v.value),
    n.Return: lambda v: _list("return", v.value),
    n.Sequence: lambda v: _list("script", *_body(v)),
    n.Block: lambda v: _list("block", *(":" + p.name for p in v.parameters), *_body(v.body)),
    n.Pragma: lambda v: _list("pragma", v.selector, *v.arguments),
    n.Method: _method,
}
