"""Write a data set in the form that a trainer wants: TRL, LLaMA-Factory, Unsloth, Axolotl, OpenAI chat, Alpaca, ShareGPT."""

from __future__ import annotations

import json
from pathlib import Path

import click

from datagen.exports import EXPORTS, Folder, Written


@click.command("export")
@click.argument("form", metavar="FORMAT")
@click.argument("dataset", metavar="DATASET", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder to write; an export there is replaced.")
@click.option("--json", "as_json", is_flag=True, help="Print the files with their numbers of rows as one JSON object.")
def command(form: str, dataset: Path, out: Path, as_json: bool) -> None:
    """Write the data set DATASET to OUT as FORMAT: alpaca, axolotl, llama-factory, openai, sharegpt, trl or unsloth.

    Questions, repairs and completions go into one file for each split, preferences into another. The data set stays as it is.
    """
    written = Written(dataset)
    write = EXPORTS[form]
    with Folder(out, form, written.name) as folder:
        write(written, folder)
    if as_json:
        found = {"out": out.as_posix(), "format": form, "files": folder.files, "notes": folder.notes}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name, rows in folder.files.items():
            click.echo(f"{(out / name).as_posix()}: {rows:,} rows")
        for note in folder.notes:
            click.echo(note, err=True)
