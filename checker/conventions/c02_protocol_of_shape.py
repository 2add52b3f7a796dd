"""In which protocol a kind of method stands: accessors, constants, constructors, predicates.

Why:
    The body tells what a method is for; where the house keeps such methods is where one looks for them.
Example:
    A getter stands in `accessing`, a constructor on the class side in `instance creation`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention

_TOLD = frozenset(("getter", "setter", "lazy", "constant", "predicate", "abstract", "constructor", "empty"))


@convention(
    "C02",
    __doc__,
    title="protocol of a kind of method",
    contexts={
        "instance/1": "the protocol of a method of the kind {0}",
        "class/1": "the protocol of a method of the kind {0} on the class side",
    },
)
def slots(page: MethodPage) -> Iterator[Slot]:
    protocol = page.protocol
    if protocol is not None and page.role in _TOLD and not protocol.lower().startswith("private"):
        yield Slot(f"{page.side} {page.role}", protocol, *page.pattern)
