"""Verify, correct or reject examples of the training store: with single keys in the terminal, or verb by verb."""

from __future__ import annotations

import json
import sys
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stc.housing import index_option, known_house
from stc.storing import opened, text_in
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from checker.environment import House
    from store.batches import Batch
    from store.db import Store
    from store.review import Waiting

kind_option = click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only examples of this kind; may be given several times.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
KEYS = "a verify   x reject   e edit   s skip   u undo   b all of this kind   n none of these now   q quit   ? what the keys do"
HELP = """a  verify: the answer is right, and worth learning
x  reject: it must not be learnt; you are asked why
e  edit: the answer opens in your editor; what you save is checked, and becomes the right answer
s  skip: somebody else shall decide
u  undo: take back your last decision, and look at that example again
b  batch: verify all others of this kind; only after you looked at 20 of them, and if nearly all were right
n  next: leave this one for now
q  quit: everything decided is stored already"""


@click.group("review", invoke_without_command=True)
@kind_option
@index_option
@click.pass_context
def command(context: click.Context, kinds: tuple[str, ...], index: Path | None) -> None:
    """Review examples, those first of which a decision is worth most; without a verb, one after the other with single keys."""
    if context.invoked_subcommand is not None:
        return
    if not sys.stdin.isatty():
        raise BadInputError("reviewing with keys needs a terminal; other programs use: stc review next --json, stc review decide")
    with opened() as store:
        _Session(store, list(kinds) or None, known_house(index)).run()


@command.command("next")
@click.option("--count", type=click.IntRange(1, 500), default=1, show_default=True, help="How many.")
@kind_option
@json_option
def next_(count: int, kinds: tuple[str, ...], as_json: bool) -> None:
    """Take the examples that are to be reviewed next; for half an hour nobody else is given them."""
    from store.review import take

    with opened() as store:
        found = take(store, count, list(kinds) or None)
    if as_json:
        click.echo(json.dumps([_object(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(_shown(one))


@command.command("show")
@click.argument("example")
@json_option
def show(example: str, as_json: bool) -> None:
    """Show an example, every decision about it, and every version; to who may read examples only, the example."""
    from store import examples, review

    with opened() as store:
        one = examples.example(store, example)
        knows = store.reads("example_decisions")
        decisions = [asdict(decision) for decision in review.decisions(store, example)] if knows else []
        versions = [asdict(version) for version in examples.versions(store, example)] if knows else []
    if as_json:
        found = {"example": {**asdict(one), "record": json.loads(one.record)}, "decisions": decisions, "versions": versions}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    click.echo(
        f"{one.id}  {one.kind}  {one.status}{f', stale: {one.stale}' if one.stale else ''}\n\n{one.question}\n\n  ->\n\n{one.answer}\n"
    )
    for version in versions:
        said = {"what": "came", **{name: new for name, (_, new) in (version["change"] or {}).items()}}
        if version["change"]:
            del said["what"]
        click.echo(f"{version['version']}. {version['at']:%Y-%m-%d %H:%M} {version['who']}: {said} ({version['why']})")
    for decision in decisions:
        click.echo(f"{decision['reviewer']}: {decision['verdict']} {decision['reason']}".rstrip())


@command.command("decide")
@click.argument("example")
@click.argument("verdict", type=click.Choice(["verify", "correct", "reject", "skip", "withdraw"]))
@click.option("--reason", default="", help="Why; a rejection needs it.")
@click.option("--correction", type=click.File(encoding="utf-8"), help="The file with the right answer, - for standard input.")
@click.option("--request", type=click.UUID, help="An id of your own: asking again with it, after a lost answer, decides nothing twice.")
@index_option
@json_option
def decide(example: str, verdict: str, reason: str, correction: Any, request: uuid.UUID | None, index: Path | None, as_json: bool) -> None:
    """Decide about the example with the id EXAMPLE; a correction is checked, and becomes an example that another must verify."""
    from store.review import decide as decide_

    text = None if correction is None else text_in(correction).rstrip("\n")
    with opened() as store:
        made = decide_(store, example, verdict, reason, correction=text, house=known_house(index), request=request)
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{made.example} is {made.status}" + (f"; the correction is {made.correction}" if made.correction else ""))


@command.command("batch")
@click.argument("kind")
@click.argument("verdict", type=click.Choice(["verify", "reject", "skip"]))
@click.option("--reason", required=True, help="Why all of them; it stands beside each decision.")
@click.option("--count", type=click.IntRange(1), help="At most so many; all by default.")
@click.option("--request", type=click.UUID, help="An id of your own: asking again with it goes on where it ended.")
@json_option
def batch(kind: str, verdict: str, reason: str, count: int | None, request: uuid.UUID | None, as_json: bool) -> None:
    """Decide about all examples of KIND that wait. Verifying them needs 20 looks of yours, nearly all of them right."""
    from store.batches import decide_all

    with opened() as store:
        made = decide_all(store, kind, verdict, reason, most=count, batch=request)
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(_batch_text(made))


@command.command("take-back")
@click.argument("batch", type=click.UUID)
@json_option
def take_back(batch: uuid.UUID, as_json: bool) -> None:
    """Withdraw every decision of yours in BATCH that you have not changed since."""
    from store.batches import take_back as take_back_

    with opened() as store:
        withdrawn = take_back_(store, batch)
    click.echo(json.dumps({"batch": str(batch), "withdrawn": withdrawn}) if as_json else f"{withdrawn:,} decisions withdrawn")


@command.command("progress")
@json_option
def progress(as_json: bool) -> None:
    """How far the review is, kind by kind, and how far the reviewers agree."""
    from store import review

    with opened() as store:
        kinds = review.progress(store)
        agreement = review.agreement(store) if store.reads("current_decisions") else review.agreement_of([])
    if as_json:
        click.echo(json.dumps({"kinds": [asdict(one) for one in kinds], "agreement": asdict(agreement)}, indent=2))
        return
    for one in kinds:
        done = one.verified + one.corrected + one.rejected
        click.echo(f"{one.kind:<26} {done:>7,} of {done + one.proposed + one.disputed:,}; {one.rejected + one.corrected:,} were wrong")
    if agreement.alpha is not None:
        click.echo(f"alpha {agreement.alpha:.2f} on {agreement.examples:,} examples that two or more decided about")


class _Session:
    """One person at the keys. Each decision is stored before the next example is shown."""

    def __init__(self, store: Store, kinds: list[str] | None, house: House | None) -> None:
        self._store, self._kinds, self._house = store, kinds, house
        self._waiting: list[Waiting] = []
        self._passed: set[str] = set()
        self._last: Waiting | uuid.UUID | None = None
        self._decided = 0

    def run(self) -> None:
        from store.review import take

        while True:
            if not self._waiting:
                found = take(self._store, 20 + len(self._passed), self._kinds)
                self._waiting = [one for one in found if one.example.id not in self._passed]
            if not self._waiting:
                click.echo("nothing is left to review")
                return
            one = self._waiting.pop(0)
            click.echo(_shown(one))
            if not self._ask(one):
                click.echo(f"{self._decided} decided")
                return

    def _ask(self, one: Waiting) -> bool:
        """Take keys until the example is done with; answer False when the person has had enough."""
        while True:
            click.echo(f"[{self._store.person}] {KEYS}", err=True)
            key = click.getchar()
            if key in ("q", "\x04"):
                return False
            if key == "n":
                self._passed.add(one.example.id)
                return True
            if key == "u" and self._last is not None:
                self._undo(one)
                return True
            if key == "b" and self._all_of(one.example.kind):
                self._waiting = [other for other in self._waiting if other.example.kind != one.example.kind]
                return True
            if key == "?":
                click.echo(HELP)
            elif key in "axes" and self._decide(one, key):
                return True

    def _decide(self, one: Waiting, key: str) -> bool:
        from store.corrections import CorrectionRefusedError
        from store.review import decide

        verdict = {"a": "verify", "x": "reject", "e": "correct", "s": "skip"}[key]
        reason, correction = "", None
        if key == "x":
            reason = _reason()
        elif key == "e":
            correction = click.edit(one.example.answer, extension=".st")
            if correction is None:
                click.echo("not saved, so nothing was changed")
                return False
        if key == "x" and not reason:
            return False
        try:
            made = decide(
                self._store, one.example.id, verdict, reason, correction=correction and correction.rstrip("\n"), house=self._house
            )
        except (CorrectionRefusedError, BadInputError) as refused:
            click.echo(str(refused))
            return False
        click.echo(f"  {made.status}\n")
        self._last, self._decided = one, self._decided + 1
        return True

    def _all_of(self, kind: str) -> bool:
        from store.batches import decide_all

        reason = str(click.prompt(f"why are all others of {kind} right? empty to go back", default="", show_default=False)).strip()
        if not reason:
            return False
        try:
            made = decide_all(self._store, kind, "verify", reason)
        except BadInputError as refused:
            click.echo(str(refused))
            return False
        click.echo(_batch_text(made))
        self._last, self._decided = made.batch, self._decided + made.decided
        return True

    def _undo(self, one: Waiting) -> None:
        from store.batches import take_back
        from store.review import decide

        if isinstance(self._last, uuid.UUID):
            self._decided -= take_back(self._store, self._last)
            self._waiting[:0] = [one]
        else:
            assert self._last is not None
            decide(self._store, self._last.example.id, "withdraw")
            self._waiting[:0] = [self._last, one]
            self._decided -= 1
        self._last = None


def _batch_text(made: Batch) -> str:
    known = made.evidence
    text = f"{made.verdict}: {made.decided:,} of {made.kind}, {made.left:,} still wait"
    return f"{text}; {known.seen:,} were looked at, {known.wrong:,} of them wrong\ntake it back: stc review take-back {made.batch}"


def _reason() -> str:
    """Ask why an example is rejected: a number of the list, or a text."""
    from store.review import REASONS

    click.echo("why?  " + "   ".join(f"{n} {reason}" for n, reason in enumerate(REASONS, 1)))
    said = str(click.prompt("number or text, empty to go back", default="", show_default=False))
    return REASONS[int(said) - 1] if said.isdigit() and 1 <= int(said) <= len(REASONS) else said.strip()


def _shown(one: Waiting) -> str:
    example = one.example
    note = f", {example.status}" if example.status != "proposed" else ""
    note += f", {example.origin}" if example.origin != "dataset" else ""
    head = f"--- {example.id}  {example.kind}{note}  (worth {one.value:.2f}, quality {example.quality:.2f})"
    return f"{head}\n\n{example.question}\n\n  ->\n\n{example.answer}\n"


def _object(one: Waiting) -> dict[str, Any]:
    return {**asdict(one.example), "record": json.loads(one.example.record), "value": one.value}
