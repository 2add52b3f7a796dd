"""Abstract methods: those that only say that a subclass is responsible."""

from __future__ import annotations

from datagen.answers import method_table
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered


def abstract_of(index: CodeIndex, line: list[str]) -> list[MethodDef]:
    """Answer the methods that the first class of a line of inheritance has from any of them, and that are abstract."""
    seen: dict[tuple[bool, str], MethodDef] = {}
    for name in line:
        for key, method in method_table(index, name).items():
            seen.setdefault(key, method)
    abstract = _abstract(index)
    return sorted((m for m in seen.values() if m.id in abstract), key=lambda m: (m.file, m.span.start))


@remembered(2)
def _abstract(index: CodeIndex) -> frozenset[int]:
    """Answer the ids of the methods that send nothing but `self subclassResponsibility`."""
    hits = index.senders("subclassResponsibility")
    alone = (hit for hit in hits if [site.receiver for site in hit.sites] == ["self"])
    return frozenset(hit.method.id for hit in alone if len(index.sends_of(hit.method)) == 1)
