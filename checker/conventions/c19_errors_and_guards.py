"""How errors are raised and caught, and how a method is left early.

Why:
    Errors that are raised and caught in one way can be counted on by whoever handles them.
Example:
    `x ifNil: [^self error: '...']` as a guard at the top; handlers are `on: Error do: [:ex | ...]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.rules._scene import is_name, is_send, only_statement
from stparse.nodes import Block, Node, Return, Send, Variable

_GUARDS = ("ifTrue:", "ifFalse:", "ifNil:", "ifEmpty:", "ifNotNil:")
_OWN = "an exception of its own"


@convention(
    "C19",
    __doc__,
    title="errors and guards",
    contexts={
        "guard": "how a guard at the beginning leaves the method",
        "raise": "how an error is raised",
        "caught": "what is caught",
        "handler": "the name of the exception in a handler",
        "handled": "how a handler begins",
        "abstract": "how an abstract method is written",
        "rest": "whether the rest of a method stands in the branch of a condition",
        "self": "whether a method ends with an explicit ^self",
    },
    silent=("handled", "rest"),
    absent=("nothing",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    statements = page.tree.body.statements
    if page.role == "abstract":
        yield Slot(
            "abstract", ("^" if isinstance(statements[0], Return) else "") + "self subclassResponsibility", *page.span(statements[0])
        )
    if len(statements) > 1:
        yield from _guard(page, statements[0])
    if len(statements) > 2:
        last = statements[-1]
        if not isinstance(last, Return) or is_name(last.value, "self"):
            yield Slot("self", "^self" if isinstance(last, Return) else "nothing", *page.span(last))
    if statements and is_send(statements[-1], "ifTrue:", "ifFalse:", "ifNotNil:") and len(statements) < 3:
        block = statements[-1].arguments[0]
        if isinstance(block, Block) and len(block.body.statements) > 1:
            yield Slot("rest", "in the branch", *page.span(statements[-1]))
    for selector in ("error:", "signal:", "signal", "raise", "raiseSignal", "raiseSignal:", "halt", "halt:"):
        for node in page.scene.sends.get(selector, ())[:1]:
            yield Slot("raise", _raised(node), *page.span(node))
    for node in page.scene.sends.get("on:do:", ()):
        yield from _handler(page, node)


def _guard(page: MethodPage, first: Node) -> Iterator[Slot]:
    if is_send(first, *_GUARDS):
        inside = only_statement(first.arguments[0])
        if isinstance(inside, Return):
            value = inside.value
            said = (
                f"^{value.name}"
                if is_name(value, "self", "nil", "true", "false")
                else "^self error"
                if is_send(value, "error:")
                else "^..."
            )
            yield Slot("guard", f"{first.selector} [{said}]", *page.span(first))
            yield Slot("rest", "after a guard", *page.span(first))


def _raised(node: Send) -> str:
    receiver = node.receiver
    if is_name(receiver, "self"):
        return f"self {node.selector}"
    if is_name(receiver, "Error", "Exception", "Warning", "Notification"):
        return f"{receiver.name} {node.selector}"
    if is_send(receiver, "new"):
        return f"new {node.selector}"
    return f"{_OWN} {node.selector}" if isinstance(receiver, Variable) and receiver.name[:1].isupper() else f"... {node.selector}"


def _handler(page: MethodPage, node: Send) -> Iterator[Slot]:
    caught, block = node.arguments
    if isinstance(caught, Variable):
        known = ("Error", "Exception", "ZeroDivide", "MessageNotUnderstood", "Warning", "Notification", "UserInterruption")
        yield Slot("caught", caught.name if caught.name in known else _OWN, *page.span(caught))
    if isinstance(block, Block):
        name = block.parameters[0].name if block.parameters else "none"
        yield Slot("handler", name, *page.span(block))
        first = block.body.statements[0] if block.body.statements else None
        kind = (
            "nothing"
            if first is None
            else "^..."
            if isinstance(first, Return)
            else "answers the exception's return:"
            if is_send(first, "return:", "return")
            else "does something"
        )
        yield Slot("handled", kind, *page.span(block))
