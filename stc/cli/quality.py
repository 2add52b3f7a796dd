"""Judge completions that were recorded elsewhere: a suite, a JSONL file of answers, and no model."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("quality")
@click.argument("suite", type=click.Path(path_type=Path, exists=True))
@click.argument("completions", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder of the report.")
@click.option("--index", type=click.Path(path_type=Path), envvar="STC_INDEX", help="The code that answers to test cases are judged in.")
@click.option("--split", default="test", show_default=True, help="The split of a data set.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only samples of this kind: completion, qa.senders. May be repeated.")
@click.option("--most", type=click.IntRange(0), default=0, help="At most so many samples of a kind; 0: all.")
@click.option("--draws", type=click.IntRange(1), default=1, show_default=True, help="How many answers to each prompt are judged.")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Only this metric: compile_rate. May be repeated.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes judge; as many as there are processors by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def command(
    suite: Path, completions: Path, out: Path, index: Path | None, split: str, kinds: tuple[str, ...], most: int, draws: int,
    metrics: tuple[str, ...], jobs: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Judge the answers in COMPLETIONS to SUITE: the folder of a data set, or a JSON file of test cases.

    COMPLETIONS has one JSON object a line: {"id": "...", "completion": "..."}, or "prompt" in place of "id". An answer that is missing is a
    failure, and is shown as one.
    """
    from evaluator.recorded import Recorded
    from stc.evaluating import run, suite_at

    found = suite_at(suite, index, split, kinds, most)
    recorded = Recorded(completions)
    if recorded.broken:
        click.echo(f"stc: {recorded.broken} lines of {completions} cannot be read; their answers are missing", err=True)
    run(recorded, found, out, draws=draws, metrics=metrics, jobs=jobs, as_json=as_json)
