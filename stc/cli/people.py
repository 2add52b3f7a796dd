"""Names for several people who use the pages of one `stc serve`: a token for each, of which only a digest is kept."""

from __future__ import annotations

from pathlib import Path

import click

from stc.storing import json_option, print_object

file_option = click.option(
    "--file", "path", type=click.Path(path_type=Path, dir_okay=False), default=Path("people.json"), show_default=True,
    help="The file with the names, which stc serve --people reads. Who may write it may speak in any name.",
)  # fmt: skip


@click.group("people")
def command() -> None:
    """Give each person who uses the pages a name and a token of their own, list them, or take one out."""


@command.command("add")
@click.argument("name")
@file_option
@json_option
def add_(name: str, path: Path, as_json: bool) -> None:
    """Enter the person NAME, and print their token, this once: they sign in with it. Only a digest of it is kept."""
    from stc.people import add

    token = add(path, name)
    print_object({"name": name, "token": token}, as_json, token)
    click.echo(f"The token of {name}. Hand it over where nobody else reads it; it cannot be printed again.", err=True)


@command.command("list")
@file_option
@json_option
def list_(path: Path, as_json: bool) -> None:
    """Print who may use the pages, and since when."""
    from stc.people import People

    found = People(path).all()
    text = "\n".join(f"{one.name}  since {one.since}" for one in found)
    print_object({"people": [{"name": one.name, "since": one.since} for one in found]}, as_json, text or "nobody")


@command.command("revoke")
@click.argument("name")
@file_option
@json_option
def revoke_(name: str, path: Path, as_json: bool) -> None:
    """Take the person NAME out: their token opens nothing any more, in pages that are running too. What they decided stays."""
    from stc.people import revoke

    revoke(path, name)
    print_object({"name": name, "revoked": True}, as_json, f"{name} is out")
