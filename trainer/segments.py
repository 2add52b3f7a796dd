"""How torch asks a card for memory: in segments that grow, so that batches of many shapes leave no holes between each other."""

from __future__ import annotations

import os
import sys

_NAMES = ("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF")
"""Where torch looks for its settings; only the first one that it finds counts."""


def grow_segments() -> None:
    """Ask for such segments, unless the user has settings of torch's own; they are there on Linux only.

    Every batch has another length, and by default memory that was asked for one shape serves another only where it fits into a whole
    block. See `expandable_segments` in torch's notes on CUDA.
    """
    if sys.platform == "linux" and not any(name in os.environ for name in _NAMES):
        os.environ[_NAMES[0]] = "expandable_segments:True"
