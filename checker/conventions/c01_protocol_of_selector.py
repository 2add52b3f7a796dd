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
    contexts={
        "instance/1": "the protocol of selectors of the kind `{0}`",
        "class/1": "the protocol of selectors of the kind `{0}` on the class side",
        "instance/2": "the protocol of {last}",
        "class/2": "the protocol of {last} on the class side",
        "private/1": "whether a selector of the kind {0} is private",
    },
    silent=("private",),
    vague=("instance unary", "instance keyword", "class unary", "class keyword"),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    protocol = page.protocol
    if protocol is None or not page.method.selector:
        return
    stem = "test" if page.is_test_method else stem_of(page.method.selector)
    # What is private and what it does are two questions; a private helper is not in the wrong place.
    private = protocol.lower().startswith("private")
    yield Slot(f"private {stem}", "yes" if private else "no", *page.pattern)
    if not private:
        yield Slot(f"{page.side} {stem} {page.method.selector}", protocol, *page.pattern)
