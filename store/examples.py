"""Examples: loading a data set as `stc compile-dataset` writes it. Twice changes nothing; a newer set keeps what people decided."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.layout import file_digest, file_of, lines_of, part_of, parts_and_splits
from datagen.manifest import needed_manifest
from store.currency import Currency
from store.db import Connection, Store, again, clean, json_text
from stparse.issue import BadInputError, StcError
from stparse.parser import DEFAULT_DIALECT

COLUMNS = ("id", "kind", "part", "form", "question", "answer", "hierarchy", "split", "quality", "tokens", "dialect", "record")


@dataclass(frozen=True, slots=True)
class Example:
    """An example as people see it: what is asked and answered, what was decided, and `record`, the line of the data set."""

    id: str
    origin: str
    kind: str
    part: str
    form: str
    question: str
    answer: str
    hierarchy: str
    split: str
    quality: float
    tokens: int
    dialect: str
    record: str
    corrects: str | None
    compiles: str | None
    status: str
    stale: str | None
    created_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """What changed of an example: `change` is {column: [old, new]}, None where it came."""

    version: int
    at: Any
    who: str
    action: str
    change: dict[str, Any] | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: `fresh` examples are new, `known` were there; `stale` no longer fit the sources, `fits` do so again."""

    digest: str
    name: str
    samples: int
    fresh: int
    known: int
    stale: int
    fits: int


EXAMPLE = (
    "SELECT id, origin, kind, part, form, question, answer, hierarchy, split, quality, tokens, dialect, record, corrects, compiles, "
    "status, stale, created_by FROM smalltalk_training_examples "
)


def example(store: Store, which: str) -> Example:
    """Answer one example. Raises BadInputError if there is none."""
    found = store.rows(Example, EXAMPLE + "WHERE id = %s", [clean(which)])
    if not found:
        raise BadInputError(f"the store has no example {which!r}")
    return found[0]


def versions(store: Store, which: str) -> list[Version]:
    """Answer every change of an example, from its coming on."""
    return store.rows(
        Version, "SELECT version::int, at, who, action, change, why FROM example_versions WHERE example = %s ORDER BY seq", [clean(which)]
    )


@again
def load(store: Store, folder: Path, name: str | None = None) -> Loaded:
    """Load the data set in `folder`; all of it or nothing. `name` says which code base it is of: that of the folder by default.

    Raises BadInputError if there is no data set, or a file of it is not as it was written.
    """
    manifest = needed_manifest(folder)
    digest, name = str(manifest["digest"]), clean(name or folder.resolve().name)
    with store.transaction(f"load {name}") as connection:
        if connection.execute("SELECT FROM datasets WHERE digest = %s", [digest]).fetchone() is not None:
            total = _total(manifest)
            return Loaded(digest, name, total, 0, total, 0, 0)
        _must_be_whole(folder, manifest["files"])
        this = uuid.uuid4()
        currency = Currency.of(folder)
        samples = _fill(connection, this, folder, manifest, currency)
        _judge_the_others(connection, this, name, currency)
        row = connection.execute(
            "SELECT fresh, stale, fits FROM load_dataset(%s, %s, %s, %s, %s::json)",
            [this, digest, name, manifest["seed"], json_text(manifest)],
        ).fetchone()
    with store.transaction(f"load {name}") as connection:
        connection.execute("SELECT load_ended(%s)", [this])
    if row is None:
        raise StcError("the store did not say what it loaded; please report it")
    return Loaded(digest, name, samples, row[0], samples - row[0], row[1], row[2])


def row_of(record: Mapping[str, Any], line: str, dialects: Mapping[str, str]) -> tuple[Any, ...]:
    """Answer the values of COLUMNS for a line of a data set. Raises BadInputError if something is missing."""
    try:
        asked = record["prompt"] if "prompt" in record else record["messages"][:-1]
        file = record["sources"][0]["file"] if record["sources"] else ""
        return (
            record["id"],
            record["kind"],
            part_of(record["kind"]),
            record["form"],
            clean(asked[-1]["content"]),
            clean(record["answer"]),
            clean(record["group"]),
            record["split"],
            record["quality"],
            record["tokens"],
            dialects.get(file.split("@", 1)[0], DEFAULT_DIALECT),
            line,
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadInputError(f"not a sample of stc: {line[:60]!r} ({error!r})") from error


def _fill(connection: Connection, this: uuid.UUID, folder: Path, manifest: dict[str, Any], currency: Currency) -> int:
    """Copy all samples into the table `loading`; answer how many there are."""
    dialects = {file["path"]: file["dialect"] for file in manifest["inputs"]}
    samples = 0
    command = f"COPY loading (load, {', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
        for part, split in parts_and_splits():
            for _, text in lines_of(folder / file_of(part, split)):
                line = text.rstrip("\n")
                record = json.loads(line)
                copy.write_row((this, *row_of(record, line, dialects)))
                currency.add(record)
                samples += 1
    return samples


def _must_be_whole(folder: Path, digests: Mapping[str, str]) -> None:
    """Raise BadInputError if a file of samples is not the one that the manifest names."""
    for name in (file_of(part, split) for part, split in parts_and_splits()):
        try:
            found = file_digest(folder / name)
        except OSError as error:
            raise BadInputError(
                f"{folder / name} cannot be read ({error.strerror}); make the data set anew: stc compile-dataset"
            ) from error
        if found != digests.get(name):
            raise BadInputError(f"{folder / name} is not as stc wrote it; nothing was loaded. What differs: stc verify {folder}")


def _judge_the_others(connection: Connection, this: uuid.UUID, name: str, currency: Currency) -> None:
    """Note why examples of earlier data sets of the same code base, that are not in this one, no longer fit; or that they do."""
    query = """
        WITH RECURSIVE family (id) AS (
            SELECT x.example FROM dataset_examples x JOIN datasets d ON d.digest = x.dataset WHERE d.name = %(name)s
            UNION SELECT e.id FROM smalltalk_training_examples e JOIN family f ON e.corrects = f.id)
        SELECT e.id, e.kind, e.question, e.record, e.stale FROM smalltalk_training_examples e JOIN family USING (id)"""
    with connection.cursor(name="earlier") as earlier, connection.cursor() as cursor:
        earlier.execute(query, {"name": name})
        judged = [
            (this, id_, reason)
            for id_, kind, question, record, stale in earlier
            if not currency.has(id_) and (reason := currency.objection(kind, question, json.loads(record))) != stale
        ]
        with cursor.copy("COPY loading_stale (load, id, reason) FROM STDIN") as copy:
            for row in judged:
                copy.write_row(row)


def _total(manifest: Mapping[str, Any]) -> int:
    return sum(sum(splits.values()) for splits in manifest["samples"].values())
