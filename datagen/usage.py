"""How a message is used: the shortest whole statement around one of its sends, as it would stand at the margin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import dedent

from datagen.quoting import readable
from stparse.index.model import Hit
from stparse.nodes import Method, Sequence, walk

SHORTEST, LONGEST = 10, 400
_BARE = re.compile(r"\^?\s*[\w.]+\s+\w+")
"""A unary message to a variable, and nothing else: that it is sent to something is known."""


def example_among(hits: Iterable[Hit]) -> tuple[str, Hit] | None:
    """Answer the statement that shows best how the message of these hits is used, and the hit that it is of; None if none can be shown."""
    found = [(*rated, hit) for hit in hits for rated in _statements(hit)]
    if not found:
        return None
    _, text, hit = min(found, key=lambda item: (item[0], len(item[1])))
    return text, hit


def _statements(hit: Hit) -> Iterator[tuple[int, str]]:
    """Yield a statement around each of the sends, if it is neither too short nor too long to show, with how poor it is: a bare
    message, or one to super, says little."""
    tree = readable(hit.method)
    if tree is None:
        return
    for site in hit.sites:
        texts = [hit.method.source[start:end] for start, end in _around(tree, site.at) if SHORTEST <= end - start <= LONGEST]
        if texts:
            text = next((text for text in texts if not _BARE.fullmatch(text)), texts[0])
            yield (site.receiver == "super") + 2 * bool(_BARE.fullmatch(text)), _outdented(text)


def _around(tree: Method, at: int) -> list[tuple[int, int]]:
    """Answer the spans of the statements around a place, the innermost first."""
    spans = [(s.start, s.end) for node in walk(tree) if isinstance(node, Sequence) for s in node.statements if s.start <= at < s.end]
    return sorted(spans, reverse=True)


def _outdented(text: str) -> str:
    """Answer a statement as it would stand at the margin."""
    first, *others = text.split("\n")
    return "\n".join((first, *(f"\t{line}".rstrip() for line in dedent("\n".join(others)).split("\n")))) if others else text
