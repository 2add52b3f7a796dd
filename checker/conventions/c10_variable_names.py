"""What instance variables are called: one word or several, plural for collections, abbreviations, marks.

Why:
    A name that tells a collection from a thing, or a flag from a value, saves a look at where it is set.
Example:
    `contracts` holds contracts, `contract` holds one; a flag is `isDirty`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import ClassPage, Slot, convention
from checker.conventions._names import FORMS, form_of, words_of

_ROLES = frozenset(
    ("block", "collection", "list", "dictionary", "map", "holder", "model", "name", "index", "count", "flag", "class", "id", "stream")
)
_FLAGS = ("is", "has", "can", "should")


@convention(
    "C10",
    __doc__,
    title="instance variable names",
    contexts={
        "form": "how an instance variable is named",
        "role/1": "how a variable's name ends that has to do with a {0}",
        "sorted": "how instance variables are ordered",
        "side": "how a variable of the class side is named",
    },
    values=FORMS,
    # `name` alone is as good as `fileName`.
    silent=("role",),
    absent=("otherwise",),
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    names = page.definition.instance_variables
    for name in names:
        flag = words_of(name)[0] in _FLAGS and len(words_of(name)) > 1
        yield Slot("form", "flag (isXxx)" if flag else form_of(name))
        last = words_of(name)[-1].lower()
        if last in _ROLES or last.rstrip("s") in _ROLES:
            yield Slot(f"role {last.rstrip('s')}", "ends in it" if len(words_of(name)) > 1 else "is it")
    if len(names) > 2:
        yield Slot("sorted", "alphabetically" if list(names) == sorted(names) else "otherwise")
    for name in page.definition.class_variables:
        yield Slot("side", form_of(name))
