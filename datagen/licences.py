"""What the sources say of their licence: files that are called so, and remarks in the comments of files and classes.

It is quoted, not judged: whether a model may be trained on it is a person's decision.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stparse.index.query import CodeIndex
from stparse.text import decode, digest_of
from stparse.veil import Veil

_FILE = re.compile(r"(?:un)?licen[cs]e|copying|copyright|notice", re.IGNORECASE)
# "Licence" alone will not do: code bases have licences, holders and rights of their own to compute with.
_REMARK = re.compile(
    r"\bcopyright\s*(?:\(c\)|:|by\b|\d{2})|©|\ball rights reserved\b|\bpublic domain\b|\bSPDX-|\blicen[cs]ed under\b"
    r"|\bunder (?:the|a) [\w. -]{0,40}licen[cs]e\b|\b(?:MIT|BSD|Apache|Mozilla|General Public|Squeak|Artistic) Licen[cs]e\b",
    re.IGNORECASE,
)
_KNOWN = (
    ("Apache-2.0", re.compile(r"Apache License,?\s+(?:Version )?2\.0", re.IGNORECASE)),
    ("AGPL", re.compile(r"GNU Affero General Public License", re.IGNORECASE)),
    ("LGPL", re.compile(r"GNU (?:Lesser|Library) General Public License", re.IGNORECASE)),
    ("GPL", re.compile(r"GNU General Public License", re.IGNORECASE)),
    ("MPL", re.compile(r"Mozilla Public License", re.IGNORECASE)),
    ("MIT", re.compile(r"Permission is hereby granted, free of charge|\bMIT Licen[cs]e\b", re.IGNORECASE)),
    ("BSD", re.compile(r"Redistribution and use in source and binary forms|\bBSD Licen[cs]e\b", re.IGNORECASE)),
)
_YEARS = re.compile(r"[\d\s,|*-]+")
_UNREAD = frozenset((".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__"))
MOST = 50
LONGEST = 200
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark on the licence: where it stands first, in how many files it or one like it stands, its line, and the licence it names."""

    path: str
    places: int
    text: str
    licence: str | None


def notices_of(index: CodeIndex, sources: Sequence[Path], veil: Veil | None = None) -> list[Notice]:
    """Answer the remarks on licences, those of whole files first; at most 50. What `veil` hides is hidden here too."""
    remarks: dict[tuple[str, str | None], tuple[str, set[str]]] = {}
    for place, text in _comments(index):
        if _REMARK.search(text):
            line, licence = _line(text), _licence(text)
            # Headers that differ in years and frames alone are one remark.
            alike = _YEARS.sub(" ", line).strip().lower()
            remarks.setdefault((alike, licence), (line, set()))[1].add(place)
    files = [Notice(path, 1, _line(text), _licence(text)) for path, text in _files(sources, veil)]
    rest = [Notice(min(places), len(places), line, licence) for (_, licence), (line, places) in remarks.items()]
    return [*files, *sorted(rest, key=lambda notice: (-notice.places, notice.path, notice.text))][:MOST]


def _comments(index: CodeIndex) -> Iterator[tuple[str, str]]:
    yield from ((comment.file, comment.text) for comment in index.comments())
    yield from ((definition.file, definition.comment) for definition in index.classes() if definition.comment)


def _files(sources: Iterable[Path], veil: Veil | None) -> Iterator[tuple[str, str]]:
    """Yield the files that are called a licence, and what they say, each text once."""
    seen: set[str] = set()
    for source in sources:
        for folder, folders, names in os.walk(source):
            folders[:] = sorted(set(folders) - _UNREAD)
            for name in sorted(names):
                if not _FILE.fullmatch(name.split(".", 1)[0]):
                    continue
                path = Path(folder, name)
                text = _text(path)
                if text and digest_of(text.encode("utf-8", "surrogatepass")) not in seen:
                    seen.add(digest_of(text.encode("utf-8", "surrogatepass")))
                    yield path.relative_to(source).as_posix(), text if veil is None else veil.hide(text, prose=True)[0]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return decode(file.read(LARGEST))[0]
    except OSError:
        return ""


def _line(text: str) -> str:
    """Answer the line that speaks of it, else the first one."""
    lines = [line for line in (" ".join(line.split()).strip(' |*"') for line in text.splitlines()) if line]
    return next((line for line in lines if _REMARK.search(line)), lines[0] if lines else "")[:LONGEST]


def _licence(text: str) -> str | None:
    return next((name for name, pattern in _KNOWN if pattern.search(text)), None)
