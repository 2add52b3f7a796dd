"""Files beside the Smalltalk that speak of it: TypeScript and Markdown in the folders of the sources, read and veiled as these are.

What stands in them of one class or method is a Mention, of which samples are made. The files that samples quote are kept beside
the samples, as they may be read, so that these can be proved from the folder alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from datagen.sample import Source, line_of
from datagen.subject import digest
from stparse.index.scan import FILETREE, scan
from stparse.issue import BadInputError
from stparse.text import Lines, decode, digest_of, unify_line_ends
from stparse.veil import Veil

COMPANIONS = "companions.jsonl"
TYPESCRIPT, MARKDOWN = (".ts", ".mts", ".cts"), (".md", ".markdown")
LARGEST = 512 * 1024
"""Larger files of these names are generated, or something else: videos are called .ts too."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A file beside the Smalltalk: its path as the index shows paths, the digest of its bytes, and its text with line ends LF, veiled."""

    path: str
    digest: str
    text: str

    @property
    def is_markdown(self) -> bool:
        return self.path.lower().endswith(MARKDOWN)

    def to_line(self) -> str:
        """Answer the file as a line of JSON."""
        return line_of({"path": self.path, "digest": self.digest, "text": self.text})


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a companion: `title` is its heading, or the name of what it declares; `others` are classes that it speaks of too."""

    path: str
    line: int
    start: int
    end: int
    title: str
    text: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """What companions say of one class, or of one of its methods (`BpRight>>isOpen`): sections of documents, or declarations."""

    subject: str
    class_name: str
    passages: tuple[Passage, ...]
    is_document: bool

    @property
    def key(self) -> str:
        """What names it in every reading of the same sources."""
        return f"{'md' if self.is_document else 'ts'} {self.subject}"


@dataclass(frozen=True, slots=True)
class Companions:
    """The companions that were read, where something was hidden in them, and how many were left out, by reason."""

    files: tuple[Companion, ...] = ()
    hidden: tuple[dict[str, str | int], ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, object]:
        files = [{"path": file.path, "digest": file.digest} for file in self.files]
        return {"files": files, "left_out": dict(sorted(self.left_out.items()))}


def read_companions(sources: Sequence[Path], veil: Veil | None = None) -> Companions:
    """Answer the TypeScript and Markdown in the folders of `sources`, where a scan for Smalltalk looks too.

    What `veil` hides is hidden here too. Files that are named alone are left alone. Raises BadInputError for a source that is not there.
    """
    files: list[Companion] = []
    hidden: list[dict[str, str | int]] = []
    left_out: Counter[str] = Counter()
    for found in scan(sources, endings=(*TYPESCRIPT, *MARKDOWN)).files:
        name = found.path.lower()
        if not name.endswith((*TYPESCRIPT, *MARKDOWN)) or Path(found.location).parent.name.endswith(FILETREE):
            continue
        data = _bytes(found.location)
        reason = _reason_against(data)
        if data is None or reason is not None:
            left_out[reason or "cannot be read"] += 1
            continue
        text = unify_line_ends(decode(data)[0])
        shown, places = veil.hide(text, prose=name.endswith(MARKDOWN)) if veil is not None else (text, [])
        lines = Lines(text)
        for place in places:
            line, column = lines.line_column(place.start)
            hidden.append({"kind": place.kind, "file": found.path, "line": line, "column": column})
        files.append(Companion(found.path, digest_of(data), shown))
    return Companions(tuple(files), tuple(hidden), left_out)


def _bytes(location: str) -> bytes | None:
    try:
        with Path(location).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return None


def _reason_against(data: bytes | None) -> str | None:
    if data is None:
        return "cannot be read"
    if len(data) > LARGEST:
        return f"larger than {LARGEST // 1024} KB"
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "not text"
    # Qt calls its translations .ts.
    return "XML" if data.lstrip()[:5] in (b"<?xml", b"<!DOC") else None


def passage_source(passage: Passage, class_name: str) -> Source:
    """Answer what a sample says of a passage that it quotes."""
    return Source(passage.path, class_name, None, (passage.start, passage.end), digest(passage.text))


# In the folder of a data set


def companion_of(line: str) -> Companion:
    """Answer the companion of a line of JSON. Raises BadInputError if it is none."""
    try:
        said = json.loads(line)
        return Companion(said["path"], said["digest"], said["text"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"not a companion of stc: {line[:60]!r} ({error})") from error


def by_path(files: Iterable[Companion]) -> dict[str, Companion]:
    """Answer companions by their paths."""
    return {file.path: file for file in files}
