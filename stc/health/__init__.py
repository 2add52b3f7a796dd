"""What `stc doctor` looks at: each file of this folder is one part, with `checks()`; `PARTS` is their order.

Nothing here starts, writes or installs anything, and nothing is imported that may be missing or takes seconds to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

PARTS = ("program", "packages", "programs", "machine", "settings", "data")
STATES = ("ok", "absent", "problem")


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one thing: "ok", "absent" for what stc does without, "problem" for what it trips over; then `remedy` helps."""

    part: str
    name: str
    state: str
    said: str
    remedy: str | None = None


def checks() -> Iterator[Check]:
    """Yield the checks of all parts; one that breaks is a problem, and the others go on."""
    for part in PARTS:
        look: Callable[[], Iterator[Check]] = import_module(f"stc.health.{part}").checks
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
            yield Check(part, part, "problem", f"{type(error).__name__}: {error}", "please report this")
