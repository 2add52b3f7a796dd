"""Which package may know which: between two packages references go in one direction.

Why:
    A reference against the direction makes two packages one; it is seen when it is made, or never.
Example:
    The user interface knows the domain, and the domain does not know the user interface.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from stparse.nodes import Variable


@convention(
    "C20",
    __doc__,
    title="layers",
    contexts={"between/2": "which of the packages {0} and {1} knows the other"},
)
def slots(page: MethodPage) -> Iterator[Slot]:
    own = _word(page.view.package)
    seen = set()
    for node in page.scene.nodes.get(Variable, ()):
        assert isinstance(node, Variable)
        if not node.name[:1].isupper() or node.name in seen:
            continue
        seen.add(node.name)
        package = _word(page.view.packages.get(node.name.rpartition(".")[2], ""))
        if package and own and package != own:
            first, second = sorted((own, package))
            yield Slot(f"between {first} {second}", f"{own} knows {package}", *page.span(node))


def _word(package: str) -> str:
    return package.strip().replace(" ", "_")
