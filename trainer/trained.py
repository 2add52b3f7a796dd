"""A finished run with the base model that it stands on: what answers with it, and what is exported, begins here."""

from __future__ import annotations

from pathlib import Path

from stparse.issue import BadInputError
from trainer.basemodel import BaseModel, digest_of_model, read_base
from trainer.folder import Run, RunFolder


def finished_run(run: Path, base: Path, digest: str = "") -> tuple[Run, BaseModel]:
    """Answer the run in the folder `run` and its base in `base`, whose digest is reckoned where it is not given.

    Raises BadInputError where the run is not finished, its adapter has changed, or it was trained on another base.
    """
    found = RunFolder(run).finished()
    if found is None:
        raise BadInputError(f"{run} is no finished training; stc train -o {run} ends it")
    read = read_base(base, base.resolve().name if found.record["spec"].get("trust_remote_code") == base.resolve().name else "")
    if found.record["base"]["digest"] != (digest or digest_of_model(base)):
        raise BadInputError(f"{run} was trained on the base {found.record['base']['name']}, and {base} is another")
    return found, read
