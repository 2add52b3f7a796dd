"""Training runs: what was trained on what, with which settings, and how it went. A run that is over stays as it is."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.db import Store, again, clean, json_text
from stparse.issue import BadInputError


@dataclass(frozen=True, slots=True)
class Run:
    """One training; `dataset` is the digest of a data set or of an export of the store, `spec` all settings, `losses` by step."""

    id: uuid.UUID
    base_model: str
    base_digest: str
    dataset: str
    spec: dict[str, Any]
    seed: int
    code_version: str
    hardware: dict[str, Any]
    status: str
    losses: list[Any]
    metrics: dict[str, Any]
    created_by: str


_RUN = (
    "SELECT id, base_model, base_digest, dataset, spec, seed, code_version, hardware, status, losses, metrics, created_by "
    "FROM lora_training_runs"
)
_SAME = """
    SELECT FROM lora_training_runs
    WHERE id = %(which)s AND (status, losses::text, metrics::text) = (%(status)s, %(losses)s, %(metrics)s)"""


@again
def begin(
    store: Store,
    *,
    base_model: str,
    dataset: str,
    spec: Mapping[str, Any],
    seed: int,
    base_digest: str = "",
    code_version: str = "",
    hardware: Mapping[str, Any] | None = None,
    request: uuid.UUID | None = None,
) -> uuid.UUID:
    """Note that a training begins; answer its id. Asking again with the same `request` begins nothing twice."""
    which = request or uuid.uuid4()
    values = [
        which,
        clean(base_model),
        clean(base_digest),
        clean(dataset),
        json_text(spec),
        seed,
        clean(code_version),
        json_text(hardware or {}),
    ]
    with store.transaction("begin a run") as connection:
        connection.execute(
            "INSERT INTO lora_training_runs (id, base_model, base_digest, dataset, spec, seed, code_version, hardware) "
            "VALUES (%s, %s, %s, %s, %s::json, %s, %s, %s::json) ON CONFLICT (id) DO NOTHING",
            values,
        )
    return which


@again
def finish(store: Store, which: uuid.UUID, *, losses: Sequence[float], metrics: Mapping[str, Any], failed: bool = False) -> None:
    """Note how a training went; once more after a lost answer changes nothing. Losses of a run that failed may be no numbers (null then).

    Raises BadInputError if there is no such run, it ended otherwise, or one that did not fail gives NaN or infinity.
    """
    status = "failed" if failed else "finished"
    kept = [None if failed and not math.isfinite(loss) else loss for loss in losses]
    values = {"which": which, "status": status, "losses": json_text(kept), "metrics": json_text(metrics)}
    with store.transaction(f"a run {status}") as connection:
        found = connection.execute(
            "UPDATE lora_training_runs SET status = %(status)s, losses = %(losses)s::json, metrics = %(metrics)s::json, "
            "finished_at = now() WHERE id = %(which)s AND status = 'running'",
            values,
        )
        if found.rowcount != 1 and connection.execute(_SAME.encode(), values).fetchone() is None:
            raise BadInputError(f"no run {which} is going on")


def runs(store: Store) -> list[Run]:
    """Answer all runs, the newest first."""
    return store.rows(Run, f"{_RUN} ORDER BY started_at DESC, id")


def run(store: Store, which: uuid.UUID) -> Run:
    """Answer one run. Raises BadInputError if there is none."""
    found = store.rows(Run, f"{_RUN} WHERE id = %s", [which])
    if not found:
        raise BadInputError(f"the store has no run {which}")
    return found[0]
