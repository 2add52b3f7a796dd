"""A report for people: Markdown, and one HTML file without a script or a link to anywhere, with a plot of all intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from datagen.charts import table
from evaluator.report import Failure, Report, Score

_STYLE = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
_WORDS = {"higher": "higher is better", "lower": "lower is better", "neither": ""}


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
    return f"{score.title}: {score.part}" if score.part else score.title


def rows_of(scores: Sequence[Score]) -> list[tuple[str, ...]]:
    """Answer the cells of the table of scores."""
    return [
        (name_of(s), value_of(s), interval_of(s), f"{s.n:,}", f"{s.clusters:,}", f"{s.missing:,}", _WORDS[s.better], s.interval)
        for s in scores
    ]


HEADS = ("metric", "value", "95 % interval", "answers", "classes", "missing", "direction", "interval by")


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
    for name, reason in report.unmeasured.items():
        yield f"not measured: {name}, for {reason}"
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


def html_page(report: Report, others: Sequence[tuple[str, dict[str, str | None]]] = ()) -> str:
    """Answer the report as HTML; `others` are further models with their answers by item, to be shown side by side."""
    said = "".join(f"<li>{escape(line)}</li>" for line in remarks(report))
    model = model_of(report)
    sources = "".join(f"<dt>{escape(s.title)}</dt><dd>{escape(s.source)}</dd>" for s in report.scores if not s.part)
    cells = [tuple(row) for row in rows_of(report.scores)]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Evaluation: {escape(report.suite['name'])}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Evaluation</h1>\n<p>{escape(model)}</p>\n<ul>{said}</ul>\n"
        f"<h2>Scores</h2>\n{plot([s for s in report.scores if s.unit != 'mean' and not s.part])}\n"
        f'<div class="wide">{table("Missing answers count as failures.", HEADS, cells, 5)}</div>\n'
        f"<h2>Worst answers</h2>\n{''.join(_failure(one, others) for one in report.failures)}\n"
        f"<h2>What is measured</h2>\n<dl>{sources}</dl>\n</main>\n</body>\n</html>\n"
    )


def model_of(report: Report) -> str:
    """Answer a line about what was asked."""
    return ", ".join(f"{key} {_shown(value)}" for key, value in report.model.items() if value not in (None, {}))


def _shown(value: Any) -> str:
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


def _failure(one: Failure, others: Sequence[tuple[str, dict[str, str | None]]]) -> str:
    why = "".join(f"<li><b>{escape(name)}</b>: {escape(reason)}</li>" for name, reason in one.broken.items())
    marks = "".join(f"<pre>{escape(text)}</pre>" for text in one.shown)
    sides = [
        ("answer", one.answer),
        *((name, found.get(one.item)) for name, found in others),
        ("as the house wrote it", one.reference or None),
    ]
    shown = "".join(
        f"<div><h4>{escape(name)}</h4><pre>{escape(text) if text is not None else '<i>none</i>'}</pre></div>"
        for name, text in sides
        if text is not None or name == "answer"
    )
    asked = f"<details><summary>what was asked</summary><pre>{escape(one.prompt)}</pre></details>"
    head = f"<h3>{escape(one.kind)} <code>{escape(one.item)}</code></h3>"
    return f'<section>{head}<ul>{why}</ul>{marks}{asked}<div class="sides">{shown}</div></section>'
