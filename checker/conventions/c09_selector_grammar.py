"""How selectors are built: `is` for predicates, `as` for conversions, names of getters and setters, of tests and constructors.

Why:
    Where selectors are built alike, they are guessed right before they are looked up.
Example:
    A method that answers true or false is `isOpen`, not `open` or `checkOpen`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.conventions._names import capitalised, stem_of, words_of
from checker.rules._scene import is_name
from stparse.nodes import Assign, Return, Send

_JOINTS = frozenset(("with", "for", "from", "to", "on", "in", "at", "of", "by", "into", "do", "put", "and", "using", "as", "if", "named"))


@convention(
    "C09",
    __doc__,
    title="selector grammar",
    contexts={
        "predicate": "how the selector of a method that answers true or false begins",
        "getter": "the selector of a getter",
        "setter": "the selector of a setter",
        "constructor": "how the selector of a constructor begins",
        "test": "how test methods are named",
        "private": "how the selector of a private method begins",
        "joint": "how the second keyword begins",
        "conversion": "how the selector of a conversion begins",
    },
    absent=("other",),
    values={"variable": "the variable's own name", "other": "something else", "keyword": "keyword message", "unary": "unary message"},
)
def slots(page: MethodPage) -> Iterator[Slot]:
    selector = page.method.selector
    role = page.role
    if role == "predicate":
        yield Slot("predicate", stem_of(selector), *page.pattern)
    elif role in ("getter", "lazy"):
        yield Slot("getter", _of_variable(selector, _answered(page)), *page.pattern)
    elif role == "setter":
        assign = page.tree.body.statements[0]
        assert isinstance(assign, Assign)
        yield Slot("setter", _of_variable(selector.rstrip(":"), assign.target.name), *page.pattern)
    elif role == "constructor":
        yield Slot("constructor", f"{words_of(selector)[0]} ({'unary' if ':' not in selector else 'keyword'})", *page.pattern)
    if page.is_test_method:
        yield Slot("test", _test_form(selector), *page.pattern)
    if (page.method.protocol or "").lower().startswith("private"):
        first = words_of(selector)[0]
        yield Slot("private", first if first in ("private", "basic", "pvt", "prim", "primitive", "my", "_") else "other", *page.pattern)
    keywords = selector.split(":")[:-1]
    if len(keywords) == 2:
        first = words_of(keywords[1])[0]
        yield Slot("joint", first if first in _JOINTS else "noun", *page.pattern)
    if role in ("answer", "body") and ":" not in selector:
        yield from _conversion(page)


def _conversion(page: MethodPage) -> Iterator[Slot]:
    if "onver" in (page.method.protocol or ""):
        first = words_of(page.method.selector)[0]
        yield Slot("conversion", first if first in ("as", "to", "from", "convert", "in") else "other", *page.pattern)


def _answered(page: MethodPage) -> str:
    last = page.tree.body.statements[-1]
    value = last.value if isinstance(last, Return) else None
    if isinstance(value, Send):
        value = value.receiver
    return next((name for name in page.variables if is_name(value, name)), "")


def _of_variable(selector: str, variable: str) -> str:
    """Answer how an accessor's selector is made of its variable's name."""
    if selector == variable:
        return "variable"
    for prefix in ("get", "set", "is", "has", "basic", "my", "the", "private", "raw"):
        if selector == prefix + capitalised(variable):
            return f"{prefix}Variable"
    if variable.lower().endswith(selector.lower()) or selector.lower().endswith(variable.lower()):
        return "part of it"
    return "other"


def _test_form(selector: str) -> str:
    if "_" in selector:
        return "testFoo_bar"
    count = len(words_of(selector)) - 1
    return "test" if count == 0 else "testFoo" if count == 1 else "testFooBar" if count < 5 else "testWithManyWords"
