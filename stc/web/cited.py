"""Prose as HTML: everything is escaped; methods that it names become links into the browser, and `code` is set as code."""

from __future__ import annotations

import re
from collections.abc import Container
from html import escape

from checker.reference import NAME, SIDE
from stc.web.highlight import method_link

_MARKS = re.compile(
    rf"`(?P<code>[^`\n]+)`|(?P<name>{NAME})(?P<meta>{SIDE})?\s?>>\s?#?(?P<selector>[^\W\d]\w*(?::(?:[^\W\d]\w*:)*)?|[-+*/\\~<>=@%|&?,]{{1,3}})"
)


def linked(text: str, missing: Container[str] = ()) -> str:
    """Answer a text as HTML, with a link for each method that is named as `Class>>selector`, and a mark on those that are `missing`."""
    found, at = [], 0
    for mark in _MARKS.finditer(text):
        found.append(escape(text[at : mark.start()]))
        found.append(f"<code>{linked(mark['code'], missing)}</code>" if mark["code"] else _link(mark, missing))
        at = mark.end()
    return "".join(found) + escape(text[at:])


def _link(mark: re.Match[str], missing: Container[str]) -> str:
    meta, said = mark["meta"] is not None, escape(mark[0])
    if f"{mark['name']}{' class' if meta else ''}>>{mark['selector']}" in missing:
        return f'<span class="issue">{said}</span>'
    return f'<a href="{escape(method_link(mark["name"], mark["selector"], meta=meta))}">{said}</a>'
