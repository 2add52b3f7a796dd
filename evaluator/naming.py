"""Which classes, methods and selectors a text names: what stands between backticks, `Foo>>bar` and `#bar:` wherever they stand."""

from __future__ import annotations

import re

from checker.reference import NAME
from datagen.oracle import ticked_in

_SELECTOR = r"(?:(?:[^\W\d]\w*:)+|[^\W\d]\w*|[-+*/\\<>=~@%&?,|]+)"
_METHOD = re.compile(rf"{NAME}(?: class)?>>{_SELECTOR}")
_HASHED = re.compile(rf"(?<![\w#])#{_SELECTOR}")
_SHORT = re.compile(r"[\w.:#>+*/<=~@%&?,|\\ -]{1,120}")


def named_in(text: str) -> set[str]:
    """Answer the names, selectors without their `#`."""
    found = {name.lstrip("#") for name in ticked_in(text) if _SHORT.fullmatch(name)}
    found |= {match[0] for match in _METHOD.finditer(text)}
    return found | {match[0].lstrip("#") for match in _HASHED.finditer(text)}


def gives(text: str, name: str) -> bool:
    """Answer whether a text gives a name, marked as one or not."""
    return re.search(rf"(?<![\w.:]){re.escape(name)}(?![\w:])", text) is not None
