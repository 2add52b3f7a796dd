"""Which selectors come together in a class: add and remove, `=` and `hash`, a getter and its setter.

Why:
    Who finds the one looks for the other.
Example:
    A class with `addListener:` has `removeListener:`; what has `canSave` has `save`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import ClassPage, Slot, convention
from checker.conventions._names import capitalised

_PARTNERS = (
    ("add", "remove"),
    ("open", "close"),
    ("start", "stop"),
    ("begin", "end"),
    ("lock", "unlock"),
    ("enable", "disable"),
    ("show", "hide"),
)
_WHOLE = (("=", "hash"), ("hash", "="), ("setUp", "tearDown"), ("do:", "size"), ("<", ">"), ("undo", "redo"))


@convention(
    "C14",
    __doc__,
    title="selectors that come together",
    contexts={
        "partner/2": "whether a class with {0}... has {1}... too",
        "with/2": "whether a class with {0} has {1} too",
        "can": "whether a class with canXxx has xxx too",
        "setter": "whether a variable with a getter has a setter",
        "getter": "whether a variable with a setter has a getter",
    },
    values={"yes": "it has both", "no": "it has not"},
    absent=("no",),
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    own = page.instance
    for selector in sorted(own):
        for one, other in _PARTNERS:
            if selector.startswith(one) and selector[len(one) : len(one) + 1].isupper():
                yield Slot(f"partner {one} {other}", _said(other + selector[len(one) :] in own))
        if selector.startswith("can") and selector[3:4].isupper():
            plain = selector[3:4].lower() + selector[4:]
            yield Slot("can", _said(any(name.startswith((plain, "do" + capitalised(plain))) for name in own)))
    for one, other in _WHOLE:
        if one in own:
            yield Slot(f"with {one} {other}", _said(other in own))
    for name in page.definition.instance_variables:
        if name in own:
            yield Slot("setter", _said(f"{name}:" in own))
        if f"{name}:" in own:
            yield Slot("getter", _said(name in own))


def _said(found: bool) -> str:
    return "yes" if found else "no"
