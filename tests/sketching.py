"""Sketches for tests of the filters."""

from __future__ import annotations

from datagen.near import Sketch


def sketched(number: int) -> Sketch:
    """Answer the sketch of a sample that is like no other."""
    made = Sketch(128, 1)
    made.update([f"{number} {word}" for word in range(20)])
    return made
