"""Let the gate decide whether a trained model takes the champion's place; exit with 1 if it does not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command("promote")
@click.argument("run", type=click.Path(path_type=Path, exists=True))
@click.argument("evaluation", type=click.Path(path_type=Path, exists=True))
@click.option("--name", required=True, help="What the model is called; versions are NAME-v1, NAME-v2 and so on.")
@click.option(
    "--models", type=click.Path(path_type=Path), default=Path("models"), show_default=True, help="The folder that versions are kept in."
)
@click.option(
    "--against", type=click.Path(path_type=Path, exists=True), help="The champion's evaluation; that of its promotion by default."
)
@click.option("--dry-run", is_flag=True, help="Say what the gate says, and move nothing.")
@click.option("--override", metavar="PERSON", help="Promote although the gate says no; the person and --reason go on the audit trail.")
@click.option("--reason", default="", help="Why; an override needs one.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
def command(
    run: Path,
    evaluation: Path,
    name: str,
    models: Path,
    against: Path | None,
    dry_run: bool,
    override: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Decide whether the adapter of the training RUN, as EVALUATION measured it, becomes the champion.

    The policy is `[gate]` of stc.toml; each line of it is answered. What passes is copied to a version of its own, and the champion moves
    in one transaction of the store. An adapter that changed since it was evaluated never passes, nor does a report of another data set: no
    override helps.
    """
    from stc import promoting
    from stc.storing import opened

    with opened() as store:
        found = promoting.considered(store, run, evaluation, against=against, override=override, reason=reason)
        named = promoting.promoted(store, found, name=name, models=models, reason=reason) if found.passes and not dry_run else None
    verdict = found.decision.verdict
    if as_json:
        click.echo(json.dumps({**verdict.to_json(), "promoted": named, "champion": named or found.champion}, indent=2))
    else:
        for one in verdict.reasons:
            click.echo(f"{'kept  ' if one.kept else 'BROKEN'}  {one.rule}: {one.said}")
        click.echo(f"{named} is the champion" if named else "it would pass" if found.passes else "not promoted")
    if not found.passes:
        sys.exit(1)
