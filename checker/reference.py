"""What people write to name a class or a method: `Foo`, `Foo class`, `Foo>>bar:`, `Core.Foo class >> #bar`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stparse.issue import BadInputError

NAME = r"[^\W\d]\w*(?:(?:\.|::)[^\W\d]\w*)*"
SIDE = r"(?:\s+(?:class(?:\s?side|Side)?|metaclass)\b)"
_REFERENCE = re.compile(rf"\s*(?P<name>{NAME}?)(?P<meta>{SIDE}|\.class\b)?(?:\s*(?:>>|\u00bb)\s*#?(?P<selector>\S.*?)?)?\s*")


@dataclass(frozen=True, slots=True)
class Reference:
    """A side of a class, and the method where one is named."""

    class_name: str
    meta: bool = False
    selector: str | None = None


def read_reference(text: str) -> Reference:
    """Answer what `text` names. Raises BadInputError where it is no name of a class or method."""
    match = _REFERENCE.fullmatch(text)
    if match is None or not match["name"]:
        raise BadInputError(f'{text!r} names no class; write it as Foo, "Foo class" or "Foo>>bar"')
    return Reference(match["name"], match["meta"] is not None, match["selector"])
