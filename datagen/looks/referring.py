"""Which capitalised names each method mentions that are no names of its own."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.classfacts import short_of
from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Binding, Variable

ALL = "*"


@dataclass(frozen=True, slots=True)
class Referring:
    """A method with what it mentions; `bound` is what stands in a binding, `#{Foo}`, which is no reference that is run."""

    class_name: str
    place: Place
    named: frozenset[str]
    bound: frozenset[str]


@look("referring")
def referring(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See every method that mentions something."""
    variables = [node for node in seen.executed if isinstance(node, Variable) and node.name[:1].isupper()]
    named = frozenset(sys.intern(short_of(one.name)) for one in variables if not seen.scopes.declares(one.name, one.start))
    bound = frozenset(sys.intern(short_of(node.name)) for node in seen.executed if isinstance(node, Binding))
    if named or bound:
        yield ALL, Referring(seen.method.class_name, seen.place, named, bound)
