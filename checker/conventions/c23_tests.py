"""How tests are written: names of test classes, assertions, fixtures.

Why:
    A test that is written like all others is read for what it tests.
Example:
    `self assert: x equals: y` and not `self assert: x = y`; the class is called after what it tests, with `Test` at the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.conventions._names import words_of
from checker.rules._scene import is_name, is_send

_ASSERTS = (
    "assert:",
    "assert:equals:",
    "deny:",
    "should:",
    "shouldnt:",
    "should:raise:",
    "shouldnt:raise:",
    "assertEmpty:",
    "deny:equals:",
)


@convention(
    "C23",
    __doc__,
    title="tests",
    contexts={
        "equal": "how two values are compared in a test",
        "false": "how something is asserted to be false",
        "raise": "how an error is expected",
        "name": "where Test stands in the name of a test class",
        "asserts": "how many assertions a test has",
    },
    silent=("asserts",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    if not page.view.is_test or page.method.meta:
        return
    for node in page.scene.sends.get("assert:", ()):
        if is_name(node.receiver, "self") and is_send(node.arguments[0], "=", "=="):
            yield Slot("equal", f"assert: x {node.arguments[0].selector} y", *page.span(node))
        elif is_send(node.arguments[0], "not"):
            yield Slot("false", "assert: x not", *page.span(node))
    for node in page.scene.sends.get("assert:equals:", ()):
        yield Slot("equal", "assert: x equals: y", *page.span(node))
    for node in page.scene.sends.get("deny:", ()):
        yield Slot("false", "deny:", *page.span(node))
    for name in ("should:raise:", "shouldnt:raise:"):
        for node in page.scene.sends.get(name, ()):
            yield Slot("raise", name, *page.span(node))
    if page.is_test_method:
        words = words_of(page.view.name)
        place = words[-1] if words[-1] in ("Test", "Tests", "TestCase") else "at the beginning" if "Test" in words[:2] else "elsewhere"
        yield Slot("name", place, *page.pattern)
        count = sum(len(page.scene.sends.get(name, ())) + len(page.scene.messages.get(name, ())) for name in _ASSERTS)
        yield Slot("asserts", "none" if count == 0 else "one" if count == 1 else "a few" if count < 5 else "many", *page.pattern)
