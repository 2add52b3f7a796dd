"""A second, simple opinion on a mutant: what its bare tokens show, without stc's parser or checker.

Scanned here with one regular expression; a name counts as declared where it stands in the pattern, between bars or behind a
colon. It answers None where tokens cannot tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

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


@dataclass(slots=True)
class Image:
    """Who implements what, read with the tokens of this file from the sources, and the superclass that each class states."""

    owners: dict[str, set[tuple[str, bool]]] = field(default_factory=dict)
    superclasses: dict[str, set[str]] = field(default_factory=dict)
    variables: dict[str, set[str]] = field(default_factory=dict)

    def add_method(self, class_name: str, meta: bool, source: str) -> None:
        self.owners.setdefault(pattern_of(source), set()).add((short(class_name), meta))

    def above(self, class_name: str) -> set[str]:
        """Answer the names of all classes that can be above a class."""
        found: set[str] = set()
        todo = [short(class_name)]
        while todo:
            new = self.superclasses.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found


def short(name: str) -> str:
    return name.replace("::", ".").rpartition(".")[2]


def pattern_of(source: str) -> str:
    """Answer the selector that a method begins with."""
    words = tokens(source)
    if not words:
        return ""
    if words[0][0] != "keyword":
        signs = takewhile(lambda one: one[0] in ("sign", "assign"), words[:3])
        return words[0][1] if words[0][0] == "name" else "".join(word for _, word, _ in signs if word != "(")
    found = ""
    for (kind, word, _), (after, _, _) in zip(words[::2], words[1::2], strict=False):
        if kind != "keyword" or after != "name":
            break
        found += word
    return found


_IDIOMS = {
    "ST101": r"\b(?:isNil|notNil)\s+if(?:True|False):",
    "ST102": r"(?:==?|~=|~~)\s*nil\b",
    "ST103": r"\b(?:isNil|notNil)\s+not\b",
    "ST104": r"\b(?:isEmpty|notEmpty)\s+not\b",
    "ST105": r"(?:~=|~~|==?|<=?|>=?)\s*\S+\)\s*not\b",
    "ST108": r"=\s*true\b",
    "ST109": r"\bsize\s*[=>]\s*0\b",
    "ST112": r"\breverse\s+do:",
    "ST113": r"\b(?:keys|values)\s+do:",
    "ST114": r"ifTrue:\s*\[[^\]]+\]\s*ifFalse:\s*\[[^\]]+\]",
    "ST115": r">=\s*\S+\s+and:\s*\[\w+\s*<=",
    "ST116": r"\bindexOf:\s*\S+\)\s*>\s*0\b",
    "ST119": r"\bat:\s*\w+\s+size\)",
    "ST127": r"\bnextPutAll:\s*\w+\s+printString\b",
    "ST128": r"\bnextPut:\s*Character\s+(?:cr|tab|space)\b",
}


def witness(mutant: Mutant, original: str, arguments: set[str], around: tuple[Image, str, bool] | None = None) -> bool | None:
    """Answer whether the tokens of the mutant show the fault that it is labelled with; None where they cannot tell.

    `around` are the image, the class and the side of the method, for faults of messages.
    """
    code, text = mutant.code, mutant.text
    if code in _IDIOMS:
        return _count(_IDIOMS[code], text) == _count(_IDIOMS[code], original) + 1
    if code in ("ST409", "ST410", "ST422"):
        return _is_not_understood(code, text, mutant.place or 0, *around) if around is not None else None
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


def _count(pattern: str, text: str) -> int:
    bare = "".join(word if kind != "string" else "''" for kind, word in _spaced(text))
    return len(re.findall(pattern, bare))


def _spaced(text: str) -> list[tuple[str, str]]:
    """Answer the tokens with what stands between them, comments as a space."""
    found, last = list[tuple[str, str]](), 0
    for match in _TOKEN.finditer(text):
        found += [("space", text[last : match.start()]), (match.lastgroup or "", " " if match.lastgroup == "comment" else match[0])]
        last = match.end()
    return found


def _is_not_understood(code: str, text: str, place: int, image: Image, class_name: str, meta: bool) -> bool | None:
    selector, receiver = message_at(text, place)
    owners = image.owners.get(selector, set())
    if code == "ST422":
        return bool(selector) and not owners
    if code == "ST409":
        above = {(name, meta) for name in image.above(class_name)}
        above |= {(name, False) for name in ("Behavior", "ClassDescription", "Class", "Object", "ProtoObject") if meta}
        return receiver == "super" and not owners & above
    sides = {side for _, side in owners}
    return sides == {not (meta if receiver == "self" else True)}


def message_at(text: str, place: int) -> tuple[str, str]:
    """Answer the selector of the message whose first word stands at the place, and the word before it."""
    words = tokens(text)
    at = next((i for i, (_, _, start) in enumerate(words) if start == place), None)
    if at is None:
        return "", ""
    before = words[at - 1][1] if at else ""
    if words[at][0] != "keyword":
        return words[at][1], before
    found, depth = "", 0
    for kind, word, _ in words[at:]:
        depth += (word in _OPENERS or word == "#(") - (word in _OPENERS.values())
        if depth < 0 or (depth == 0 and word in (".", ";")):
            break
        if depth == 0 and kind == "keyword":
            found += word
    return found, before


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


# Definitions


# The words of the definitions of all dialects, from their books and class comments.
_DEFINING = frozenset(
    (
        "subclass:", "instanceVariableNames:", "classVariableNames:", "poolDictionaries:", "category:", "package:", "defineClass:",
        "superclass:", "indexedType:", "private:", "classInstanceVariableNames:", "imports:",
    )
)  # fmt: skip
_LISTED = re.compile(r"instanceVariableNames:\s*'([^']*)'")


def witness_definition(text: str, code: str, place: int, image: Image) -> bool | None:
    """Answer whether the tokens of a definition show the fault that it is labelled with; None where they cannot tell."""
    words = tokens(text)
    first, kind, name = words[0][1], words[0][0], next((word for kind, word, _ in words if kind == "symbol"), "")
    listed = _LISTED.search(text)
    variables = listed[1].split() if listed else []
    match code:
        case "C102":
            return kind == "name" and first not in image.superclasses and not any(first in above for above in image.superclasses.values())
        case "C302":
            return len([word for kind, word, _ in words if kind == "keyword" and word not in _DEFINING]) == 1
        case "C303":
            return kind in ("symbol", "string")
        case "C304":
            return len(variables) == len(set(variables)) + 1
        case "C305":
            above = image.above(name.strip("#"))
            known = set().union(*(image.variables.get(one, set()) for one in above)) if above else set[str]()
            return _name_at(text, place) in known & set(variables)
        case "C307":
            return sum("," in word for word in variables) == 1
        case "C309":
            return name[1:2].islower()
    return None
