"""A second, simple opinion on a mutant: what its bare tokens show, without stc's parser or checker.

Scanned here with one regular expression; a name counts as declared where it stands in the pattern, between bars or behind a
colon. It answers None where tokens cannot tell.
"""

from __future__ import annotations

import re
from itertools import pairwise

from datagen.mutations import Mutant

_TOKEN = re.compile(
    r"""(?P<comment>"[^"]*")|(?P<string>'(?:[^']|'')*')|(?P<char>\$.)|(?P<symbol>\#[\w:]+(?:\.\w+)*|\#'(?:[^']|'')*')"""
    r"""|(?P<assign>:=|(?<!\w)_(?!\w))|(?P<keyword>[^\W\d]\w*:(?!=))|(?P<name>[^\W\d]\w*)|(?P<number>-?\d+(?:r-?[0-9A-Z]+)?(?:\.\d+)?(?:e-?\d+)?)"""
    r"""|(?P<sign>[^\w\s])""",
    re.DOTALL | re.VERBOSE,
)
_OPENERS = {"(": ")", "[": "]", "{": "}"}
_PSEUDO = frozenset(("self", "super", "nil", "true", "false", "thisContext"))


def tokens(text: str) -> list[tuple[str, str, int]]:
    """Answer (kind, word, start) of each token, comments left out."""
    found = ((match.lastgroup or "", match[0], match.start()) for match in _TOKEN.finditer(text))
    return [(kind, word, start) for kind, word, start in found if kind != "comment"]


def declarations(text: str) -> list[str]:
    """Answer the names between bars and behind colons of blocks, as often as they are declared."""
    words = tokens(text)
    found: list[str] = []
    inside = False
    for at, (kind, word, _) in enumerate(words):
        before = words[at - 1][1] if at else ""
        if word == "|" and (inside or _opens_bars(words, at)):
            inside = not inside
        elif kind == "name" and (inside or before == ":"):
            found.append(word)
    return found


def _opens_bars(words: list[tuple[str, str, int]], at: int) -> bool:
    """Whether a bar begins a declaration: only names follow, up to the next bar."""
    after = at + 1
    while after < len(words) and words[after][0] == "name":
        after += 1
    return after < len(words) and words[after][1] == "|" and after > at + 1


def witness(mutant: Mutant, original: str, arguments: set[str]) -> bool | None:
    """Answer whether the tokens of the mutant show the fault that it is labelled with; None where they cannot tell."""
    code, text = mutant.code, mutant.text
    place = mutant.place if mutant.place is not None else mutant.start
    if code in ("C101", "C102"):
        return _is_undeclared(text, original, place, arguments)
    if code in ("C104", "C105", "C106"):
        return _is_stored(text, place, arguments | set(declarations(original)) | _PSEUDO)
    if code in ("C108", "C109"):
        name = mutant.now.strip()
        return declarations(text).count(name) + (name in arguments) > declarations(original).count(name) + (name in arguments) >= 1
    if code == "C111":
        return mutant.now.strip() in declarations(text) and mutant.now.strip() not in declarations(original)
    if code == "C114":
        return _follows_return(text, mutant.start, place)
    if code == "C202":
        return _is_first_use_a_read(text, place)
    if code == "P121":
        return _lacks_argument(text, place)
    if code == "P135":
        return re.search(r"\w\s+:(?!=)", text[mutant.start - 1 : mutant.start + 3]) is not None
    return None


def _name_at(text: str, place: int) -> str:
    found = re.compile(r"\w+").match(text, place)
    return found[0] if found else ""


def _is_undeclared(text: str, original: str, place: int, arguments: set[str]) -> bool:
    """The word at the place is declared nowhere in the mutant, and the original does not use it as a name."""
    name = _name_at(text, place)
    used = {word for kind, word, _ in tokens(original) if kind == "name"}
    messages = _messages(original)
    return bool(name) and name not in {*declarations(text), *arguments, *_PSEUDO} and (name not in used or name in messages)


def _messages(text: str) -> set[str]:
    """Answer the names that stand where only a selector can: first of all, behind a name, a literal or a closed bracket."""
    words = tokens(text)
    operands = ("name", "string", "char", "symbol", "number")
    first = {words[0][1]} if words and words[0][0] == "name" else set()
    return first | {
        word for (before, sign, _), (kind, word, _) in pairwise(words) if kind == "name" and (before in operands or sign in (")", "]", "}"))
    }


def _is_stored(text: str, place: int, known: set[str]) -> bool:
    name = _name_at(text, place)
    return name in known and re.compile(r"\s*(?::=|_\s)").match(text, place + len(name)) is not None


def _follows_return(text: str, start: int, place: int) -> bool:
    """Between the caret and the place there is one period at the depth of the caret, and no bracket closes."""
    depth = periods = 0
    for _, word, at in tokens(text):
        if start < at < place:
            depth += (word in _OPENERS) - (word in _OPENERS.values())
            periods += word == "." and depth == 0
            if depth < 0:
                return False
    return text[start] == "^" and periods >= 1


def _is_first_use_a_read(text: str, place: int) -> bool:
    """No `:=` follows an earlier use of the name, nor this one."""
    name = _name_at(text, place)
    uses = [(at, words) for at, words in _with_next(text) if at[1] == name and at[2] <= place]
    return bool(name) and uses[-1][0][2] == place and not any(after in (":=", "_") for _, after in uses) and name in declarations(text)


def _with_next(text: str) -> list[tuple[tuple[str, str, int], str]]:
    words = tokens(text)
    return [(word, words[at + 1][1] if at + 1 < len(words) else "") for at, word in enumerate(words)]


def _lacks_argument(text: str, place: int) -> bool:
    """A keyword stands directly before the place, and what follows is no operand."""
    before = [word for _, word, at in tokens(text) if at < place]
    after = next((word for _, word, at in tokens(text) if at >= place), "")
    return (bool(before) and before[-1].endswith(":") and not re.match(r"['(\[{#$\w]", after)) or after.endswith(":")
