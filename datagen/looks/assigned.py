"""What methods store into a variable: the class of which the text of the stored value makes a new instance, if it does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.nodes import Assign

_MADE = re.compile(
    r"\(*(?P<name>[A-Z][\w.:]*) (?:new|basicNew|new: (?:\([^()]*\)|[^:;()])+?)\)*(?: (?:\w+:.*|\w+ ?);.*yourself)?", re.DOTALL
)
_COMMENT = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Stored:
    """A store into a variable; `made` is the class of the new instance that is stored, None where the text does not tell."""

    class_name: str
    meta: bool
    place: Place
    made: str | None


@look("assigned")
def assigned(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the stores into variables of these names that the method itself does not declare."""
    for node in seen.executed:
        if isinstance(node, Assign) and node.target.name in wanted and not seen.scopes.declares(node.target.name, node.target.start):
            text = " ".join(_COMMENT.sub(" ", seen.text(node.value)).split())
            yield node.target.name, Stored(seen.method.class_name, seen.method.meta, seen.place, made_in(text))


def made_in(text: str) -> str | None:
    """Answer the class of `Foo new`, `Foo new: 3`, `Foo new bar: 1; yourself`."""
    found = _MADE.fullmatch(text)
    return found["name"] if found else None
