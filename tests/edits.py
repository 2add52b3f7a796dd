"""Edits of Smalltalk sources as developers make them, by chance: for what must be the same however it came about."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

ENDINGS = (".st", ".cls", ".app", ".pst")
_SENT = re.compile(r"\b(?:self|super) [a-z]\w*(?=[.\r\n!])")
_NUMBER = re.compile(r"(?<=[ ^])\d+(?=[ .!])")
_COMMENT = re.compile(r'"[A-Z][^"!]{5,}(?=")')
_PATTERN = re.compile(r"^[a-z]\w*(?=[\r\n]+\t)", re.MULTILINE)
_LAST_METHOD = re.compile(r"!(?:\r\n|\r|\n){1,2}[a-z][^!\r\n]*(?:\r\n|\r|\n)\t[^!]*(?=! !)")
_MORE = ("yourself", "printString", "neverHeardOf")


def _replaced(pattern: re.Pattern[str], by: Callable[[str, Random], str]) -> Callable[[str, Random], str]:
    def edited(text: str, random: Random) -> str:
        found = list(pattern.finditer(text))
        if not found:
            return text
        match = random.choice(found)
        return text[: match.start()] + by(match.group(), random) + text[match.end() :]

    return edited


EDITS: dict[str, Callable[[str, Random], str]] = {
    "another message is sent": _replaced(_SENT, lambda sent, random: f"{sent} {random.choice(_MORE)}"),
    "another number": _replaced(_NUMBER, lambda _, random: str(random.randrange(2, 5000))),
    "another comment": _replaced(_COMMENT, lambda comment, _: f"{comment} Really."),
    "another selector": _replaced(_PATTERN, lambda selector, _: f"{selector}Again"),
    "a method less": _replaced(_LAST_METHOD, lambda _, __: ""),
}


def edit(folder: Path, kind: str, random: Random) -> str:
    """Edit one file under a folder; answer which. Raises LookupError where no file has anything to be edited so."""
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in ENDINGS]
    random.shuffle(files)
    for path in files:
        # Every byte is a character of this encoding: what is not edited stays as it is.
        before = path.read_bytes().decode("latin-1")
        after = EDITS[kind](before, random)
        if after != before:
            path.write_bytes(after.encode("latin-1"))
            return path.relative_to(folder).as_posix()
    raise LookupError(f"nothing under {folder} to be edited so: {kind}")
