"""Secrets and personal data are hidden before anything is read: no sample, no index of a data set, no report can hold them.

A value is exchanged letter by letter (`x`, `X`, `0`) and keeps its length, so that spans, lines and the syntax stay as they are.
What hides too much costs a word; what hides too little is in the weights of a model for good.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from datagen.redaction_rules import RULES, Rule
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError
from stparse.veil import HIDDEN, Hidden

_VERSION = 1
_PUBLIC = re.compile(
    r"(?:^|\.)(?:w3\.org|xmlsoap\.org|example\.(?:com|org|net)|ietf\.org|iana\.org|unicode\.org|oasis-open\.org|openxmlformats\.org|"
    r"microsoft\.com|apache\.org|gnu\.org|opensource\.org|creativecommons\.org|wikipedia\.org|github\.com|smalltalk\.org|squeak\.org|"
    r"pharo\.org|cincomsmalltalk\.com|cincom\.com|purl\.org|schema\.org|json\.org|xml\.org)$|^localhost$"
)
_BEFORE, _AFTER = 120, 240
"""How far around a needle is searched."""
_NOBODY = frozenset(
    (
        "public",
        "default",
        "user",
        "username",
        "all",
        "shared",
        "guest",
        "anonymous",
        "root",
        "admin",
        "nil",
        "name",
        "unknown",
        "created",
        "modified",
        "changed",
        "added",
        "removed",
        "fixed",
        "version",
        "since",
        "date",
        "from",
        "until",
        "on",
        "as",
        "of",
    )
)


@dataclass(frozen=True)
class Redactor:
    """The veil of a data set: RULES, and the user's own words, which are hidden wherever they stand, in names too.

    In a name each word becomes a letter of its own (`AcmeRights`: `ZzzzRights`), so that names stay names, and different.
    """

    words: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        said = "\0".join((str(_VERSION), *(f"{rule.kind} {rule.pattern}" for rule in RULES), *self.words))
        return hashlib.sha256(said.encode()).hexdigest()

    def hide(self, text: str, *, prose: bool = False) -> tuple[str, list[Hidden]]:
        """Answer the text as it may be read, of the same length, and the places where it differs."""
        found: list[Hidden] = []
        # Not lower(), which makes some characters two.
        small = text.encode("ascii", "replace").lower().decode("ascii")
        for rule, pattern, left in _compiled():
            if rule.prose and not prose:
                continue
            spans = [_widened(text, hit, left) for lo, hi in _windows(small, rule.needles) for hit in pattern.finditer(text, lo, hi)]
            text = _without(text, ((start, end, _masked(text[start:end], rule)) for start, end in spans), rule.kind, found)
        for letter, word in self._words:
            text = _without(text, ((*hit.span(), _named(hit[0], letter)) for hit in word.finditer(text)), "own word", found)
        return text, sorted(found, key=lambda one: (one.start, one.end))

    @cached_property
    def _words(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        letters = "zqvwjkyubgf"
        longest = sorted(self.words, key=lambda word: (-len(word), word))
        return tuple((letters[n % len(letters)], re.compile(re.escape(word), re.IGNORECASE)) for n, word in enumerate(longest))


def hidden_places(index: CodeIndex) -> Iterator[dict[str, str | int]]:
    """Yield what was hidden while the index was made: kind, file, line and column, never what stood there."""
    for found in index.issues():
        if found.issue.code == HIDDEN:
            yield {"kind": found.issue.message, "file": found.file, "line": found.line, "column": found.column}


def read_words(path: Path) -> tuple[str, ...]:
    """Answer the words of a file, one a line; empty lines and lines that begin with # say nothing. Raises BadInputError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: the words to hide cannot be read ({error}); give a text file in UTF-8, one word a line") from error
    words = tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.startswith("#")))
    for word in words:
        if len(word) < 3:
            raise BadInputError(f"{path}: {word!r} is too short: it would be hidden in half of all names; give 3 letters or more")
    return words


@cache
def _compiled() -> tuple[tuple[Rule, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple((rule, re.compile(rule.pattern), re.compile(rf"(?:{rule.left})\Z") if rule.left else None) for rule in RULES)


def _windows(small: str, needles: tuple[str, ...]) -> list[tuple[int, int]]:
    """Answer the parts of the text around the needles, in order and without overlap; all of it where there are none."""
    if not needles:
        return [(0, len(small))]
    windows: list[tuple[int, int]] = []
    for at in sorted(_places(small, needles)):
        start, end = max(0, at - _BEFORE), min(len(small), at + _AFTER)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _places(small: str, needles: tuple[str, ...]) -> Iterator[int]:
    for needle in needles:
        at = small.find(needle)
        while at >= 0:
            yield at
            at = small.find(needle, at + 1)


def _widened(text: str, hit: re.Match[str], left: re.Pattern[str] | None) -> tuple[int, int]:
    """Answer the span of the value; an empty one where what has to stand before it does not."""
    start, end = hit.span("v")
    if left is None:
        return start, end
    before = left.search(text, max(0, start - _BEFORE), start)
    return (before.start(), end) if before else (start, start)


def _without(text: str, hits: Iterable[tuple[int, int, str]], kind: str, found: list[Hidden]) -> str:
    pieces, at = [], 0
    for start, end, mask in hits:
        if start >= at and mask != text[start:end]:
            pieces += [text[at:start], mask]
            at = end
            found.append(Hidden(kind, start, end))
    return "".join((*pieces, text[at:])) if pieces else text


def _masked(value: str, rule: Rule) -> str:
    """Answer what stands for `value`: the same where it is none of anybody's."""
    if rule.kind == "host" and _PUBLIC.search(value.lower()):
        return value
    if rule.kind == "e-mail address" and _PUBLIC.search(value.rpartition("@")[2].lower()):
        return value
    if rule.kind == "network address" and (value.startswith(("127.", "0.0.", "255.", "192.0.2.")) or not _is_address(value)):
        return value
    if rule.kind == "user name" and value.lower() in _NOBODY:
        return value
    if rule.kind == "phone number" and sum(map(str.isdigit, value)) < 9:
        return value
    if rule.kind == "credential" and not any(map(str.isalnum, value)):
        return value
    return "".join("x" if rule.whole and not c.isspace() and c not in "!'\"" else _letter(c, "x") for c in value)


def _is_address(value: str) -> bool:
    """Tell whether numbers are no version and no section: those are small, and an address of the network 10 is not meant less."""
    numbers = value.split(".")
    if len(numbers) != 4:
        return True
    return all(int(number) < 256 for number in numbers) and (numbers[0] == "10" or any(int(number) > 19 for number in numbers))


def _named(value: str, letter: str) -> str:
    return "".join(_letter(c, letter) for c in value)


def _letter(c: str, letter: str) -> str:
    if c.isalpha():
        return letter.upper() if c.isupper() else letter
    return "0" if c.isdigit() else c
