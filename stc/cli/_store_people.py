"""People in the store: their roles, what they take along, and how they are forgotten."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from stc.storing import json_option, opened, print_object

_ROLES = click.Choice(["developers", "users", "ml_engineers", "reviewers", "stc_app"])


@click.command("grant")
@click.argument("person")
@click.argument("roles", nargs=-1, required=True, type=_ROLES)
@click.option("--new", is_flag=True, help="Make the login PERSON first; its password is asked for, or read from STC_NEW_PASSWORD.")
def grant(person: str, roles: tuple[str, ...], new: bool) -> None:
    """Give the login PERSON roles: developers read, users give feedback, reviewers decide, ml_engineers load, train and promote.

    stc_app is for the login of an application, such as the web pages: it speaks for people whom it names, so give it to no person.
    """
    from store.people import give_roles, make_login

    password = (
        (os.environ.get("STC_NEW_PASSWORD") or click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)) if new else ""
    )
    with opened(owner=True) as store:
        if new:
            make_login(store, person, password, roles)
        else:
            give_roles(store, person, roles)
    click.echo(f"{person}: {', '.join(roles)}")


@click.command("revoke")
@click.argument("person")
@click.argument("roles", nargs=-1, required=True, type=_ROLES)
def revoke(person: str, roles: tuple[str, ...]) -> None:
    """Take roles from the login PERSON."""
    from store.people import take_roles

    with opened(owner=True) as store:
        take_roles(store, person, roles)
    click.echo(f"{person}: no longer {', '.join(roles)}")


@click.command("take-along")
@click.argument("person")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; standard output by default.")
def take_along_(person: str, out: Path | None) -> None:
    """Write everything that PERSON did as JSON lines of {table, row}: decisions, corrections, feedback, runs, entries of the trail.

    Whoever asks gets what they may read: users their own feedback, reviewers and ml_engineers everything.
    """
    from store.forgetting import take_along

    rows = 0
    with opened() as store, click.open_file(str(out or "-"), "w", encoding="utf-8", atomic=out is not None) as file:
        for one in take_along(store, person):
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
            rows += 1
    click.echo(f"{rows:,} rows", err=True)


@click.command("forget")
@click.argument("person")
@click.option("--why", required=True, help="Why, without the name: it stays in the trail.")
@click.option("--texts", is_flag=True, help="Erase what the person wrote in feedback, too; the ratings stay.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@json_option
def forget_(person: str, why: str, texts: bool, yes: bool, as_json: bool) -> None:
    """Put a pseudonym in the place of PERSON everywhere; every decision stays, and the audit trail holds. It cannot be undone.

    Only the owner of the store may, and nobody themselves. Backups that were made before still have the name.
    """
    from store.forgetting import forget

    if not yes:
        click.confirm(f"forget {person}? It cannot be undone", abort=True, err=True)
    with opened(owner=True) as store:
        done = forget(store, person, why, texts=texts)
    lines = [f"they are {done.pseudonym} now; the texts of {done.erased:,} times feedback are erased"]
    lines += [f"the name still stands in {number:,} texts of {table}: look at them" for table, number in done.mentions.items()]
    lines += [f"the login {done.login} is still there, without roles: drop it if nothing else needs it"] if done.login else []
    print_object(asdict(done), as_json, "\n".join(lines))
    if done.mentions or done.login:
        sys.exit(1)


@click.command("retain")
@click.option("--days", type=click.IntRange(0), required=True, help="How long the texts of feedback are kept.")
@click.option("--why", required=True, help="Why, such as the rule of the house; it stays in the trail.")
@json_option
def retain_(days: int, why: str, as_json: bool) -> None:
    """Erase the texts of feedback that is older: question, answer, correction, comment. Ratings, and what became examples, stay."""
    from store.forgetting import erase_feedback

    with opened(owner=True) as store:
        erased = erase_feedback(store, days, why)
    print_object({"days": days, "erased": erased}, as_json, f"the texts of {erased:,} times feedback are erased")
