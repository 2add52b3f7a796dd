"""Small file-outs in the chunk format: written from a definition and methods, judged, and read again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from checker.check import CLASS_UNKNOWN, check
from checker.environment import House
from checker.names import Names
from stparse.index.model import MethodDef
from stparse.issue import Issue, Severity

# Those that file out so. GNU lets strings and comments hold bangs; the others have formats of their own.
DIALECTS = frozenset(("visualworks", "squeak", "pharo", "smalltalk80", "stx"))
_BANG = re.compile(r"(?<!!)(?:!!)*!(?!!)")
_OPENED_ONLY = frozenset(("P101", "P102"))


@dataclass(frozen=True, slots=True)
class Group:
    """The methods of one header: where the class is named in it, where it ends with its bang, and each method with its two ends."""

    named: int
    header_end: int
    protocol: str
    methods: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class FileOut:
    """The text of a file-out with the places of its groups, and the names in sight of the class, which say what nobody defines."""

    text: str
    class_name: str
    groups: tuple[Group, ...]
    names: Names


def file_out(definition: str, class_name: str, methods: Sequence[MethodDef], names: Names) -> FileOut:
    """Answer the file-out of a class with these methods, which stand in the order of side and protocol."""
    text, groups = f"{doubled(definition)}!\n", list[Group]()
    for (meta, protocol), found in groupby(methods, lambda method: (method.meta, method.protocol or "")):
        text += "\n!"
        named = len(text)
        said = protocol.replace("'", "''")
        text += f"{class_name}{' class' if meta else ''} methodsFor: '{doubled(said)}'!\n"
        header_end, ends = len(text) - 2, list[tuple[str, int, int]]()
        for method in found:
            text += "\n"
            start = len(text)
            text += f"{doubled(method.source.strip())}!\n"
            ends.append((method.selector, start, len(text) - 2))
        text = f"{text[:-1]} !\n"
        groups.append(Group(named, header_end, protocol, tuple(ends)))
    return FileOut(text.rstrip("\n"), class_name, tuple(groups), names)


def doubled(text: str) -> str:
    """Answer `text` as the chunk format holds it."""
    return text.replace("!", "!!")


def judged_fileout(text: str, dialect: str, house: House | None = None) -> tuple[Issue, ...]:
    """Answer what is wrong with a file-out: errors, warnings, and a header that names a class that nobody has."""
    # Without its format a text with a bang in a string could as well be one of GNU, where that is right.
    found = check(text, kind="fileout", dialect=dialect, house=house, file_format="chunk").issues
    return tuple(issue for issue in found if issue.severity is not Severity.INFO or issue.code == CLASS_UNKNOWN)


def one_fault(issues: Sequence[Issue], edit: int) -> Issue | None:
    """Answer the one fault that these issues are, None if there are more or none.

    A bang cuts a string or comment in two; both halves are then without an end, and this is one fault.
    """
    if len(issues) == 2 and issues[0].code == issues[1].code and issues[0].code in _OPENED_ONLY:
        return issues[0] if issues[0].span.start < edit <= issues[1].span.start else None
    return issues[0] if len(issues) == 1 else None


def pieces_in(text: str) -> list[str]:
    """Answer what stands between the single bangs of a text, without the white space around it and with its bangs undoubled."""
    ends = [match.end() for match in _BANG.finditer(text)]
    return [text[a : b - 1].replace("!!", "!").strip() for a, b in zip([0, *ends], ends, strict=False)]
