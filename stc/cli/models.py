"""The models that were promoted: list them, show one with its reasons, compare the ratings of two, or go back to an earlier one."""

from __future__ import annotations

from dataclasses import asdict

import click

from stc.storing import json_option, opened, print_object
from stparse.issue import BadInputError


@click.group("models")
def command() -> None:
    """List, show, compare by their ratings and roll back the models of the store."""


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
        told = promotions(store) if store.reads("promotions") else []
        moves = [one for one in told if name in (one.model, one.previous)]
    if model is None:
        raise BadInputError(f"there is no model {name}; stc models list prints them" if name else "there is no champion yet")
    lines = [f"{model.name} ({', '.join(model.aliases) or 'not in use'}), adapter {model.digest}, in {model.path}"]
    for one in moves:
        lines.append(f"{one.at:%Y-%m-%d %H:%M} {one.action} {one.previous or '-'} -> {one.model} by {one.by}: {one.reason}")
        lines += [f"  {'kept  ' if r['kept'] else 'BROKEN'}  {r['rule']}: {r['said']}" for r in one.gate.get("reasons", ())]
    print_object({**asdict(model), "promotions": [asdict(one) for one in moves]}, as_json, "\n".join(lines))


@command.command("rated")
@click.argument("first", required=False)
@click.argument("second", required=False)
@click.option("--days", type=click.IntRange(1), help="Only feedback of the last days.")
@json_option
def rated_(first: str | None, second: str | None, days: int | None, as_json: bool) -> None:
    """Compare what people say of the answers of two models: FIRST and SECOND, or those between which stc.toml lets stc ask choose.

    Ratings from 1 to 5 and thumbs, each with the difference and its 95 % interval, for which people are drawn whole.
    """
    from stc.config import ask_settings
    from stc.rated import measure_of
    from store.feedback import ratings

    said = ask_settings()
    first, second = first or said.name, second or (said.against.name if said.against else "")
    if not first or not second:
        raise BadInputError("name two models, as their ratings do (stc store feedback lists them), or write [ask.against] into stc.toml")
    with opened() as store:
        one, other = ratings(store, first, days), ratings(store, second, days)
    found = [measure_of(what, one[what], other[what]) for what in one]
    lines = [f"{first} (first) and {second} (second)"]
    for each in found:
        means = " and ".join("-" if mean is None else f"{mean:.2f}" for mean in (each.first_mean, each.second_mean))
        interval = "" if each.low is None else f", difference {each.low:+.2f} to {each.high:+.2f}"
        lines.append(f"{each.what}: {means}, of {each.first} and {each.second} ratings by {each.people} in all{interval}; {each.verdict}")
    measures = [{**asdict(each), "verdict": each.verdict} for each in found]
    print_object({"first": first, "second": second, "measures": measures}, as_json, "\n".join(lines))


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
