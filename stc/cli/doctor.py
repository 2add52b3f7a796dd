"""What is installed, what is missing, how to get it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from stc.health import Check, checks

_SIGNS = {"ok": ("+", "green"), "absent": ("-", "yellow"), "problem": ("!", "red")}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for other programs.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Look at Python, packages, programs, machine, settings, index and store, and say what is missing and how to get it.

    Nothing is installed, started or written, and nothing is asked of the network but the store that you have named. What stc does without
    is marked with a minus; exit code 1 where something is in the way.
    """
    found = list(checks())
    if as_json:
        click.echo(json.dumps(_object(found), ensure_ascii=False, indent=2))
    else:
        _print(found)
    context.exit(any(check.state == "problem" for check in found))


def _object(found: list[Check]) -> dict[str, Any]:
    return {"healthy": all(check.state != "problem" for check in found), "checks": [asdict(check) for check in found]}


def _print(found: list[Check]) -> None:
    width = max(len(check.name) for check in found)
    part = ""
    for check in found:
        if check.part != part:
            part = check.part
            click.echo(click.style(part, bold=True))
        sign, colour = _SIGNS[check.state]
        click.echo(f"  {click.style(sign, fg=colour)} {check.name:{width}}  {check.said}")
        if check.remedy and check.state != "ok":
            click.echo(f"    {'':{width}}  -> {check.remedy}")
    bad = sum(check.state == "problem" for check in found)
    click.echo(f"\n{bad} in the way" if bad else "\nNothing is in the way.")
