"""Evaluation reports: what a model was worth on a data set, as it was measured; never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.db import Store, again, clean, json_text


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """A report; `digest` is that of model, data set and content."""

    digest: str
    model: str
    dataset: str
    report: dict[str, Any]
    created_by: str
    at: Any


@again
def file_report(store: Store, model: str, dataset: str, report: Mapping[str, Any]) -> str:
    """Store a report; answer its digest. The same again changes nothing. Raises BadInputError if there is no such model."""
    text = json_text(dict(sorted(report.items())))
    digest = hashlib.sha256("\0".join((clean(model), clean(dataset), text)).encode()).hexdigest()
    with store.transaction("evaluation") as connection:
        connection.execute(
            "INSERT INTO evaluation_reports (digest, model, dataset, report) VALUES (%s, %s, %s, %s::json) ON CONFLICT (digest) DO NOTHING",
            [digest, clean(model), clean(dataset), text],
        )
    return digest


def reports(store: Store, model: str | None = None) -> list[EvaluationReport]:
    """Answer the reports of a model, or all, the newest first."""
    query = "SELECT digest, model, dataset, report, created_by, at FROM evaluation_reports "
    query += "WHERE %(model)s::text IS NULL OR model = %(model)s ORDER BY at DESC, digest"
    return store.rows(EvaluationReport, query, {"model": None if model is None else clean(model)})
