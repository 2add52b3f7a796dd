"""What mutations look at: the tokens and the tree of a method's text without the white space around it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TypeVar

from datagen.subject import text_of
from stparse.index.model import MethodDef
from stparse.nodes import Method
from stparse.parser import parse_method, parser_for
from stparse.scanner import Tokens

_OPENERS = {"(": ")", "[": "]", "{": "}", "#(": ")", "#[": "]", "#{": "}", "##(": ")"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bracket:
    """A pair of brackets that no other pair holds: the indexes of its tokens."""

    opener: int
    closer: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A method's text, its tokens and its tree."""

    text: str
    tokens: Tokens
    tree: Method

    def word(self, index: int) -> str:
        return self.text[self.tokens.starts[index] : self.tokens.ends[index]]

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


def reading_of(method: MethodDef) -> Reading | None:
    """Answer the reading of a method, None if it is broken."""
    text = text_of(method)
    tree = parse_method(text, method.dialect).tree
    if not isinstance(tree, Method):
        return None
    return Reading(text, parser_for(method.dialect).tokens(text), tree)


def shuffled(random: Random, items: list[T]) -> list[T]:
    """Answer `items` in a random order."""
    return random.sample(items, len(items))
