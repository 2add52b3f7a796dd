"""How methods reach instance variables: directly, or through accessors; and how accessors are written.

Why:
    Where all go through the accessor, a lazy default or a notification can be put into it; one direct access goes round it.
Example:
    `self contract title`, not `contract title`; or the other way round, as the house has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.rules._scene import is_name
from stparse.nodes import Assign, Return, Send, Variable

_OWN = frozenset(("getter", "setter", "lazy"))


@convention(
    "C11",
    __doc__,
    title="accessors",
    contexts={
        "read": "how a variable with a plain getter is read",
        "write": "how a variable with a plain setter is written",
        "setter": "what a setter answers",
        "getter": "how a getter is written",
        "lazy": "how a lazy getter is written",
        "initialize": "how initialize writes a variable with a plain setter",
    },
    values={
        "getter": "through the getter",
        "setter": "through the setter",
        "direct": "directly",
        "plain": "as ^ and the variable",
        "lazy": "with a default that it sets",
    },
    # Who makes something late has a reason.
    tolerated=("lazy",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    role = page.role
    if role in ("getter", "lazy"):
        yield Slot("getter", "lazy" if role == "lazy" else "plain", *page.pattern)
    if role == "lazy":
        yield Slot("lazy", "ifNil: [...]" if "ifNil:" in page.scene.sends else "isNil ifTrue: [...]", *page.pattern)
    if role == "setter":
        last = page.tree.body.statements[-1]
        after = "self" if isinstance(last, Assign) else "^self" if isinstance(last, Return) and is_name(last.value, "self") else "other"
        yield Slot("setter", "changed" if isinstance(last, Send) else after, *page.span(last))
    if role not in _OWN and not page.method.meta:
        yield from _uses(page)


def _uses(page: MethodPage) -> Iterator[Slot]:
    """Accessors that do more than to read and to write are sent for what they do: they say nothing of the habit."""
    plain = page.view.plain
    variables = {name for name in page.variables if not _is_about(page.method.selector, name)}
    writes = set()
    seen: set[tuple[str, ...]] = set()
    initial = page.method.selector.startswith(("initialize", "setUp"))
    for node in page.scene.nodes.get(Assign, ()):
        assert isinstance(node, Assign)
        writes.add(id(node.target))
        name = node.target.name
        if name in variables and f"{name}:" in plain and ("w", name) not in seen:
            seen.add(("w", name))
            yield Slot("initialize" if initial else "write", "direct", *page.span(node.target))
    # What lets go of its parts must not make or tell anything.
    for node in page.scene.nodes.get(Variable, ()) if "elease" not in page.method.selector else ():
        assert isinstance(node, Variable)
        name = node.name
        if name in variables and id(node) not in writes and name in plain and ("r", name) not in seen:
            seen.add(("r", name))
            yield Slot("read", "direct", *page.span(node))
    for node in page.scene.nodes.get(Send, ()):
        assert isinstance(node, Send)
        name = node.selector.rstrip(":")
        if name in variables and node.selector in plain and is_name(node.receiver, "self") and not _is_sent_to_others(page, node.selector):
            reads = name == node.selector
            if ("r" if reads else "w", name, "s") not in seen:
                seen.add(("r" if reads else "w", name, "s"))
                yield Slot("read" if reads else "initialize" if initial else "write", "getter" if reads else "setter", node.at, node.end)


def _is_about(selector: str, variable: str) -> bool:
    """Answer whether a method is an accessor of a variable by its name: `type`, `type:`, `typePrivate:`."""
    return selector.startswith(variable) and not selector[len(variable) :][:1].islower()


def _is_sent_to_others(page: MethodPage, selector: str) -> bool:
    """Answer whether `self` is one of two that are asked alike, as in `self id = anObject id`; `hash` is written as `=` is."""
    return page.method.selector == "hash" or any(not is_name(node.receiver, "self") for node in page.scene.sends.get(selector, ()))
