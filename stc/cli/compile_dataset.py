"""Compile a code base into a verified training set: index, make samples, prove, filter, split, write."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from datagen.compile import Settings, compile_dataset
from datagen.history import History, read_history
from datagen.oracle import dialects_of
from datagen.split import SPLITS
from datagen.write import INDEX, Dataset, check_replaceable, is_dataset
from stc import __version__
from stc.progress import bars
from stparse.index.build import build_index
from stparse.index.query import CodeIndex


@click.command("compile-dataset")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder to write; a data set there is replaced.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, sources and version give the same bytes.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes work; as many as there are processors by default.")
@click.option("--dialect", help="Read every file as this dialect, whatever the evidence says.")
@click.option("--limit", type=click.IntRange(1), default=60_000, show_default=True, help="About how many samples to make at most.")
@click.option(
    "--history",
    type=click.IntRange(1),
    metavar="COMMITS",
    help="Look also at so many last commits, where the sources lie in git: what they changed, and what they mended.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def command(
    sources: tuple[Path, ...], out: Path, seed: int, jobs: int | None, dialect: str | None, limit: int, history: int | None, as_json: bool
) -> None:
    """Compile files and folders of Smalltalk into a data set whose every sample has been proved against the sources.

    The folder gets train.jsonl, validation.jsonl and test.jsonl, a manifest, a card, the list of what was dropped and why, and the index.
    """
    began = time.monotonic()
    check_replaceable(out)
    errors = Console(stderr=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stc-")))
        index_path = folder / INDEX
        if is_dataset(out) and (out / INDEX).is_file():
            # The index of the older data set is brought up to date: only what has changed is read.
            shutil.copyfile(out / INDEX, index_path)
        show = stack.enter_context(bars(errors))
        build_index(sources, index_path, jobs=jobs, dialect=dialect, progress=show)
        index = stack.enter_context(CodeIndex.open(index_path))
        commits = read_history(sources, history, dialects_of(index)) if history else History()
        settings = Settings(out, seed, jobs or processors(), limit, history=commits, tool=f"stc {__version__}")
        dataset = compile_dataset(index, settings, show)
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(_summary(dataset, seconds), ensure_ascii=False, indent=2))
    else:
        _tables(dataset, seconds)


def processors() -> int:
    """Answer how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _summary(dataset: Dataset, seconds: float) -> dict[str, object]:
    return {
        "out": dataset.folder.as_posix(),
        "digest": dataset.digest,
        "seed": dataset.seed,
        "total": dataset.samples,
        "samples": dataset.counts,
        "dropped": dataset.dropped,
        "skipped": dataset.skipped,
        "code": dataset.manifest["code"],
        "seconds": round(seconds, 3),
    }


def _tables(dataset: Dataset, seconds: float) -> None:
    console = Console(highlight=False)
    table = Table(title=f"{dataset.folder}", title_justify="left", show_footer=True)
    table.add_column("kind", "all")
    totals = Counter({split: sum(row[split] for row in dataset.counts.values()) for split in SPLITS})
    for split in SPLITS:
        table.add_column(split, f"{totals[split]:,}", justify="right")
    table.add_column("all", f"{dataset.samples:,}", justify="right")
    for kind, row in dataset.counts.items():
        table.add_row(kind, *(f"{row[split]:,}" for split in SPLITS), f"{sum(row.values()):,}")
    console.print(table)
    _reasons(console, "dropped, each listed in dropped.jsonl", dataset.dropped)
    if "history" in dataset.manifest:
        _reasons(console, "commits left out", dataset.manifest["history"]["left_out"])
    _reasons(console, "files not read, each listed in manifest.json", dataset.skipped)
    code = dataset.manifest["code"]
    console.print(
        f"from {code['files']:,} files, {code['classes']:,} classes, {code['methods']:,} methods"
        f" ({code['broken']:,} of them do not parse); {seconds:.1f} s"
    )
    if dataset.samples and not (totals["validation"] and totals["test"]):
        click.echo("the code base has too few class hierarchies to divide: there is no validation or no test part", err=True)
    if not dataset.samples:
        click.echo("nothing could be made of these sources; stc check says what is wrong with them", err=True)
        sys.exit(1)


def _reasons(console: Console, title: str, reasons: dict[str, int]) -> None:
    if not reasons:
        return
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(reason, f"{n:,}")
    console.print(table)
