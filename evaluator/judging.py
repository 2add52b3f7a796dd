"""Puts every metric to every answer, in several processes, with the same result whatever their number is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.complete import Completion, Progress
from datagen.judging import use_base
from datagen.pool import Workers, ordered_map
from evaluator.asking import Answers
from evaluator.item import Item, Suite
from evaluator.judged import Bench, Judged, open_bench
from evaluator.metrics import METRICS, Mark, marks_of

_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with an answer, in its line; `column` and `width` are where a caret belongs."""

    code: str
    message: str
    line: int
    column: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """An answer with all that was measured of it."""

    item: str
    draw: int
    kind: str
    cluster: str
    marks: dict[str, tuple[Mark, ...]]
    findings: tuple[Finding, ...]
    text: str | None
    trouble: str
    tries: int

    def value(self, metric: str) -> float | None:
        """Answer the share that a metric gives this answer as a whole, None where it says nothing."""
        found = next((mark for mark in self.marks.get(metric, ()) if not mark.part), None)
        return None if found is None or not found.of else found.got / found.of


class _Here:
    """What a process judges with."""

    bench: Bench = Bench(None)
    metrics: tuple[str, ...] = ()


def _begin(
    index: Path | None, base: Path | None, metrics: tuple[str, ...], conventions: bool, held_out: frozenset[tuple[str, bool, str]]
) -> None:
    use_base(base)
    _Here.bench = open_bench(index, conventions=conventions, held_out=held_out)
    _Here.metrics = metrics


def _judge(batch: Sequence[tuple[Item, int, Completion]]) -> list[Row]:
    return [row_of(Judged(item, done, _Here.bench), draw, _Here.metrics) for item, draw, done in batch]


def row_of(judged: Judged, draw: int, metrics: Sequence[str]) -> Row:
    """Measure one answer."""
    item, done = judged.item, judged.completion
    marks = {name: found for name in metrics if (found := marks_of(METRICS[name], judged))}
    findings: tuple[Finding, ...] = ()
    if item.must_compile and done.text is not None:
        findings = tuple(
            Finding(f.issue.code, f.issue.message, f.line, f.column, max(1, f.end_column - f.column if f.end_line == f.line else 1), f.text)
            for f in judged.errors[:5]
        )
    return Row(item.id, draw, item.kind, item.cluster, marks, findings, done.text, done.trouble, done.tries)


def judged_rows(suite: Suite, answers: Answers, metrics: Sequence[str], jobs: int, show: Progress) -> list[Row]:
    """Answer the rows of all answers, in the order of the suite."""
    tasks = [(item, draw, answers[item.id, draw]) for item in suite.items for draw in _draws(item.id, answers)]
    conventions = any(METRICS[name].needs == "conventions" for name in metrics)
    found: list[Row] = []
    begin: tuple[Any, ...] = (suite.index, suite.base, tuple(metrics), conventions, suite.under_test)
    for rows in ordered_map(_judge, _batches(tasks), Workers(jobs), _begin, begin):
        found += rows
        show("judging", len(found), len(tasks))
    return found


def _draws(item: str, answers: Answers) -> Iterator[int]:
    draw = 0
    while (item, draw) in answers:
        yield draw
        draw += 1


def _batches(tasks: Sequence[tuple[Item, int, Completion]]) -> Iterator[Sequence[tuple[Item, int, Completion]]]:
    for at in range(0, len(tasks), _AT_A_TIME):
        yield tasks[at : at + _AT_A_TIME]
