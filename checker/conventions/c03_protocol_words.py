"""How a protocol is spelled, among the spellings that mean the same.

Why:
    `accessing`, `Accessing` and `accesing` are three protocols to a browser, and one to everybody else.
Example:
    `initialize-release` everywhere, and `initialise-release` nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import ClassPage, Slot, convention
from checker.conventions._protocols import stem


@convention(
    "C03",
    __doc__,
    title="protocol vocabulary",
    contexts={
        "spelling/1": "how the protocol `{0}...` is spelled",
        "case": "how protocols begin",
        "words": "what stands between the words of a protocol",
    },
    values={"small": "with a small letter", "capital": "with a capital"},
    of_class=True,
)
def slots(page: ClassPage) -> Iterator[Slot]:
    for name in sorted({(method.protocol or "").strip() for method in page.methods}):
        if not name or name.startswith("*"):
            continue
        yield Slot(f"spelling {stem(name)}", name)
        if name[0].isalpha():
            yield Slot("case", "small" if name[0].islower() else "capital")
        if len(name.split("-")) + len(name.split()) > 2:
            yield Slot("words", "hyphen" if "-" in name else "space")
