"""Checkpoints that can be trusted: each gets a mark when all of it is on the disk, and a run goes on from the newest with its mark."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

_MARK = "stc-complete.json"
_STATE = "trainer_state.json"


def mark_complete(checkpoint: Path) -> None:
    """Say that the files in `checkpoint` are all there, after they have reached the disk."""
    files = sorted(path for path in checkpoint.rglob("*") if path.is_file())
    for path in files:
        # Opened for writing too: Windows flushes nothing else.
        with path.open("r+b") as file:
            os.fsync(file.fileno())
    made_readable(checkpoint)
    text = json.dumps({path.relative_to(checkpoint).as_posix(): path.stat().st_size for path in files})
    draft = checkpoint / f"{_MARK}.draft"
    draft.write_text(text, encoding="utf-8")
    draft.replace(checkpoint / _MARK)


def last_good(folder: Path, *, clean: bool = True) -> Path | None:
    """Answer the newest checkpoint in `folder` that is whole; those that are not are removed, unless another process does it."""
    good: Path | None = None
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=step_of):
        if _is_complete(checkpoint):
            good = checkpoint
        elif clean:
            shutil.rmtree(checkpoint)
    if good is not None and clean:
        _at_home(good)
    return good


def state_of(checkpoint: Path) -> dict[str, Any]:
    """Answer what the library noted in a checkpoint: steps, the best one, all that was logged."""
    found: dict[str, Any] = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    return found


def is_over(checkpoint: Path) -> bool:
    """Whether the stage was at its end when the checkpoint was made: all steps done, or stopped early."""
    state = state_of(checkpoint)
    control = state["stateful_callbacks"]["TrainerControl"]["args"]
    return bool(state["global_step"] >= state["max_steps"] or control["should_training_stop"])


def step_of(checkpoint: Path) -> int:
    """Answer the step that a checkpoint was made at."""
    return int(checkpoint.name.rsplit("-", 1)[1])


def made_readable(folder: Path) -> None:
    """Let others read the files in `folder` as the umask says; safetensors writes files that only their owner can read."""
    mask = os.umask(0)
    os.umask(mask)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o666 & ~mask)


def _is_complete(checkpoint: Path) -> bool:
    try:
        sizes = json.loads((checkpoint / _MARK).read_text(encoding="utf-8"))
        return all((checkpoint / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _at_home(checkpoint: Path) -> None:
    """Name the best checkpoint by where it is now: the run's folder may have been moved since."""
    state = state_of(checkpoint)
    named = state["best_model_checkpoint"]
    if named and Path(named).parent != checkpoint.parent:
        state["best_model_checkpoint"] = str(checkpoint.parent / Path(named).name)
        (checkpoint / _STATE).write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        mark_complete(checkpoint)
