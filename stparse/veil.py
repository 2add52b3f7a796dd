"""What may stand between a file and its reader: a veil hides what must not be learnt, and keeps every offset."""

from __future__ import annotations

from typing import NamedTuple, Protocol

HIDDEN = "F010"
"""The code that an index notes a hidden place with; the message is its kind."""


class Hidden(NamedTuple):
    """One place that was hidden: what kind of thing it was, never what it said."""

    kind: str
    start: int
    end: int


class Veil(Protocol):
    """Hides parts of a text. It travels to worker processes, so it can be pickled."""

    @property
    def digest(self) -> str:
        """What tells this veil from another one: an index that was made behind another veil is made anew."""

    def hide(self, text: str, *, prose: bool = False) -> tuple[str, list[Hidden]]:
        """Answer the text with some characters exchanged for others, as long as before, and the places in order.

        `prose` is text that is no code, where a word behind a colon is no argument.
        """
