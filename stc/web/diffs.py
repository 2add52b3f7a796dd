"""What differs between two texts, line by line, and within a line word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

_WORDS = re.compile(r"\w+|\s+|.")
_MOST, _MOST_LINES = 4_000, 3_000
"""Longer lines are compared as a whole, and so are texts of more lines: bit by bit that would take minutes."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a diff: `mark` is "same", "old" or "new"; `html` has the words that differ as <del> or <ins>."""

    mark: str
    html: str


def diff(old: str, new: str) -> list[Line]:
    """Answer the lines of both texts in one order; none where nothing differs."""
    return [] if old == new else list(_lines(old.split("\n"), new.split("\n")))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    codes = [("replace", 0, len(old), 0, len(new))]
    if len(old) + len(new) <= _MOST_LINES:
        codes = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for what, a, b, c, d in codes:
        if what == "equal":
            yield from (Line("same", escape(line)) for line in old[a:b])
        elif what == "replace" and b - a == d - c <= _MOST_LINES:
            pairs = [_pair(one, other) for one, other in zip(old[a:b], new[c:d], strict=True)]
            yield from (Line("old", one) for one, _ in pairs)
            yield from (Line("new", other) for _, other in pairs)
        else:
            yield from (Line("old", f"<del>{escape(line)}</del>") for line in old[a:b])
            yield from (Line("new", f"<ins>{escape(line)}</ins>") for line in new[c:d])


def _pair(old: str, new: str) -> tuple[str, str]:
    if len(old) + len(new) > _MOST:
        return f"<del>{escape(old)}</del>", f"<ins>{escape(new)}</ins>"
    words, others = _WORDS.findall(old), _WORDS.findall(new)
    one, other = [], []
    for what, a, b, c, d in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        before, after = escape("".join(words[a:b])), escape("".join(others[c:d]))
        one.append(before if what == "equal" or not before else f"<del>{before}</del>")
        other.append(after if what == "equal" or not after else f"<ins>{after}</ins>")
    return "".join(one), "".join(other)
