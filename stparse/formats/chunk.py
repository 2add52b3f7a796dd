"""The bang format in all its forms: file-outs, change sets, `.changes`, `.sources`, ENVY `.app`, Smalltalk/X, parcels.

    'From VisualWorks, Release 2.5.2'!                      a do-it: any code
    Object subclass: #Foo instanceVariableNames: ''!        so is a class definition
    !Foo class methodsFor: 'x' stamp: 'ab 1/2/03 04:05'!    a header
    bar
        ^'text with one bang!!'!                            a method, its bangs doubled
    ! !                                                     an empty chunk ends the methods

`grammar/chunk.lark` is the reference. Chunks: METHODS (the header), METHOD, COMMENT (a file comment, or with
`class_name` a class comment), DOIT, LAYOUT, UNKNOWN (binary). Issues: F201 the file ends inside a chunk, F202 the class
of a header is computed, F203 a group of methods is not ended, F206 binary data. Never fails; linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stparse.chunk import Chunk
from stparse.formats import file_format
from stparse.formats._common import encoding_issues
from stparse.formats._filein import FileIn
from stparse.formats._pieces import pieces
from stparse.issue import Issue
from stparse.text import SourceFile

# A sniff looks only at the beginning, where every file shows what it is, and at the end, where a long preface has passed.
_WINDOW = 60_000
_HEADER = re.compile(r"(?:^|!|[\r\n])\s?[\w.:]+(?: +class| +instance)? +\w{0,9}[mM]ethodsFor(?:Undefined)? ?(?:: ?[#'(n]|!)")
_OTHER_HEADER = re.compile(r"![\w.:]+(?: class)? (?:commentStamp|reorganize|publicMethods|privateMethods)\b")
_DEFINITION = re.compile(r"[sS]ubclass: ?#'?[\w.]+'?\s[^!]{0,4000}?!|defineClass: ?#\w+\s[^!]{0,4000}?!")
_BANG_AT_END_OF_LINE = re.compile(r"![ \t]*(?:[\r\n]|\Z)")
_ENDINGS = (".st", ".cs", ".app", ".changes", ".sources", ".vw", ".pst", ".stx", ".squeak", ".sou", ".cls", ".class")


def sniff_chunk(source: SourceFile) -> float:
    """0.9 with a method header; 0.7 with a class definition; 0.4 with some bang at a line's end; 0.1 for the file's ending."""
    text = source.text
    window = text if len(text) <= 2 * _WINDOW else text[:_WINDOW] + text[-_WINDOW:]
    if "\0\0\0\0" in text[:200] or text.startswith(("PK\x03\x04", "<?xml", "\x1f")):
        return 0.0
    if ("!" in window and _HEADER.search(window)) or _OTHER_HEADER.search(window):
        return 0.9
    if _DEFINITION.search(window):
        return 0.7
    known = source.path.lower().endswith(_ENDINGS)
    if _BANG_AT_END_OF_LINE.search(window):
        return 0.4 if known else 0.05
    return 0.1 if known else 0.0


@file_format("chunk", sniff_chunk)
def read_chunk(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield the chunks of a bang file; each issue comes before the chunk that it is about."""
    yield from encoding_issues(source)
    file_in = FileIn()
    for piece in pieces(source.text):
        yield from file_in.take(piece)
