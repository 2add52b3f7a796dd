"""What the commands that evaluate share: which suite is meant, who is asked, and what is shown of a report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from datagen.complete import Complete
from datagen.layout import write_whole
from datagen.manifest import MANIFEST
from evaluator.dataset_suite import read_dataset
from evaluator.evaluate import MARKDOWN, PAGE, Plan, evaluate, measured
from evaluator.item import Suite
from evaluator.page import HEADS, html_page, markdown, remarks, rows_of
from evaluator.report import Report
from evaluator.suite import read_suite
from retrieval.context import Room
from stc import __version__
from stc.cli.compile_dataset import processors
from stc.openbook import open_book, shown_line
from stc.progress import bars
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, IndexFileError

TOOL = f"stc {__version__}"


def suite_at(path: Path, index: Path | None, split: str, kinds: Sequence[str], most: int) -> Suite:
    """Answer the suite at `path`: the folder of a data set, or a file of test cases. Raises BadInputError."""
    if (path / MANIFEST).is_file():
        return read_dataset(path, split, kinds, most)
    if path.is_dir():
        raise BadInputError(f"{path} is no data set; give the folder that stc compile-dataset wrote, or a file of test cases")
    dialect = ""
    if index is not None:
        with CodeIndex.open(index) as opened:
            dialect = next((name for name, _ in opened.dialects), "")
    return read_suite(path, index, dialect)


def measure(
    complete: Complete, suite: Suite, out: Path, *, draws: int = 1, metrics: Sequence[str] = (), jobs: int | None = None,
    retrieval: tuple[Path, Room | None] | None = None,
) -> Report:  # fmt: skip
    """Evaluate, and write the pages. With `retrieval` the model is shown passages of that index, and what it can take."""
    plan = Plan(suite, draws, measured(metrics), jobs or processors(), *conventions_of(suite.index))
    with bars(Console(stderr=True)) as show:
        if retrieval is None:
            report = evaluate(complete, plan, out, TOOL, show)
        else:
            with open_book(complete, suite, *retrieval, show) as reader:
                report = evaluate(reader, plan, out, TOOL, show)
    if retrieval is not None and reader.shown:
        click.echo(f"stc: {shown_line(reader.shown)}", err=True)
    write_whole(out / MARKDOWN, markdown(report))
    write_whole(out / PAGE, html_page(report))
    return report


def run(complete: Complete, suite: Suite, out: Path, *, as_json: bool, **how: Any) -> Report:
    """Measure, and print the scores."""
    report = measure(complete, suite, out, **how)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return report
    shown = Table(title=str(out), title_justify="left")
    kept = [place for place, name in enumerate(HEADS) if name not in ("direction", "interval by")]
    for place in kept:
        shown.add_column(HEADS[place], justify="right" if place else "left")
    for row in rows_of(report.scores):
        shown.add_row(*(row[place] for place in kept))
    console = Console(highlight=False)
    console.print(shown)
    for line in remarks(report):
        console.print(line, markup=False)
    console.print(f"{out / PAGE} shows the worst answers", markup=False)
    return report


def conventions_of(index: Path | None) -> tuple[bool, str]:
    """Answer whether the conventions of an index can be asked, and why not where they cannot."""
    if index is None:
        return False, "no index of the code is given"
    from stc.house_check import open_judge

    try:
        with open_judge(index):
            return True, ""
    except IndexFileError as error:
        return False, str(error)
