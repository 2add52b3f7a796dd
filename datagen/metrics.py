"""Figures of a method: its lines, and how often it branches."""

from __future__ import annotations

from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

BRANCHES = frozenset(
    ("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "ifNil:", "ifNotNil:", "ifNil:ifNotNil:", "ifNotNil:ifNil:", "and:",
     "or:", "whileTrue:", "whileFalse:", "whileTrue", "whileFalse", "repeat", "to:do:", "to:by:do:", "timesRepeat:", "do:", "on:do:")
)  # fmt: skip


def lines_of(method: MethodDef) -> int:
    """Answer how many lines of a method's source are not blank."""
    return sum(bool(line.strip()) for line in method.source.splitlines())


def branches_of(index: CodeIndex, method: MethodDef) -> int:
    """Answer how many messages of a method decide, loop or catch."""
    return sum(send.selector in BRANCHES for send in index.sends_of(method))
