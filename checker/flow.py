"""Temporaries that are read before anything is assigned to them, along every path of evaluation.

A read is reported only where it is certain to see nil: in straight code, in blocks that a compiler expands in place,
and in a block's own temporaries. A block that is passed on runs we do not know when, so it makes no outer read
certain, and what it assigns may be assigned from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from checker.inlined import INLINED
from checker.names import PSEUDO_VARIABLES, words_in
from stparse.nodes import Assign, Block, Foreign, Method, Node, Send, Sequence, Variable, children


@dataclass(frozen=True, slots=True)
class _Inlined:
    """A block that is expanded in place."""

    block: Block


@dataclass(frozen=True, slots=True)
class _Assigned:
    name: str


@dataclass(frozen=True, slots=True)
class _Leave:
    """The end of a block: back to what was unassigned before it, less what it assigned."""

    before: frozenset[str]
    own: frozenset[str]


_Step: TypeAlias = "Node | _Inlined | _Assigned | _Leave"


def unassigned_reads(tree: Method | Sequence) -> list[Variable]:
    """Answer the reads that certainly see nil, the first of each variable, in the order of evaluation."""
    walker = _Walker(tree.arguments if isinstance(tree, Method) else ())
    walker.run(tree.body if isinstance(tree, Method) else tree)
    return walker.found


class _Walker:
    def __init__(self, arguments: tuple[Variable, ...]) -> None:
        self.found: list[Variable] = []
        # Of the sequence that is visited next: a temporary of the same name is a fault of its own.
        self._arguments = frozenset(variable.name for variable in arguments)
        self._unassigned: frozenset[str] = frozenset()
        # What each open block has assigned so far, the innermost last.
        self._assigned: list[set[str]] = [set()]

    def run(self, body: Sequence) -> None:
        stack: list[_Step] = [body]
        while stack:
            step = stack.pop()
            if isinstance(step, _Assigned):
                self._assign(step.name)
            elif isinstance(step, _Leave):
                assigned = self._assigned.pop() - step.own
                self._assigned[-1] |= assigned
                self._unassigned = step.before - assigned
            elif isinstance(step, _Inlined):
                self._enter(step.block, stack, inlined=True)
            else:
                self._visit(step, stack)

    def _assign(self, name: str) -> None:
        self._unassigned -= {name}
        self._assigned[-1].add(name)

    def _enter(self, block: Block, stack: list[_Step], *, inlined: bool) -> None:
        own = frozenset(variable.name for variable in (*block.parameters, *block.body.temporaries))
        stack += [_Leave(self._unassigned, own), block.body]
        self._assigned.append(set())
        self._arguments = frozenset(variable.name for variable in block.parameters)
        self._unassigned = self._unassigned - own if inlined else frozenset()

    def _visit(self, node: Node, stack: list[_Step]) -> None:
        if isinstance(node, Variable):
            if node.name in self._unassigned:
                self.found.append(node)
                # One report a variable: the rest follows from it.
                self._assign(node.name)
        elif isinstance(node, Foreign):
            # C code may assign any variable that it names.
            for name in self._unassigned & words_in(node.text):
                self._assign(name)
        elif isinstance(node, Assign):
            stack += [_Assigned(node.target.name), node.value]
        elif isinstance(node, Sequence):
            self._unassigned |= {variable.name for variable in node.temporaries} - self._arguments - PSEUDO_VARIABLES
            stack.extend(reversed(node.statements))
        elif isinstance(node, Block):
            self._enter(node, stack, inlined=False)
        elif isinstance(node, Send) and node.selector in INLINED:
            parts = (node.receiver, *node.arguments)
            stack.extend(_Inlined(part) if isinstance(part, Block) else part for part in reversed(parts))
        else:
            stack += reversed(children(node))
