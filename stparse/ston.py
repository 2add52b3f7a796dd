"""STON, Smalltalk's object notation, as Tonel and FileTree use it; JSON is read by the same rules."""

from __future__ import annotations

import re

Ston = str | int | float | bool | None | list["Ston"] | dict[str, "Ston"]

# Not (...)*+ around a ++: Python 3.11 before 3.11.5 stops in the middle of a round that fails (CPython issue 106052).
_TOKEN = re.compile(
    r"""
      (?P<space>[\s,]++)
    | (?P<string>'[^'\\]*+(?:\\.[^'\\]*+)*+' | "[^"\\]*+(?:\\.[^"\\]*+)*+")
    | (?P<symbol>\#(?:'[^'\\]*+(?:\\.[^'\\]*+)*+' | [\w./-]++(?::[\w./-]++)*))
    | (?P<number>-?\d[\d.eE+-]*+)
    | (?P<word>[A-Za-z_][\w.]*+)
    | (?P<mark>[\[\]{}:@])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_WORDS: dict[str, Ston] = {"nil": None, "null": None, "true": True, "false": False}
_NO_KEY = object()


class StonError(ValueError):
    """The text is not STON; `offset` is where it stops being it."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def read_ston(text: str, start: int = 0) -> tuple[Ston, int]:
    """Answer the value that begins at `start`, and the offset behind it; keys are strings without their `#`.

    Raises StonError where no value is complete. Depth costs no stack: nested maps and lists are kept in a list.
    """
    builder = _Builder()
    offset = start
    while not builder.done:
        match = _TOKEN.match(text, offset)
        if match is None:
            raise StonError("the text ends within a value" if offset >= len(text) else "no STON here", offset)
        if match.lastgroup != "space":
            builder.take(match.lastgroup or "", match.group(), offset)
        offset = match.end()
    return builder.value, offset


class _Builder:
    """Puts tokens together: a stack of open containers, each with the key that waits for its value."""

    def __init__(self) -> None:
        self.value: Ston = None
        self.done = False
        self._open: list[list[Ston] | dict[str, Ston]] = []
        self._keys: list[object] = []

    def take(self, kind: str, token: str, offset: int) -> None:
        if kind == "mark":
            self._mark(token, offset)
        elif kind == "word" and token not in _WORDS and not self._waits_for_key():
            return  # the class name of an object: `OrderedCollection [ ... ]`
        else:
            self._put(_scalar(kind, token), offset)

    def _waits_for_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], dict) and self._keys[-1] is _NO_KEY

    def _mark(self, mark: str, offset: int) -> None:
        if mark == "{":
            self._enter({})
        elif mark == "[":
            self._enter([])
        elif mark in "]}":
            self._close(mark, offset)
        elif mark == ":" and not self._open:
            raise StonError("':' outside a map", offset)

    def _close(self, mark: str, offset: int) -> None:
        if not self._open or isinstance(self._open[-1], list) != (mark == "]"):
            raise StonError(f"'{mark}' closes nothing", offset)
        if self._keys[-1] is not _NO_KEY:
            raise StonError("a key without a value", offset)
        closed = self._open.pop()
        self._keys.pop()
        self._put(closed, offset)

    def _enter(self, container: list[Ston] | dict[str, Ston]) -> None:
        self._open.append(container)
        self._keys.append(_NO_KEY)

    def _put(self, value: Ston, offset: int) -> None:
        if not self._open:
            self.value, self.done = value, True
            return
        top = self._open[-1]
        if isinstance(top, list):
            top.append(value)
        elif self._keys[-1] is _NO_KEY:
            if isinstance(value, (list, dict)):
                raise StonError("a key is a name", offset)
            self._keys[-1] = str(value)
        else:
            top[str(self._keys[-1])] = value
            self._keys[-1] = _NO_KEY


def _scalar(kind: str, token: str) -> Ston:
    if kind == "string":
        return _unescape(token[1:-1])
    if kind == "symbol":
        return _unescape(token[2:-1]) if token.startswith("#'") else token[1:]
    if kind == "number":
        return _number(token)
    return _WORDS.get(token, token)


def _number(token: str) -> Ston:
    for kind in (int, float):
        try:
            return kind(token)
        except ValueError:
            continue
    return token  # what Smalltalk may yet take for a number: `1.25s2`


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _escaped(match[1]), text)


def _escaped(code: str) -> str:
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code, code)


def text_of(value: Ston) -> str | None:
    """Answer `value` if it is a text that says something, else None."""
    return value if isinstance(value, str) and value else None


def texts_of(value: Ston) -> tuple[str, ...]:
    """Answer the texts of a list, or those of one text that is split at white space."""
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
