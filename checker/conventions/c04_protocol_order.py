"""In which order the protocols of a class and the methods in them stand, and how large a protocol is.

Why:
    In a file that is read from the top, what is looked for stands where it always stands.
Example:
    Selectors of a protocol are sorted; `initialize-release` stands before `private`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from checker.conventions import ClassPage, Slot, convention
from stparse.index.model import Outline

_LEAST = 3


@convention(
    "C04",
    __doc__,
    title="order and size of protocols",
    contexts={
        "sorted": "how the methods of a protocol are ordered in the file",
        "protocols": "how the protocols of a class are ordered in the file",
        "order/2": "what stands first of the protocols {0} and {1}",
        "size/1": "how many methods the protocol {0} has",
        "sides": "which side of a class stands first in the file",
    },
    silent=("size",),
    absent=("otherwise",),
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    here = [method for method in page.methods if method.file == page.definition.file]
    parts: dict[tuple[bool, str], list[Outline]] = {}
    for method in here:
        parts.setdefault((method.meta, method.protocol or ""), []).append(method)
    for (_, name), methods in parts.items():
        if name and len(methods) >= _LEAST:
            selectors = [method.selector for method in methods]
            yield Slot("sorted", "alphabetically" if selectors == sorted(selectors) else "otherwise")
    names = [name for meta, name in parts if not meta and name]
    if len(names) >= _LEAST:
        yield Slot("protocols", "alphabetically" if names == sorted(names) else "otherwise")
        for one, other in pairwise(map(_word, names)):
            first, second = sorted((one, other))
            if first != second:
                yield Slot(f"order {first} {second}", one)
    for name in names:
        count = len(parts[False, name])
        yield Slot(f"size {_word(name)}", "1 to 3" if count <= 3 else "4 to 10" if count <= 10 else "more than 10")
    sides = [meta for meta, _ in parts]
    if len(set(sides)) == 2:
        yield Slot("sides", "class side" if sides[0] else "instance side")


def _word(protocol: str) -> str:
    return protocol.lower().replace(" ", "_")
