"""VisualWorks XML: `<st-source>` file-outs and parcel sources (`.st`, `.pst`, `.xml`).

The element set is small and known, so a scanner that goes left to right reads it: every offset is that of the file, no
entity is ever expanded but the five of XML and character references, and a broken document gives what can be read.

    F301  text between the elements               F304  an element that this reader does not know
    F302  an element or a body without its end    F305  the document declares a document type; it is not read
    F303  a bare `<` or an unknown reference in a body, kept as it is
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import file_format
from stparse.formats._common import encoding_issues, file_issue, rest
from stparse.formats._vwxml import Element, Finder, definition_of, qualified
from stparse.issue import Issue, Severity
from stparse.text import SourceFile, Span
from stparse.xmltext import unescape

_NAMES = (
    "class|name-space|shared-variable|static|comment|methods|do-it|initialize|time-stamp|reorganize|remove-selector|remove-class"
    "|rename-class|remove-shared-variable|remove-name-space|component-created|component-property|component-removed|class-category"
)
_START = re.compile(
    rf"""<(?:
        (?P<name>body|{_NAMES})(?=[\s/>])(?P<attributes>[^<>]*+)(?<!/)>
      | (?P<mark>!--|\?|!DOCTYPE|!\[CDATA\[|/?st-source\b|/methods\b)
      | (?P<other>[A-Za-z][\w.-]*+))""",
    re.VERBOSE,
)
_TOP = re.compile(rf"<(?:(?:{_NAMES})>|/st-source>)")
_ENDS = {"!--": "-->", "?": "?>", "![CDATA[": "]]>"}
_HEADER_END = re.compile(r"<body[\s>]|</methods\b|</st-source\b|<methods>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_AFTER_BODY = re.compile(r"</body\s*>|<!\[CDATA\[|<body[\s>]|</methods\s*>|</st-source\s*>")
_BARE = re.compile(r"<(?!/?[BIU]>)|&(?!(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_IMPORTED = '"Imported Classes:"'
_SNIFFED = 20_000


def _sniff(source: SourceFile) -> float:
    head = source.text[:_SNIFFED].lstrip("\ufeff \t\r\n")
    if not head.startswith(("<?xml", "<st-source", "<!--", "<!DOCTYPE")):
        return 0.0
    return 1.0 if re.search(r"<st-source\b", head) else 0.0


@file_format("vwxml", _sniff)
def read(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield a CLASS, NAMESPACE, SHARED_VARIABLE, COMMENT, METHODS, METHOD or DOIT chunk for each element, LAYOUT for mark-up."""
    yield from encoding_issues(source)
    yield from _Reader(source).chunks()


class _Reader:
    """One pass over one document; `_cursor` is the end of what has been yielded."""

    def __init__(self, source: SourceFile) -> None:
        self._text = source.text
        self._path = source.path
        self._finder = Finder(source.text)
        self._cursor = 0
        self._stub = False
        self._owner: str | None = None
        self._meta = False
        self._category: str | None = None

    def chunks(self) -> Iterator[Chunk | Issue]:
        while (start := _START.search(self._text, self._cursor)) is not None:
            yield from self._between(start.start())
            if start["name"] == "methods":
                yield from self._methods(start)
            elif start["name"] == "body":
                yield from self._method(start)
            elif start["name"]:
                yield from self._element(start)
            elif start["mark"]:
                yield from self._mark(start)
            else:
                yield from self._unknown(start)
        yield from self._between(len(self._text))

    def _between(self, end: int) -> Iterator[Chunk | Issue]:
        for chunk in rest(self._text, self._cursor, end):
            yield chunk
            if chunk.kind is ChunkKind.UNKNOWN:
                yield file_issue("F301", "text between the elements", self._cursor, end, "put it into a comment or into a do-it element")
        self._cursor = end

    def _layout(self, end: int, class_name: str | None = None, meta: bool = False) -> Chunk:
        span = Span(self._cursor, end)
        self._cursor = end
        return Chunk(ChunkKind.LAYOUT, self._text[span.start : end], span, body=span.start, class_name=class_name, meta=meta)

    def _mark(self, start: re.Match[str]) -> Iterator[Chunk | Issue]:
        mark = start["mark"]
        if mark == "!DOCTYPE":
            hint = "remove it: no entity that it declares is ever expanded"
            yield file_issue("F305", "the document declares a document type", start.start(), start.end(), hint)
            yield self._layout(self._end_of_doctype(start.end()))
            return
        ending = _ENDS.get(mark, ">")
        found = self._finder.find(ending, start.end())
        if found < 0:
            yield self._unended(start, "the document ends within mark-up")
            found = len(self._text)
        yield self._layout(min(len(self._text), found + len(ending)))

    def _end_of_doctype(self, offset: int) -> int:
        subset, close = self._finder.find("[", offset), self._finder.find(">", offset)
        if 0 <= subset < close:
            ended = self._finder.find("]", subset)
            close = self._finder.find(">", ended) if ended >= 0 else -1
        return close + 1 if close >= 0 else len(self._text)

    def _unended(self, start: re.Match[str], message: str) -> Issue:
        return file_issue("F302", message, start.start(), start.end(), "the file may be cut off: export it again", Severity.ERROR)

    def _unknown(self, start: re.Match[str]) -> Iterator[Chunk | Issue]:
        name = start["other"]
        if self._text[start.end() : start.end() + 2] == "/>":
            end = start.end() + 2
        else:
            found = self._finder.find(f"</{name}>", start.end())
            end = found + len(name) + 3 if found >= 0 else start.end()
        yield file_issue("F304", f"unknown element <{name}>", start.start(), end, "its text is kept as an unclassified piece")
        yield Chunk(ChunkKind.UNKNOWN, self._text[start.start() : end], Span(start.start(), end), body=start.start())
        self._cursor = end

    def _element(self, start: re.Match[str]) -> Iterator[Chunk | Issue]:
        name = start["name"]
        closing = f"</{name}>"
        found = self._finder.find(closing, start.end())
        if found < 0:
            yield self._unended(start, f"<{name}> has no end")
            after = _TOP.search(self._text, start.end())
            found = end = after.start() if after else len(self._text)
        else:
            end = found + len(closing)
        yield self._chunk_of(Element(self._text, name, start.end(), found), Span(start.start(), end))
        self._cursor = end

    def _chunk_of(self, element: Element, span: Span) -> Chunk:
        owner, meta = element.owner()
        match element.name:
            case "class" | "name-space":
                return self._definition(element, span)
            case "shared-variable" | "static":
                return _shared_variable(element, span)
            case "comment":
                body = element.field("body")
                return Chunk(ChunkKind.COMMENT, body.text, span, body.start, body.escape, owner, meta)
            case "do-it":
                whole = element.whole()
                self._stub = self._stub or whole.text.strip() == _IMPORTED
                return Chunk(ChunkKind.DOIT, whole.text, span, whole.start, whole.escape)
            case "initialize":
                named = element.field("class-id")
                return Chunk(ChunkKind.DOIT, f"{named.text.strip()} initialize", span, named.start, "xml", owner, meta)
        selector = element.field("selector").text.strip() or None
        return Chunk(ChunkKind.LAYOUT, self._text[span.start : span.end], span, span.start, "xml", owner, meta, selector=selector)

    def _definition(self, element: Element, span: Span) -> Chunk:
        stated = definition_of(element, span, self._path, self._stub)
        kind = ChunkKind.CLASS if element.name == "class" else ChunkKind.NAMESPACE
        text = self._text[span.start : span.end]
        return Chunk(kind, text, span, span.start, "xml", stated.name, category=stated.category, definition=stated)

    def _methods(self, start: re.Match[str]) -> Iterator[Chunk | Issue]:
        found = _HEADER_END.search(self._text, start.end())
        header = Element(self._text, "methods", start.end(), found.start() if found else len(self._text))
        if found is None:
            yield self._unended(start, "<methods> has no end")
        self._owner, self._meta = header.owner()
        self._category = header.field("category").text or None
        span = Span(start.start(), header.end)
        text = self._text[span.start : span.end]
        yield Chunk(ChunkKind.METHODS, text, span, span.start, "xml", self._owner, self._meta, self._category)
        self._cursor = header.end

    def _method(self, start: re.Match[str]) -> Iterator[Chunk | Issue]:
        end, after, closed = self._body_end(start.end())
        if not closed:
            yield self._unended(start, f"a method body of {qualified(self._owner, self._meta)} has no end")
        body = Element(self._text, "body", start.end(), end)
        content = body.whole()
        if not body.has_cdata() and (bare := _BARE.search(self._text, body.start, body.end)):
            hint = "write &lt; and &amp;; the character is kept as it is"
            yield file_issue("F303", f"a bare '{bare.group()}' in a body", bare.start(), bare.end(), hint)
        selector = _attributes(start["attributes"]).get("selector")
        span = Span(start.start(), after)
        place = (content.start, content.escape)
        yield Chunk(ChunkKind.METHOD, content.text, span, *place, self._owner, self._meta, self._category, selector=selector)
        self._cursor = after

    def _body_end(self, offset: int) -> tuple[int, int, bool]:
        """Answer the end of a body's content, the end of its element, and whether it was closed."""
        while (found := _AFTER_BODY.search(self._text, offset)) is not None:
            if found.group().startswith("</body"):
                return found.start(), found.end(), True
            if found.group() != "<![CDATA[":
                return found.start(), found.start(), False
            closing = self._finder.find("]]>", found.end())
            offset = closing + 3 if closing >= 0 else found.end()
        return len(self._text), len(self._text), False


def _shared_variable(element: Element, span: Span) -> Chunk:
    value = element.field("initializer")
    return Chunk(
        ChunkKind.SHARED_VARIABLE,
        value.text,
        span,
        value.start,
        value.escape,
        class_name=element.field("environment").text.strip() or None,
        category=element.field("category").text.strip() or None,
        selector=element.field("name").text.strip() or None,
    )


def _attributes(text: str) -> dict[str, str]:
    return {match[1]: unescape(match[2] if match[2] is not None else match[3]) for match in _ATTRIBUTE.finditer(text)}
