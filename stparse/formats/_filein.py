"""What each piece of a bang file is: the state of a file-in, which headers change and empty pieces end.

Code that is no method is always DOIT here: whether it defines a class, a name space or a variable is read from its
syntax tree by `stparse.definitions`, which alone knows all dialects' messages. Only what is not Smalltalk at all
(layout, comments, binary) is told apart from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stparse.chunk import Chunk, ChunkKind, ClassDef
from stparse.formats._headers import Header, Role, parse_header
from stparse.formats._patterns import NAME, STRING, only_comments
from stparse.formats._pieces import Piece
from stparse.issue import Issue, Severity

Found = Iterator[Chunk | Issue]

_STYLE = "]style["
# What an image notes in its changes file: `----SNAPSHOT----(date) ...`, `----End fileIn of ...----`.
_SNAPSHOT = re.compile(r"-{4}[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# No method begins like this, because `#` cannot follow a keyword in a method pattern.
_DEFINING = r"(?:\w*?[sS]ubclass|defineClass|defineNameSpace|defineSharedVariable)\s*+:\s*+#"
_DEFINITION = re.compile(rf"(?:{NAME}|nil)\s++(?:{_DEFINING}|class\s++instanceVariableNames\s*+:\s*+')")
_STUB = re.compile(rf"(?P<superclass>{NAME})\s++\w*?[sS]ubclass\s*+:\s*+#'?(?P<name>{NAME})'?")
_STUB_PART = re.compile(rf"(?P<keyword>\w++):\s*+(?P<value>{STRING})")


class FileIn:
    """Classifies the pieces of one file, in order. `escape` is what the chunks' text needs to map back ("bang" or "none")."""

    def __init__(self, escape: str = "bang") -> None:
        self._escape = escape
        self._state: Callable[[Piece], Found] = self._statement
        self._header = Header(Role.NOTE)
        self._introduced = True
        self._stubs = False
        self._selector: str | None = None

    @property
    def in_methods(self) -> bool:
        """Whether the next piece is a method."""
        return self._state == self._method

    def take(self, piece: Piece) -> Found:
        """Yield the one chunk that `piece` is, after the issues found about it. Never fails."""
        if piece.text.startswith(_STYLE):
            yield self._chunk(ChunkKind.LAYOUT, piece)
            return
        if _is_binary(piece.text):
            yield _issue("F206", "this is binary data, not Smalltalk", Severity.WARNING, piece, "file it out again as text")
            yield self._chunk(ChunkKind.UNKNOWN, piece)
            return
        yield from self._state(piece)

    # States

    def _statement(self, piece: Piece) -> Found:
        if piece.blank:
            self._introduced = True
            yield self._chunk(ChunkKind.LAYOUT, piece)
            return
        header = parse_header(piece.text, self._introduced and piece.glued) or _header_after_doubled_bang(piece.text)
        self._introduced = False
        if header is not None:
            yield from self._begin(header, piece)
        else:
            yield from self._code(piece)

    def _method(self, piece: Piece) -> Found:
        if piece.blank:
            self._state, self._introduced = self._statement, False
            yield self._chunk(ChunkKind.LAYOUT, piece)
            return
        header = parse_header(piece.text, introduced=False) or _header_after_doubled_bang(piece.text)
        if header is not None:
            yield _not_ended(piece)
            yield from self._begin(header, piece)
        elif _DEFINITION.match(piece.text) or _SNAPSHOT.match(piece.text):
            yield _not_ended(piece)
            self._state = self._statement
            yield from self._code(piece)
        elif only_comments(piece.text):
            if self._escape == "none":
                # To GNU's parser, which reads on to the next token, this is an empty piece.
                self._state, self._introduced = self._statement, False
            yield self._chunk(ChunkKind.COMMENT, piece)
        else:
            if not piece.closed:
                yield _not_closed(piece)
            yield self._chunk(ChunkKind.METHOD, piece, self._header)

    def _comment(self, piece: Piece) -> Found:
        self._state = self._statement
        yield self._chunk(ChunkKind.COMMENT, piece, self._header)

    def _foreign(self, piece: Piece) -> Found:
        if piece.blank:
            self._state, self._introduced = self._statement, False
            yield self._chunk(ChunkKind.LAYOUT, piece)
        else:
            yield self._chunk(ChunkKind.LAYOUT, piece, self._header)

    def _organization(self, piece: Piece) -> Found:
        self._state = self._statement
        yield self._chunk(ChunkKind.LAYOUT, piece)

    def _removed(self, piece: Piece) -> Found:
        self._state = self._statement
        yield self._chunk(ChunkKind.COMMENT, piece)

    def _categories(self, piece: Piece) -> Found:
        if piece.blank:
            self._state, self._introduced = self._statement, False
            yield self._chunk(ChunkKind.LAYOUT, piece)
        else:
            yield self._category(piece, self._header.selector)

    def _selectors(self, piece: Piece) -> Found:
        """Dolphin's `foo!accessing!public! !` groups: here a selector is due, or an empty piece that ends them all."""
        if piece.blank:
            self._state, self._introduced = self._statement, False
        else:
            self._selector, self._state = piece.text, self._categories_of_selector
        yield self._chunk(ChunkKind.LAYOUT, piece)

    def _categories_of_selector(self, piece: Piece) -> Found:
        if piece.blank:
            self._state = self._selectors
            yield self._chunk(ChunkKind.LAYOUT, piece)
        else:
            yield self._category(piece, self._selector)

    # Parts

    def _begin(self, header: Header, piece: Piece) -> Found:
        self._header = header
        self._state = {
            Role.METHODS: self._method,
            Role.COMMENT: self._comment,
            Role.ORGANIZATION: self._organization,
            Role.REMOVED: self._removed,
            Role.NOTE: self._statement,
            Role.CLASS_CATEGORIES: self._categories,
            Role.METHOD_CATEGORIES: self._categories,
            Role.FOREIGN: self._foreign,
            Role.ALL_CATEGORIES: self._selectors,
        }[header.role]
        if header.receiver:
            message = f"the class of these methods is computed: {header.receiver}"
            yield _issue("F202", message, Severity.INFO, piece, "name the class itself, or these methods belong to no class")
        if header.role is Role.METHODS:
            yield self._chunk(ChunkKind.METHODS, piece, header)
        else:
            yield self._chunk(ChunkKind.LAYOUT, piece)

    def _code(self, piece: Piece) -> Found:
        if only_comments(piece.text):
            self._stubs = self._stubs or piece.text == '"Imported Classes:"'
            yield self._chunk(ChunkKind.COMMENT, piece)
        elif _SNAPSHOT.match(piece.text):
            yield self._chunk(ChunkKind.COMMENT, piece)
        else:
            if not piece.closed:
                yield _not_closed(piece)
            yield self._chunk(ChunkKind.DOIT, piece, definition=_stub(piece) if self._stubs else None)

    def _category(self, piece: Piece, selector: str | None) -> Chunk:
        about = Header(self._header.role, self._header.class_name, self._header.meta, piece.text, selector=selector)
        return self._chunk(ChunkKind.LAYOUT, piece, about)

    def _chunk(self, kind: ChunkKind, piece: Piece, about: Header | None = None, definition: ClassDef | None = None) -> Chunk:
        if about is None:
            return Chunk(kind, piece.text, piece.span, piece.body, self._escape, definition=definition)
        return Chunk(
            kind,
            piece.text,
            piece.span,
            piece.body,
            self._escape,
            about.class_name,
            about.meta,
            about.category,
            about.stamp,
            about.selector,
        )


def _is_binary(text: str) -> bool:
    """Answer whether control characters make more than one in fifty of `text`; a NUL among much code is only dirt."""
    return len(_CONTROL.findall(text)) * 50 > len(text)


def _header_after_doubled_bang(text: str) -> Header | None:
    """`! !!Foo methodsFor: 'x'!` without the line end between: the doubled bang means the end and the beginning."""
    return parse_header(text[1:].lstrip(), introduced=False) if text.startswith("!") else None


def _stub(piece: Piece) -> ClassDef | None:
    """Answer the class that a VisualWorks parcel imports and states in its last part, for information only."""
    match = _STUB.match(piece.text)
    if match is None:
        return None
    said = {part["keyword"]: part["value"][1:-1] for part in _STUB_PART.finditer(piece.text)}
    superclass = match["superclass"]
    return ClassDef(
        match["name"],
        None if superclass == "nil" else superclass,
        instance_variables=tuple(said.get("instanceVariableNames", "").split()),
        class_variables=tuple(said.get("classVariableNames", "").split()),
        pools=tuple(said.get("poolDictionaries", "").split()),
        category=said.get("category"),
        stub=True,
        span=piece.span,
    )


def _not_ended(piece: Piece) -> Issue:
    message = "the methods before this were not ended by an empty chunk"
    return _issue("F203", message, Severity.WARNING, piece, "end a group of methods with ! !")


def _not_closed(piece: Piece) -> Issue:
    return _issue("F201", "the file ends inside this chunk", Severity.WARNING, piece, "close it with a bang; is the file cut off?")


def _issue(code: str, message: str, severity: Severity, piece: Piece, hint: str) -> Issue:
    return Issue(code, message, severity, piece.span, hint)
