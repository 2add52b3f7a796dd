"""What class names begin and end with: a prefix by package, a suffix by superclass.

Why:
    A prefix tells whose a class is, a suffix what it is; one that lacks it is not found by either.
Example:
    Classes of a package all begin with the same two letters; subclasses of a validator end in `Validator`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.conventions import ClassPage, Slot, convention
from checker.conventions._names import is_prefix, sign_of, words_of


@convention(
    "C05",
    __doc__,
    title="class names",
    contexts={
        "prefix/1": "what class names begin with in {0}",
        "prefixed": "whether class names have a prefix",
        "suffix/1": "what the names of subclasses of {0} end with",
        "words": "how many words a class name has",
    },
    silent=("words",),
    absent=("no prefix", "none"),
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    name = page.view.name
    sign = sign_of(name)
    prefix = sign if is_prefix(sign) else "none"
    # The class that stands for an ENVY application is called as it, whatever other classes begin with.
    if name != page.view.package:
        yield Slot(f"prefix {re.split(r'[- ]', page.view.package)[0] or 'none'}", prefix)
        yield Slot("prefixed", "no prefix" if prefix == "none" else f"{len(prefix)} letters")
    superclass = page.view.superclass.rpartition(".")[2]
    if superclass and superclass not in ("Object", "nil"):
        yield Slot(f"suffix {superclass}", words_of(name)[-1])
    count = len(words_of(name)) - (prefix != "none")
    yield Slot("words", "one" if count <= 1 else "two" if count == 2 else "three" if count == 3 else "more")
