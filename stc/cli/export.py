"""Write a data set, or a trained model, in the form that another tool wants: TRL, Axolotl, Ollama, llama.cpp, and others."""

from __future__ import annotations

import json
from pathlib import Path

import click

from datagen.exports import EXPORTS, Folder, Written
from stc.training import needs_training_extra
from stparse.issue import BadInputError

_RUN = "run.json"


@click.command("export")
@click.argument("form", metavar="FORMAT")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder to write; an export there is replaced.")
@click.option("--base", type=click.Path(path_type=Path), help="Of a run: the base model that it was trained on.")
@click.option("--data", type=click.Path(path_type=Path), help="Of a run, for other trainers: the data set that it learnt from.")
@click.option("--from", "served", default="", metavar="NAME", help="Of a run, for ollama: what FROM is to name, a model or a GGUF file.")
@click.option("--json", "as_json", is_flag=True, help="Print the files with their numbers of rows as one JSON object.")
def command(form: str, source: Path, out: Path, base: Path | None, data: Path | None, served: str, as_json: bool) -> None:
    """Write SOURCE to OUT as FORMAT.

    Of a data set: alpaca, axolotl, llama-factory, openai, sharegpt, trl or unsloth. Questions, repairs and completions go into one file
    for each split, preferences into another.

    Of a run of stc train, with its --base: merged (one model, for vLLM, Ollama and others), gguf (the adapter for llama.cpp), ollama
    (a Modelfile with the adapter); and with its --data too: axolotl, llama-factory, unsloth, which train again as the run did.

    The source stays as it is.
    """
    if (source / _RUN).is_file():
        folder = _of_run(form, source, out, base, data, served)
    elif base is not None or data is not None or served:
        raise BadInputError(f"--base, --data and --from are for a run of stc train, and {source} has no {_RUN}")
    else:
        written = Written(source)
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


def _of_run(form: str, run: Path, out: Path, base: Path | None, data: Path | None, served: str) -> Folder:
    """Write an export of a trained model; answer what was written."""
    needs_training_extra()
    if base is None:
        raise BadInputError(f"{run} is a run of stc train: give the base model that it was trained on with --base")
    from trainer.exports import EXPORTS as OF_RUNS
    from trainer.exports import read_trained
    from trainer.offline import no_network

    with no_network():
        write = OF_RUNS[form]
        trained = read_trained(run, base, data, served)
        with Folder(out, form, run.absolute().name) as folder:
            write(trained, folder)
    return folder
