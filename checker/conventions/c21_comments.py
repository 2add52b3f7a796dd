"""Whether methods have a comment, where it stands, and how it is written.

Why:
    Comments of one form can be read, searched and shown by tools; a form of its own makes each an exception.
Example:
    Under the pattern, a whole sentence: `"Answer the total price of the receiver."`
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention

_FIRST = frozenset(
    (
        "answer", "answers", "return", "returns", "private", "this", "the", "i", "set", "sets", "get", "gets", "do", "check", "test", "see",
        "override", "create", "note", "primitive", "todo", "fixme", "a", "self", "add", "initialize", "default", "if", "we", "do", "open",
    )
)  # fmt: skip


@convention(
    "C21",
    __doc__,
    title="comments",
    contexts={
        "has/2": "whether a method of {1} on the {0} side has a comment",
        "place": "where the comment stands",
        "begin": "how a comment begins",
        "case": "whether a comment begins with a capital",
        "end": "how a comment ends",
        "spaces": "the space inside of the quotes",
        "size": "how long a comment is",
        "gap": "what stands after the comment under the pattern",
    },
    silent=("size", "begin"),
    absent=("no comment", "other"),
    voice=0.96,
)
def slots(page: MethodPage) -> Iterator[Slot]:
    comments = page.scene.comments
    count = len(page.tree.body.statements)
    size = "one statement" if count <= 1 else "a few statements" if count <= 4 else "many statements"
    own = next((text for sequence, index, text in comments if sequence is page.tree.body and index == 0), None)
    yield Slot(f"has {page.side} {size.replace(' ', '-')}", "comment" if own is not None else "no comment", *page.pattern)
    if not comments:
        return
    text = comments[0][2]
    at = page.source.find(f'"{text}')
    place = (at, at + len(text) + 2) if at >= 0 else page.pattern
    yield Slot("place", "under the pattern" if own is not None else "within the code", *place)
    said = text.strip()
    if not said:
        return
    first = said.split(None, 1)[0].strip(".,:;-").lower()
    yield Slot("begin", first if first in _FIRST else "other", *place)
    if said[0].isalpha():
        yield Slot("case", "capital" if said[0].isupper() else "small", *place)
    yield Slot("end", said[-1] if said[-1] in ".!?:" else "letter" if said[-1].isalnum() else "other", *place)
    yield Slot("spaces", ("space" if text[0] == " " else "none") + "/" + ("space" if text[-1] == " " else "none"), *place)
    lines = text.count("\n") + 1
    yield Slot("size", "a line" if lines == 1 else "a few lines" if lines < 5 else "many lines", *place)
    if own is not None and at >= 0:
        after = page.source[at + len(text) + 2 :]
        gap = len(after) - len(after.lstrip(" \t\n"))
        if gap < len(after):
            yield Slot("gap", ("same line", "next line", "empty line")[min(after[:gap].count("\n"), 2)], *place)
