"""Compile a code base into a verified training set: index, make samples, prove, filter, split, write."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from checker.base import load_base
from datagen.companions import read_companions
from datagen.compile import Settings, compile_dataset
from datagen.history import History, read_history
from datagen.layout import INDEX, REPORT
from datagen.oracle import dialects_of
from datagen.redact import Redactor, read_words
from datagen.resume import work_folder
from datagen.split import SPLITS
from datagen.write import Dataset, check_replaceable, is_dataset
from stc import __version__
from stc.config import check_settings, dataset_settings
from stc.executor import executor_at
from stc.optional import NO_TABLES, chosen_counter, installed_tables
from stc.progress import bars
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError
from stparse.tables import cache_folder


@click.command("compile-dataset")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder to write; a data set there is replaced.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, sources and version give the same bytes.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes work; as many as there are processors by default.")
@click.option(
    "--executor",
    metavar="dask://HOST:PORT",
    help="Let the workers of a Dask cluster make the samples; they must see the folder of --out under the same path.",
)
@click.option("--dialect", help="Read every file as this dialect, whatever the evidence says.")
@click.option("--base", type=click.Path(path_type=Path), help="Base facts of your image (stc base export); also from stc.toml, [check].")
@click.option("--limit", type=click.IntRange(1), default=60_000, show_default=True, help="About how many samples to make at most.")
@click.option("--redact/--no-redact", default=True, help="Hide secrets and personal data before anything is read (the default), or do not.")
@click.option("--redact-words", type=click.Path(path_type=Path), help="A text file of words of your own to hide too, one a line.")
@click.option(
    "--history",
    type=click.IntRange(1),
    metavar="COMMITS",
    help="Look also at so many last commits, where the sources lie in git: what they changed, and what they mended.",
)
@click.option("--system", metavar="TEXT|@FILE", help="A system prompt for every conversation; also from stc.toml.")
@click.option("--tokenizer", metavar="PATH|NAME", help="Count tokens with this tokenizer.json, model folder or cached model; no download.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def command(
    sources: tuple[Path, ...],
    out: Path,
    seed: int,
    jobs: int | None,
    executor: str | None,
    dialect: str | None,
    base: Path | None,
    limit: int,
    redact: bool,
    redact_words: Path | None,
    history: int | None,
    system: str | None,
    tokenizer: str | None,
    as_json: bool,
) -> None:
    """Compile files and folders of Smalltalk into a data set whose every sample has been proved against the sources.

    The folder gets sft, completion and preference with a file for each split, as JSONL and, where pyarrow is installed, Parquet;
    a manifest, a card, a report, the list of what was dropped and why, and the index. `datasets` loads the folder as it is.
    """
    began = time.monotonic()
    check_replaceable(out)
    veil = veil_of(redact, redact_words)
    house = dataset_settings()
    counter, tables = chosen_counter(tokenizer or house.tokenizer), installed_tables()
    base = base or check_settings().base
    if base is not None:
        # What is wrong with it is said before the sources are read.
        load_base(base)
    system = house.system if system is None else text_or_file(system)
    errors = Console(stderr=True)
    with ExitStack() as stack:
        # Beside the data set and not in the system's temporary folder: what was read and made survives an interruption.
        index_path = work_folder(out) / INDEX
        if not index_path.exists() and is_dataset(out) and (out / INDEX).is_file():
            # The index of the older data set is brought up to date: only what has changed is read.
            work_folder(out).mkdir(exist_ok=True)
            shutil.copyfile(out / INDEX, index_path)
        show = stack.enter_context(bars(errors))
        build_index(sources, index_path, jobs=jobs, dialect=dialect, veil=veil, progress=show)
        index = stack.enter_context(CodeIndex.open(index_path))
        commits = read_history(sources, history, dialects_of(index), veil) if history else History()
        workers, tasks = stack.enter_context(executor_at(executor))
        settings = Settings(
            out, seed, tasks or jobs or processors(), workers, limit, history=commits, companions=read_companions(sources, veil),
            tool=f"stc {__version__}", system=system or None, counter=counter, tables=tables, base=base, veil=veil, sources=sources,
            cache=cache_folder() / "made",
        )  # fmt: skip
        dataset = compile_dataset(index, settings, show)
    shutil.rmtree(work_folder(out), ignore_errors=True)
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(_summary(dataset, seconds), ensure_ascii=False, indent=2))
    else:
        _tables(dataset, seconds)


def veil_of(redact: bool, words: Path | None) -> Redactor | None:
    """Answer what hides secrets while the sources are read; None where nothing is to be hidden."""
    if not redact and words is not None:
        raise BadInputError("--no-redact hides nothing, and --redact-words asks for it; leave one of them out")
    return Redactor(read_words(words) if words is not None else ()) if redact else None


def processors() -> int:
    """Answer how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def text_or_file(value: str) -> str:
    """Answer the text, or what is in the file that `@FILE` names. Raises BadInputError."""
    if not value.startswith("@"):
        return value
    try:
        return Path(value[1:]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{value[1:]} cannot be read as a text in UTF-8 ({error}); --system takes a text, or @ and a file") from error


def _summary(dataset: Dataset, seconds: float) -> dict[str, object]:
    return {
        "out": dataset.folder.as_posix(),
        "digest": dataset.digest,
        "seed": dataset.seed,
        "total": dataset.samples,
        "samples": dataset.counts,
        "tokens": sum(sum(row.values()) for row in dataset.manifest["tokens"]["of"].values()),
        "tokens_counted_by": dataset.manifest["tokens"]["counted_by"],
        "tables": dataset.manifest["versions"]["tables"],
        "dropped": dataset.dropped,
        "redacted": dataset.manifest["redacted"],
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
    _reasons(console, "hidden before reading, each place in redacted.jsonl", dataset.manifest["redacted"])
    if "history" in dataset.manifest:
        _reasons(console, "commits left out", dataset.manifest["history"]["left_out"])
    _reasons(console, "files not read, each listed in manifest.json", dataset.skipped)
    code = dataset.manifest["code"]
    console.print(
        f"from {code['files']:,} files, {code['classes']:,} classes, {code['methods']:,} methods"
        f" ({code['broken']:,} of them do not parse); {seconds:.1f} s"
    )
    tokens = dataset.manifest["tokens"]
    counted = sum(sum(row.values()) for row in tokens["of"].values())
    console.print(f"{counted:,} tokens, counted by {tokens['counted_by']}")
    covered = dataset.manifest["coverage"]["methods"]
    console.print(f"{covered['covered']:,} of {covered['all']:,} methods are drawn on; {REPORT} shows what is not")
    if dataset.manifest["versions"]["tables"] == "none":
        click.echo(NO_TABLES, err=True)
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
