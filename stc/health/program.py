"""Python and stc itself."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import stc
from stc.health import Check


def checks() -> Iterator[Check]:
    """Which stc, which Python, on which system."""
    yield Check("program", "stc", "ok", f"{stc.__version__} in {Path(stc.__file__).parent.parent}")
    yield Check("program", "Python", "ok", f"{platform.python_version()}, {sys.executable}")
    yield Check("program", "system", "ok", platform.platform())
