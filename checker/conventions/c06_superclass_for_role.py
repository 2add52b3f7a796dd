"""From which class one inherits for a role that the name tells.

Why:
    What is called a validator and is none of the house's validators misses what all the others can.
Example:
    Every `...Dialog` inherits from the house's own dialog, and not from the base's.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import ClassPage, Slot, convention
from checker.conventions._names import words_of


@convention("C06", __doc__, title="superclass for a role", contexts={"role/1": "the superclass of a class called ...{0}"}, of_class=True)
def slots(page: ClassPage) -> Iterator[Slot]:
    words = words_of(page.view.name)
    superclass = page.view.superclass
    if len(words) > 1 and superclass and not superclass.endswith(page.view.name):
        yield Slot(f"role {words[-1]}", superclass.rpartition(".")[2])
