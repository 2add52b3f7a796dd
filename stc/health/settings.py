"""stc.toml, and the environment variables that stc reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from stc import config
from stc.health import Check
from stparse.issue import StcError

_TABLES: dict[str, Callable[[], object]] = {
    "check": config.check_settings,
    "dataset": config.dataset_settings,
    "store": config.store_settings,
    "gate": config.gate_settings,
    "conventions": config.convention_settings,
}
VARIABLES = ("STC_CONFIG", "STC_INDEX", "STC_DATA", "STC_USER", "STC_DSN")
_SECRET = frozenset(("STC_DSN",))
"""May hold a password: that it is set is all that is told."""


def checks() -> Iterator[Check]:
    """One for each table of stc.toml, and one for the environment."""
    path = Path(os.environ.get("STC_CONFIG") or "stc.toml")
    if not path.is_file():
        state = "problem" if os.environ.get("STC_CONFIG") else "absent"
        remedy = "STC_CONFIG must name a file" if state == "problem" else None
        yield Check("settings", "stc.toml", state, f"no file {path}: all is as stc brings it", remedy)
    else:
        for name, read in _TABLES.items():
            try:
                read()
            except StcError as error:
                yield Check("settings", f"[{name}]", "problem", str(error), "mend the file; README.md and docs/ show the keys")
                continue
            yield Check("settings", f"[{name}]", "ok", str(path))
    shown = [f"{name}={'(set)' if name in _SECRET else os.environ[name]}" for name in VARIABLES if os.environ.get(name)]
    yield Check("settings", "environment", "ok", ", ".join(shown) or "nothing is set")
