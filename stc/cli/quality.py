"""Judge completions that were recorded elsewhere, or a suite by its own answers: no model is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stparse.issue import BadInputError

if TYPE_CHECKING:
    from evaluator.item import Suite


@click.command("quality")
@click.argument("suite", type=click.Path(path_type=Path, exists=True))
@click.argument("completions", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The folder of the report.")
@click.option("--index", type=click.Path(path_type=Path), envvar="STC_INDEX", help="The code that answers to test cases are judged in.")
@click.option("--split", default="test", show_default=True, help="The split of a data set.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only samples of this kind: completion, qa.senders. May be repeated.")
@click.option("--most", type=click.IntRange(0), default=0, help="At most so many samples of a kind; 0: all.")
@click.option("--draws", type=click.IntRange(1), default=1, show_default=True, help="How many answers to each prompt are judged.")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Only this metric: compile_rate. May be repeated.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes judge; as many as there are processors by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--retrieval", hidden=True)
def command(
    suite: Path, completions: Path | None, out: Path | None, index: Path | None, split: str, kinds: tuple[str, ...], most: int, draws: int,
    metrics: tuple[str, ...], jobs: int | None, as_json: bool, retrieval: str | None,
) -> None:  # fmt: skip
    """Judge the answers in COMPLETIONS to SUITE: the folder of a data set, or a JSON file of test cases.

    COMPLETIONS has one JSON object a line: {"id": "...", "completion": "..."}, or "prompt" in place of "id". An answer that is missing is a
    failure, and is shown as one.

    Without COMPLETIONS a file of test cases is proved by its own answers: the right one of each case (reference) must pass, and the wrong
    one must not. Exits with 1 where that is not so.
    """
    if retrieval is not None:
        raise BadInputError("a recording was answered before: no passages can be shown with it now; stc evaluate --retrieval asks a model")
    from evaluator.recorded import Recorded
    from stc.evaluating import run, suite_at

    found = suite_at(suite, index, split, kinds, most)
    if completions is None:
        _prove(suite, found)
        return
    if out is None:
        raise BadInputError("say where the report belongs: -o FOLDER")
    recorded = Recorded(completions)
    if recorded.broken:
        click.echo(f"stc: {recorded.broken} lines of {completions} cannot be read; their answers are missing", err=True)
    run(recorded, found, out, draws=draws, metrics=metrics, jobs=jobs, as_json=as_json)


def _prove(path: Path, suite: Suite) -> None:
    from evaluator.proving import faults_of_suite
    from evaluator.suite import cases_of

    if path.is_dir():
        raise BadInputError(f"{path} holds no answers of its own to prove it by; give a file of answers, too")
    faults = list(faults_of_suite(suite, cases_of(path)))
    for one in faults:
        click.echo(one)
    if faults:
        click.echo(f"{len(suite.items)} cases, {len(faults)} faults")
        sys.exit(1)
    click.echo(f"{len(suite.items)} cases: each right answer passes, and no wrong one")
