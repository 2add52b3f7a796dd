"""Reads GNU files: a loop over elements, in a file, a name space or a class body, each matched at its place."""

from __future__ import annotations

import re
from dataclasses import replace

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import _brackets as syntax
from stparse.formats._brackets import Brackets, Scope
from stparse.formats._filein import FileIn
from stparse.formats._patterns import selector_of
from stparse.formats._pieces import BLANKS, INTERPRETER, piece
from stparse.issue import Issue, Severity
from stparse.text import Span

_HEADER_INSIDE = re.compile(r"[\r\n]!?[\w.:]++(?: class)? methodsFor:")
# A file with more unclosed quotes than this is not GNU's: from there on each bang ends a piece.
_TRUST = 20
_PROTOCOL_WINDOW = 3000


class GnuReading:
    """One reading of one text. `at` is where what is not yet in a chunk begins."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._brackets = Brackets(text)
        self._file_in = FileIn(escape="none")
        self._out: list[Chunk | Issue] = []
        self._scopes: list[Scope] = []
        self._at = 0
        self._namespace: str | None = None
        self._last_class: tuple[str, bool] | None = None
        self._distrust = 0

    def read(self) -> list[Chunk | Issue]:
        """Answer chunks and issues in order; the chunks tile the text."""
        if call := INTERPRETER.match(self._text):
            self._emit(ChunkKind.LAYOUT, call.end(), "", call.end())
        while self._at < len(self._text):
            if self._file_in.in_methods:
                self._bang_piece()
                continue
            gap = syntax.GAPS.match(self._text, self._at)
            place = gap.end() if gap else self._at
            if place >= len(self._text):
                self._blank(place)
            elif self._text[place] == "]":
                self._close(place)
            elif self._scopes and self._scopes[-1].kind != "namespace":
                self._body_element(place)
            else:
                self._file_element(place)
        while self._scopes:
            scope = self._scopes.pop()
            self._issue("F601", f"{scope.name} is not closed", scope.start, scope.start + 1, "add the missing ]")
            self._finish(scope)
        return self._out

    # Elements of a file or a name space

    def _file_element(self, place: int) -> None:
        if not self._scope_opening(place):
            self._statements(place)

    def _scope_opening(self, place: int) -> bool:
        """Read what opens at `place`, whole or its first line; answer False if nothing does."""
        text = self._text
        if match := syntax.EVAL.match(text, place):
            self._eval(match)
        elif match := syntax.CLASS.match(text, place):
            self._class(match)
        elif match := syntax.NAMESPACE.match(text, place):
            self._blank(place)
            self._open(Scope(match["name"], False, None, place, kind="namespace"), match.end(), ChunkKind.LAYOUT)
        elif match := syntax.CLASS_SIDE.match(text, place):
            self._class_side(match)
        elif (match := syntax.METHOD.match(text, place)) and (match["who"] or self._last_class):
            self._method(match)
        else:
            return False
        return True

    def _eval(self, match: re.Match[str]) -> None:
        self._blank(match.start())
        end = self._brackets.closing.get(match.end() - 1)
        if end is None:
            self._not_closed("Eval", match)
        inner = self._text[match.end() : end]
        lead = len(inner) - len(inner.lstrip(BLANKS))
        stop = len(self._text) if end is None else end + 1
        self._emit(ChunkKind.DOIT, stop, inner.strip(BLANKS), match.end() + lead)

    def _class(self, match: re.Match[str]) -> None:
        self._blank(match.start())
        name = match["name"] or match["extended"]
        kind = _LAYOUTS.get(match["how"], "normal") if match["name"] else "extension"
        scope = Scope(name, match["meta"] is not None, None, match.start(), match["super"], kind, self._current_namespace())
        self._last_class = (name, scope.meta)
        self._open(scope, match.end(), ChunkKind.CLASS if match["name"] else ChunkKind.METHODS)

    def _class_side(self, match: re.Match[str]) -> None:
        self._blank(match.start())
        parent = self._scopes[-1] if self._scopes else None
        scope = Scope(match["name"], True, None, match.start(), kind="extension", parent=parent)
        self._open(scope, match.end(), ChunkKind.METHODS)

    def _open(self, scope: Scope, end: int, kind: ChunkKind) -> None:
        scope.index = len(self._out)
        said = self._text[self._at : end]
        if kind is ChunkKind.LAYOUT:
            self._emit(kind, end, said, self._at)
        else:
            self._emit(kind, end, said, self._at, scope.name, scope.meta)
        self._scopes.append(scope)

    def _close(self, place: int) -> None:
        self._blank(place)
        if self._scopes:
            self._finish(self._scopes.pop())
        else:
            self._issue("F604", "this ] closes nothing", place, place + 1, "remove it, or is a [ missing before?")
        self._emit(ChunkKind.LAYOUT, place + 1, "]", place)

    def _finish(self, scope: Scope) -> None:
        if scope.kind == "namespace" or scope.index is None:
            return
        chunk = self._out[scope.index]
        assert isinstance(chunk, Chunk)
        if scope.parent is None or scope.parent.name != scope.name:
            self._out[scope.index] = replace(chunk, definition=scope.definition(chunk.span, self._path))

    def _statements(self, place: int) -> None:
        """Read statements up to a bang, a scope, or the end of what is open; blocks in them are skipped over."""
        scan = place
        while match := syntax.STATEMENT.search(self._text, scan):
            scan = match.end()
            if match["bang"]:
                self._take(scan, closed=True)
                return
            if match["bracket"] == "[":
                scope = self._line_of_scope(place, match.start())
                if scope is not None:
                    self._doit(scope)
                    return
                scan = self._brackets.closing.get(match.start(), scan - 1) + 1
            elif match["bracket"] == "]":
                self._doit(match.start())
                return
            elif match["end"] and self._scope_follows(scan):
                self._doit(scan)
                return
        self._doit(len(self._text))

    def _scope_follows(self, place: int) -> bool:
        gap = syntax.GAPS.match(self._text, place)
        return self._is_scope(gap.end() if gap else place) is not None

    def _is_scope(self, place: int) -> re.Match[str] | None:
        for expression in (syntax.EVAL, syntax.CLASS, syntax.NAMESPACE, syntax.CLASS_SIDE, syntax.METHOD):
            match = expression.match(self._text, place)
            if match and (expression is not syntax.METHOD or match["who"]):
                return match
        return None

    def _line_of_scope(self, start: int, bracket: int) -> int | None:
        """Answer where the line of `bracket` begins if a scope opens on it: the statement before lacks its period."""
        line = syntax.line_start(self._text, start, bracket)
        match = None if line is None else self._is_scope(line)
        return line if match and match.end() == bracket + 1 else None

    def _doit(self, end: int) -> None:
        if end > self._at:
            self._take(end, closed=False)

    # Elements of a class body

    def _body_element(self, place: int) -> None:
        text = self._text
        first = text[place]
        scope = self._scopes[-1]
        if first == "|" and (match := syntax.VARIABLES.match(text, place)):
            self._blank(place)
            scope.add_variables(syntax.names_in(match["names"]))
            self._emit(ChunkKind.LAYOUT, match.end(), match.group(), place)
        elif first == "<" and (match := syntax.PRAGMA.match(text, place)):
            self._blank(place)
            scope.add_pragma(match["keyword"], match["value"])
            self._emit(ChunkKind.LAYOUT, match.end(), match.group(), place)
        elif match := syntax.CLASS_VARIABLE.match(text, place):
            self._blank(place)
            scope.shared.append(match["name"])
            self._emit_until(ChunkKind.SHARED_VARIABLE, place, self._end_of_statement(match.end()), scope)
        elif match := syntax.CLASS_SIDE.match(text, place):
            self._class_side(match)
        elif match := syntax.METHOD.match(text, place):
            self._method(match)
        elif syntax.CLASS.match(text, place) or syntax.EVAL.match(text, place):
            self._issue("F601", f"{scope.name} is not closed", scope.start, scope.start + 1, "add the missing ]")
            self._finish(self._scopes.pop())
        else:
            self._blank(place)
            end = max(self._end_of_statement(place), place + 1)
            self._issue("F605", "a class body cannot hold this", place, end, "a method needs a pattern and [ ]; a variable :=")
            self._emit_until(ChunkKind.UNKNOWN, place, end, scope)

    def _end_of_statement(self, place: int) -> int:
        scan = place
        while match := syntax.STATEMENT.search(self._text, scan):
            if match["bracket"] == "]":
                return match.start()
            scan = match.end()
            if match["end"]:
                return scan
            if match["bracket"]:
                scan = self._brackets.closing.get(match.start(), match.start()) + 1
        return len(self._text)

    def _method(self, match: re.Match[str]) -> None:
        self._blank(match.start())
        name, meta = self._owner(match)
        opening = match.end() - 1
        end = self._brackets.closing.get(opening)
        stop = len(self._text) if end is None else end
        after = stop if end is None else end + 1
        following = self._brackets.next_method(opening + 1, stop)
        if following is not None:
            stop = after = following
            self._issue("F602", f"{selector_of(match['pattern'])} lacks its ]", match.start(), match.end(), "add the missing ]")
        elif end is None:
            self._not_closed(str(selector_of(match["pattern"])), match)
        start = match.start("pattern")
        inner = f"{self._text[start:opening]} {self._text[opening + 1 : stop]}"
        said = inner.rstrip(BLANKS)
        if said.endswith("$") and len(inner) > len(said):
            # The character after the dollar is part of the literal, blank or not.
            said = inner[: len(said) + 1]
        protocol = syntax.PROTOCOL.search(said, 0, _PROTOCOL_WINDOW)
        category = syntax.unquoted(protocol["value"]) if protocol else None
        chunk = Chunk(ChunkKind.METHOD, said, Span(self._at, after), start, "none", name, meta, category, None, selector_of(said))
        self._out.append(chunk)
        self._at = after

    def _owner(self, match: re.Match[str]) -> tuple[str | None, bool]:
        scope = self._scopes[-1] if self._scopes else None
        if match["who"]:
            return match["who"], match["meta"] is not None or (scope is not None and scope.meta)
        if scope is not None and scope.kind != "namespace":
            qualified = f"{scope.namespace}.{scope.name}" if scope.namespace and "." not in scope.name else scope.name
            return qualified, scope.meta
        name, meta = self._last_class or (None, False)
        message = f"{selector_of(match['pattern'])} stands outside any class; taken for one of {name}"
        self._issue("F603", message, match.start(), match.end(), "a ] too many before it? write Foo >> bar [ ] or move it")
        return name, meta

    # Bang syntax

    def _bang_piece(self) -> None:
        """Read one piece of a group of methods: up to a bang outside strings and comments."""
        scan = self._at
        end, closed = len(self._text), False
        while match := (syntax.BANG if self._distrust < _TRUST else _ANY_BANG).search(self._text, scan):
            scan = match.end()
            if match["bang"]:
                end, closed = scan, True
                break
        inside = _HEADER_INSIDE.search(self._text, self._at + 1, end)
        first = self._text.find("!", self._at, inside.start() + 1) if inside else -1
        if first >= 0 and first + 1 < end:
            self._distrust += 1
            self._issue("F606", "a quote in this method is not closed", self._at, first + 1, "close the string or the comment")
            end, closed = first + 1, True
        self._take(end, closed)

    def _take(self, end: int, closed: bool) -> None:
        taken = piece(self._text, self._at, end, closed, doubled=False)
        for item in self._file_in.take(taken):
            # A statement need not end in a bang here, so a file cut off (F201) cannot be told from one that is not.
            if not (isinstance(item, Issue) and item.code == "F201"):
                self._out.append(item)
        if match := syntax.NAMESPACE_STATEMENT.search(taken.text):
            self._namespace = match["name"]
        self._at = end

    # Parts

    def _blank(self, end: int) -> None:
        """Emit what lies before an element: white space, or comments."""
        if end > self._at:
            taken = piece(self._text, self._at, end, closed=False, doubled=False)
            self._emit(ChunkKind.LAYOUT if taken.blank else ChunkKind.COMMENT, end, taken.text, taken.body)

    def _emit_until(self, kind: ChunkKind, place: int, end: int, scope: Scope) -> None:
        self._emit(kind, end, self._text[place:end], place, scope.name, scope.meta)

    def _emit(self, kind: ChunkKind, end: int, text: str, body: int, name: str | None = None, meta: bool = False) -> None:
        self._out.append(Chunk(kind, text, Span(self._at, end), body, "none", name, meta))
        self._at = end

    def _current_namespace(self) -> str | None:
        named = next((scope.name for scope in reversed(self._scopes) if scope.kind == "namespace"), self._namespace)
        return None if named == "Smalltalk" else named

    def _not_closed(self, what: str, match: re.Match[str]) -> None:
        self._issue("F601", f"{what} is not closed", match.start(), match.end(), "add the missing ]")

    def _issue(self, code: str, message: str, start: int, end: int, hint: str) -> None:
        self._out.append(Issue(code, message, Severity.WARNING, Span(start, end), hint))


_ANY_BANG = re.compile("(?P<bang>!)")
_LAYOUTS = {"variableSubclass": "variable", "variableByteSubclass": "bytes", "variableWordSubclass": "words"}
