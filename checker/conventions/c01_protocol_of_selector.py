"""In which protocol a selector stands.

Why:
    Who looks for a method looks in its protocol first; one that stands elsewhere is not found, and is written again.
Example:
    `printOn:` stands in `printing`, tests that begin with `is` stand in `testing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.conventions._names import stem_of


@convention(
    "C01",
    __doc__,
    title="protocol of a selector",
    contexts={"instance": "the protocol of {last}", "class": "the protocol of {last} on the class side"},
)
def slots(page: MethodPage) -> Iterator[Slot]:
    protocol = page.protocol
    if protocol is not None and page.method.selector:
        yield Slot(f"{page.side} {stem_of(page.method.selector)} {page.method.selector}", protocol, *page.pattern)
