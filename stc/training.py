"""What the commands share that need torch and its libraries."""

from __future__ import annotations

from importlib.util import find_spec

from stparse.issue import BadInputError


def needs_training_extra() -> None:
    """Raise BadInputError where torch and its libraries are not installed."""
    if find_spec("torch") is None or find_spec("peft") is None:
        raise BadInputError("this needs torch and its libraries: pip install 'stc[train]'; docs/training.md says how without CUDA")
