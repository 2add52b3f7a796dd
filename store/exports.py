"""What goes from the store into training: JSONL in the folders of a data set, each line with where it comes from and who stands for it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.folders import put_back, replace_folder
from datagen.layout import file_of, parts_and_splits
from datagen.sample import line_of
from store import audit
from store.db import Store, again, clean
from stparse.issue import BadInputError, StcError

MANIFEST = "store-export.json"
STATUSES = ("verified", "proposed")
"""What may be trained on; what was rejected, corrected, disputed, or no longer fits the sources never is."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: `files` with their rows, and the end of the audit trail at that moment."""

    digest: str
    examples: int
    files: dict[str, int]
    head: audit.Head


_QUERY = """
    SELECT e.id, e.part, e.split, e.record, e.origin, e.status, e.corrects, e.created_by,
        ARRAY(SELECT DISTINCT x.dataset FROM dataset_examples x WHERE x.example = e.id ORDER BY 1) AS datasets,
        (SELECT json_agg(json_strip_nulls(json_build_object('reviewer', d.reviewer, 'verdict', d.verdict, 'batch', d.batch,
            'at', to_char(d.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) ORDER BY d.id)
            FROM current_decisions d WHERE d.example IN (e.id, e.pair_of) AND d.verdict IN ('verify', 'correct', 'reject')) AS decisions,
        (SELECT array_agg(q.feedback::text ORDER BY q.feedback) FROM rag_to_training_queue q WHERE q.example = e.id) AS feedback
    FROM smalltalk_training_examples e WHERE e.status = ANY (%s) AND e.stale IS NULL ORDER BY e.id"""


@again
def export(store: Store, out: Path, statuses: Sequence[str] = ("verified",)) -> Export:
    """Write the examples of `statuses` to the folder `out`, whole or not at all, and note in the store which they were.

    The files are the same whenever the store says the same. Raises BadInputError for a status that is not for training, and for a folder
    that holds something else.
    """
    unknown = [status for status in statuses if status not in STATUSES]
    if unknown or not statuses:
        raise BadInputError(f"{', '.join(unknown) or 'nothing'} is not for training; there are {', '.join(STATUSES)}")
    out = out.absolute()
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise BadInputError(f"{out} holds something else than an export of the store, and is left alone; give another folder")
    partial = out.with_name(f".{out.name}.partial")
    try:
        put_back(out)
        shutil.rmtree(partial, ignore_errors=True)
        with store.transaction(snapshot=True) as connection:
            end = audit.Head(*_one(connection.execute("SELECT seq, hash FROM audit_head").fetchone()))
            with connection.cursor(name="exported") as cursor:
                cursor.execute(_QUERY, [list(statuses)])
                digest, ids, files = _write(partial, cursor)
        with store.transaction("export") as connection:
            connection.execute(
                "INSERT INTO exports (digest, statuses, examples, audit_seq, audit_hash) VALUES (%s, %s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                [digest, list(statuses), len(ids), end.seq, end.hash],
            )
            connection.execute("INSERT INTO export_examples SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING", [digest, ids])
        said = {
            "tool": "stc store",
            "digest": digest,
            "statuses": list(statuses),
            "files": files,
            "audit": {"seq": end.seq, "hash": end.hash},
        }
        (partial / MANIFEST).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8", newline="\n")
        replace_folder(partial, out)
    except OSError as error:
        raise StcError(f"{out} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Export(digest, len(ids), files, end)


def taught(store: Store) -> dict[str, list[str]]:
    """Answer the verified corrections and answers to feedback, which no data set has of itself, each with the feedback it came from."""
    query = """
        SELECT e.id, ARRAY(SELECT q.feedback::text FROM rag_to_training_queue q WHERE q.example = e.id ORDER BY 1)
        FROM smalltalk_training_examples e
        WHERE e.origin IN ('correction', 'feedback') AND e.status = 'verified' AND e.stale IS NULL ORDER BY e.id"""
    with store.transaction() as connection:
        return dict(connection.execute(query.encode()).fetchall())


def refused(store: Store) -> list[str]:
    """Answer the examples that must not be learnt, although a data set has them: rejected, corrected, or in dispute."""
    query = "SELECT id FROM smalltalk_training_examples WHERE status IN ('rejected', 'corrected', 'disputed') ORDER BY id"
    with store.transaction() as connection:
        return [which for (which,) in connection.execute(query.encode()).fetchall()]


@again
def note_joined(store: Store, digest: str, export: str, ids: Sequence[str]) -> None:
    """Note that the data set `digest` was joined with these examples of an export: a run on it is then found from feedback."""
    with store.transaction("joined with a data set") as connection:
        connection.execute(
            "INSERT INTO exports (digest, statuses, examples, audit_seq, audit_hash) "
            "SELECT %s, statuses, %s, audit_seq, audit_hash FROM exports WHERE digest = %s ON CONFLICT DO NOTHING",
            [clean(digest), len(ids), clean(export)],
        )
        members = "INSERT INTO export_examples SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING"
        connection.execute(members.encode(), [clean(digest), [clean(one) for one in ids]])


def _write(folder: Path, rows: Any) -> tuple[str, list[str], dict[str, int]]:
    names = [file_of(part, split) for part, split in parts_and_splits()]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    files = {name: (folder / name).open("wb") for name in names}
    counts, ids, digest = dict.fromkeys(names, 0), [], hashlib.sha256()
    try:
        for id_, part, split, record, origin, status, corrects, created_by, datasets, decisions, feedback in rows:
            provenance = {"origin": origin, "status": status, "corrects": corrects, "by": created_by, "datasets": datasets}
            provenance |= {"decisions": decisions or [], "feedback": feedback or []}
            line = line_of({**json.loads(record), "provenance": provenance}).encode("utf-8", "backslashreplace") + b"\n"
            name = file_of(part, split)
            files[name].write(line)
            digest.update(line)
            counts[name] += 1
            ids.append(id_)
    finally:
        for file in files.values():
            file.close()
    return digest.hexdigest(), ids, counts


def _one(row: Any) -> Any:
    if row is None:
        raise StcError("the store has no audit trail; is it one of stc? stc store verify")
    return row
