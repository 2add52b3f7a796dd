"""One block of code in a model's answer falls into pieces: file-outs, definitions, methods, expressions.

A block may be any of: a file-out in a file format; definitions with methods behind them; methods with headers
(`Foo>>bar`, `Foo class >> bar: x`), which are taken off; methods without; expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checker.kinds import SURE, format_of_text, is_pattern_line, kind_of
from checker.reference import NAME, SIDE
from stparse.chunk import ClassDef
from stparse.definitions import ClassSideDef, CommentDef, NamespaceDef, SharedVariableDef, definitions_in
from stparse.index.pattern_text import guessed_selector
from stparse.nodes import Node
from stparse.parser import parse_method, parse_script
from stparse.text import Span


@dataclass(frozen=True, slots=True)
class CodePiece:
    """What was taken as code: `span` is its place in the answer, `text` what was judged, `why` says how it was recognised.

    `text` is the very text of the span. `class_name` and `meta` are what the answer says about it, None where nothing does.
    """

    kind: str
    text: str
    span: Span
    class_name: str | None = None
    meta: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the answer that is code; `class_name` is what the prose before it says."""

    start: int
    text: str
    why: str
    class_name: str | None = None
    meta: bool = False


_MOST_TRIES = 40
_HEADER = re.compile(
    rf"""^[ \t]*(?P<quote>")?(?P<class>{NAME})(?P<meta>{SIDE})?[ \t]*>>[ \t]*(?P<hash>\#)?(?P<pattern>[^\n"\[]*?)(?(quote)"|)[ \t\r]*$""",
    re.MULTILINE,
)
_BRACKETED = re.compile(rf"^[ \t]*{NAME}{SIDE}?[ \t]*>>[^\n\[]*\[", re.MULTILINE)
_BARE_SELECTOR = re.compile(r"(?:[^\W\d]\w*:){1,}|[^\W\d]\w*|[-+*/\\<>=~@%&?,|]+")
_BLANK = re.compile(r"\n[ \t\r]*\n")
_RULE_LINES = re.compile(r"(?:\s*\n[ \t]*(?:-{3,}|={3,}|\*{3,})[ \t\r]*)+\s*\Z")
_TRAILING_BANGS = re.compile(r"(?:\s*!)+\s*\Z")


def pieces_of(block: Block, dialect: str) -> Iterator[CodePiece]:
    """Yield the pieces of a block in order; together they cover all of it but white space and headers."""
    block = _trimmed(block)
    if not block.text:
        return
    if _is_fileout(block.text):
        yield _piece("fileout", block, 0, len(block.text), "a whole file-out")
        return
    headers = [match for match in _HEADER.finditer(block.text) if _is_header(match, block.text)]
    if not headers:
        yield from _definitions_then_methods(block, dialect)
        return
    before = _trimmed(replace(block, text=block.text[: headers[0].start()]))
    if before.text:
        yield from _definitions_then_methods(before, dialect)
    ends = [*(match.start() for match in headers[1:]), len(block.text)]
    for match, end in zip(headers, ends, strict=True):
        yield _headed_method(block, match, end)


def _is_fileout(text: str) -> bool:
    if _BRACKETED.search(text):
        return True
    file_format, sure = format_of_text(text)
    return sure >= SURE and (file_format != "chunk" or "!" in _TRAILING_BANGS.sub("", text))


def _piece(kind: str, block: Block, start: int, end: int, why: str) -> CodePiece:
    text = _RULE_LINES.sub("", block.text[start:end])
    end = start + len(text)
    lead, tail = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    # The indentation of the first line is kept: it is what the other lines are indented against.
    lead = text.rfind("\n", 0, lead) + 1
    start, end = start + lead, end - tail
    span = Span(block.start + start, block.start + end)
    return CodePiece(kind, block.text[start:end], span, block.class_name, block.meta, f"{block.why}: {why}")


def _trimmed(block: Block) -> Block:
    text = block.text
    lead = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    return replace(block, start=block.start + lead, text=text[lead:].rstrip())


# Methods with headers


def _is_header(match: re.Match[str], text: str) -> bool:
    """Answer whether `Foo>>bar` on its line is a header, and not the expression `value >> 3` or a line inside a comment."""
    pattern = match["pattern"].strip()
    if not match["class"].rpartition(".")[2][:1].isupper() or pattern.endswith("."):
        return False
    if match["quote"] is None and text.count('"', 0, match.start()) % 2:
        return False
    return not pattern or is_pattern_line(pattern) or _BARE_SELECTOR.fullmatch(pattern) is not None


def _headed_method(block: Block, match: re.Match[str], end: int) -> CodePiece:
    """Answer the method under a header; the pattern in the header is the method's own unless it is said again below."""
    about = replace(block, class_name=match["class"], meta=match["meta"] is not None)
    header = match[0].strip()
    pattern = match["pattern"].strip()
    rest = block.text[match.end() : end]
    said = guessed_selector(pattern) if not _is_selector_only(pattern) else pattern
    below = guessed_selector(rest)
    whole = not pattern or match["quote"] is not None or (_is_selector_only(pattern) and pattern.endswith(":")) or said == below
    if whole and rest.strip():
        return _piece("method", about, match.end(), end, f"a method; the header {header} was taken off")
    start = match.start("pattern")
    why = f"a method; {block.text[match.start() : start].strip()} was taken off its pattern"
    # The pattern's line does not begin with white space, so nothing before it counts.
    text = _RULE_LINES.sub("", block.text[start:end]).rstrip()
    return CodePiece("method", text, Span(block.start + start, block.start + start + len(text)), about.class_name, about.meta,
                     f"{block.why}: {why}")  # fmt: skip


def _is_selector_only(pattern: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d]\w*:)+|[-+*/\\<>=~@%&?,|]+", pattern) is not None


# Definitions and methods without headers


def _definitions_then_methods(block: Block, dialect: str) -> Iterator[CodePiece]:
    """Yield the definitions at the beginning of a block, then its methods, which are of the last class defined."""
    at, size = 0, len(block.text)
    while at < size:
        end, definition, kind = _definition_at(block.text, at, dialect)
        if definition is None:
            break
        yield _piece("class" if kind == "class" else "expression", block, at, end, "a class definition" if kind == "class" else kind)
        name = definition.name if isinstance(definition, ClassDef) else block.class_name
        block = replace(block, class_name=name or block.class_name, meta=False)
        at = end
    rest = replace(block, start=block.start + at, text=block.text[at:])
    if rest.text.strip():
        yield from _code(_trimmed(rest), dialect)


def _definition_at(text: str, at: int, dialect: str) -> tuple[int, Node | object | None, str]:
    """Answer the end of the definition at `at`, what it defines, and its kind; None where there is none."""
    ends = [match.start() for match in _BLANK.finditer(text, at)][:6]
    for end in dict.fromkeys((*ends, len(text))):
        said = _TRAILING_BANGS.sub("", text[at:end])
        if not said.strip():
            continue
        tree = parse_script(said, dialect).tree
        found = definitions_in(tree) if tree is not None else ()
        if found:
            last = found[-1]
            if isinstance(last, ClassDef | ClassSideDef | NamespaceDef):
                return end, next((one for one in found if isinstance(one, ClassDef)), last), "class"
            if isinstance(last, CommentDef | SharedVariableDef):
                return end, last, "a statement about a class"
    return at, None, ""


def _code(block: Block, dialect: str) -> Iterator[CodePiece]:
    """Yield the methods of a block, or the expressions that it is."""
    parts = _split_methods(block.text, dialect)
    if len(parts) > 1:
        for start, end in parts:
            yield _piece("method", block, start, end, f"one of {len(parts)} methods")
        return
    text = _TRAILING_BANGS.sub("", block.text)
    kind = kind_of(text, dialect, in_class=block.class_name is not None)
    kind = "class" if kind == "fileout" else kind
    yield _piece(kind, block, 0, len(text), {"method": "a method", "class": "a class definition"}.get(kind, "expressions"))


def _split_methods(text: str, dialect: str) -> list[tuple[int, int]]:
    """Answer where the methods of `text` are; one stretch where it is a single method, or no method at all."""
    whole = [(0, len(text))]
    starts = _method_starts(text)
    if len(starts) < 2 or len(starts) > _MOST_TRIES * 10:
        return whole
    ends = [*starts[1:], len(text)]
    parts = list(zip(starts, ends, strict=True))
    if parse_method(text, dialect).tree is not None and not all(_is_indented(text[start:end]) for start, end in parts):
        return whole
    return parts if starts[0] == 0 or not text[: starts[0]].strip() else [(0, starts[0]), *parts]


def _method_starts(text: str) -> list[int]:
    """Answer where lines are that a method may begin on: a pattern alone, as far left as the first one, behind a blank line.

    Comments right above a pattern, with no blank line between, go with it.
    """
    found: list[int] = []
    offset, blank, margin, inside, comment = 0, True, -1, False, -1
    for line in text.split("\n"):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if not inside and stripped:
            margin = indent if margin < 0 else margin
            code = re.sub(r'"[^"]*"', "", line)
            if blank and indent <= margin and not code.strip() and comment < 0:
                comment = offset
            elif is_pattern_line(code.split('"', 1)[0]) and indent <= margin and (blank or comment >= 0):
                found.append(comment if comment >= 0 else offset)
                comment = -1
            elif code.strip():
                comment = -1
        inside = inside != bool(_outside_strings(line).count('"') % 2)
        blank = not stripped or stripped == "!"
        if blank and not inside:
            comment = -1
        offset += len(line) + 1
    return found


def _outside_strings(line: str) -> str:
    return re.sub(r"'[^']*'|\$.", "", line) if line.count("'") % 2 == 0 else line


def _is_indented(text: str) -> bool:
    """Answer whether a stretch is a pattern with lines behind it that are indented more."""
    lines = [line for line in text.split("\n") if line.strip()]
    margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    return len(lines) > 1 and all(len(line) - len(line.lstrip()) > margin for line in lines[1:])
