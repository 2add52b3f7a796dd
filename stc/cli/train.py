"""Train a LoRA adapter on a data set, on this machine: pre-training, questions and answers, preferences."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from datagen.layout import write_whole
from stc.training import is_main, needs_training_extra, trained
from stparse.issue import BadInputError
from trainer.launch import launch_config as launch_config_of
from trainer.offline import no_network
from trainer.spec import PRESETS, RunSpec, preset_named

if TYPE_CHECKING:
    from trainer.folder import Run
    from trainer.lora import Plan

_STOPPED = 130
_REQUIRED = ("base", "data")
_SHOWN = ("validation_loss", "validation_accuracy", "parse_rate", "ended", "preference_accuracy")


def _setting(field: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Answer the option of one setting of a run."""
    name, said = f"--{field.name.replace('_', '-')}", field.metadata["help"]
    if field.name in _REQUIRED:
        return click.option(name, required=True, metavar="PATH", help=said)
    assert field.default is not MISSING
    default = ",".join(field.default) if isinstance(field.default, tuple) else field.default
    help_text = f"{said} [default: {default}]" if default != "" else said
    if isinstance(default, bool):
        return click.option(f"{name}/--no-{name[2:]}", default=None, help=help_text)
    return click.option(name, type=type(default), default=None, help=help_text)


def _settings(command: Callable[..., None]) -> Callable[..., None]:
    for field in reversed(fields(RunSpec)):
        command = _setting(field)(command)
    return command


@click.command("train")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder of the run; one that was begun goes on.")
@click.option("--preset", type=click.Choice(tuple(PRESETS)), help="Settings for a common machine; an option beside it wins.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what memory it would take, on the preset's machine too, and train nothing.")
@click.option("--launch-config", type=click.Path(path_type=Path), help="Write this file for accelerate launch, and train nothing.")
@click.option("--processes", type=int, default=2, show_default=True, help="For --launch-config: one for each card, of all machines.")
@click.option("--machines", type=int, default=1, show_default=True, help="For --launch-config: on how many machines.")
@click.option(
    "--track", multiple=True, type=click.Choice(("tensorboard", "wandb")), help="Write the run for this program too; wandb offline only."
)
@click.option("--no-store", is_flag=True, help="Do not enter the run into the store, where there is one.")
@click.option("--json", "as_json", is_flag=True, help="Print what run.json says as one JSON object.")
@_settings
def command(
    out: Path, preset: str | None, only_plan: bool, launch_config: Path | None, processes: int, machines: int,
    track: tuple[str, ...], no_store: bool, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """Train a LoRA adapter of the model --base on the data set --data, and write the run to OUT.

    OUT gets the adapter, run.json with all settings and digests, curves as PNG and JSON, and a model card. The same command goes on with
    a run that was interrupted, to the same result. Ctrl-C saves first. Nothing uses the network. Several cards or machines:
    --launch-config FILE, then accelerate launch --config_file FILE -m stc train, with the same options.
    """
    chosen = preset_named(preset) if preset else None
    settings = dict(chosen.settings) if chosen else {}
    settings.update({name: _value(name, value) for name, value in given.items() if value is not None})
    memory = chosen.memory if chosen else None
    spec = RunSpec(**settings)
    if launch_config is not None:
        _write_launch_config(launch_config, spec, processes, machines)
        return
    needs_training_extra()
    from trainer.lora import StoppedError, plan

    with no_network():
        planned = plan(spec, memory, elsewhere=only_plan)
        if is_main():
            _say_plan(planned)
        if only_plan:
            return
        try:
            run = trained(spec, out, memory, track=track, in_store=not no_store)
        except StoppedError as stopped:
            if is_main():
                click.echo(f"stc: {stopped}", err=True)
            click.get_current_context().exit(_STOPPED)
    if not is_main():
        return
    if as_json:
        click.echo(json.dumps(run.record, ensure_ascii=False, indent=2))
    else:
        _tables(run)


def _write_launch_config(path: Path, spec: RunSpec, processes: int, machines: int) -> None:
    if processes < 2 or machines < 1 or processes % machines:
        raise BadInputError(f"{processes} processes on {machines} machines: give at least two, and as many on each machine")
    write_whole(path, launch_config_of(spec, processes, machines))
    click.echo(
        f"accelerate launch --config_file {path} -m stc train ...   (the options of this command, without --launch-config)", err=True
    )


def _value(name: str, value: Any) -> Any:
    """Answer a setting as the spec wants it: what has commas is a tuple there."""
    default = next(field.default for field in fields(RunSpec) if field.name == name)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(default, tuple) else value


def _say_plan(planned: Plan) -> None:
    machine = planned.machine
    click.echo(
        f"{planned.base.name}: {planned.base.parameters / 1e6:,.0f} million parameters; in {machine.precision} on {machine.device} "
        f"this takes about {planned.estimate}",
        err=True,
    )


def _tables(run: Run) -> None:
    console = Console(highlight=False)
    table = Table(title=f"{run.folder}", title_justify="left")
    for name in ("stage", "examples", "steps", *(shown.replace("_", " ") for shown in _SHOWN)):
        table.add_column(name, justify="left" if name == "stage" else "right")
    for stage, found in run.record["stages"].items():
        best = found["best"]
        table.add_row(
            stage, f"{found['examples']:,}", f"{found['steps']:,}", *(f"{best[name]:.3f}" if name in best else "" for name in _SHOWN)
        )
    console.print(table)
    for stage, found in run.record["stages"].items():
        for reason, n in sorted(found["dropped"].items()):
            console.print(f"{stage}: {n:,} examples left out: {reason}")
    console.print(f"adapter {run.adapter}")
