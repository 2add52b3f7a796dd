"""What every subclass of a class defines.

Why:
    Where all siblings define a method, the one that does not was forgotten more often than not.
Example:
    Every validator defines `validate:`, although none has to.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import ClassPage, Slot, convention

_LEAST = 4


@convention(
    "C13",
    __doc__,
    title="what every subclass defines",
    contexts={"every/2": "whether a subclass of {0} defines {1}"},
    values={"yes": "it defines it", "no": "it does not"},
    absent=("no",),
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    superclass = page.view.superclass.rpartition(".")[2]
    for selector in page.expected if page.siblings >= _LEAST else ():
        yield Slot(f"every {superclass} {selector}", "yes" if selector in page.instance else "no")
