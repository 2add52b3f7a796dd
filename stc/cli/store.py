"""The training store: what people decided about examples, their feedback, runs, models and promotions, in PostgreSQL."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from stc.cli._store_backup import backup_, restore_
from stc.cli._store_people import forget_, grant, retain_, revoke, take_along_
from stc.cli._store_queue import feedback_, queue_, rate
from stc.cli._store_runs import runs_
from stc.storing import json_option, opened, print_object
from stparse.issue import BadInputError


@click.group("store")
def command() -> None:
    """Keep what people decide: in the server that STC_DSN or stc.toml names, else in an embedded PostgreSQL that starts by itself."""


for _command in (backup_, restore_, grant, revoke, take_along_, forget_, retain_, rate, queue_, feedback_, runs_):
    command.add_command(_command)


@command.command("init")
@click.option("--reviewers", type=click.IntRange(1, 5), help="How many more reviewers must say so than say otherwise.")
@click.option("--own-corrections/--no-own-corrections", default=None, help="Whether who wrote a correction may verify it.")
@json_option
def init(reviewers: int | None, own_corrections: bool | None, as_json: bool) -> None:
    """Make the tables and roles, or bring them up to date; of a team's server its owner does it. Options set the rules of the review."""
    from store import review
    from store.migrate import close_to_others, migrate, version

    with opened(owner=True) as store:
        applied = [file.name for file in migrate(store.connection)]
        close_to_others(store.connection)
        policy = review.policy(store)
        wanted = review.Policy(
            policy.reviewers if reviewers is None else reviewers, policy.own_corrections if own_corrections is None else own_corrections
        )
        if wanted != policy:
            review.set_policy(store, wanted)
        found = {"version": version(store.connection), "applied": applied, "policy": asdict(wanted)}
    print_object(found, as_json, f"the store has version {found['version']} of its schema; {len(applied)} migrations were applied now")


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
    print_object(asdict(done), as_json, text)


@command.command("export")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder to write; an export there is replaced.")
@click.option("--proposed", is_flag=True, help="Take in what nobody has looked at yet, too.")
@json_option
def export_(out: Path, proposed: bool, as_json: bool) -> None:
    """Write the verified examples as JSONL for training, each with where it comes from and who stands for it."""
    from store.exports import export

    with opened() as store:
        done = export(store, out, ("verified", "proposed") if proposed else ("verified",))
    print_object(
        asdict(done), as_json, f"{done.examples:,} examples in {out.as_posix()}; the audit trail was at {done.head.seq} {done.head.hash}"
    )


@command.command("verify")
@click.option("--head", help="The end of the trail as it was noted earlier, SEQ:HASH, from an export, a backup or this command.")
@json_option
def verify(head: str | None, as_json: bool) -> None:
    """Prove that the audit trail is whole, and that every row is as it says; exit with 1 if not."""
    from store import audit

    with opened() as store:
        found = audit.prove(store, _head(head))
    text = "\n".join(found.failures) or f"{found.entries:,} entries and {found.rows:,} rows, all hold"
    text += f"\nforgotten people: {len(found.forgotten)}; what they did is proved, and their names are gone" if found.forgotten else ""
    print_object(asdict(found), as_json, f"{text}\nthe trail ends at {found.head.seq}:{found.head.hash}")
    if found.failures:
        sys.exit(1)


@command.command("status")
@json_option
def status(as_json: bool) -> None:
    """What is in the store: examples by kind and state, the rules and the agreement of the reviewers, runs, models.

    Developers are told of what they may read, which is examples and models.
    """
    from store import audit, models, review, runs
    from store.db import shown

    with opened() as store:
        found: dict[str, Any] = {
            "where": shown(store.connection.info.dsn),
            "server": store.connection.info.server_version // 10000,
            "person": store.person,
            "kinds": [asdict(one) for one in review.progress(store)],
            "policy": None,
            "agreement": None,
            "runs": None,
            "models": {one.name: one.aliases for one in models.models(store)},
            "audit": None,
        }
        if store.reads("audit_head"):
            found |= {"policy": asdict(review.policy(store)), "agreement": asdict(review.agreement(store))}
            found |= {"runs": len(runs.runs(store)), "audit": asdict(audit.head(store))}
    print_object(found, as_json, _status_text(found))


def _status_text(found: dict[str, Any]) -> str:
    states = ("proposed", "disputed", "verified", "corrected", "rejected", "stale")
    lines = [f"PostgreSQL {found['server']} at {found['where']}, as {found['person']}"]
    lines += [f"{sum(kind[state] for kind in found['kinds']):,} {state}" for state in states]
    if found["audit"] is None:
        return "\n".join((*lines, f"{len(found['models'])} models"))
    if found["agreement"]["alpha"] is not None:
        lines.append("reviewers agree: alpha {alpha:.2f}, {observed:.0%} of pairs, on {examples} examples".format(**found["agreement"]))
    lines.append(f"{found['runs']} runs, {len(found['models'])} models; the audit trail ends at {found['audit']['seq']}")
    return "\n".join(lines)


def _head(said: str | None) -> Any:
    from store.audit import Head

    if said is None:
        return None
    number, _, digest = said.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise BadInputError(f"{said!r} is no end of a trail; write SEQ:HASH")
    return Head(int(number), digest)
