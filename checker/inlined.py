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
_CONDITIONALS = frozenset(("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:"))


def arity_faults(node: Node) -> Iterator[Finding]:
    """Yield (fault, node, words) for blocks of the wrong arity in an inlined message."""
    if not isinstance(node, Send) or node.selector not in INLINED:
        return
    if node.selector in _LOOPS and isinstance(node.receiver, Block) and node.receiver.parameters:
        yield "wrong-receiver-arity", node.receiver, {"name": node.selector}
    for argument, allowed in zip(node.arguments, INLINED[node.selector], strict=True):
        if allowed is None:
            continue
        if isinstance(argument, Block):
            if len(argument.parameters) not in allowed:
                few = len(argument.parameters) < allowed[0]
                words = {"name": node.selector, "wanted": _parameters(allowed)}
                yield "missing-block-parameter" if few else "wrong-block-arity", argument, words
        elif node.selector in _CONDITIONALS and not isinstance(argument, Variable | Send):
            yield "block-expected", argument, {"name": node.selector}


def _parameters(allowed: tuple[int, ...]) -> str:
    if allowed == (0,):
        return "no parameter"
    return "one parameter" if allowed == (1,) else "at most one parameter"
