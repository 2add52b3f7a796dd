"""Compare models on the same prompts: base against adapter, one version against the next."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import click


@click.command("compare")
@click.argument("first", type=click.Path(path_type=Path, exists=True))
@click.argument("others", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--html", type=click.Path(path_type=Path), help="Write the differences and the worst answers of all, side by side, as one page."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array, an object for each metric of each pair.")
def command(first: Path, others: tuple[Path, ...], html: Path | None, as_json: bool) -> None:
    """Compare the evaluation in the folder FIRST with each of OTHERS, item by item.

    Intervals and tests take whole classes; p-values are corrected for the number of metrics. "No difference is shown" does not mean
    that there is none: what could have been shown stands beside it.
    """
    from evaluator.compare import cells_of_difference, differences, line_of_difference
    from evaluator.evaluate import read_report, read_rows
    from evaluator.metrics import METRICS
    from stparse.issue import BadInputError

    report = read_report(first)
    suite = report["suite"]["digest"]
    rows, printed, tables = read_rows(first), [], []
    for other in others:
        second = read_report(other)
        if second["suite"]["digest"] != suite:
            raise BadInputError(f"{first} and {other} were evaluated on different suites; compare what answered the same prompts")
        found = differences(rows, read_rows(other))
        # What goes with each figure of adherence; one line where both were judged by the same house.
        houses = dict.fromkeys(said for said in (report.get("validity"), second.get("validity")) if said)
        if not as_json:
            click.echo(f"{first} -> {other}")
            for one in found:
                click.echo(f"  {line_of_difference(one)}")
                for said in houses if METRICS[one.metric].needs == "conventions" else ():
                    click.echo(f"    {said}")
        tables.append((other.name, [cells_of_difference(one) for one in found]))
        for one in found:
            trust = {"validity": "\n".join(houses)} if METRICS[one.metric].needs == "conventions" else {}
            printed.append({"first": str(first), "second": str(other), **asdict(one), "verdict": one.verdict, **trust})
    if as_json:
        click.echo(json.dumps(printed, ensure_ascii=False, indent=2))
    if html is not None:
        from datagen.layout import write_whole
        from evaluator.evaluate import report_in
        from evaluator.page import Beside, html_page

        answers = [(other.name, {row.item: row.text for row in read_rows(other) if row.draw == 0}) for other in others]
        failed = {one.item: one for folder in (*reversed(others), first) for one in report_in(folder).failures}
        own = {row.item: row.text for row in rows if row.draw == 0}
        failures = tuple(replace(one, answer=own.get(item)) for item, one in sorted(failed.items()))
        write_whole(html, html_page(report_in(first), Beside(first.name, tuple(tables), tuple(answers), failures)))
