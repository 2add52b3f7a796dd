"""What mutations look at: the tokens and the tree of a method's text without the white space around it, and the names in sight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TypeVar

from checker.faults import faults
from checker.names import Meaning, Names
from datagen.judging import Around
from datagen.mutations import LONGEST_QUOTED
from datagen.subject import text_of
from stparse.index.model import MethodDef
from stparse.nodes import Assign, Block, Method, Node, Sequence, Variable, walk
from stparse.parser import parse_method, parser_for
from stparse.scanner import Tokens

_WORDS = frozenset(("NAME", "KEYWORD", "NUMBER", "STRING", "SYMBOL", "CHARACTER"))
_OPENERS = {"(": ")", "[": "]", "{": "}", "#(": ")", "#[": "]", "#{": "}", "##(": ")"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bracket:
    """A pair of brackets that no other pair holds: the indexes of its tokens."""

    opener: int
    closer: int


@dataclass(frozen=True, eq=False)
class Reading:
    """A method's text, its tokens, its tree, and what stands around it; one for all mutations of the method."""

    text: str
    dialect: str
    tokens: Tokens
    tree: Method
    around: Around

    @property
    def names(self) -> Names:
        return self.around.names

    @property
    def assignment(self) -> str:
        """The sign with which the method assigns: `_` in old code."""
        signs = [self.word(index) for index, kind in enumerate(self.tokens.kinds) if kind == "ASSIGN"]
        return signs[0] if signs else ":="

    def word(self, index: int) -> str:
        return self.text[self.tokens.starts[index] : self.tokens.ends[index]]

    def code_of(self, fault: str) -> str | None:
        """Answer the code of a compile fault (checker/faults.txt), None where the compiler of this dialect does not mind it."""
        row = faults()[fault]
        return None if row.verdicts[self.dialect] == "-" else row.code

    def is_free(self, name: str) -> bool:
        """Whether nobody declares `name`, neither the method nor the code base around it."""
        return name not in self.declared and self.names.meaning(name) is Meaning.UNDECLARED

    @cached_property
    def declared(self) -> dict[str, Variable]:
        """The names that the method declares anywhere, each with its first declaration."""
        found = {argument.name: argument for argument in self.tree.arguments}
        for node in walk(self.tree.body):
            if isinstance(node, Block):
                found |= {p.name: p for p in node.parameters if p.name not in found}
            elif isinstance(node, Sequence):
                found |= {t.name: t for t in node.temporaries if t.name not in found}
        return found

    def executed(self) -> Iterator[Node]:
        """Yield the nodes of the body without declarations."""
        own: set[int] = set()
        for node in walk(self.tree.body):
            if isinstance(node, Block):
                own.update(map(id, node.parameters))
            elif isinstance(node, Sequence):
                own.update(map(id, node.temporaries))
            if id(node) not in own:
                yield node

    def reads(self) -> list[Variable]:
        """Answer the variables that are read, in the order of the text."""
        targets = {id(node.target) for node in walk(self.tree.body) if isinstance(node, Assign)}
        found = [node for node in self.executed() if isinstance(node, Variable) and id(node) not in targets]
        return sorted((node for node in found if self.text.startswith(node.name, node.start)), key=lambda node: node.start)

    def stands_elsewhere(self, start: int, end: int) -> bool:
        """Whether each word of a piece of the text stands in the rest of it too, so that who reads the rest can write it again."""
        words, rest = set[str](), {"self"}
        for index, kind in enumerate(self.tokens.kinds):
            inside = start <= self.tokens.starts[index] < end
            if kind in _WORDS:
                (words if inside else rest).add(self.word(index).strip("#:"))
        return words <= rest

    def belongs(self, start: int, end: int) -> str | None:
        """Answer where a piece between tokens belongs when it has been taken away: at the end of its line, or behind the word before it."""
        index = max(i for i, stop in enumerate(self.tokens.ends) if stop <= start)
        line = self.text.count("\n", 0, self.tokens.ends[index]) + 1
        if self.tokens.ends[index] == start and not self.text[end:].partition("\n")[0].strip():
            return f"it belongs at the end of line {line}"
        # A bracket alone says nothing of its place.
        first = index if self.tokens.kinds[index] in _WORDS else index - 1
        word = self.text[self.tokens.starts[first] : self.tokens.ends[index]]
        return None if len(word) > LONGEST_QUOTED or "`" in word or "\n" in word else f"it belongs behind `{word}` in line {line}"

    def statements(self) -> Iterator[Node]:
        """Yield the statements of the method and of its blocks."""
        for node in walk(self.tree.body):
            if isinstance(node, Sequence):
                yield from node.statements

    def begins_statement(self, node: Node) -> bool:
        """Whether nothing, such as a parenthesis, stands between `node` and the statement before it."""
        return self.word(self.index_at(node.start) - 1) != "("

    def index_at(self, offset: int) -> int:
        """Answer the index of the first token at or behind `offset`."""
        return next(i for i, start in enumerate(self.tokens.starts) if start >= offset)

    def outermost(self) -> list[Bracket]:
        """Answer the outermost pairs of brackets in the body: a fault in one of them is blamed on no other."""
        found: list[Bracket] = []
        stack: list[int] = []
        for index in range(len(self.tokens.kinds) - 1):
            word = self.word(index)
            if word in _OPENERS:
                stack.append(index)
            elif stack and word == _OPENERS[self.word(stack[-1])]:
                opener = stack.pop()
                if not stack:
                    found.append(Bracket(opener, index))
        return found


def reading_of(method: MethodDef, around: Around) -> Reading | None:
    """Answer the reading of a method and of what is around it, None if it is broken."""
    text = text_of(method)
    tree = parse_method(text, method.dialect).tree
    if not isinstance(tree, Method):
        return None
    return Reading(text, method.dialect, parser_for(method.dialect).tokens(text), tree, around)


def shuffled(random: Random, items: list[T]) -> list[T]:
    """Answer `items` in a random order."""
    return random.sample(items, len(items))
