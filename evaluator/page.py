"""A report for people: Markdown, and one HTML file without a script or a link to anywhere, with a plot of all intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from datagen.charts import table
from evaluator.buckets import BUCKETS
from evaluator.report import Failure, Report, Score

_STYLE = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
_DIGEST = 64
_PAIRED = "The same items, answered by both; no difference shown does not mean that there is none."
_WORDS = {"higher": "higher is better", "lower": "lower is better", "neither": ""}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a comparison adds to the report of the first model: its name, the cells of its differences from each other one, the answers
    of those by item, and the worst answers of all."""

    name: str
    differences: tuple[tuple[str, list[tuple[str, ...]]], ...]
    answers: tuple[tuple[str, dict[str, str | None]], ...]
    failures: tuple[Failure, ...]


def value_of(score: Score) -> str:
    """Answer 93.1 %, or 62.2 tokens."""
    return _number(score, score.value)


def interval_of(score: Score) -> str:
    """Answer 90.5 to 95.2 %."""
    if score.unit == "mean":
        return f"{score.low:.1f} to {score.high:.1f}"
    return f"{100 * score.low:.1f} to {100 * score.high:.1f} %"


def _number(score: Score, value: float) -> str:
    return f"{value:.1f} {score.of}" if score.unit == "mean" else f"{100 * value:.1f} %"


def name_of(score: Score) -> str:
    """Answer what a row is called; a bucket is one of all uses, right ones and wrong ones."""
    if score.part in BUCKETS:
        return f"{score.of}: {score.part}"
    return f"{score.title}: {score.part}" if score.part else score.title


def rows_of(scores: Sequence[Score]) -> list[tuple[str, ...]]:
    """Answer the cells of the table of scores."""
    return [
        (name_of(s), _WORDS[s.better], value_of(s), interval_of(s), s.interval, f"{s.n:,}", f"{s.clusters:,}", f"{s.missing:,}")
        for s in scores
    ]


HEADS = ("metric", "direction", "value", "95 % interval", "interval by", "answers", "classes", "missing")


def remarks(report: Report) -> Iterator[str]:
    """Yield what has to be known beside the numbers."""
    missing = sum(report.missing.values())
    yield f"{report.suite['items']:,} items of {report.suite['name']}; base facts: {report.base}"
    if missing:
        why = "; ".join(f"{reason} ({n:,})" for reason, n in report.missing.items())
        yield f"{missing:,} answers are missing and count as failures: {why}"
    if report.retries:
        yield f"{report.retries:,} attempts had to be repeated"
    leaked = report.suite["leaked"]
    if leaked is not None:
        yield f"{len(leaked):,} test answers stand in training texts" + (f": {', '.join(leaked[:5])}" if leaked else "")
    if report.validity:
        yield report.validity
    for reason in dict.fromkeys(report.unmeasured.values()):
        yield f"not measured: {' and '.join(name for name, why in report.unmeasured.items() if why == reason)}, for {reason}"
    few = next((s for s in report.scores if not s.part and s.clusters < 10), None)
    if few is not None:
        yield f"only {few.clusters} classes are under test: the intervals are wide, and should be"
    for name, found in report.pass_at.items():
        yield f"{name}: " + ", ".join(f"pass@{k} {value:.3f}" for k, value in found.items())


def markdown(report: Report) -> str:
    """Answer the report as Markdown."""
    lines = [
        "# Evaluation",
        "",
        model_of(report),
        "",
        *(f"* {line}" for line in remarks(report)),
        "",
        "| " + " | ".join(HEADS) + " |",
        "|" + "---|" * len(HEADS),
    ]
    lines += ["| " + " | ".join(row) + " |" for row in rows_of(report.scores)]
    lines += ["", "## The worst answers", ""]
    for one in report.failures:
        lines += [f"### {one.item} ({one.kind})", "", *(f"* {name}: {why}" for name, why in one.broken.items()), ""]
        lines += [block for shown in one.shown for block in ("```text", shown, "```", "")]
    return "\n".join(lines).rstrip() + "\n"


def html_page(report: Report, beside: Beside | None = None) -> str:
    """Answer the report as HTML; with other models beside it, their differences and their answers too."""
    said = "".join(f"<li>{escape(line)}</li>" for line in remarks(report))
    sources = "".join(f"<dt>{escape(s.title)}</dt><dd>{escape(s.source)}</dd>" for s in report.scores if not s.part)
    title = "Comparison" if beside else "Evaluation"
    failures = beside.failures if beside else report.failures
    scores = table("Missing answers count as failures.", HEADS, rows_of(report.scores), 3)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}: {escape(report.suite['name'])}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{escape(model_of(report))}</p>\n<ul>{said}</ul>\n{_differences(beside) if beside else ''}"
        f"<h2>Scores{f' of {escape(beside.name)}' if beside else ''}</h2>\n"
        f'<div class="wide">{plot([s for s in report.scores if s.unit != "mean" and not s.part])}</div>\n<div class="wide">{scores}</div>\n'
        f"<h2>Worst answers</h2>\n{''.join(_failure(one, beside) for one in failures)}\n"
        f"<h2>What is measured</h2>\n<dl>{sources}</dl>\n</main>\n</body>\n</html>\n"
    )


def _differences(beside: Beside) -> str:
    heads = ("metric", "verdict", beside.name, "other", "difference", "95 % interval", "p, corrected")
    shown = (f'<h3>{escape(name)}</h3><div class="wide">{table(_PAIRED, heads, rows, 5)}</div>' for name, rows in beside.differences)
    return f"<h2>Differences</h2>\n{''.join(shown)}\n"


def model_of(report: Report) -> str:
    """Answer a line about what was asked."""
    return ", ".join(f"{key} {_shown(value)}" for key, value in report.model.items() if value not in (None, {}))


def _shown(value: Any) -> str:
    if isinstance(value, str) and len(value) == _DIGEST and value.isalnum():
        return value[:12]
    return f"({', '.join(f'{key} {_shown(each)}' for key, each in value.items())})" if isinstance(value, dict) else str(value)


def plot(scores: Sequence[Score]) -> str:
    """Answer the shares with their intervals as one SVG."""
    height = 26 * len(scores) + 30
    drawn = [f'<line class="grid" x1="{_x(v / 4)}" x2="{_x(v / 4)}" y1="4" y2="{height - 24}"/>' for v in range(5)]
    drawn += [f'<text x="{_x(v / 4)}" y="{height - 8}" text-anchor="middle">{25 * v} %</text>' for v in range(5)]
    for place, s in enumerate(scores):
        y = 18 + 26 * place
        drawn.append(f'<text x="236" y="{y + 4}" text-anchor="end">{escape(s.title)}</text>')
        drawn.append(
            f'<line class="range" x1="{_x(s.low)}" x2="{_x(s.high)}" y1="{y}" y2="{y}"/><circle cx="{_x(s.value)}" cy="{y}" r="4"/>'
        )
    title = "Shares with their 95 % intervals; the numbers are in the table below"
    return f'<svg class="plot" viewBox="0 0 720 {height}" role="img" aria-label="{title}"><title>{title}</title>{"".join(drawn)}</svg>'


def _x(share: float) -> str:
    return f"{250 + 450 * min(1.0, max(0.0, share)):.1f}"


def _failure(one: Failure, beside: Beside | None) -> str:
    why = "".join(f"<li><b>{escape(name)}</b>: {escape(reason)}</li>" for name, reason in one.broken.items())
    marks = "".join(f"<pre>{escape(text)}</pre>" for text in one.shown)
    sides = [(beside.name if beside else "answer", one.answer)]
    sides += [(name, found.get(one.item)) for name, found in beside.answers] if beside else []
    if one.reference:
        sides.append(("a right answer" if one.kind.startswith("case") else "as the house wrote it", one.reference))
    shown = "".join(
        f"<div><h4>{escape(name)}</h4><pre>{escape(text) if text is not None else '<i>none</i>'}</pre></div>" for name, text in sides
    )
    asked = f"<details><summary>what was asked</summary><pre>{escape(one.prompt)}</pre></details>"
    head = f"<h3>{escape(one.kind)} <code>{escape(one.item)}</code></h3>"
    return f'<section>{head}<ul>{why}</ul>{marks}{asked}<div class="sides">{shown}</div></section>'
