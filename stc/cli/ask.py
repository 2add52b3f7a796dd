"""Ask about the code base: facts of the index, the passages that answer, and a model's words where one is configured."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stc.output import index_option
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from datagen.complete import Complete
    from stc.config import AskSettings

_LONGEST = 512


@click.command("ask")
@click.argument("question", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="The most passages to show.")
@click.option("--lines", type=click.IntRange(0), default=12, show_default=True, help="How many lines of a passage are printed.")
@click.option(
    "--documents", multiple=True, type=click.Path(path_type=Path, exists=True), metavar="FOLDER",
    help="Read the Markdown and TypeScript in this folder too; they are kept until the option is given again.",
)  # fmt: skip
@click.option("--endpoint", metavar="URL", help="A server of your network that words the answer: http://127.0.0.1:11434/v1 is Ollama's.")
@click.option("--model", default="", help="What the server calls the model.")
@click.option("--base", type=click.Path(path_type=Path), help="The folder of a base model that words the answer on this machine.")
@click.option("--run", "run_", type=click.Path(path_type=Path), help="The folder of a training, whose adapter is put on the base.")
@click.option(
    "--encoder", type=click.Path(path_type=Path), help="The folder of a model that makes vectors, to find passages by their meaning too."
)  # fmt: skip
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST", help="Ask this host although it is outside of your network.")
@click.option("--max-tokens", type=click.IntRange(1), default=_LONGEST, show_default=True, help="The longest answer of a model.")
@click.option("--no-model", is_flag=True, help="Facts and passages alone, although stc.toml names a model.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for other programs.")
@index_option
def command(
    question: tuple[str, ...], index_path: Path, limit: int, lines: int, documents: tuple[Path, ...], as_json: bool, **given: Any
) -> None:
    """Answer QUESTION from the indexed code; - reads it from standard input, so that a walkback can be pasted.

    Names in the question bring what the index knows of them: definitions, implementors, senders, tests. Its words bring passages of
    methods, classes, comments and documents. Frames of a walkback are found in the code. A model, where --endpoint, --base or the table
    [ask] of stc.toml names one, words an answer from these; the code in it is checked, and so is every method that it names.

    \b
    stc ask "Who sends #isEmpty?" --index code.sqlite
    stc ask "where are overlapping rights found" --documents src
    stc ask - < walkback.txt
    """
    text = sys.stdin.read() if question == ("-",) else " ".join(question)
    if not text.strip():
        raise BadInputError('ask something: stc ask "Who sends #isEmpty?"')
    model = None if given["no_model"] else _model(given)
    # Usage is told without waiting for the parser.
    from rich.console import Console

    from datagen.companions import read_companions
    from retrieval.shelving import open_library
    from stc.asking import answer, answer_object, lines_of
    from stc.config import ask_settings
    from stc.finding import open_retriever
    from stc.housing import known_house
    from stc.progress import bars
    from stparse.index.query import CodeIndex

    with CodeIndex.open(index_path) as index, bars(Console(stderr=True)) as show:
        library = open_library(index, read_companions(documents) if documents else None, show=show)
        house = known_house(index_path) if model is not None else None
        retriever = open_retriever(index, library, given["encoder"] or ask_settings().encoder, show)
        answered = answer(index, retriever, text, most=limit, model=model, house=house)
        library.close()
    if answered.worded is not None and answered.worded.text is None:
        click.echo(f"stc: no answer of {answered.worded.model}: {answered.worded.trouble}; facts and passages alone follow", err=True)
    if as_json:
        click.echo(json.dumps(answer_object(answered), ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(lines_of(answered, lines)) or "nothing found", err=not (answered.found.passages or answered.found.facts))


def configured_model() -> Complete | None:
    """Answer the model that stc.toml names, as the command takes it without options; None where there is none."""
    return _model({"endpoint": None, "model": "", "base": None, "run_": None, "hosts": (), "max_tokens": _LONGEST})


def _model(given: dict[str, Any]) -> Complete | None:
    """Answer the model that the options or stc.toml name, or None. Raises BadInputError for half of one, and for a host that is far."""
    from stc.config import ask_settings

    if not given["endpoint"] and not given["base"]:
        settings = ask_settings()
        if settings.against is not None and not given["model"] and not given["run_"]:
            from stc.splitting import Named, Split
            from stc.storing import speaker

            first, second = (Named(one.name, partial(_opened, _with(given, one))) for one in (settings, settings.against))
            return Split(first, second, settings.share, speaker())
        given = _with(given, settings)
    return _opened(given) if given["endpoint"] or given["base"] else None


def _with(given: dict[str, Any], said: AskSettings) -> dict[str, Any]:
    """Answer the options with what stc.toml says of a model; an option wins."""
    told = {"model": given["model"] or said.model, "run_": given["run_"] or said.run}
    return {**given, "endpoint": said.endpoint, "base": said.base, **told}


def _opened(given: dict[str, Any]) -> Complete:
    """Answer the model in a folder, or behind a server."""
    if given["endpoint"] and given["base"]:
        raise BadInputError("a model is either behind --endpoint or in the folder --base; name one of the two")
    if given["base"]:
        from stc.cli.evaluate import local_model

        return local_model(
            {"chat_template": "", "temperature": 0.0, "seed": 1, "batch": 1, "device": "auto", "constrained": False, **given}
        )
    if not given["model"]:
        raise BadInputError("--endpoint needs --model: what the server calls the model; its /v1/models lists them")
    from evaluator.endpoint import Endpoint, Patience, Sampling

    sampling, key = Sampling(max_tokens=given["max_tokens"]), os.environ.get("STC_API_KEY", "")
    return Endpoint(given["endpoint"], given["model"], sampling, Patience(tries=2), key=key, batch=1, allowed=given["hosts"])
