"""A run as others draw it while it runs: for TensorBoard, or for Weights & Biases without its server; on this machine, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from stparse.issue import BadInputError
from stparse.lazy import lazy_module
from trainer.curves import points_of
from trainer.live import write_point

TRACKS = ("tensorboard", "wandb")
_OFFLINE = "offline"

Write = Callable[[str, int, Mapping[str, float]], None]
"""Takes the name of a stage, a step, and what was measured there."""


def must_be_trackable(tracks: Sequence[str]) -> None:
    """Raise BadInputError for a program that is not installed, or that would send the run to somebody."""
    lacking = [name for name in tracks if find_spec(name) is None]
    if lacking:
        raise BadInputError(f"--track {lacking[0]} needs it installed: pip install {lacking[0]}")
    mode = os.environ.get("WANDB_MODE", _OFFLINE)
    if "wandb" in tracks and mode != _OFFLINE:
        raise BadInputError(f"WANDB_MODE is {mode}; stc writes runs for Weights & Biases offline only: unset it, or set it to {_OFFLINE}")


class Live(TrainerCallback):
    """Writes down what is measured in a stage as it comes, for whoever looks at the run meanwhile."""

    def __init__(self, folder: Path, stage: str) -> None:
        self._folder, self._stage = folder, stage

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        for point in points_of(self._stage, [{**(logs or {}), "step": state.global_step}]):
            write_point(self._folder, {**point, "of": state.max_steps})


class Tracker(TrainerCallback):
    """Passes on what is measured in a stage, as the curves of the run name it. `folder` is that of the run."""

    def __init__(self, tracks: Sequence[str], folder: Path, stage: str, settings: Mapping[str, Any]) -> None:
        self._tracks, self._folder, self._stage, self._settings = tracks, folder, stage, settings
        self._writes: list[Write] = []
        self._ends: list[Callable[[], None]] = []

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        for name in self._tracks:
            write, end = (_tensorboard if name == "tensorboard" else _wandb)(self._folder, self._stage, state.global_step, self._settings)
            self._writes.append(write)
            self._ends.append(end)

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        for point in points_of(self._stage, [{**(logs or {}), "step": state.global_step}]):
            values = {name: value for name, value in point.items() if name not in ("stage", "step")}
            for write in self._writes:
                write(self._stage, state.global_step, values)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        for end in self._ends:
            end()


def _tensorboard(folder: Path, stage: str, step: int, settings: Mapping[str, Any]) -> tuple[Write, Callable[[], None]]:
    # What a run that was killed wrote behind its last checkpoint is written once more.
    place = folder / "tensorboard" / stage
    writer = lazy_module("torch.utils.tensorboard").SummaryWriter(str(place), purge_step=step + 1 if place.exists() else None)

    def write(stage: str, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return write, writer.close


def _wandb(folder: Path, stage: str, step: int, settings: Mapping[str, Any]) -> tuple[Write, Callable[[], None]]:
    run = lazy_module("wandb").init(
        project="stc",
        group=folder.name,
        name=f"{folder.name} {stage}",
        dir=str(folder),
        mode=_OFFLINE,
        config=dict(settings),
        reinit="create_new",
    )

    def write(stage: str, step: int, values: Mapping[str, float]) -> None:
        run.log({f"{stage}/{name}": value for name, value in values.items()}, step=step)

    return write, run.finish
