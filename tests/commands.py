"""Every command of the store, with words that are right for it: for the tests of who may call it, and of what may be written into it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from storing import GRANTED, PEOPLE, Clone, sample, write_dataset

from stc.cli import cli
from store import feedback, models
from store.db import ROLES
from store.embedded import OWNER
from store.examples import load

OWNERS = "owner"
SEES = frozenset({"developers", "ml_engineers", "reviewers"})
KNOWS = frozenset({"ml_engineers", "reviewers"})
GROUPS = ("store", "review", "models")


@dataclass(frozen=True, slots=True)
class Command:
    """Who may, and what is given: words by the name of the parameter, in which {place} is one of Ready's. `reads` is standard input."""

    may: frozenset[str]
    given: Mapping[str, str] = field(default_factory=dict)
    reads: str = ""


WHY = "because"
SAID = json.dumps({"question": "Q", "answer": "A", "rating": 1})
COMMANDS = {
    "store init": Command(frozenset({OWNERS}), {"reviewers": "1"}),
    "store load": Command(frozenset({"ml_engineers"}), {"dataset": "{dataset}", "name": "another name"}),
    "store export": Command(frozenset({"ml_engineers"}), {"out": "{out}/export"}),
    "store verify": Command(KNOWS | {OWNERS}, {"head": "0:" + "0" * 64}),
    "store status": Command(SEES | {OWNERS}),
    "store backup": Command(KNOWS | {OWNERS}, {"file": "{out}/backup"}),
    "store restore": Command(frozenset({OWNERS}), {"file": "{backup}"}),
    "store grant": Command(frozenset({OWNERS}), {"person": GRANTED, "roles": "developers"}),
    "store revoke": Command(frozenset({OWNERS}), {"person": GRANTED, "roles": "developers"}),
    "store take-along": Command(frozenset({*ROLES, OWNERS}), {"person": "gone", "out": "{out}/along"}),
    "store forget": Command(frozenset({OWNERS}), {"person": "gone", "why": WHY, "yes": ""}),
    "store retain": Command(frozenset({OWNERS}), {"days": "365", "why": WHY}),
    "store rate": Command(frozenset({"users"}), reads=SAID),
    "store queue": Command(KNOWS, {"feedback": "{waits}", "reason": WHY}),
    "store feedback": Command(KNOWS | {"users", OWNERS}),
    "store runs": Command(KNOWS | {OWNERS}),
    "review next": Command(frozenset({"reviewers"}), {"kinds": "qa.role"}),
    "review show": Command(SEES | {OWNERS}, {"example": "{example}"}),
    "review decide": Command(frozenset({"reviewers"}), {"example": "{example}", "verdict": "reject", "reason": WHY}),
    "review batch": Command(
        frozenset({"reviewers"}), {"kind": "qa.role", "verdict": "reject", "reason": WHY, "count": "1", "request": "{batch}"}
    ),
    "review take-back": Command(frozenset({"reviewers"}), {"batch": "{batch}"}),
    "review progress": Command(SEES | {OWNERS}),
    "models list": Command(SEES | {OWNERS}),
    "models rated": Command(KNOWS | {"users", OWNERS}, {"first": "one", "second": "two"}),
    "models show": Command(SEES | {OWNERS}, {"name": "two"}),
    "models rollback": Command(frozenset({"ml_engineers"}), {"to": "one", "reason": WHY}),
}  # fmt: skip
PERSON_OF = {role: person for person, role in PEOPLE.items() if person not in ("ben", "carl")}


@dataclass(frozen=True, slots=True)
class Ready:
    """A store in which every command has something to do, and what stands for the places in their words."""

    db: Clone
    places: Mapping[str, str]

    def words(self, name: str, other: Mapping[str, str] | None = None) -> list[str]:
        """Answer a command as it is written in the shell, with other words for some of its parameters."""
        given = {one: said.format_map(self.places) for one, said in COMMANDS[name].given.items()} | {**(other or {})}
        words, rest = name.split(), list[str]()
        for one in command_of(name).params:
            if one.name in given:
                if isinstance(one, click.Argument):
                    rest.append(given[one.name])
                else:
                    words += [one.opts[0]] if isinstance(one, click.Option) and one.is_flag else [one.opts[0], given[one.name]]
        return [*words, "--", *rest]

    def conninfo(self, role: str) -> str:
        return self.db.conninfo(OWNER) if role == OWNERS else self.db.conninfo_of(PERSON_OF[role])


def make_ready(db: Clone, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ready:
    monkeypatch.setattr("stc.promoting.must_be_whole", lambda *_: None)
    with db.store("gone") as store:
        load(store, write_dataset(folder / "dataset", [sample(n) for n in range(12)]))
        which = store.value("SELECT min(id) FROM smalltalk_training_examples")
        feedback.give(store, feedback.Feedback("Q", "A", rating=3))
        waits = feedback.give(store, feedback.Feedback("Q", "A", rating=1))
        for name in ("one", "two"):
            models.register(store, name, digest="1" * 64, path="x")
            models.promote(store, name, passed=True, gate={}, reason="x")
    more = write_dataset(folder / "more", [sample(99)])
    places = {"example": which, "waits": str(waits), "batch": str(uuid.uuid4()), "dataset": str(more)}
    return Ready(db, places | {"out": str(folder), "backup": str(folder / "backup")})


def command_of(name: str) -> click.Command:
    found: click.Command = cli
    for word in name.split():
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), word)
        assert below is not None, name
        found = below
    return found


def names(of: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the names of all commands below one that is a group."""
    if isinstance(of, click.Group):
        for word in of.list_commands(click.Context(of)):
            below = of.get_command(click.Context(of), word)
            if below is not None and (path or word in GROUPS):
                yield from names(below, (*path, word))
    else:
        yield " ".join(path)
