"""Prove every sample of a data set again, from the written files alone; exit with 1 if one does not hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from datagen.proof import Proof, verify_dataset
from stc.cli.compile_dataset import processors
from stc.optional import installed_tables
from stc.progress import bars


@click.command("verify")
@click.argument("folder", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="How many processes work; as many as there are processors by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(folder: Path, jobs: int | None, as_json: bool) -> None:
    """Prove that each sample of the data set OUT is what it claims to be, and that its tables and its lines say the same.

    Code is parsed, faults are looked for, and every answer about the code base is held against the sources in the index of the data set,
    which are parsed anew for it. Nothing of what made the samples is used.
    """
    with bars(Console(stderr=True)) as show:
        tables = installed_tables()
        proof = verify_dataset(folder, jobs or processors(), show, tables)
    if tables is None:
        click.echo("pyarrow is not installed: tables are held against their digests, not against the lines", err=True)
    if as_json:
        click.echo(json.dumps(_summary(proof), ensure_ascii=False, indent=2))
    else:
        for failure in proof.failures:
            click.echo(f"{failure.file}: {failure.sample or '-'}: {failure.reason}")
        bad = len({(f.file, f.sample) for f in proof.failures})
        rows = f" and {proof.rows:,} rows of tables" if proof.rows else ""
        click.echo(f"{proof.samples:,} samples{rows}, {bad:,} do not hold" if bad else f"{proof.samples:,} samples{rows}, all hold")
    if proof.failures:
        sys.exit(1)


def _summary(proof: Proof) -> dict[str, object]:
    failures = [{"file": f.file, "id": f.sample, "reason": f.reason} for f in proof.failures]
    return {"samples": proof.samples, "rows": proof.rows, "failed": len(failures), "failures": failures}
