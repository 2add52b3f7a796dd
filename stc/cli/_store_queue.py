"""Feedback in the store: giving it, the queue from there into training, and how satisfied people are."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stc.housing import dialect_of, index_option, known_house
from stc.storing import json_option, opened, print_object, text_in
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from store.feedback import Satisfaction

_FIELDS = ("question", "answer", "rating", "thumbs", "corrected_answer", "comment", "model", "citations")


@click.command("rate")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@click.option("--request", type=click.UUID, help="An id of your own: asking again with it, after a lost answer, stores nothing twice.")
@json_option
def rate(file: Any, request: uuid.UUID | None, as_json: bool) -> None:
    """Give feedback on an answer, from a JSON object in FILE or on standard input; secrets are hidden before it is stored.

    \b
    question, answer        what was asked, and answered
    rating                  1 to 5
    thumbs                  "up" or "down"
    corrected_answer        how it should read
    comment, model          what else; which model answered
    citations               the places that the answer named, a list

    At least one of rating, thumbs, corrected_answer and comment must be there.
    """
    from store.feedback import Feedback, give

    said = _object(text_in(file))
    with opened() as store:
        which = give(store, Feedback(**said), request=request)
    print_object({"feedback": str(which)}, as_json, str(which))


@click.command("queue")
@click.argument("feedback", type=click.UUID, required=False)
@click.option("--state", type=click.Choice(["queued", "candidate", "verified", "rejected", "noted"]), help="Only what is in this state.")
@click.option("--answer", type=click.File(encoding="utf-8"), help="The file with the right answer, for FEEDBACK that waits for one.")
@click.option("--close", "reason", help="Why nothing can be learnt from FEEDBACK that waits.")
@index_option
@json_option
def queue_(feedback: uuid.UUID | None, state: str | None, answer: Any, reason: str | None, index: Path | None, as_json: bool) -> None:
    """Show where feedback has got to: queued, candidate, verified, in which exports and runs; or one piece of it, step by step."""
    from store import queue

    if feedback is None:
        if answer or reason:
            raise BadInputError("--answer and --close are for one piece of feedback; name its id")
        with opened() as store:
            found = queue.places(store, state)
        if as_json:
            click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2, default=str))
        for one in () if as_json else found:
            used = f"  in {len(one.exports)} exports, {len(one.runs)} runs" if one.exports else ""
            click.echo(f"{one.feedback}  {one.state:<9}  {one.question[:60]!r}{used}")
        return
    with opened() as store:
        if answer:
            house = known_house(index)
            queue.answer(store, feedback, text_in(answer).rstrip("\n"), dialect=dialect_of(house), house=house)
        if reason:
            queue.close(store, feedback, reason)
        place, steps = queue.place(store, feedback), queue.steps(store, feedback)
    lines = [f"{place.feedback} by {place.person}: {place.state}", place.question, *place.exports]
    lines += [f"{step.at:%Y-%m-%d %H:%M} {step.who}: {step.what} ({step.why or 'no reason given'})" for step in steps]
    print_object({"place": asdict(place), "steps": [asdict(step) for step in steps]}, as_json, "\n".join(lines))


@click.command("feedback")
@click.option("--days", type=click.IntRange(1), help="Only feedback of the last days.")
@click.option("--candidates", is_flag=True, help="First make examples of the feedback that waits, to be verified by others.")
@index_option
@json_option
def feedback_(days: int | None, candidates: bool, index: Path | None, as_json: bool) -> None:
    """How satisfied people are with the answers of each model, and what has become of their feedback."""
    from store import feedback, queue

    house = known_house(index)
    with opened() as store:
        made = feedback.make_candidates(store, dialect=dialect_of(house), house=house) if candidates else {}
        models = feedback.satisfaction(store, days)
        states: dict[str, int] = {}
        for one in queue.places(store):
            states[one.state] = states.get(one.state, 0) + 1
    lines = [f"{made[state]:,} now: {state}" for state in made]
    lines += [_satisfied(one) for one in models]
    lines += [f"{number:,} {state}" for state, number in sorted(states.items())]
    found = {"made": made, "satisfaction": [asdict(one) | {"over_four": one.over_four} for one in models], "queue": states}
    print_object(found, as_json, "\n".join(lines) or "no feedback yet")


def _object(text: str) -> dict[str, Any]:
    """Answer the fields of a piece of feedback. Raises BadInputError for what is none."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise BadInputError(f"feedback is a JSON object: {error}") from error
    if not isinstance(said, dict) or not {"question", "answer"} <= set(said) <= set(_FIELDS):
        raise BadInputError(f"feedback is a JSON object with question, answer, and of {', '.join(_FIELDS[2:])} what there is")
    cited = said.get("citations", [])
    texts = [said[name] for name in _FIELDS if name in said and name not in ("rating", "citations") and said[name] is not None]
    if not isinstance(cited, list) or not all(isinstance(one, str) for one in [*cited, *texts]) or type(said.get("rating", 1)) is not int:
        raise BadInputError("a rating is a whole number, citations are a list of texts, and all else is a text")
    return {**said, "citations": tuple(cited)}


def _satisfied(one: Satisfaction) -> str:
    mean = "no rating" if one.mean is None else f"{one.mean:.2f} of 5"
    if one.low is not None:
        over = {True: "over 4", False: "not over 4", None: "over 4 or not, too few say"}[one.over_four]
        mean += f" (95 %: {one.low:.2f} to {one.high:.2f}; {over})"
    return f"{one.model or 'no model named'}: {mean}, {one.ratings} ratings; {one.up} thumbs up, {one.down} down"
