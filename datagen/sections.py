"""The sections of a Markdown text: what stands under each heading, and each paragraph that explains a term in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stparse.text import Lines

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*\Z")
_TERM = re.compile(r"\*\*([^*\n]{2,60})\*\* ?[-:\u2013\u2014] ")
_MARKUP = re.compile(r"[*_`]+|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text, `text[start:end]`, without the empty lines around it; `body` begins behind the heading."""

    title: str
    start: int
    end: int
    body: int
    line: int


def sections_of(text: str) -> list[Section]:
    """Answer the sections in their order; what a heading holds ends where the next heading begins, whatever its rank."""
    lines = Lines(text)
    return [section for section in _cut(text, lines) if text[section.body : section.end].strip()]


def _cut(text: str, lines: Lines) -> Iterator[Section]:
    starts = list(_starts(text))
    ends = [*(start for start, _, _ in starts), len(text)][1:]
    for (start, body, title), end in zip(starts, ends, strict=True):
        last = start + len(text[start:end].rstrip())
        yield Section(plain(title), start, last, min(body, last), lines.line(start))


def _starts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where sections begin, where their bodies do, and their titles; fenced code has none."""
    at, fence, empty = 0, "", True
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            fence = "" if found and found[1].startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif found:
            fence = found[1]
        elif heading := _HEADING.match(line):
            yield at, at + len(line), heading[2]
        elif empty and (term := _TERM.match(line)):
            yield at, at, term[1]
        empty = not line.strip()
        at += len(line) + 1


def plain(title: str) -> str:
    """Answer a title without emphasis, code marks and links."""
    return " ".join(_MARKUP.sub(lambda found: found[1] or "", title).split())
