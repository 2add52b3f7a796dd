"""Read a code base into an index, or bring one up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from stc.output import DEFAULT_INDEX
from stparse.index.build import BuildReport, build_index
from stparse.index.model import Statistics
from stparse.index.query import CodeIndex

_COUNTED = (
    "files", "lines", "classes", "stubs", "namespaces", "shared_variables", "methods", "broken", "doits", "sends", "selectors", "issues",
    "skipped",
)  # fmt: skip


@click.command("index")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), envvar="STC_INDEX", default=DEFAULT_INDEX, show_default=True,
    help="The index file to write; one that is there already is brought up to date.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), help="How many processes read files; as many as there are processors by default.")
@click.option("--dialect", help="Read every file as this dialect, whatever the evidence says.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def command(sources: tuple[Path, ...], out: Path, jobs: int | None, dialect: str | None, as_json: bool) -> None:
    """Read files and folders of Smalltalk into one index file, which `stc query`, `stc check` and all else stand on.

    Only what has changed is read again. If anything fails, the index that was there stays as it is.
    """
    errors = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            bars.update(tasks[phase], completed=done)

        report = build_index(sources, out, jobs=jobs, dialect=dialect, progress=show)
    with CodeIndex.open(out) as index:
        statistics = index.statistics()
        if as_json:
            click.echo(json.dumps(_summary(report, statistics), indent=2))
        else:
            _tables(report, statistics, index)


def _summary(report: BuildReport, statistics: Statistics) -> dict[str, Any]:
    counted = {name: getattr(statistics, name) for name in _COUNTED}
    build = {name: getattr(report, name) for name in ("read", "resumed", "kept", "removed", "unreadable")}
    sorts = {"dialects": dict(statistics.dialects), "formats": dict(statistics.formats)}
    return {"index": report.path.as_posix(), **counted, **sorts, **build, "seconds": round(report.seconds, 3)}


def _tables(report: BuildReport, statistics: Statistics, index: CodeIndex) -> None:
    console = Console(highlight=False)
    table = Table(title=str(report.path), show_header=False, title_justify="left")
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name in _COUNTED:
        number: int = getattr(statistics, name)
        if number or name in ("files", "classes", "methods"):
            table.add_row(name.replace("_", " "), f"{number:,}")
    for label, counts in (("dialects", statistics.dialects), ("formats", statistics.formats)):
        table.add_row(label, ", ".join(f"{name} {number:,}" for name, number in counts))
    console.print(table)
    told = {"read": report.read, "taken up": report.resumed, "unchanged": report.kept, "gone": report.removed}
    files = ", ".join(f"{number:,} {what}" for what, number in told.items() if number)
    console.print(f"files: {files or 'none'}; {report.seconds:.1f} s")
    _left_out(index, report)


def _left_out(index: CodeIndex, report: BuildReport) -> None:
    """Say on stderr what was not read: every file that could not be, and the reasons for the others with their number."""
    for finding in index.issues():
        if finding.issue.code == "F001":
            click.echo(f"{finding.file}: {finding.issue.message}", err=True)
    reasons: dict[str, list[str]] = {}
    for skipped in index.skipped():
        reasons.setdefault(skipped.reason, []).append(skipped.path)
    for reason, paths in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        shown = ", ".join(paths[:3]) + (", ..." if len(paths) > 3 else "")
        click.echo(f"skipped {len(paths):,}: {reason}: {shown}", err=True)
