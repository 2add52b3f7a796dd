"""How files, categories and packages are called and filled.

Why:
    Where a class stands is where it is looked for in version control.
Example:
    One class a file, called as the class; the category begins with the package's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from checker.conventions import ClassPage, Slot, convention


@convention(
    "C25",
    __doc__,
    title="files, categories, packages",
    contexts={
        "file": "what the file of a class is called",
        "category": "how a category is written",
        "comment/1": "whether a {0} has a comment",
        "begin": "how a class comment begins",
        "tests": "how the category of a test class ends",
        "extensions": "whether methods of a class stand in other files",
    },
    silent=("extensions",),
    absent=("no comment", "otherwise"),
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    definition = page.definition
    stem = PurePosixPath(definition.file).name.split(".")[0]
    yield Slot("file", "as the class" if stem == page.view.name else "as the category" if stem == definition.category else "otherwise")
    category = definition.category
    if category:
        joint = "words with hyphens" if "-" in category else "words with spaces" if " " in category else "one word"
        yield Slot("category", joint if category[0].isupper() else f"small, {joint}")
        if page.view.is_test:
            last = category.replace("-", " ").split()[-1]
            yield Slot("tests", last if last in ("Test", "Tests", "tests", "Testing") else "otherwise")
    yield Slot(f"comment {'test' if page.view.is_test else 'class'}", "comment" if (definition.comment or "").strip() else "no comment")
    words = (definition.comment or "").split()
    if words:
        first = words[0].strip(".,:").lower()
        own = words[0].strip(".,:") == page.view.name
        yield Slot(
            "begin",
            "with the class's name" if own else first if first in ("i", "a", "an", "this", "the", "my", "instances") else "otherwise",
        )
    if page.methods:
        yield Slot("extensions", "yes" if any(method.file != definition.file for method in page.methods) else "no")
