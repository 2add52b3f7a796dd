"""The folder of a run: what it was to be, what it stands on, how it went, and the adapter; written so that it can go on at any time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datagen.layout import file_digest, write_whole
from stparse.issue import BadInputError
from trainer.spec import RunSpec

RUN = "run.json"
ADAPTER = "adapter"
WEIGHTS = "adapter_model.safetensors"
CURVES = "curves.json"
PICTURE = "curves.png"
LIVE = "points.jsonl"
"""In the folder of a stage while it goes on: a point a line, as they come. Its result has them all in the end."""
CARD = "README.md"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is finished: `adapter` is the digest of its weights, `record` all that run.json says."""

    folder: Path
    adapter: str
    record: Mapping[str, Any]


class RunFolder:
    """The folder of one run; it refuses to go on with other settings, another base or other data than it began with."""

    def __init__(self, path: Path, *, writes: bool = True) -> None:
        """Of several processes only one writes; the others read what it wrote."""
        self.path = path
        self.writes = writes

    @property
    def record(self) -> dict[str, Any]:
        """What run.json says; empty where nothing has begun."""
        try:
            found = json.loads((self.path / RUN).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise BadInputError(f"{self.path / RUN} cannot be read ({error}); remove the folder to begin anew") from error
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise BadInputError(f"{self.path / RUN} is no run of this version of stc; give another folder with -o")
        return found

    def begin(self, stated: Mapping[str, Any]) -> None:
        """Begin the run that `stated` describes, or go on with it. Raises BadInputError if the folder holds something else."""
        found = self.record if self.writes else stated
        if not found:
            if self.path.exists() and any(self.path.iterdir()):
                raise BadInputError(f"{self.path} is not empty and no run of stc; give another folder with -o")
            self.path.mkdir(parents=True, exist_ok=True)
            self.write(RUN, {"format": FORMAT, "status": "running", **stated})
            return
        for name in ("spec", "base", "data"):
            if found[name] != stated[name]:
                raise BadInputError(
                    f"{self.path} holds a run of {_difference(name, found[name], stated[name])}; give another folder with -o"
                )

    def note(self, **values: Any) -> None:
        """Write some values into run.json."""
        self.write(RUN, {**self.record, **values})

    def stage(self, name: str) -> Path:
        """Answer the folder of a stage."""
        return self.path / "stages" / name

    def is_done(self, stage: str) -> bool:
        """Whether a stage has been finished."""
        return (self.stage(stage) / "result.json").is_file()

    def result_of(self, stage: str) -> dict[str, Any]:
        """Answer what a finished stage has written down."""
        found: dict[str, Any] = json.loads((self.stage(stage) / "result.json").read_text(encoding="utf-8"))
        return found

    def finish_stage(self, stage: str, result: Mapping[str, Any]) -> None:
        """Write down that a stage is done; its checkpoints are of no use any more."""
        if not self.writes:
            return
        self.write(f"stages/{stage}/result.json", result)
        shutil.rmtree(self.stage(stage) / "checkpoints", ignore_errors=True)
        (self.stage(stage) / LIVE).unlink(missing_ok=True)

    def write(self, name: str, value: object) -> None:
        """Write a JSON file, whole or not at all."""
        if self.writes:
            write_whole(self.path / name, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def finished(self) -> Run | None:
        """Answer the run if it is finished and its adapter is as it was written, else None."""
        found = self.record
        if found.get("status") != "finished":
            return None
        weights = self.path / ADAPTER / WEIGHTS
        if not weights.is_file() or file_digest(weights) != found["adapter"]["digest"]:
            raise BadInputError(f"{weights} is not as it was written; give another folder with -o to train anew")
        return Run(self.path, found["adapter"]["digest"], found)


def stated(spec: RunSpec, base: str, base_digest: str, data_digest: str) -> dict[str, Any]:
    """Answer what a run is, before it begins. The places of base and data set do not matter, their digests do."""
    settings = spec.to_json()
    files = {
        name: file_digest(Path(settings[name])) for name in ("replay", "chat_template") if settings[name] and Path(settings[name]).is_file()
    }
    return {
        "spec": {name: value for name, value in settings.items() if name not in ("base", "data")} | {"files": files},
        "base": {"name": base, "digest": base_digest},
        "data": {"digest": data_digest},
    }


def _difference(name: str, found: Any, wanted: Any) -> str:
    if name != "spec":
        return f"another {'base model' if name == 'base' else 'data set'}"
    changed = [
        f"{key} {found.get(key)!r}, not {wanted.get(key)!r}" for key in sorted({*found, *wanted}) if found.get(key) != wanted.get(key)
    ]
    return f"other settings ({'; '.join(changed)})"
