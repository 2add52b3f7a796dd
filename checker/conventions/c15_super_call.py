"""Whether a method sends super with its own selector, and where.

Why:
    An `initialize` that sends super last overwrites what it has set; one that leaves it out is noticed late.
Example:
    `initialize` sends `super initialize` first, `release` sends `super release` last.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.rules._scene import is_name
from stparse.nodes import Cascade, Node, Return, Send, walk

_USUAL = frozenset(
    (
        "initialize", "setUp", "tearDown", "release", "printOn:", "postCopy", "postBuildWith:", "postOpenWith:", "noticeOfWindowClose:",
        "initializeDefaults", "reset", "close", "createComponents", "createSchematicWiring", "onViewOpened", "onViewClosed", "=", "hash",
        "copyFrom:", "delete", "step", "renderOn:", "updateRoot:", "children", "states", "update:with:from:", "changed:", "drawOn:",
    )
)  # fmt: skip


@convention(
    "C15",
    __doc__,
    title="place of the super call",
    contexts={"sends/1": "whether {0} sends super", "place/1": "where {0} sends super"},
    values={"yes": "it sends super", "no": "it does not", "answer": "as what it answers", "only": "as its only statement"},
    absent=("no",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    selector = page.method.selector
    found = [node for node in page.scene.sends.get(selector, ()) if is_name(node.receiver, "super")]
    if selector in _USUAL:
        yield Slot(f"sends {selector}", "yes" if found else "no", *(page.span(found[0]) if found else page.pattern))
    if found:
        yield Slot(f"place {selector}", _place(page.tree.body.statements, found[0]), *page.span(found[0]))


def _place(statements: tuple[Node, ...], send: Send) -> str:
    for number, statement in enumerate(statements):
        if any(node is send for node in walk(statement)):
            value = statement.value if isinstance(statement, Return) else statement
            if isinstance(value, Cascade):
                value = value.receiver
            if len(statements) == 1:
                return "only"
            if number == 0:
                return "first" if value is send else "within the first"
            if number == len(statements) - 1:
                return "answer" if isinstance(statement, Return) else "last"
            return "in the middle"
    return "in the middle"
