"""GNU Smalltalk: bracket syntax, bang syntax, `Eval [ ]`, and files that mix them.

    Object subclass: Foo [                  a class: CLASS, with what its body says as `definition`
        | a b |                             LAYOUT, as are <comment: 'x'> and <shape: #pointer>
        Count := 0.                         SHARED_VARIABLE
        Foo class >> new [ ^super new ]     METHOD
        bar [ <category: 'x'> ^'a ! b' ]    METHOD with that category
    ]
    Foo extend [ ... ]                      METHODS (a CLASS only by its definition when it adds variables)
    Eval [ Foo new bar ]                    DOIT
    !Foo methodsFor: 'x'!                   bang syntax goes through the same states as every file-in

A METHOD's text has a blank for its opening bracket and lacks the closing one, so that offsets stay true. The opposite
of the chunk format: strings, comments and characters protect a bang, and nothing is doubled. `grammar/gnu.lark` is the
reference. Issues: F601 a bracket is not closed, F602 a method lacks its `]`, F603 a method outside any class, F604 a
`]` too many, F605 what a class body cannot hold, F606 a quote that is not closed. Never fails; linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stparse.chunk import Chunk
from stparse.formats import file_format
from stparse.formats._bodies import GnuReading
from stparse.formats._brackets import TEXT
from stparse.formats._common import encoding_issues
from stparse.issue import Issue
from stparse.text import SourceFile

_SCOPE = re.compile(
    r"(?:^|[\r\n])(?:[A-Z][\w.]*\s+(?:\w*[sS]ubclass:\s*#?[A-Z]\w*|(?:class\s+)?extend|(?:class\s*)?>>\s*[\w: ]+?)\s*\[|Eval\s*\["
    r"|Namespace\s+current:\s*[\w.]+\s*\[)"
)
_MARKS = re.compile(
    r"GNU Smalltalk|\bprintNl\b|\bdisplayNl\b|FileStream fileIn:|PackageLoader fileIn"
    r"|Namespace current:|addSubspace:|libgst"
)
_NOT_GNU = re.compile(r"\"\{ (?:Package|NameSpace):|methodsFor:'|'From Squeak")
_QUOTES = re.compile(rf"(?P<text>{TEXT})|(?P<open>['\"])", re.DOTALL)
_PASSED_OVER = re.compile(r"methodsFor: |!\s*!")
_WINDOW = 60_000


def sniff_gnu(source: SourceFile) -> float:
    """0.95 with a bracket scope; 0.92 with bangs and GNU's own words near the beginning; 0.5 with its words alone."""
    text = source.text
    if text.startswith(("<?xml", "PK\x03\x04", "\x1f")) or "\0\0\0\0" in text[:200]:
        return 0.0
    window = text[:_WINDOW]
    bracketed = _SCOPE.search(window)
    if bracketed and not _tonel(window):
        return 0.95
    if source.path.lower().endswith((".st", ".gst")) and _MARKS.search(text[:5000]) and not _NOT_GNU.search(text[:5000]):
        return 0.92 if re.search(r"![ \t]*[\r\n]", window) else 0.5
    if source.path.lower().endswith(".st") and _protects_bangs(text):
        return 0.92
    return 0.6 if source.path.lower().endswith(".gst") else 0.0


def _protects_bangs(text: str) -> bool:
    """Answer whether bangs stand single in strings or comments, where every other bang format would double them.

    A bang there that is none of the text's shows in a quote that holds a header or the end of a group, or is never closed.
    """
    if "!!" in text or "methodsFor: " not in text or _NOT_GNU.search(text):
        return False
    found = False
    for match in _QUOTES.finditer(text):
        if match["open"] or (match["text"] and _PASSED_OVER.search(match["text"])):
            return False
        found = found or "!" in (match["text"] or "")
    return found


def _tonel(text: str) -> bool:
    """Tonel's methods look like `Foo >> bar [` too, but each follows a `{ #category : ... }`, or a class header does."""
    return re.search(r"^(?:Class|Trait|Extension|Package) \{\s", text, re.MULTILINE) is not None


@file_format("gnu", sniff_gnu)
def read_gnu(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield the chunks of a GNU Smalltalk file; each issue comes before the chunk that it is about."""
    yield from encoding_issues(source)
    yield from GnuReading(source.text, source.path).read()
