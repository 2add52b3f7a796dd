"""The curves of a training as one SVG: losses above, shares below, over all steps of all stages. Colours are of the style sheet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

LOSSES = ("loss", "validation_loss")
SHARES = ("validation_accuracy", "parse_rate", "ended", "preference_accuracy")
Point = Mapping[str, Any]
_WIDE, _HIGH, _LEFT, _TOP = 720, 190, 52, 14
_MOST = 400
"""So many points of a curve are drawn; of more of them the mean of each few is."""


def chart(points: Sequence[Point], names: Sequence[str], title: str) -> str:
    """Answer an SVG of the curves `names`, "" where none of them has a point."""
    places = {name: [(n, float(p[name])) for n, p in enumerate(points) if _is_number(p.get(name))] for name in names}
    places = {name: found for name, found in places.items() if found}
    if not places:
        return ""
    most = 1.0 if names is SHARES else _above(max(value for found in places.values() for _, value in found))
    return (
        f'<svg class="curves" viewBox="0 0 {_WIDE} {_HIGH + 34}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(_grid(most))}{''.join(_stages(points))}"
        f"{''.join(_curve(found, names.index(name), len(points), most) for name, found in places.items())}</svg>"
    )


def _curve(found: Sequence[tuple[int, float]], colour: int, of: int, most: float) -> str:
    thinned = list(_thinned(found))
    drawn = " ".join(f"{_x(n, of):.1f},{_y(value, most):.1f}" for n, value in thinned)
    dots = thinned if len(thinned) <= 40 else thinned[-1:]
    marks = "".join(f'<circle cx="{_x(n, of):.1f}" cy="{_y(value, most):.1f}" r="2.5"/>' for n, value in dots)
    return f'<g class="l{colour}"><polyline points="{drawn}"/>{marks}</g>'


def _thinned(found: Sequence[tuple[int, float]]) -> Iterator[tuple[float, float]]:
    size = math.ceil(len(found) / _MOST)
    for start in range(0, len(found), size):
        part = found[start : start + size]
        yield sum(n for n, _ in part) / len(part), sum(value for _, value in part) / len(part)


def _grid(most: float) -> Iterator[str]:
    for quarter in range(5):
        y = _y(most * quarter / 4, most)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDE - 8}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{most * quarter / 4:.3g}</text>'


def _stages(points: Sequence[Point]) -> Iterator[str]:
    """Yield the names of the stages, and a line where one ends and the next begins."""
    starts = [n for n, point in enumerate(points) if n == 0 or point.get("stage") != points[n - 1].get("stage")]
    for n, end in zip(starts, [*starts[1:], len(points)], strict=True):
        if n:
            yield f'<line class="stage" x1="{_x(n, len(points)):.1f}" x2="{_x(n, len(points)):.1f}" y1="{_TOP}" y2="{_TOP + _HIGH}"/>'
        said = f"{points[n].get('stage', '')}: steps {points[n].get('step', '')} to {points[end - 1].get('step', '')}"
        yield f'<text x="{_x(n, len(points)) + 4:.1f}" y="{_TOP + _HIGH + 16}">{escape(said)}</text>'


def _x(n: float, of: int) -> float:
    return _LEFT + (_WIDE - _LEFT - 12) * n / max(1, of - 1)


def _y(value: float, most: float) -> float:
    return _TOP + _HIGH * (1 - min(1.0, max(0.0, value / most)))


def _above(value: float) -> float:
    """Answer a round number that is not below a value: 1, 2 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    # The least of all numbers are not reached by any power of ten.
    return next((power * step for step in (1, 2, 5, 10) if power * step >= value), value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
