"""When two texts are the same: to the letter, as trees, or nearly."""

from __future__ import annotations

from functools import lru_cache

from stparse.nodes import Method, Node
from stparse.parser import parse_method
from stparse.unparse import to_source

_LONGEST = 20_000


def plain(text: str) -> str:
    """Answer a text without white space around it and at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@lru_cache(maxsize=20_000)
def _normal(text: str, dialect: str) -> str | None:
    tree = parse_method(text, dialect).tree
    return None if tree is None else to_source(tree)


def same_tree(tree: Node, text: str, dialect: str) -> bool:
    """Answer whether a method has the tree that `text` has, comments and layout apart."""
    return isinstance(tree, Method) and to_source(tree) == _normal(text, dialect)


def similarity(one: str, other: str) -> float:
    """Answer 1 - distance / longer length; 1 for two empty texts. Texts beyond 20,000 characters are cut."""
    one, other = one[:_LONGEST], other[:_LONGEST]
    longer = max(len(one), len(other))
    return 1 - distance(one, other) / longer if longer else 1.0


def distance(one: str, other: str) -> int:
    """Answer how many characters have to be put in, taken out or changed.

    By bits (Myers 1999, as Hyyrö 2001 has it): a column of the table is one number of Python, as long as the text.
    """
    if len(one) > len(other):
        one, other = other, one
    if not one:
        return len(other)
    places: dict[str, int] = {}
    for at, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << at
    all_ones, last, found = (1 << len(one)) - 1, 1 << (len(one) - 1), len(one)
    up, down = all_ones, 0
    for letter in other:
        equal = places.get(letter, 0)
        across = equal | down
        diagonal = (((equal & up) + up) ^ up) | equal | down
        grown, shrunk = down | ~(diagonal | up) & all_ones, up & diagonal
        found += 1 if grown & last else -1 if shrunk & last else 0
        grown, shrunk = (grown << 1 | 1) & all_ones, shrunk << 1 & all_ones
        up, down = shrunk | ~(across | grown) & all_ones, grown & across
    return found
