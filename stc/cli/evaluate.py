"""Measure a model: put a suite to it, judge each answer with the parser, and write a report."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stparse.issue import BadInputError

if TYPE_CHECKING:
    from evaluator.endpoint import Endpoint
    from trainer.complete import LocalModel


@click.command("evaluate")
@click.argument("suite", type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder of the evaluation; one that was begun goes on."
)
@click.option("--base", type=click.Path(path_type=Path), help="The folder of a base model, to be asked on this machine.")
@click.option(
    "--run", "run_", type=click.Path(path_type=Path), help="The folder of a training (stc train -o), whose adapter is put on the base."
)
@click.option("--endpoint", metavar="URL", help="An OpenAI-compatible server of your network: http://127.0.0.1:11434/v1 is Ollama's.")
@click.option("--model", default="", help="What the server calls the model.")
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST", help="Ask this host although it is outside of your network.")
@click.option("--index", type=click.Path(path_type=Path), envvar="STC_INDEX", help="The code that answers to test cases are judged in.")
@click.option(
    "--retrieval",
    type=click.Path(path_type=Path, exists=True),
    metavar="INDEX",
    help="Show the model what is found in this index for each prompt, except what it is to write.",
)
@click.option(
    "--window", type=click.IntRange(1),
    help="With --retrieval: how many tokens a server reads and writes, 4096 by default; a model on this machine says so itself.",
)  # fmt: skip
@click.option("--split", default="test", show_default=True, help="The split of a data set.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only samples of this kind: completion, qa.senders. May be repeated.")
@click.option("--most", type=click.IntRange(0), default=0, help="At most so many samples of a kind; 0: all.")
@click.option(
    "--draws", type=click.IntRange(1), default=1, show_default=True, help="How often each prompt is put, for pass@k; with a temperature."
)
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.0, show_default=True, help="0 always takes the likeliest token.")
@click.option("--max-tokens", type=click.IntRange(1), default=512, show_default=True, help="The longest answer.")
@click.option("--seed", type=int, default=1, show_default=True, help="The seed of what chance decides.")
@click.option("--batch", type=click.IntRange(1), default=8, show_default=True, help="How many prompts are put at a time.")
@click.option(
    "--chat-template", default="", help="A Jinja file in place of the base's own chat template, or one of stc's: instruction, chatml."
)
@click.option(
    "--device", type=click.Choice(("auto", "cuda", "cpu")), default="auto", show_default=True, help="Where a local model computes."
)
@click.option(
    "--constrained",
    is_flag=True,
    help="Let a local model write methods by the grammar of their dialect; needs llguidance. The gate refuses it.",
)
@click.option(
    "--timeout", type=click.FloatRange(0.1), default=120.0, show_default=True, help="How many seconds a server may take for an answer."
)
@click.option(
    "--tries", type=click.IntRange(1), default=4, show_default=True, help="How often a server is asked before its answer is missing."
)
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Only this metric: compile_rate. May be repeated.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes judge; as many as there are processors by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def command(suite: Path, out: Path, index: Path | None, as_json: bool, **given: Any) -> None:
    """Put SUITE to a model and judge what it answers. SUITE is the folder of a data set, or a JSON file of test cases.

    The model is either on this machine (--base, with an adapter: --run) or behind a server (--endpoint, --model). A server that needs a
    key gets that of the environment variable STC_API_KEY.

    OUT gets report.html for people, report.md, report.json, and all answers. The same command goes on after an interruption, and
    asks nothing twice. An answer that does not come counts as a failure, and the report says so.

    \b
    stc evaluate build/whatson --base models/base --run runs/v1 -o build/eval-v1
    stc compare build/eval-base build/eval-v1
    """
    if bool(given["base"]) is bool(given["endpoint"]):
        raise BadInputError("say who is asked: --base FOLDER (and --run FOLDER), or --endpoint URL with --model NAME")
    if given["constrained"] and not given["base"]:
        raise BadInputError("--constrained is for a model on this machine (--base); a server decodes by itself")
    if given["draws"] > 1 and given["temperature"] == 0:
        raise BadInputError("--draws with a temperature of 0 gives the same answer again; give --temperature 0.8")
    if given["window"] and (given["base"] or not given["retrieval"]):
        raise BadInputError("--window is the window of a server that is shown passages: it goes with --endpoint and --retrieval")
    from stc.evaluating import run, suite_at
    from stc.openbook import SERVED, estimated_length

    found = suite_at(suite, index, given["split"], given["kinds"], given["most"])
    complete: LocalModel | Endpoint
    if given["base"]:
        complete = local_model(given)
        takes, length = complete.takes, complete.length_of
    else:
        complete, length = _endpoint(given), estimated_length
        takes = (given["window"] or SERVED) - given["max_tokens"]
    shown = None
    if given["retrieval"]:
        from retrieval.context import Room

        shown = given["retrieval"], None if takes is None else Room(takes, length)
    how = {"draws": given["draws"], "metrics": given["metrics"], "jobs": given["jobs"], "as_json": as_json}
    run(complete, found, out, retrieval=shown, **how)


def local_model(given: dict[str, Any]) -> LocalModel:
    """Answer the model that the options name, on this machine. Raises BadInputError without torch, and where it cannot be loaded."""
    if find_spec("torch") is None or find_spec("peft") is None:
        raise BadInputError("a model on this machine needs torch: pip install 'stc[train]'; docs/training.md says how without CUDA")
    if given["constrained"] and find_spec("llguidance") is None:
        raise BadInputError("--constrained needs llguidance: pip install 'stc[train]'")
    from trainer.complete import LocalModel
    from trainer.offline import no_network

    with no_network():
        return LocalModel(
            given["base"], given["run_"], template=given["chat_template"], most=given["max_tokens"], temperature=given["temperature"],
            seed=given["seed"], batch=given["batch"], device=given["device"],
            constrained=given["constrained"],
        )  # fmt: skip


def _endpoint(given: dict[str, Any]) -> Endpoint:
    if not given["model"]:
        raise BadInputError("--endpoint needs --model: what the server calls the model; its /v1/models lists them")
    from evaluator.endpoint import Endpoint, Patience, Sampling

    sampling = Sampling(given["temperature"], given["max_tokens"], given["seed"])
    patience = Patience(given["timeout"], given["tries"])
    key = os.environ.get("STC_API_KEY", "")
    found = Endpoint(given["endpoint"], given["model"], sampling, patience, key=key, batch=given["batch"], allowed=given["hosts"])
    can = found.probe()
    if given["draws"] > 1 and not can["temperature"]:
        raise BadInputError(
            "this server answers the same whatever the seed is, also at a temperature of 1: pass@k would say nothing; use --draws 1"
        )
    return found
