"""Messages that compilers expand in place: which of their arguments are blocks, and with how many parameters."""

from __future__ import annotations

from collections.abc import Iterator

from checker.literals import Finding
from stparse.nodes import Block, Node, Send, Variable

# Per argument the numbers of parameters that a literal block there may have.
INLINED: dict[str, tuple[tuple[int, ...] | None, ...]] = {
    "ifTrue:": ((0,),),
    "ifFalse:": ((0,),),
    "ifTrue:ifFalse:": ((0,), (0,)),
    "ifFalse:ifTrue:": ((0,), (0,)),
    "and:": ((0,),),
    "or:": ((0,),),
    "whileTrue:": ((0,),),
    "whileFalse:": ((0,),),
    "whileTrue": (),
    "whileFalse": (),
    "repeat": (),
    "timesRepeat:": ((0,),),
    "to:do:": (None, (1,)),
    "to:by:do:": (None, None, (1,)),
    "ifNil:": ((0,),),
    "ifNotNil:": ((0, 1),),
    "ifNil:ifNotNil:": ((0,), (0, 1)),
    "ifNotNil:ifNil:": ((0, 1), (0,)),
}
_LOOPS = frozenset(("whileTrue:", "whileFalse:", "whileTrue", "whileFalse", "repeat"))
# Whose blocks are counted by a compiler that counts fewer, as its own sources say (MessageNode, MacroSelectors).
# Squeak sends `to:do:` as an ordinary message where the block has another number of parameters.
_COUNTED: dict[str, frozenset[str]] = {
    "smalltalk80": frozenset(("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "and:", "or:", "whileTrue:", "whileFalse:")),
    "squeak": frozenset(INLINED) - {"timesRepeat:", "to:do:", "to:by:do:"},
}


def arity_faults(node: Send, dialect: str) -> Iterator[Finding]:
    """Yield (fault, node, words) for what is no block, or one of the wrong arity, in a message that a compiler looks at."""
    if node.selector not in _COUNTED.get(dialect, INLINED):
        return
    words = {"name": node.selector}
    if node.selector in _LOOPS:
        if not isinstance(node.receiver, Block):
            yield from _no_block(node.receiver, dialect, words)
        elif node.receiver.parameters:
            yield "wrong-receiver-arity", node.receiver, words
        elif not node.receiver.body.statements and node.selector != "repeat":
            yield "empty-condition", node.receiver, words
    for argument, allowed in zip(node.arguments, INLINED[node.selector], strict=True):
        if allowed is None:
            continue
        if not isinstance(argument, Block):
            yield from _no_block(argument, dialect, words)
        elif len(argument.parameters) not in allowed:
            few = len(argument.parameters) < allowed[0]
            yield "missing-block-parameter" if few else "wrong-block-arity", argument, {**words, "wanted": _parameters(allowed)}
        elif node.selector in ("and:", "or:") and not argument.body.statements:
            yield "empty-condition", argument, words


def _no_block(node: Node, dialect: str, words: dict[str, str]) -> Iterator[Finding]:
    """Smalltalk-80 takes any variable in place of a block, but not nil; Dolphin warns of whatever is no block."""
    if dialect != "smalltalk80" or not isinstance(node, Variable) or node.name == "nil":
        yield "block-expected", node, words


def _parameters(allowed: tuple[int, ...]) -> str:
    if allowed == (0,):
        return "no parameter"
    return "one parameter" if allowed == (1,) else "at most one parameter"
