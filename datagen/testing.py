"""Which classes hold tests, and which of their methods are tests."""

from __future__ import annotations

from stparse.index.model import MethodDef
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
    """Answer the qualified names of the classes below TestCase, however far."""
    # Where code extends TestCase the index knows it, by its namespace: `SUnit.TestCase`.
    names = {TEST_CASE, *(group.name for group in index.class_table.named(TEST_CASE))}
    return frozenset(d.name for name in sorted(names) for d in descendants_of(index.class_table, name))


def is_test(index: CodeIndex, method: MethodDef) -> bool:
    """Whether a method is a test by its name and its class; what takes an argument only helps tests."""
    if method.meta or not method.selector.startswith("test") or method.selector.endswith(":"):
        return False
    groups = index.class_table.meant(method.class_name, method.file)
    return len(groups) == 1 and groups[0].name in test_classes(index)
