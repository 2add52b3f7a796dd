"""Which classes have a word in a selector."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from datagen.looks import look
from datagen.scanned import Scanned

_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]")


@look("worded")
def worded(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the methods whose selectors have these words, of four letters or more, in lower case and without a plural's s."""
    parts = {part.lower().rstrip("s") for part in _PART.findall(seen.tree.selector) if len(part) > 3}
    yield from ((part, seen.short) for part in sorted(parts) if part in wanted)
