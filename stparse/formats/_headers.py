"""What the header of a group of chunks says: `!Foo class methodsFor: 'x' stamp: 'y'!` and its many relatives.

All forms of all dialects are in the few expressions below; whether a form counts only directly after a bang is the
argument `introduced`, because `Foo reorganize` may also be a statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from stparse.formats._patterns import COMMENT, NAME, STRING

# No header is longer; a longer piece is not even looked at.
LONGEST = 4000


class Role(Enum):
    """What follows the header."""

    METHODS = "methods, up to an empty chunk"
    COMMENT = "one chunk: the class comment"
    ORGANIZATION = "one chunk: the protocols and their selectors"
    REMOVED = "one chunk: what was removed"
    FOREIGN = "C text that Smalltalk/X compiles with the class, up to an empty chunk"
    NOTE = "nothing"
    CLASS_CATEGORIES = "categories of the class, up to an empty chunk"
    METHOD_CATEGORIES = "categories of one method, up to an empty chunk"
    ALL_CATEGORIES = "selectors, each with its categories and an empty chunk, up to an empty one"


@dataclass(frozen=True, slots=True)
class Header:
    """A header. `class_name` is None when the receiver is an expression, which `receiver` then holds."""

    role: Role
    class_name: str | None = None
    meta: bool = False
    category: str | None = None
    stamp: str | None = None
    selector: str | None = None
    receiver: str = ""


_SIDE = r"(?:\s++(?P<side>class(?:\s++(?:side|trait|class))?|instance|classSide|classTrait|metaclass))?"
_WHO = rf"(?P<who>{NAME}){_SIDE}"
_HOW = r"(?:public|private|protected|ignored)?[mM]ethodsFor(?:Undefined)?"
_CATEGORY = rf"(?P<category>#?{STRING}|#?[\w:.-]++|\([^()]*+\))"
_TAIL = rf"(?P<tail>\s*+(?:[a-zA-Z]\w*+:.*+|{COMMENT}\s*+))?"

_METHODS = re.compile(rf"{_WHO}\s++{_HOW}\s*+:\s*+{_CATEGORY}{_TAIL}", re.DOTALL)
_METHODS_BARE = re.compile(rf"{_WHO}\s++methodsFor")
_METHODS_SHORT = re.compile(rf"{_WHO}\s++(?:public|private|protected)?[mM]ethods")
_METHODS_OF_EXPRESSION = re.compile(rf"(?P<receiver>\S.*?){_SIDE}\s++{_HOW}(?:\s*+:\s*+{_CATEGORY}{_TAIL})?", re.DOTALL)
_BY_NAME = re.compile(rf"\(\s*+Smalltalk\s++(?:at|classNamed):\s*+#?'?(?P<who>{NAME})'?\s*+\)")
_CLASS_COMMENT = re.compile(rf"{_WHO}\s++commentStamp(?:\s*+:\s*+(?P<stamp>{STRING}|nil)(?:\s*+prior:\s*+\S++)?)?")
_ORGANIZATION = re.compile(rf"{_WHO}\s++reorganize")
_FOREIGN = re.compile(rf"{_WHO}\s++primitive(?:Definitions|Functions|Variables)")
_NOTE = re.compile(r"(?P<keyword>[a-z]\w*+):\s.*+", re.DOTALL)
_CATEGORIES = re.compile(rf"{_WHO}\s++categoriesFor(?P<of>Class|Methods|\s*+:\s*+#(?P<selector>{STRING}|[^\s'].*+))")
_STAMP = re.compile(rf"\b(?:stamp|timeStamp):\s*+({STRING})")


def parse_header(text: str, introduced: bool) -> Header | None:
    """Answer the header that `text` (trimmed, bangs undoubled) is, or None; `introduced`: it stands right after a bang."""
    if len(text) > LONGEST:
        return None
    if "ethods" in text:
        found = _methods(text, introduced)
        if found:
            return found
    if "categoriesFor" in text:
        found = _categories(text)
        if found:
            return found
    if "commentStamp" in text and (match := _CLASS_COMMENT.fullmatch(text)):
        return _named(Role.COMMENT, match, stamp=_unquoted(match.group("stamp")))
    if not introduced:
        return None
    if match := _ORGANIZATION.fullmatch(text):
        return _named(Role.ORGANIZATION, match)
    if match := _FOREIGN.fullmatch(text):
        return _named(Role.FOREIGN, match)
    if match := _NOTE.fullmatch(text):
        return Header(Role.REMOVED if match.group("keyword").endswith("Removal") else Role.NOTE)
    return None


def _methods(text: str, introduced: bool) -> Header | None:
    if match := _METHODS.fullmatch(text):
        return _named(Role.METHODS, match, _unquoted(match.group("category")), _stamp(match))
    if match := _METHODS_BARE.fullmatch(text):
        return _named(Role.METHODS, match)
    if not introduced:
        return None
    if match := _METHODS_SHORT.fullmatch(text):
        return _named(Role.METHODS, match)
    if match := _METHODS_OF_EXPRESSION.fullmatch(text):
        category = _unquoted(match.group("category"))
        receiver = match.group("receiver")
        if named := _BY_NAME.fullmatch(receiver):
            return Header(Role.METHODS, named.group("who"), _is_meta(match), category, _stamp(match))
        return Header(Role.METHODS, None, _is_meta(match), category, _stamp(match), receiver=receiver)
    return None


def _categories(text: str) -> Header | None:
    match = _CATEGORIES.fullmatch(text)
    if match is None:
        return None
    roles = {"Class": Role.CLASS_CATEGORIES, "Methods": Role.ALL_CATEGORIES}
    return _named(roles.get(match.group("of"), Role.METHOD_CATEGORIES), match, selector=_unquoted(match.group("selector")))


def _named(role: Role, match: re.Match[str], category: str | None = None, stamp: str | None = None, selector: str | None = None) -> Header:
    return Header(role, match.group("who"), _is_meta(match), category, stamp, selector)


def _is_meta(match: re.Match[str]) -> bool:
    return match.group("side") not in (None, "instance")


def _stamp(match: re.Match[str]) -> str | None:
    found = _STAMP.search(match.group("tail") or "")
    return _unquoted(found.group(1)) if found else None


def _unquoted(literal: str | None) -> str | None:
    """Answer what a string, a symbol or a bare word says; None for `nil` and for what must be computed."""
    if literal is None or literal == "nil" or literal.startswith("("):
        return None
    bare = literal.removeprefix("#").strip()
    return bare[1:-1].replace("''", "'") if bare.startswith("'") and bare.endswith("'") and len(bare) > 1 else bare
