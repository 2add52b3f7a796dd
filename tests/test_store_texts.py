"""Every function of the store that takes a text, found by its signature: whatever it is, it is stored or refused, and nothing else."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import io
import itertools
import pkgutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Ready, make_ready
from psycopg import sql
from storing import clone
from test_store_commands import state
from test_store_rights import EVIL

import store as package
from store import audit, feedback, runs
from store.db import Store, clean
from store.embedded import OWNER, USER, Embedded
from stparse.issue import StcError


def functions() -> dict[str, Callable[..., Any]]:
    """Answer all public functions of the package of which the first argument is a store."""
    found = dict[str, Callable[..., Any]]()
    for module in (importlib.import_module(f"store.{one.name}") for one in pkgutil.iter_modules(package.__path__)):
        for name, one in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(one).parameters.values()), None)
            if one.__module__ == module.__name__ and not name.startswith("_") and first is not None and first.annotation == "Store":
                found[f"{module.__name__.split('.')[-1]}.{name}"] = one
    return found


FUNCTIONS = functions()
PARTS: dict[str, Any] = {"Feedback": feedback.Feedback("Q", "A", rating=1), "Head": audit.Head(0, "0" * 64)}
"""Arguments that hold texts themselves, as they are where all is well."""


def texts_of(name: str) -> list[tuple[str, str]]:
    """Answer which arguments are texts or hold some, and, of those that hold some, in which field."""
    found = []
    for one in list(inspect.signature(FUNCTIONS[name]).parameters.values())[1:]:
        held = next((kind for kind in PARTS if kind in one.annotation), None)
        if held is not None:
            found += [(one.name, field.name) for field in dataclasses.fields(PARTS[held]) if "str" in str(field.type)]
        elif "str" in one.annotation:
            found.append((one.name, ""))
    return found


def others(ready: Ready, name: str) -> dict[str, Any]:
    """Answer arguments with which a function does its work."""
    which, waits = ready.places["example"], uuid.UUID(ready.places["waits"])
    told: dict[str, dict[str, Any]] = {
        "audit.prove": {"noted": PARTS["Head"]},
        "batches.evidence": {"kind": "qa.role"},
        "batches.decide_all": {"kind": "qa.role", "verdict": "reject", "reason": "x", "most": 1},
        "examples.example": {"which": which},
        "examples.versions": {"which": which},
        "examples.load": {"folder": Path(ready.places["dataset"]), "name": "x"},
        "exports.export": {"out": Path(ready.places["out"]) / "texts", "statuses": ("proposed",)},
        "exports.note_joined": {"digest": "5" * 64, "export": "6" * 64, "ids": ()},
        "feedback.ratings": {"model": "m"},
        "feedback.said_before": {"which": (str(waits),)},
        "feedback.give": {"said": PARTS["Feedback"]},
        "feedback.make_candidates": {"dialect": "pharo"},
        "forgetting.take_along": {"person": "gone"},
        "forgetting.forget": {"person": "nobody", "why": "because"},
        "forgetting.erase_feedback": {"days": 365, "why": "because"},
        "models.register": {"name": "m", "digest": "1" * 64, "path": "x"},
        "models.model_as": {"alias": "champion"},
        "models.promote": {"model": "two", "passed": True, "gate": {}, "reason": "x", "alias": "champion"},
        "models.roll_back": {"reason": "x", "alias": "champion", "to": "one"},
        "models.promotions": {"alias": "champion"},
        "people.make_login": {"person": f"login-{uuid.uuid4()}", "password": "a password of some length", "roles": ("users",)},
        "people.give_roles": {"person": "nobody there", "roles": ("users",)},
        "people.take_roles": {"person": "nobody there", "roles": ("users",)},
        "queue.places": {"state": "queued"},
        "queue.answer": {"which": waits, "text": "x", "dialect": "pharo"},
        "queue.close": {"which": waits, "reason": "x"},
        "reports.file_report": {"model": "one", "dataset": "0" * 64, "report": {}},
        "reports.reports": {"model": "one"},
        "review.take": {"kinds": ["qa.role"]},
        "review.decide": {"which": which, "verdict": "skip", "reason": "x", "correction": None},
        "review.decisions": {"which": which},
        "runs.begin": {
            "base_model": "b",
            "dataset": "0" * 64,
            "spec": {},
            "seed": 1,
            "base_digest": "",
            "code_version": "",
            "hardware": {},
        },
        "runs.finish": {"losses": [1.0], "metrics": {}},
    }
    return told[name]


TAKING = [name for name in FUNCTIONS if texts_of(name)]


def attacked(name: str, given: dict[str, Any], text: str, field: str, evil: str) -> dict[str, Any]:
    """Answer the arguments with an evil text in one of them, in the shape that it has there."""
    annotation = inspect.signature(FUNCTIONS[name]).parameters[text].annotation
    if field:
        many = isinstance(getattr(given[text], field), tuple)
        return given | {text: dataclasses.replace(given[text], **{field: (evil,) if many else evil})}
    if "Mapping" in annotation:
        return given | {text: {evil: evil}}
    if annotation.startswith(("Sequence", "tuple")):
        return given | {text: [evil]}
    # With a correction the verdict is another one.
    return given | {text: evil} | ({"verdict": "correct"} if text == "correction" else {})


@pytest.fixture(scope="module")
def ready(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    with clone(postgres) as made, pytest.MonkeyPatch.context() as patch:
        yield make_ready(made, tmp_path_factory.mktemp("texts"), patch)


def test_they_are_found() -> None:
    assert len(TAKING) > 25
    assert ("said", "corrected_answer") in texts_of("feedback.give")
    assert ("noted", "hash") in texts_of("audit.prove")


@pytest.mark.parametrize("name", TAKING)
def test_texts_of_functions_are_texts(ready: Ready, name: str) -> None:
    given, before = others(ready, name), state(ready.db)
    owner = name.startswith(("forgetting", "people"))
    with ready.db.store(user=OWNER if owner else USER) as speaking:
        for evil, (text, field) in itertools.product(EVIL, texts_of(name)):
            speaking.person = evil
            if name == "runs.finish":
                given |= {"which": runs.begin(speaking, base_model="b", dataset="0" * 64, spec={}, seed=1)}
            if name in ("queue.answer", "queue.close"):
                given |= {"which": feedback.give(speaking, feedback.Feedback("Q", "A", rating=1))}
            told = attacked(name, given, text, field, evil)
            _call(name, speaking, told)
            if name == "people.make_login":
                speaking.connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(clean(told["person"]))))
        assert state(ready.db) == before
        speaking.person = "ben"
        assert audit.prove(speaking).failures == ()


def _call(name: str, speaking: Store, given: dict[str, Any]) -> None:
    """Do it; a refusal is an answer too, and anything else that is raised is a fault."""
    try:
        done = FUNCTIONS[name](speaking, **given)
        if inspect.isgenerator(done):
            list(done)
    except StcError:
        pass


def test_what_is_no_text_is_not_attacked() -> None:
    """Streams: what is in them is a backup, whole or refused, which test_store_backup changes byte by byte."""
    rest = {name for name in FUNCTIONS if any("IO" in one.annotation for one in inspect.signature(FUNCTIONS[name]).parameters.values())}
    assert rest == {"backup.backup", "backup.restore", "dumps.dump", "dumps.restore_dump"}
    assert isinstance(io.BytesIO(), io.IOBase)
