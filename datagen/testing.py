"""Which classes hold tests, and which of their methods are tests."""

from __future__ import annotations

from stparse.index.model import MethodDef, Outline
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import descendants_of

TEST_CASE = "TestCase"
HOOKS = frozenset(
    ("postCopy", "setUp", "tearDown", "preBuildWith:", "postBuildWith:", "postOpenWith:", "noticeOfWindowClose:", "requestForWindowClose",
     "changeRequest", "windowSpec", "update:", "update:with:", "update:with:from:", "displayString", "storeOn:", "isResumable",
     "defaultAction", "description", "messageText", "startUp", "shutDown", "doesNotUnderstand:")
)  # fmt: skip
"""What every image sends by itself, although the facts that we have of its base may not say so: methods to be overridden."""


@remembered(2)
def test_classes(index: CodeIndex) -> frozenset[str]:
    """Answer the qualified names of the classes below TestCase, however far, and of the traits that they use: their tests are run too."""
    # Where code extends TestCase the index knows it, by its namespace: `SUnit.TestCase`.
    table = index.class_table
    names = {TEST_CASE, *(group.name for group in table.named(TEST_CASE))}
    below = [d for name in sorted(names) for d in descendants_of(table, name)]
    found = {d.name for d in below}
    todo = [definition for d in below for definition in d.classes]
    while todo:
        traits = [group for name in todo.pop().traits for group in table.named(name) if group.name not in found]
        found.update(group.name for group in traits)
        todo.extend(definition for group in traits for definition in group.definitions)
    return frozenset(found)


def is_test(index: CodeIndex, method: MethodDef | Outline) -> bool:
    """Whether a method is a test by its name and its class; what takes an argument only helps tests."""
    if method.meta or not method.selector.startswith("test") or method.selector.endswith(":"):
        return False
    return is_in_tests(index, method)


def is_in_tests(index: CodeIndex, method: MethodDef | Outline) -> bool:
    """Whether the class of a method is one of tests."""
    groups = index.class_table.meant(method.class_name, method.file)
    return len(groups) == 1 and groups[0].name in test_classes(index)
