"""Topaz: GemStone's command files (`.gs`, `.tpz`, `.topaz`): a command a line, code until a line that begins with `%`.

F501  code that no `%` line ends      F502  a method without its class      F503  a line that is no command of topaz
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stparse.chunk import Chunk, ChunkKind
from stparse.formats import file_format
from stparse.formats._common import encoding_issues, file_issue
from stparse.issue import Issue, Severity
from stparse.text import SourceFile, Span

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_PERCENT = re.compile(r"(?:(?<=[\r\n])|\A)%[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_LAST_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")
_WORD = re.compile(r"\s*([!#]|[A-Za-z_]+:?)[ \t]*([^\r\n]*)")
_METHOD = re.compile(r"(?P<class>class)?(?:method|meth)\w*:?\Z")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_CLASS_DEFINITION = re.compile(
    r"\w*subclass:\s*(?:#?'[^']*'|#?\w+)\s+(?:instVarNames|instanceVariableNames|classVars|classVariableNames):", re.IGNORECASE
)
_CODE = ("doit", "run", "print", "printit", "nbrun", "debug", "dbgrun")
# A blank before each, so that one search finds whatever begins a command.
_COMMANDS = (
    " abort begin break bulkinsert category classmethod commit compile_env continuetransaction define display doit down edit"
    " env errorcount exit expectbug expecterror expectvalue export fileformat fileout frame gcitrace getvar hierarchy history"
    " iferr iferr_clear iferror implementors input inspect interp lastresult level limit list listw literals loadua login"
    " logout logoutifloggedin lookup method nbresult nbstep newworld obj1 obj2 object omit output pausefordebug pkglookup"
    " polling pop printit product protectmethods push pushonly quit releaseall remark remoteversions removeallclassmethods"
    " removeallmethods removebreak removeclassmethod removemethod run runblock send senders session set shell spawn stack"
    " stackwaitfordebug status step stk strings subclasses subhierarchy temporary thread threads time timegcvmevents top"
    " transactionmode unprotectmethods up user versions where"
)
_SNIFF = re.compile(
    r"^[ \t]*(?:doit|run|printit|removeall(?:class)?methods\s+\S+|(?:class)?method:?\s+[\w.]+"
    r"|set\s+(?:compile_env|class|user|gemstone|u|category)\b.*"
    r"|fileformat\s+\w+|iferr\s+\d.*|input\s+\S+|omit\s+\w+|login)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SNIFFED = 60_000


def _sniff(source: SourceFile) -> float:
    head = source.text[:_SNIFFED].replace("\r\n", "\n").replace("\r", "\n")
    if not _SNIFF.search(head):
        return 0.0
    if source.path.lower().endswith((".gs", ".tpz", ".topaz")):
        return 1.0
    return 0.7 if re.search(r"^%[ \t]*$", head, re.MULTILINE) else 0.0


@file_format("topaz", _sniff)
def read(source: SourceFile) -> Iterator[Chunk | Issue]:
    """Yield METHOD and DOIT (CLASS where it defines one) for code, LAYOUT for the commands between."""
    yield from encoding_issues(source)
    yield from _Reader(source.text).chunks()


class _Reader:
    """One pass over one file, line by line outside of code; `_cursor` is the end of what has been yielded."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cursor = 0
        self._place = 0
        self._category: str | None = None
        self._class_name: str | None = None

    def chunks(self) -> Iterator[Chunk | Issue]:
        while self._place < len(self._text):
            line = _LINE.match(self._text, self._place)
            assert line is not None
            self._place = line.end()
            word = _WORD.match(line.group())
            if word is not None:
                yield from self._command(word[1].lower(), word[2].strip(), line)
            elif line.group().strip("\x00 \t\r\n\f\ufeff%"):
                yield from self._no_command(line)
        yield from self._layout(len(self._text))

    def _command(self, word: str, argument: str, line: re.Match[str]) -> Iterator[Chunk | Issue]:
        method = _METHOD.match(word)
        if method is not None:
            yield from self._method(method["class"] is not None, argument, line)
        elif word in _CODE:
            yield from self._code(line)
        elif word.rstrip(":") == "category":
            self._category = _unquoted(argument) or None
        elif word == "set":
            self._set(argument)
        elif word not in ("!", "#") and not _is_command(word.rstrip(":")):
            yield from self._no_command(line)

    def _set(self, argument: str) -> None:
        words = argument.split(None, 1)
        if len(words) == 2 and words[0].lower() == "class":
            self._class_name = _unquoted(words[1])
        elif len(words) == 2 and words[0].lower() == "category:":
            self._category = _unquoted(words[1])

    def _layout(self, end: int) -> Iterator[Chunk]:
        if self._cursor < end:
            text = self._text[self._cursor : end]
            yield Chunk(ChunkKind.LAYOUT, text, Span(self._cursor, end), self._cursor)
        self._cursor = end

    def _no_command(self, line: re.Match[str]) -> Iterator[Chunk | Issue]:
        yield from self._layout(line.start())
        hint = "code stands between `doit` and a line that begins with %"
        yield file_issue("F503", "a line that is no command of topaz", line.start(), line.end(), hint)
        yield Chunk(ChunkKind.UNKNOWN, line.group(), Span(line.start(), line.end()), line.start())
        self._cursor = line.end()

    def _end_of_code(self, line: re.Match[str]) -> tuple[int, int]:
        """Answer the end of the code that begins behind `line`, and the end of its `%` line (the same if there is none)."""
        percent = _PERCENT.search(self._text, line.end())
        if percent is None:
            return len(self._text), len(self._text)
        last = _LAST_LINE_END.search(self._text, max(line.end(), percent.start() - 2), percent.start())
        return last.start() if last else percent.start(), percent.end()

    def _code(self, line: re.Match[str]) -> Iterator[Chunk | Issue]:
        end, after = self._end_of_code(line)
        yield from self._ended(line, end, after)
        text = self._text[line.end() : end]
        kind = ChunkKind.CLASS if _CLASS_DEFINITION.search(text) else ChunkKind.DOIT
        yield from self._layout(line.start())
        yield Chunk(kind, text, Span(line.start(), after), line.end())
        self._cursor = self._place = after

    def _ended(self, line: re.Match[str], end: int, after: int) -> Iterator[Issue]:
        if end == after:
            yield file_issue(
                "F501", "code that no % line ends", line.start(), line.end(), "add a line with % behind the code", Severity.ERROR
            )

    def _method(self, meta: bool, argument: str, line: re.Match[str]) -> Iterator[Chunk | Issue]:
        named = _unquoted(argument) or self._class_name
        if named is None:
            yield file_issue("F502", "a method without its class", line.start(), line.end(), "write method: ClassName", Severity.ERROR)
        self._class_name = named
        end, after = self._end_of_code(line)
        yield from self._ended(line, end, after)
        yield from self._layout(line.start())
        text = self._text[line.end() : end]
        yield Chunk(ChunkKind.METHOD, text, Span(line.start(), after), line.end(), "none", named, meta, self._category)
        self._cursor = self._place = after


def _is_command(word: str) -> bool:
    """Whether topaz takes `word` for a command: it takes any beginning of one."""
    return f" {word}" in _COMMANDS


def _unquoted(argument: str) -> str:
    quoted = _QUOTED.match(argument)
    if quoted is not None:
        return quoted[1].replace("''", "'")
    return argument.split(maxsplit=1)[0] if argument else ""
