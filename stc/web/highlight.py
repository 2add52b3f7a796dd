"""Source as HTML: every token in its colour by our own scanner, names of classes and selectors as links. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from stparse.parser import parser_for

_COLOURS = {
    "STRING": "s",
    "CHARACTER": "s",
    "SYMBOL": "y",
    "NUMBER": "n",
    "NEGATIVE": "n",
    "KEYWORD": "k",
    "KEYWORDS": "k",
    "BAD": "bad",
}
_PSEUDO = frozenset(("self", "super", "nil", "true", "false", "thisContext"))


class Piece(NamedTuple):
    """A part of a source: `colour` is a class of the style sheet or "", `link` where it leads or ""."""

    text: str
    colour: str = ""
    link: str = ""


def selector_link(selector: str) -> str:
    """Answer the address of the page of a selector."""
    return f"/selector?name={quote(selector, safe='')}"


def class_link(name: str) -> str:
    """Answer the address of the page of a class."""
    return f"/class?name={quote(name, safe='')}"


def method_link(class_name: str, selector: str, *, meta: bool = False) -> str:
    """Answer the address that leads to a method on the page of its class."""
    return f"/method?class={quote(class_name, safe='')}{'&side=class' if meta else ''}&selector={quote(selector, safe='')}"


def pieces(source: str, dialect: str, links: Mapping[int, str]) -> Iterator[Piece]:
    """Yield the parts of `source`, which joined are the source; `links` are addresses by the offset of the token that gets them."""
    tokens = parser_for(dialect).tokens(source)
    spans = [
        (start, end, _colour(kind, source[start:end])) for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True)
    ]
    spans += [(start, end, "c") for start, end in tokens.comments]
    at = 0
    for start, end, colour in sorted(spans):
        if start < at or start == end:
            continue
        if start > at:
            yield Piece(source[at:start])
        yield Piece(source[start:end], colour, links.get(start, ""))
        at = end
    if at < len(source):
        yield Piece(source[at:])


def _colour(kind: str, text: str) -> str:
    if text in _PSEUDO:
        return "p"
    if kind in ("NAME", "PATH", "BINDING") and text[:1].isupper():
        return "g"
    return _COLOURS.get(kind, "")


def highlighted(source: str, dialect: str, links: Mapping[int, str]) -> str:
    """Answer `source` as HTML that can stand inside of `<pre>`."""
    return "".join(map(_html, pieces(source, dialect, links)))


def _html(piece: Piece) -> str:
    text = escape(piece.text)
    colour = f' class="{piece.colour}"' if piece.colour else ""
    if piece.link:
        return f'<a href="{escape(piece.link)}"{colour}>{text}</a>'
    return f"<span{colour}>{text}</span>" if colour else text
