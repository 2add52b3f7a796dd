"""The trainings in the store: what each was, how it went, and which one went on with which."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from stc.storing import json_option, opened, print_object

if TYPE_CHECKING:
    from store.runs import Run


@click.command("runs")
@json_option
def runs_(as_json: bool) -> None:
    """Print the trainings, the newest first. One that was interrupted says so; the one that went on with it is a row of its own."""
    from store.runs import runs

    with opened() as store:
        found = runs(store)
    text = "\n".join(map(_line, found)) or "no trainings yet; stc train enters one where there is a store"
    print_object({"runs": [asdict(one) for one in found]}, as_json, text)


def _line(run: Run) -> str:
    metrics: dict[str, Any] = run.metrics
    said = f"{str(run.id)[:8]}  {run.status:8}  {run.base_model}  {', '.join(run.spec.get('stages', []))}  by {run.created_by}"
    if metrics.get("resumes"):
        said += f"  goes on from {metrics['resumes'][-1][:8]}"
    return said + (f"  {metrics['ended']}" if "ended" in metrics else "")
