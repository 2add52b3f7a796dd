"""What can end a training before its time, said with what to do: a full disk, too little memory."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from stparse.issue import BadInputError, StcError
from trainer.checkpoints import last_good, step_of
from trainer.spec import RunSpec

_NO_SPACE = ("No space left", "os error 28", "unexpected pos", "file write failed", "StorageFull")
_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")


class TrainingEndedError(StcError):
    """A training that ended before its time; what was saved stays, and the same command goes on from there."""


@contextmanager
def told(checkpoints: Path) -> Iterator[None]:
    """Raise TrainingEndedError, with the last good checkpoint and advice, where disk or memory do not suffice."""
    try:
        yield
    except (OSError, RuntimeError, MemoryError) as error:
        advice = _advice(error)
        if advice is None:
            raise
        raise TrainingEndedError(f"{advice}. {_kept(checkpoints)}") from error
    except Exception as error:  # safetensors raises an error of its own kind
        if _is_full(error):
            raise TrainingEndedError(f"{_advice(error)}. {_kept(checkpoints)}") from error
        raise


def must_have_room(out: Path, parameters: int, spec: RunSpec) -> None:
    """Raise BadInputError if the disk cannot hold the checkpoints of a run: each has weights and two moments in fp32."""
    needed = parameters * 12 * (max(2, spec.keep) + 2)
    free = shutil.disk_usage(out).free
    if free < needed:
        raise BadInputError(
            f"the checkpoints need about {needed / 2**20:,.0f} MB, and {out} has {free / 2**20:,.0f} MB free; "
            "free some space, or give another place with -o"
        )


def _advice(error: Exception) -> str | None:
    if _is_full(error):
        return "the disk is full: free some space, or give another place with -o"
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or any(words in str(error) for words in _NO_MEMORY):
        return "the memory did not suffice: give a smaller --batch-tokens (and a larger --accumulate), or a shorter --max-length"
    return None


def _is_full(error: Exception) -> bool:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return full or any(words in str(error) for words in _NO_SPACE)


def _kept(checkpoints: Path) -> str:
    good = last_good(checkpoints, clean=False)
    if good is None:
        return "Nothing was saved yet"
    return f"What was learnt up to step {step_of(good)} is saved in {good}; the same command goes on from there"
