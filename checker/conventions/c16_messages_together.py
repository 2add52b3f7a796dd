"""Which message follows another to the same receiver.

Why:
    What is opened is closed, what is changed is announced: a method that does the one without the other is mostly wrong.
Example:
    After `beginBatch` comes `endBatch`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from stparse.nodes import Cascade, Node, Send, Variable

_CONTROL = ("if", "and", "or", "while", "not", "=", "is", "do")
_OPENERS = ("begin", "open", "start", "lock", "push", "enter", "suspend", "disable", "enable", "acquire", "save", "prepare", "setUp", "pre")


@convention(
    "C16",
    __doc__,
    title="messages that go together",
    contexts={"after": "what {0} is followed by", "opened/1": "what closes what {0} opens, in the same method"},
    silent=("after",),
    absent=("not closed",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    last: dict[str, tuple[str, Node]] = {}
    for node in sorted((n for kind in (Send, Cascade) for n in page.scene.nodes.get(kind, ())), key=lambda n: (n.start, -n.end)):
        receiver = getattr(node, "receiver", None)
        if not isinstance(receiver, Variable):
            continue
        for selector, place in _messages(node):
            if selector.startswith(_CONTROL):
                continue
            before = last.get(receiver.name)
            if before is not None and before[0] != selector and receiver.name != "self":
                yield Slot(f"after {before[0]}", selector, *place)
            last[receiver.name] = (selector, node)
    for selector, sends in page.scene.sends.items():
        if selector.startswith(_OPENERS) and ":" not in selector:
            partner = next((name for name in page.scene.sends if name != selector and _closes(name)), "")
            yield Slot(f"opened {selector}", partner or "not closed", *page.span(sends[0]))


def _closes(selector: str) -> bool:
    return selector.startswith(
        ("end", "close", "stop", "unlock", "pop", "leave", "exit", "resume", "enable", "release", "restore", "commit")
    )


def _messages(node: Node) -> Iterator[tuple[str, tuple[int, int]]]:
    if isinstance(node, Send):
        yield node.selector, (node.at, node.end)
    elif isinstance(node, Cascade):
        yield from ((message.selector, (message.start, message.end)) for message in node.messages)
