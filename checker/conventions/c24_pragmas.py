"""Which methods have pragmas, and where such methods stand.

Why:
    Tools find methods by their pragmas; one without it is there, and does nothing.
Example:
    A method in `interface specs` has `<resource: #canvas>`; menu methods have `<menu: ...>`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from stparse.nodes import Pragma


@convention(
    "C24",
    __doc__,
    title="pragmas",
    contexts={
        "protocol/1": "the protocol of a method with <{0}>",
        "in/2": "the pragma of a method on the {0} side in {1}",
        "place": "what stands before a pragma",
        "side/1": "the side of a method with <{0}>",
    },
    absent=("none",),
    silent=("place",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    pragmas = [pragma for pragma in page.tree.pragmas if isinstance(pragma, Pragma)]
    name = pragmas[0].selector if pragmas else "none"
    if page.protocol:
        yield Slot(f"in {page.side} {page.protocol.replace(' ', '_')}", name, *page.pattern)
    for pragma in pragmas:
        if page.protocol:
            yield Slot(f"protocol {pragma.selector}", page.protocol, *page.span(pragma))
        yield Slot(f"side {pragma.selector}", page.side, *page.span(pragma))
        before = page.source[page.pattern[1] : pragma.start]
        yield Slot("place", "a comment" if '"' in before else "temporaries" if "|" in before else "the pattern", *page.span(pragma))
