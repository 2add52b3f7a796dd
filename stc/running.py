"""A training in the store: each time that a run is begun or gone on with is a row, which says in the end how that went."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from stc.storing import has_store, opened
from stparse.issue import BadInputError, StcError
from trainer.folder import CURVES, Run, RunFolder

_VANISHED = "it ended without a word: killed, or the machine went down"


class Entry:
    """The row of one training. A store that cannot be reached is told of, and the training goes on without it."""

    def __init__(self, out: Path, *, wished: bool, tell: Callable[[str], None]) -> None:
        self._out, self._tell = out, tell
        self._used = wished and has_store()
        self._attempts: list[str] = []

    def begin(self, record: Mapping[str, Any]) -> None:
        """Enter that the run which `record` describes begins, or goes on: then the row before says so, if nobody else did."""
        self._attempts = [*record.get("store", {}).get("attempts", [])]
        self._try(lambda: self._begin(record))

    def finish(self, run: Run) -> None:
        """Enter how it went."""
        points = json.loads((run.folder / CURVES).read_text(encoding="utf-8"))
        stages = {stage: found["best"] for stage, found in run.record["stages"].items()}
        metrics = {"stages": stages, "adapter": run.adapter, "measured": run.record.get("measured", {}), "resumes": self._attempts[:-1]}
        self._try(lambda: self._end([point["loss"] for point in points if "loss" in point], metrics, failed=False))

    def fail(self, why: str) -> None:
        """Enter that it ended before its time, and why."""
        self._try(lambda: self._end([], {"ended": why, "resumes": self._attempts[:-1]}, failed=True))

    def _begin(self, record: Mapping[str, Any]) -> None:
        from store import runs

        which = uuid.uuid4()
        with opened() as store:
            if self._attempts:
                # Unless it was told how it ended.
                with suppress(BadInputError):
                    runs.finish(store, uuid.UUID(self._attempts[-1]), losses=[], metrics={"ended": _VANISHED}, failed=True)
            runs.begin(
                store,
                base_model=record["base"]["name"],
                base_digest=record["base"]["digest"],
                dataset=record["data"]["digest"],
                spec=record["spec"],
                seed=record["spec"]["seed"],
                code_version=record["tool"],
                hardware=record["environment"],
                request=which,
            )
        self._attempts.append(str(which))
        RunFolder(self._out).note(store={"attempts": self._attempts})

    def _end(self, losses: list[float], metrics: Mapping[str, Any], *, failed: bool) -> None:
        from store import runs

        if self._attempts:
            with opened() as store:
                runs.finish(store, uuid.UUID(self._attempts[-1]), losses=losses, metrics=metrics, failed=failed)

    def _try(self, act: Callable[[], None]) -> None:
        if not self._used:
            return
        try:
            act()
        except StcError as error:
            self._tell(f"stc: this training is not entered into the store: {error}")
            self._used = False
