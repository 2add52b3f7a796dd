"""What temporaries and the arguments of blocks are called.

Why:
    A local name that everybody uses for the same thing needs no explanation.
Example:
    `do: [:each | ...]`, `inject: 0 into: [:sum :each | ...]`, and what is returned in the end is `result`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.conventions._names import FORMS, article_of, form_of
from checker.rules._scene import is_name
from stparse.nodes import Assign, Block, Message, Return, Send, Sequence

_KNOWN = frozenset(
    (
        "each", "item", "element", "index", "key", "value", "ignored", "assoc", "stream", "error", "exception", "result", "answer", "class",
        "count", "node", "method", "selector", "other", "char", "string", "array", "collection", "line", "list", "size", "sum", "first",
        "second", "start", "stop", "unused", "aStream", "anError", "anException",
    )
)  # fmt: skip


@convention(
    "C08",
    __doc__,
    title="names of temporaries and block arguments",
    contexts={
        "block/1": "the name of the block argument of {0}",
        "block/2": "the name of block argument {1} of {0}",
        "temporary": "how a temporary is named",
        "article": "the article of a temporary",
        "returned": "the name of the temporary that is answered in the end",
        "holds/1": "the name of a temporary that holds what {0} answers",
    },
    values=FORMS,
    silent=("article",),
    tolerated=("otherXxx",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    for kind in (Send, Message):
        for node in page.scene.nodes.get(kind, ()):
            assert isinstance(node, Send | Message)
            for argument in node.arguments:
                if isinstance(argument, Block):
                    for place, parameter in enumerate(argument.parameters, 1):
                        number = f" {place}" if len(argument.parameters) > 1 else ""
                        yield Slot(f"block {node.selector}{number}", _name(parameter.name), *page.span(parameter))
    temporaries = page.tree.body.temporaries
    if temporaries:
        yield from _temporaries(page)


def _temporaries(page: MethodPage) -> Iterator[Slot]:
    names = set()
    for sequence in page.scene.nodes.get(Sequence, ()):
        assert isinstance(sequence, Sequence)
        for temporary in sequence.temporaries:
            names.add(temporary.name)
            yield Slot("temporary", form_of(temporary.name), *page.span(temporary))
            if article_of(temporary.name):
                yield Slot("article", article_of(temporary.name), *page.span(temporary))
    last = page.tree.body.statements[-1] if page.tree.body.statements else None
    if isinstance(last, Return) and is_name(last.value, *names):
        yield Slot("returned", _name(page.source_of(last.value)), *page.span(last.value))
    for node in page.scene.nodes.get(Assign, ()):
        if isinstance(node, Assign) and node.target.name in names and isinstance(node.value, Send):
            yield Slot(f"holds {node.value.selector}", _name(node.target.name), *page.span(node.target))


def _name(name: str) -> str:
    """Answer a name where it is short or known everywhere, else its form."""
    if article_of(name) and name not in _KNOWN:
        return form_of(name)
    return name if len(name) <= 3 or name in _KNOWN else form_of(name)
