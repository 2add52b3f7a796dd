"""What a text is, by evidence: a file-out, a class definition, a method, or an expression."""

from __future__ import annotations

import re

from stparse.chunk import ClassDef
from stparse.definitions import ClassSideDef, NamespaceDef, definitions_in
from stparse.formats import FORMATS
from stparse.parser import DEFAULT_DIALECT, Parsed, parse_method, parse_script
from stparse.text import SourceFile

KINDS = ("method", "class", "expression", "fileout")
SURE = 0.7
"""A format that is so sure of a text has it."""

# Files are told from each other by their endings too; a text that has none is given that of every file-out.
_PATH = "text.st"
_NAME = r"[^\W\d]\w*"
_UNARY_LINE = re.compile(rf"\s*{_NAME}\s*")
_KEYWORD_LINE = re.compile(rf"\s*(?:{_NAME}:\s*{_NAME}\s*)+")
_BINARY_LINE = re.compile(rf"\s*[-+*/\\<>=~@%&?,|]+\s*{_NAME}\s*")
_LEADING = re.compile(r'(?:\s|"[^"]*")*+')
_MARKS = re.compile(r"!|\[|\{|<\?xml|^%|^(?:class)?method:", re.MULTILINE)


def format_of_text(text: str) -> tuple[str, float]:
    """Answer the file format that is surest of `text`, and how sure it is; the chunk format if none is."""
    source = SourceFile(_PATH, text)
    best, surest = "chunk", 0.0
    for name, candidate in FORMATS.items():
        sure = candidate.sniff(source)
        if sure > surest:
            best, surest = name, sure
    return best, surest


def is_fileout(text: str) -> bool:
    """Answer whether some file format is sure of `text`."""
    return _MARKS.search(text) is not None and format_of_text(text)[1] >= SURE


def kind_of(text: str, dialect: str = DEFAULT_DIALECT, *, in_class: bool = False) -> str:
    """Answer what `text` is; `in_class` says that it was given with a class, which makes a method of what may be either."""
    if is_fileout(text):
        return "fileout"
    script = parse_script(text.rstrip().rstrip("!"), dialect)
    method = parse_method(text, dialect)
    definitions = definitions_in(script.tree) if script.tree is not None and not _begins_with_pattern(text) else ()
    if any(isinstance(found, ClassDef | ClassSideDef | NamespaceDef) for found in definitions):
        return "class"
    if (script.tree is None) is not (method.tree is None):
        return "method" if script.tree is None else "expression"
    if _begins_with_pattern(text):
        return "method"
    if script.tree is not None:
        return "method" if in_class and not _is_value(text) else "expression"
    return "method" if in_class or _stop(method) > _stop(script) else "expression"


def is_pattern_line(line: str) -> bool:
    """Answer whether a line is a method pattern and nothing else."""
    return any(pattern.fullmatch(line) for pattern in (_UNARY_LINE, _KEYWORD_LINE, _BINARY_LINE))


def _begins_with_pattern(text: str) -> bool:
    """Answer whether the first line of code is a method pattern, with more lines behind it."""
    start = _LEADING.match(text)
    lines = text[start.end() if start else 0 :].rstrip().split("\n", 1)
    first = lines[0].split('"', 1)[0]
    if len(lines) < 2 or not is_pattern_line(first):
        return False
    # A class definition may begin with a line of its own for the superclass.
    return not (_UNARY_LINE.fullmatch(first) and first.strip()[:1].isupper())


def _is_value(text: str) -> bool:
    return text.lstrip()[:1].isupper() or text.lstrip().startswith(("self", "super", "'", "#", "(", "[", "$"))


def _stop(parsed: Parsed) -> int:
    return parsed.issues[0].span.start if parsed.issues else -1
