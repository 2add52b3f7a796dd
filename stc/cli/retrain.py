"""Train again from verified feedback: join, train, evaluate, and let the gate decide; exit with 1 if it refuses."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stparse.issue import BadInputError

if TYPE_CHECKING:
    from stc.retraining import Wishes

_HELD, _STOPPED = 75, 130


@click.command("retrain")
@click.option("--data", type=click.Path(path_type=Path), help="The data set, as stc compile-dataset wrote it.")
@click.option("--base", type=click.Path(path_type=Path), help="The folder of the base model.")
@click.option("--name", help="What the model is called; versions are NAME-v1, NAME-v2 and so on.")
@click.option("--models", type=click.Path(path_type=Path), help="The folder that versions are kept in.  [default: models]")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The folder of the rounds.  [default: build/retrain]")
@click.option("--least", type=click.IntRange(0), help="How many verified corrections and answers must be new.  [default: 20]")
@click.option("--force", is_flag=True, help="Begin a round although fewer are new.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and why, and do nothing.")
@click.option(
    "--schedule", "form", type=click.Choice(("cron", "systemd", "windows")), help="Print what lets this scheduler call it; do nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as one JSON object.")
def command(force: bool, dry_run: bool, form: str | None, as_json: bool, **given: Any) -> None:
    """Go once through the loop: what was verified since the last round is joined with the data set, learnt from the base on, measured
    beside the champion, and promoted if the gate of stc.toml passes it.

    Settings are those of `[retrain]` in stc.toml; an option wins. Nothing happens while too little is new. A round that was interrupted, by
    whatever, goes on with the next call: no step is done twice.

    Exit codes: 0 promoted, or nothing to do; 1 the gate refused; 2 bad input; 75 another process is at it; 130 stopped, and saved.
    """
    if form is not None:
        from stc.schedules import schedule

        click.echo(schedule(form, Path(shutil.which("stc") or "stc"), Path.cwd()), nl=False)
        return
    wishes = _wishes(given, forced=force)
    from stc.retraining import plan, retrain
    from stc.training import needs_training_extra
    from store.locks import HeldError

    if dry_run:
        found = plan(wishes)
        what = "a round would go on" if found.goes_on else "a round would begin" if found.round else "nothing to do"
        click.echo(json.dumps(found.to_json(), indent=2) if as_json else f"{what}: {found.why}")
        return
    needs_training_extra()
    from trainer.lora import StoppedError

    try:
        outcome = retrain(wishes, lambda said: click.echo(f"stc: {said}", err=True))
    except HeldError as held:
        click.echo(f"stc: another stc retrain is at it in {wishes.folder}: {held}", err=True)
        sys.exit(_HELD)
    except StoppedError as stopped:
        click.echo(f"stc: {stopped}", err=True)
        sys.exit(_STOPPED)
    click.echo(json.dumps(outcome, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(outcome)))
    if outcome["outcome"] == "refused":
        sys.exit(1)


def _wishes(given: dict[str, Any], *, forced: bool) -> Wishes:
    """Answer what is wished for by options and stc.toml. Raises BadInputError where data set, base or name are missing."""
    from stc.config import retrain_settings
    from stc.retraining import Wishes, spec_of

    said = retrain_settings()
    data, base, name = (given[key] or getattr(said, key) for key in ("data", "base", "name"))
    if not (data and base and name):
        missing = [key for key, value in (("data", data), ("base", base), ("name", name)) if not value]
        raise BadInputError(f"{' and '.join(missing)} must be known: name them in [retrain] of stc.toml, or by options")
    spec, memory = spec_of(said.train, base, data)
    least = said.least if given["least"] is None else given["least"]
    models, folder = given["models"] or said.models, given["out"] or said.folder
    return Wishes(data, spec, memory, name, models, folder, least, said.most, said.max_tokens, forced)


def _lines(outcome: dict[str, Any]) -> list[str]:
    if outcome["outcome"] == "nothing":
        return [f"nothing to do: {outcome['why']}", *_waiting(outcome)]
    lines = [f"{'kept  ' if one['kept'] else 'BROKEN'}  {one['rule']}: {one['said']}" for one in outcome["reasons"]]
    taught = outcome["taught"]
    if taught["after"]:
        before, after = taught["before"], taught["after"]
        lines.append(f"of {after['asked']} that were taught, answered to the letter: {before['right']} before, {after['right']} after")
        if after["pairs"]:
            said = f"{before['prefers']} before, {after['prefers']} after"
            lines.append(f"of {after['pairs']} wrong answers, the right one held for likelier: {said}")
    if outcome["leaking"]:
        lines.append(f"{len(outcome['leaking'])} were left out: they show a method that is tested on")
    lines.append(f"{outcome['model']} is the champion" if outcome["model"] else "not promoted; the champion stays")
    return [*lines, *_waiting(outcome)]


def _waiting(outcome: dict[str, Any]) -> list[str]:
    made = outcome["waiting"]["candidate"]
    return [f"{made} pieces of feedback became examples now, to be verified: stc review"] if made else []
