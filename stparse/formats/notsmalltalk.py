"""Files that are not Smalltalk whatever their name says: named with the reason, counted, kept whole.

F901  an empty file      F902  binary data      F903  a page or a document in mark-up      F904  a script or data of another language
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import file_format
from stparse.formats._common import file_issue
from stparse.issue import Issue, Severity
from stparse.text import SourceFile, Span

_SIGNATURES = (
    "PK\x03\x04",
    "\x7fELF",
    "%PDF-",
    "\x89PNG",
    "GIF8",
    "\x1f‹",
    "\x1f\x8b",
    "!<arch>",
    "!STB ",
    "BZh",
    "Rar!",
    "version https://git-lfs",
)
_MARKUP = re.compile(r"<(?:!doctype\b|\?xml\b|\?php\b|%[@=-]?\s|[a-z][\w:.-]*(?:\s[^<>]*)?/?>)", re.IGNORECASE)
_SCRIPT = re.compile(
    r"#!\S*(?:/env\s+)?\S*?\b(?:sh|bash|zsh|python\d?|perl|ruby|node|php|awk)\b|(?:import|from) \w+[\w. ]*(?:;|\r?\n)"
    r"|(?:'use strict'|\"use strict\");"
    # remarks of C, of TeX and of files with settings, where Smalltalk begins neither a method nor a statement
    r"|/\*|;[ \r\n]|#[ \t]*[\r\n]|#[ \t]+[\w$]|%%*(?:[ \t][^\r\n]*)?\r?\n(?=[\s\S]{0,4000}\\(?:def|ProvidesClass|NeedsTeXFormat)\b)"
    r"|#include\s*[<\"]|\(?function\s*\w*\s*\(|\{\s*\"[\w-]+\"\s*:"
)
# A template may begin with a remark of its own engine; the page that it makes follows.
_PAGE = re.compile(r"^\s*<(?:!doctype html|html)\b", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"ethodsFor|ubclass:|defineClass:| >> ")
_CONTROL = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 4_000


def _reason(source: SourceFile) -> tuple[str, str] | None:
    """Answer the code and the reason why `source` is not Smalltalk, or None."""
    text = source.text
    head = text[:_SAMPLE].rstrip("\x00")  # a tail of NULs is how an old file system filled its last block
    if not head.strip("\x00 \t\r\n\f\ufeff\x1a") and not text.strip("\x00 \t\r\n\f\ufeff\x1a"):
        return "F901", "the file is empty"
    if text.startswith(_SIGNATURES) or len(_CONTROL.findall(head)) * 20 > len(head):
        return "F902", "the file is binary data"
    start = head.lstrip("\ufeff \t\r\n")
    if _MARKUP.match(start) and "<st-source" not in text[:20_000]:
        return "F903", f"the file is a page or a document that begins with {start[:30].split()[0]!r}"
    page = _PAGE.search(head)
    if page is not None and not _CODE.search(text):
        return "F903", f"the file is a page or a document with {page.group().strip()!r} in it"
    if _SCRIPT.match(start):
        return "F904", f"the file is a script or data of another language: {start.splitlines()[0][:40]!r}"
    return None


def _sniff(source: SourceFile) -> float:
    found = _reason(source)
    # A FileTree method or its properties are known by their path, and come first.
    return 0.0 if found is None else 0.8 if found[0] == "F904" else 0.95


@file_format("notsmalltalk", _sniff)
def read(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield one F-issue with the reason and one UNKNOWN chunk of the whole (LAYOUT for an empty file, nothing for no text)."""
    code, reason = _reason(source) or ("F904", "no reader knows this text")
    severity = Severity.INFO if code == "F901" else Severity.WARNING
    hint = "nothing to do" if code == "F901" else "leave it out of the sources, or rename it"
    yield file_issue(code, reason, 0, len(source.text), hint, severity)
    if source.text:
        kind = ChunkKind.LAYOUT if code == "F901" else ChunkKind.UNKNOWN
        yield Chunk(kind, source.text, Span(0, len(source.text)))
