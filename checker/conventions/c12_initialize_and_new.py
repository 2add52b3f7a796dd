"""How instances come to be initialised.

Why:
    Where `new` sends `initialize` in some classes and not in others, somebody initialises twice, or never.
Example:
    `new` is not overridden, `initialize` sends super first.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.rules._scene import is_name, is_send
from stparse.nodes import Cascade, Node, Return


@convention(
    "C12",
    __doc__,
    title="initialize and new",
    absent=("something else",),
    values={"statements": "several statements", "message": "one message", "cascade": "a cascade without yourself"},
    contexts={
        "new": "what new does on the class side",
        "initialize": "in which protocol initialize stands",
        "made": "how a constructor is written",
    },
)
def slots(page: MethodPage) -> Iterator[Slot]:
    selector = page.method.selector
    statements = page.tree.body.statements
    if page.method.meta and selector == "new" and statements:
        yield Slot("new", _form(statements[-1]), *page.span(statements[-1]))
    if page.method.meta and page.role == "constructor" and selector != "new":
        last = statements[-1]
        value = last.value if isinstance(last, Return) else last
        ends = "message"
        if isinstance(value, Cascade):
            ends = "cascade with yourself" if value.messages[-1].selector == "yourself" else "cascade"
        yield Slot("made", ends if isinstance(last, Return) and len(statements) == 1 else "statements", *page.span(last))
    if not page.method.meta and selector == "initialize" and page.protocol:
        yield Slot("initialize", page.protocol, *page.pattern)


def _form(statement: Node) -> str:
    value = statement.value if isinstance(statement, Return) else statement
    if isinstance(value, Cascade):
        return "super new initialize; yourself"
    if is_send(value) and is_send(value.receiver, "new", "basicNew"):
        maker = value.receiver
        return f"{'super' if is_name(maker.receiver, 'super') else 'self'} {maker.selector} {value.selector}"
    return "an error" if is_send(value, "error:", "shouldNotImplement") else "something else"
