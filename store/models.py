"""Models and what they are used as: `champion` is an alias, which only a promotion that passed the gate moves, or a rollback."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.db import Connection, Store, again, clean, json_text
from stparse.issue import BadInputError


@dataclass(frozen=True, slots=True)
class Model:
    """An adapter: `digest` is that of its files, `path` where they are, `aliases` what it is used as."""

    name: str
    run: uuid.UUID | None
    digest: str
    path: str
    created_by: str
    aliases: list[str]


@dataclass(frozen=True, slots=True)
class Promotion:
    """A move of an alias: from `previous` to `model`, with what the gate said, and why."""

    id: int
    action: str
    alias: str
    model: str
    previous: str | None
    passed: bool
    gate: dict[str, Any]
    reason: str
    by: str
    at: Any


_PROMOTION = "SELECT id, action, alias, model, previous, passed, gate, reason, by, at FROM promotions"


@again
def register(store: Store, name: str, *, digest: str, path: str, run: uuid.UUID | None = None) -> None:
    """Note a model. The same again changes nothing; another one of the same name raises BadInputError."""
    with store.transaction("register a model") as connection:
        values = [clean(name), run, clean(digest), clean(path)]
        connection.execute("INSERT INTO models (name, run, digest, path) VALUES (%s, %s, %s, %s) ON CONFLICT (name) DO NOTHING", values)
        row = connection.execute("SELECT digest FROM models WHERE name = %s", [clean(name)]).fetchone()
        if row is None or row[0] != digest:
            raise BadInputError(f"there is another model {name}; models are not changed, give this one a new name")


def models(store: Store) -> list[Model]:
    """Answer all models, the newest first."""
    return store.rows(
        Model,
        "SELECT name, run, digest, path, created_by, "
        "ARRAY(SELECT alias FROM model_aliases a WHERE a.model = m.name ORDER BY alias) AS aliases "
        "FROM models m ORDER BY created_at DESC, name",
    )


def model_as(store: Store, alias: str) -> str | None:
    """Answer the name of the model that is used as `alias`."""
    found = store.value("SELECT model FROM model_aliases WHERE alias = %s", [clean(alias)])
    return None if found is None else str(found)


def promote(
    store: Store,
    model: str,
    *,
    passed: bool,
    gate: Mapping[str, Any],
    reason: str,
    alias: str = "champion",
    request: uuid.UUID | None = None,
) -> Promotion:
    """Use `model` as `alias` from now on. Raises BadInputError if the gate did not pass it, or there is no such model."""
    if not passed:
        raise BadInputError(f"{model} did not pass the gate, and is not promoted")
    return _move(store, "promote", alias, model, gate, reason, request)


def roll_back(store: Store, reason: str, *, alias: str = "champion", to: str | None = None, request: uuid.UUID | None = None) -> Promotion:
    """Use again what was `alias` before, or the model `to`, which has been it. Raises BadInputError if there is none."""
    request = request or uuid.uuid4()
    with store.transaction() as connection:
        found = _promotion(connection, request)
    if found is not None:
        return found
    to = to or store.value(
        "SELECT previous FROM promotions WHERE alias = %(alias)s AND action = 'promote' "
        "AND model = (SELECT model FROM model_aliases WHERE alias = %(alias)s) ORDER BY id DESC LIMIT 1",
        {"alias": clean(alias)},
    )
    if to is None:
        raise BadInputError(f"nothing was {alias} before")
    return _move(store, "rollback", alias, to, {}, reason, request)


def promotions(store: Store, alias: str | None = None) -> list[Promotion]:
    """Answer the moves of an alias, or of all, the newest first."""
    where = "" if alias is None else " WHERE alias = %s"
    return store.rows(Promotion, f"{_PROMOTION}{where} ORDER BY id DESC", None if alias is None else [clean(alias)])


@again
def _move(store: Store, action: str, alias: str, model: str, gate: Mapping[str, Any], reason: str, request: uuid.UUID | None) -> Promotion:
    request, said = request or uuid.uuid4(), json_text(dict(gate))
    with store.transaction(reason) as connection:
        found = _promotion(connection, request)
        if found is None:
            connection.execute(
                "INSERT INTO promotions (request, action, alias, model, passed, gate, reason) VALUES (%s, %s, %s, %s, %s, %s::json, %s)",
                [
                    request,
                    action,
                    clean(alias),
                    clean(model),
                    action == "promote",
                    said,
                    clean(reason),
                ],
            )
            found = _promotion(connection, request)
    assert found is not None
    return found


def _promotion(connection: Connection, request: uuid.UUID) -> Promotion | None:
    row = connection.execute(f"{_PROMOTION} WHERE request = %s".encode(), [request]).fetchone()
    return None if row is None else Promotion(*row)
