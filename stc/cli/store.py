"""The training store: what people decided about examples, their feedback, runs, models and promotions, in PostgreSQL."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from stc.storing import opened, target
from stparse.issue import BadInputError

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for other programs.")


@click.group("store")
def command() -> None:
    """Keep what people decide: in the server that STC_DSN or stc.toml names, else in an embedded PostgreSQL that starts by itself."""


@command.command("init")
@click.option("--reviewers", type=click.IntRange(1, 5), help="How many more reviewers must say so than say otherwise.")
@click.option("--own-corrections/--no-own-corrections", default=None, help="Whether who wrote a correction may verify it.")
@json_option
def init(reviewers: int | None, own_corrections: bool | None, as_json: bool) -> None:
    """Make the tables and roles, or bring them up to date; of a team's server its owner does it. Options set the rules of the review."""
    from store import review
    from store.migrate import migrate, version

    with opened(owner=True) as store:
        applied = [file.name for file in migrate(store.connection)]
        policy = review.policy(store)
        wanted = review.Policy(
            policy.reviewers if reviewers is None else reviewers, policy.own_corrections if own_corrections is None else own_corrections
        )
        if wanted != policy:
            review.set_policy(store, wanted)
        found = {"version": version(store.connection), "applied": applied, "policy": asdict(wanted)}
    _print(found, as_json, f"the store has version {found['version']} of its schema; {len(applied)} migrations were applied now")


@command.command("load")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--name", help="Which code base it is of; the name of the folder by default.")
@json_option
def load_(dataset: Path, name: str | None, as_json: bool) -> None:
    """Load the data set DATASET. Twice changes nothing; a newer one keeps every decision, and marks what no longer fits the sources."""
    from store.examples import load

    with opened() as store:
        done = load(store, dataset, name)
    text = f"{done.samples:,} samples: {done.fresh:,} new, {done.known:,} known; "
    text += f"{done.stale:,} older ones no longer fit, {done.fits:,} fit again"
    _print(asdict(done), as_json, text)


@command.command("export")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder to write; an export there is replaced.")
@click.option("--proposed", is_flag=True, help="Take in what nobody has looked at yet, too.")
@json_option
def export_(out: Path, proposed: bool, as_json: bool) -> None:
    """Write the verified examples as JSONL for training, each with where it comes from and who stands for it."""
    from store.exports import export

    with opened() as store:
        done = export(store, out, ("verified", "proposed") if proposed else ("verified",))
    _print(
        asdict(done), as_json, f"{done.examples:,} examples in {out.as_posix()}; the audit trail was at {done.head.seq} {done.head.hash}"
    )


@command.command("feedback")
@click.option("--days", type=click.IntRange(1), help="Only feedback of the last days.")
@click.option("--candidates", is_flag=True, help="First make examples of the feedback that waits, to be verified by others.")
@json_option
def feedback_(days: int | None, candidates: bool, as_json: bool) -> None:
    """How satisfied people are with the answers of each model, and what has become of their feedback."""
    from store import feedback

    with opened() as store:
        made = feedback.make_candidates(store) if candidates else {}
        models = feedback.satisfaction(store, days)
        states: dict[str, int] = {}
        for one in feedback.trace(store):
            states[one.state] = states.get(one.state, 0) + 1
    lines = [f"{made[state]:,} now: {state}" for state in made]
    lines += [_satisfied(asdict(one)) for one in models]
    lines += [f"{number:,} {state}" for state, number in sorted(states.items())]
    _print({"made": made, "satisfaction": [asdict(one) for one in models], "queue": states}, as_json, "\n".join(lines) or "no feedback yet")


@command.command("grant")
@click.argument("person")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(["developers", "users", "ml_engineers", "reviewers"]))
@click.option("--new", is_flag=True, help="Make the login PERSON first; its password is asked for, or read from STC_NEW_PASSWORD.")
def grant(person: str, roles: tuple[str, ...], new: bool) -> None:
    """Give the login PERSON roles: developers read, users give feedback, reviewers decide, ml_engineers load, train and promote."""
    from store.people import give_roles, make_login

    password = (
        (os.environ.get("STC_NEW_PASSWORD") or click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)) if new else ""
    )
    with opened(owner=True) as store:
        if new:
            make_login(store, person, password)
        give_roles(store, person, roles)
    click.echo(f"{person}: {', '.join(roles)}")


@command.command("verify")
@click.option("--head", help="The end of the trail as it was noted earlier, SEQ:HASH, from an export, a backup or this command.")
@json_option
def verify(head: str | None, as_json: bool) -> None:
    """Prove that the audit trail is whole, and that every row is as it says; exit with 1 if not."""
    from store import audit

    with opened() as store:
        found = audit.prove(store, _head(head))
    text = "\n".join(found.failures) or f"{found.entries:,} entries and {found.rows:,} rows, all hold"
    _print(asdict(found), as_json, f"{text}\nthe trail ends at {found.head.seq}:{found.head.hash}")
    if found.failures:
        sys.exit(1)


@command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
def backup_(file: Path) -> None:
    """Write everything in the store to FILE, or to standard output with -, for a program that encrypts it: ... backup - | age -r KEY."""
    from store.backup import backup

    with opened(owner=True) as store:
        if str(file) == "-":
            done = backup(store, sys.stdout.buffer)
        else:
            partial = file.with_name(f".{file.name}.partial")
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                done = backup(store, out)
                out.flush()
                os.fsync(out.fileno())
            partial.replace(file)
    click.echo(f"{sum(done.rows.values()):,} rows of {len(done.rows)} tables; the trail ends at {done.head.seq}:{done.head.hash}", err=True)


@command.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
def restore_(file: Path) -> None:
    """Fill an empty store from the backup FILE (- for standard input), whole or not at all, and prove it."""
    from store import audit
    from store.backup import restore
    from store.db import open_empty

    with open_empty(target()) as store:
        if str(file) == "-":
            done = restore(store, sys.stdin.buffer)
        else:
            try:
                source = file.open("rb")
            except OSError as error:
                raise BadInputError(f"{file} cannot be read: {error.strerror}") from error
            with source:
                done = restore(store, source)
        found = audit.prove(store, done.head)
    if found.failures:
        click.echo("\n".join(found.failures))
        sys.exit(1)
    click.echo(f"{sum(done.rows.values()):,} rows restored, and the audit trail holds")


@command.command("status")
@json_option
def status(as_json: bool) -> None:
    """What is in the store: examples by kind and state, the rules and the agreement of the reviewers, runs, models."""
    from store import audit, models, review, runs
    from store.db import shown

    with opened() as store:
        found: dict[str, Any] = {
            "where": shown(store.connection.info.dsn),
            "server": store.connection.info.server_version // 10000,
            "person": store.person,
            "kinds": [asdict(one) for one in review.progress(store)],
            "policy": asdict(review.policy(store)),
            "agreement": asdict(review.agreement(store)),
            "runs": len(runs.runs(store)),
            "models": {one.name: one.aliases for one in models.models(store)},
            "audit": asdict(audit.head(store)),
        }
    _print(found, as_json, _status_text(found))


def _status_text(found: dict[str, Any]) -> str:
    states = ("proposed", "disputed", "verified", "corrected", "rejected", "stale")
    lines = [f"PostgreSQL {found['server']} at {found['where']}, as {found['person']}"]
    lines += [f"{sum(kind[state] for kind in found['kinds']):,} {state}" for state in states]
    if found["agreement"]["alpha"] is not None:
        lines.append("reviewers agree: alpha {alpha:.2f}, {observed:.0%} of pairs, on {examples} examples".format(**found["agreement"]))
    lines.append(f"{found['runs']} runs, {len(found['models'])} models; the audit trail ends at {found['audit']['seq']}")
    return "\n".join(lines)


def _satisfied(one: dict[str, Any]) -> str:
    mean = "no rating" if one["mean"] is None else f"{one['mean']:.2f} of 5"
    if one["low"] is not None:
        mean += f" (95 %: {one['low']:.2f} to {one['high']:.2f})"
    return f"{one['model'] or 'no model named'}: {mean}, {one['ratings']} ratings; {one['up']} thumbs up, {one['down']} down"


def _head(said: str | None) -> Any:
    from store.audit import Head

    if said is None:
        return None
    number, _, digest = said.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise BadInputError(f"{said!r} is no end of a trail; write SEQ:HASH")
    return Head(int(number), digest)


def _print(found: dict[str, Any], as_json: bool, text: str) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str) if as_json else text)
