"""Tables with a bar in each row, as HTML: what the bar shows at a glance, the numbers beside it say exactly.

The bars are decoration for whoever cannot see them; nothing is in a bar that is not in a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def number(value: int) -> str:
    """Answer 12,345."""
    return f"{value:,}"


def percent(part: int, whole: int) -> str:
    """Answer "93 %"; never 100 % where something is missing, nor 0 % where there is something."""
    if not whole:
        return "–"
    if 0 < part < whole:
        return f"{min(99, max(1, round(100 * part / whole)))} %"
    return "100 %" if part else "0 %"


def bar(values: Sequence[int], most: int) -> str:
    """Answer a bar of one piece for each value, next to each other; `most` is what fills the whole width."""
    pieces, at = [], 0.0
    for place, value in enumerate(values):
        width = 100 * value / most if most else 0.0
        if value:
            pieces.append(f'<rect class="s{place}" x="{at:.2f}" width="{max(width, 0.4):.2f}" height="10"/>')
        at += width
    drawn = "".join(pieces)
    return f'<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{drawn}</svg>'


def bar_table(caption: str, heads: Sequence[str], rows: Iterable[tuple[str, Sequence[int], Sequence[str]]], *, code: bool = False) -> str:
    """Answer a table: a name, a bar of the values, and cells of numbers. `heads` name the first column and the cells."""
    found = list(rows)
    most = max((sum(values) for _, values, _ in found), default=0)
    first, *others = heads
    named = "".join(f'<th scope="col" class="n">{escape(name)}</th>' for name in others)
    head = f'<th scope="col">{escape(first)}</th><td class="barhead"></td>{named}'
    body = "".join(_row(name, bar(values, most), cells, code) for name, values, cells in found)
    return _table(caption, head, body)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int) -> str:
    """Answer a plain table; the last `numbers` columns are numbers."""
    texts = len(heads) - numbers
    head = "".join(f'<th scope="col"{_n(place >= texts)}>{escape(name)}</th>' for place, name in enumerate(heads))
    body = "".join(f"<tr>{_cells(row, texts)}</tr>" for row in rows)
    return _table(caption, head, body)


def legend(names: Sequence[str]) -> str:
    """Answer what the colours of the pieces of a bar mean."""
    items = "".join(f"<li>{_key(place)}{escape(name)}</li>" for place, name in enumerate(names))
    return f'<ul class="legend">{items}</ul>'


def _key(place: int) -> str:
    return f'<svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="s{place}" width="1" height="1"/></svg>'


def _table(caption: str, head: str, body: str) -> str:
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(name: str, drawn: str, cells: Sequence[str], code: bool) -> str:
    shown = f"<code>{escape(name)}</code>" if code else escape(name)
    numbers = "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
    return f'<tr><th scope="row">{shown}</th><td class="b">{drawn}</td>{numbers}</tr>'


def _cells(row: Sequence[str], texts: int) -> str:
    first = f'<th scope="row">{escape(row[0])}</th>'
    return first + "".join(f"<td{_n(place >= texts)}>{escape(cell)}</td>" for place, cell in enumerate(row[1:], 1))


def _n(number: bool) -> str:
    return ' class="n"' if number else ""
