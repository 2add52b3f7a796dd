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
        "aside/1": "how a variable is reached ({0})",
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
    silent=("aside",),
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
    """Yield how each variable is reached that has an accessor; what is no matter of habit is said aside, for the score only."""
    selectors, variables, plain = page.view.selectors, page.variables, page.view.plain
    selector = page.method.selector
    writes = set()
    seen: set[tuple[str, ...]] = set()
    writing = "initialize" if selector.startswith(("initialize", "setUp")) else "write"

    def context(kind: str, accessor: str) -> str:
        # Accessors that do more than to read and to write are sent for what they do. What lets go of its parts must not make or tell
        # anything.
        if accessor not in plain or _is_about(selector, accessor.rstrip(":")) or (kind == "read" and "elease" in selector):
            return f"aside {kind}"
        return kind

    for node in page.scene.nodes.get(Assign, ()):
        assert isinstance(node, Assign)
        writes.add(id(node.target))
        name = node.target.name
        if name in variables and f"{name}:" in selectors and selector != f"{name}:" and ("w", name) not in seen:
            seen.add(("w", name))
            yield Slot(context(writing, f"{name}:"), "direct", *page.span(node.target))
    for node in page.scene.nodes.get(Variable, ()):
        assert isinstance(node, Variable)
        name = node.name
        if name in variables and id(node) not in writes and name in selectors and selector != name and ("r", name) not in seen:
            seen.add(("r", name))
            yield Slot(context("read", name), "direct", *page.span(node))
    for node in page.scene.nodes.get(Send, ()):
        assert isinstance(node, Send)
        name = node.selector.rstrip(":")
        if name in variables and is_name(node.receiver, "self") and selector.rstrip(":") != name:
            reads = name == node.selector
            if ("r" if reads else "w", name, "s") not in seen:
                seen.add(("r" if reads else "w", name, "s"))
                kind = "read" if reads else writing
                said = f"aside {kind}" if _is_sent_to_others(page, node.selector) else context(kind, node.selector)
                yield Slot(said, "getter" if reads else "setter", node.at, node.end)


def _is_about(selector: str, variable: str) -> bool:
    """Answer whether a method is an accessor of a variable by its name: `type`, `type:`, `typePrivate:`."""
    return selector.startswith(variable) and not selector[len(variable) :][:1].islower()


def _is_sent_to_others(page: MethodPage, selector: str) -> bool:
    """Answer whether `self` is one of two that are asked alike, as in `self id = anObject id`; `hash` is written as `=` is."""
    return page.method.selector == "hash" or any(not is_name(node.receiver, "self") for node in page.scene.sends.get(selector, ()))
