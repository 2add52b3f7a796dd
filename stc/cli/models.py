"""The models that were promoted: list them, show one with the reasons of its promotion, or go back to an earlier one."""

from __future__ import annotations

from dataclasses import asdict

import click

from stc.storing import json_option, opened, print_object
from stparse.issue import BadInputError


@click.group("models")
def command() -> None:
    """List, show and roll back the models of the store."""


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Print all models, the newest first, and what each is used as."""
    from store.models import models

    with opened() as store:
        found = models(store)
    text = "\n".join(f"{one.name}  {', '.join(one.aliases) or '-'}  {one.digest[:12]}  {one.path}" for one in found)
    print_object({"models": [asdict(one) for one in found]}, as_json, text or "no models yet; stc promote registers one")


@command.command("show")
@click.argument("name", required=False)
@json_option
def show_(name: str | None, as_json: bool) -> None:
    """Print the model NAME, or the champion, with every promotion and rollback that concerns it and the gate's reasons."""
    from store.models import model_as, models, promotions

    with opened() as store:
        name = name or model_as(store, "champion")
        model = next((one for one in models(store) if one.name == name), None)
        moves = [one for one in promotions(store) if name in (one.model, one.previous)]
    if model is None:
        raise BadInputError(f"there is no model {name}; stc models list prints them" if name else "there is no champion yet")
    lines = [f"{model.name} ({', '.join(model.aliases) or 'not in use'}), adapter {model.digest}, in {model.path}"]
    for one in moves:
        lines.append(f"{one.at:%Y-%m-%d %H:%M} {one.action} {one.previous or '-'} -> {one.model} by {one.by}: {one.reason}")
        lines += [f"  {'kept  ' if r['kept'] else 'BROKEN'}  {r['rule']}: {r['said']}" for r in one.gate.get("reasons", ())]
    print_object({**asdict(model), "promotions": [asdict(one) for one in moves]}, as_json, "\n".join(lines))


@command.command("rollback")
@click.option("--to", help="The model to go back to; the one before the champion by default.")
@click.option("--reason", required=True, help="Why; it goes on the audit trail.")
@json_option
def rollback_(to: str | None, reason: str, as_json: bool) -> None:
    """Make the champion again what it was before. A model whose files have changed since is refused."""
    from stc.promoting import rolled_back

    with opened() as store:
        done = rolled_back(store, reason, to)
    print_object(asdict(done), as_json, f"{done.model} is the champion again, in place of {done.previous}")
