"""Where the code is in a model's answer: fenced blocks first, else the lines that look like code between lines of prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.kinds import is_fileout, is_pattern_line
from checker.pieces import Block
from checker.reference import NAME, SIDE
from stparse.parser import parse_method, parse_script
from stparse.text import Span


@dataclass(frozen=True, slots=True)
class Left:
    """A stretch of the answer that was not taken as code, and why; `suspicious` where it looks like code all the same."""

    span: Span
    text: str
    why: str
    suspicious: bool = False


_FENCE = re.compile(r"^(?P<indent>[ \t]*(?:[-*>] |\d+[.)] )?[ \t]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<tag>[^\n`]*)\n", re.MULTILINE)
_TAG = re.compile(r"^[ \t]*<(?P<tag>\w+)>[ \t\r]*\n(?P<body>.*?)^[ \t]*</(?P=tag)>[ \t\r]*$", re.MULTILINE | re.DOTALL)
_OURS = frozenset(
    ("smalltalk", "st", "pharo", "squeak", "visualworks", "gst", "tonel", "gnu-smalltalk", "cuis", "dolphin", "amber", "gemstone", "topaz",
     "vw", "stx", "chunk", "cincom")
)  # fmt: skip
_UNTAGGED = frozenset(("", "text", "txt", "plaintext", "plain", "none", "code", "xml"))
_SIGNS = re.compile(
    r"""(?x) := | (?<!\w)\^\s*[\w'#(\[$-] | \b[a-z]\w*:\s*[\w'#(\[$^-]+.*[.)\]]\s*$ | ^\s*\|[\w\s]*\|\s*$ | >>\s*\#?\w | !\s*$ | \[\s*:\w+
    | \#\w+ | ^\s*(?:self|super)\s+\w | (?:self|super)\s+[a-z]\w*[.;\s)] | ;\s*yourself | \bthisContext\b
    | \b[a-z]\w*:\s*(?:'[^']*'|\#[\w(]\S*)\s*[.;]?\s*$ | <\w+:?[^<>]*>\s*$ | \bifTrue: | \bsubclass: """
)
_PATTERN_SIGN = re.compile(rf"\s*(?:[a-z]\w*:\s*[^\W\d]\w*\s*)+|\s*{NAME}{SIDE}?\s*>>.*")
_SENTENCE = re.compile(r"""^\s*(?:[-*+>]\s|\d+[.)]\s|\#{1,6}\s|\*\*|[A-Z][\w'’]*,?\s+(?:[\w'’`"(),/-]+\s+){2,})""")
_PROSE_WORDS = re.compile(
    r"\b(?:the|this|that|these|is|are|was|you|your|I|I'll|we|it|its|an|of|with|which|here's|here|below|following|method|class|will|should|and|"
    r"sure|certainly|note|explanation|returns|answer|code|example|to|for|can|how|let|me|by|in)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(rf"(?<![\w.])(?P<class>[A-Z]\w*(?:\.[A-Z]\w*)*)(?P<meta>{SIDE})?\s*>>\s*#?[\w+*/<>=~,-]")
# `Object new` and `Hello world` are both words alone: a message that everybody knows tells them apart.
_WORDS_ALONE = re.compile(r"\s*[^\W\d]\w*(?:,?\s+[^\W\d]\w*)*[.!?]?\s*")
_KNOWN_UNARY = re.compile(
    r"\b(?:self|super|new|cr|tab|size|first|last|isEmpty|notEmpty|isNil|notNil|reversed|yourself|initialize|open|class|value|copy|"
    r"[a-z]+[A-Z]\w*)\b"
)
_CLASS_SIDE = re.compile(rf"\s*[A-Z][\w.]*{SIDE}\s*")
_INLINE = re.compile(r"`[^`\n]*`")


def find_blocks(text: str, dialect: str) -> tuple[list[Block], list[Left]]:
    """Answer the blocks of code in an answer, and all the rest but white space; together they cover the text."""
    if "\n" not in text:
        # The line end of old Macintoshes; places stay the same.
        text = text.replace("\r", "\n")
    fences = list(_fences(text)) or list(_tagged(text))
    if not fences:
        return _bare(text, 0, dialect)
    blocks: list[Block] = []
    left: list[Left] = []
    at = 0
    for fence in fences:
        left += _left_prose(text, at, fence.start)
        at = fence.end
        taken, why = _taken(fence, dialect)
        if taken:
            blocks.append(_block(text, fence, why))
        elif fence.body.strip():
            left.append(Left(Span(fence.inside, fence.inside + len(fence.body)), fence.body, why))
    left += _left_prose(text, at, len(text))
    if not blocks:
        # The code may be outside of the fences after all.
        more, left_there = _without_fences(text, fences, dialect)
        if more:
            kept = [one for one in left if any(fence.inside == one.span.start for fence in fences)]
            return more, sorted((*kept, *left_there), key=lambda one: one.span.start)
    return blocks, left


@dataclass(frozen=True, slots=True)
class _Fence:
    start: int
    end: int
    inside: int
    body: str
    tag: str
    closed: bool


def _fences(text: str) -> Iterator[_Fence]:
    at = 0
    while opening := _FENCE.search(text, at):
        mark = opening["mark"]
        closing = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t\r]*$", re.MULTILINE).search(text, opening.end())
        end = closing.start() if closing else len(text)
        tag = opening["tag"].strip().split(maxsplit=1)
        at = closing.end() if closing else len(text)
        name = tag[0].strip("{}.").lower() if tag else ""
        yield _Fence(opening.start(), at, opening.end(), text[opening.end() : end], name, closing is not None)


def _tagged(text: str) -> Iterator[_Fence]:
    """Yield what stands between `<answer>` and `</answer>`, each on a line of its own."""
    if "<?xml" in text or "<st-source" in text:
        return
    for match in _TAG.finditer(text):
        yield _Fence(match.start(), match.end(), match.start("body"), match["body"], "", True)


def _taken(fence: _Fence, dialect: str) -> tuple[bool, str]:
    said = f"a block marked {fence.tag}" if fence.tag else "a block without a mark"
    said += "" if fence.closed else ", which is not closed"
    if fence.tag in _OURS:
        return True, said
    if fence.tag not in _UNTAGGED:
        return False, f"{said}: another language"
    if looks_like_code(fence.body, dialect):
        return True, said
    return False, f"{said} that does not look like Smalltalk"


def _block(text: str, fence: _Fence, why: str) -> Block:
    class_name, meta = _class_before(text, fence.start)
    if class_name is not None:
        why += f", for {class_name}{' class' if meta else ''} as the line before it says"
    return Block(fence.inside, fence.body, why, class_name, meta)


def _class_before(text: str, at: int) -> tuple[str | None, bool]:
    """Answer the class that the last line of prose before `at` names as `Foo>>bar`."""
    line = text[:at].rstrip().rpartition("\n")[2]
    found = list(_REFERENCE.finditer(line))
    if not found or len({(match["class"], match["meta"]) for match in found}) > 1:
        return None, False
    return found[0]["class"], found[0]["meta"] is not None


def _left_prose(text: str, start: int, end: int) -> Iterator[Left]:
    said = text[start:end]
    if said.strip():
        first = start + len(said) - len(said.lstrip())
        last = start + len(said.rstrip())
        body = text[first:last]
        lines = [line for line in body.split("\n") if _is_code_line(_INLINE.sub("", line))]
        why = "prose outside the blocks of code" if not lines else "outside the blocks of code, though it looks like code"
        yield Left(Span(first, last), body, why, suspicious=bool(lines))


def _without_fences(text: str, fences: list[_Fence], dialect: str) -> tuple[list[Block], list[Left]]:
    blocks: list[Block] = []
    left: list[Left] = []
    for start, end in zip([0, *(fence.end for fence in fences)], [*(fence.start for fence in fences), len(text)], strict=True):
        more, rest = _bare(text[start:end], start, dialect)
        blocks += more
        left += rest
    return blocks, left


# Without fences


def looks_like_code(text: str, dialect: str) -> bool:
    """Answer whether `text` looks more like Smalltalk than like prose or output."""
    lines = [line for line in text.split("\n") if line.strip()]
    if any(_is_code_line(line) for line in lines) or is_fileout(text):
        return True
    if any(_is_sentence(line) for line in lines):
        return False
    if all(_WORDS_ALONE.fullmatch(line) and not _KNOWN_UNARY.search(line) for line in lines):
        return False
    return any(parse(text.strip(), dialect).tree is not None for parse in (parse_method, parse_script))


def _bare(text: str, offset: int, dialect: str) -> tuple[list[Block], list[Left]]:
    """Answer code and prose of a text without fences."""
    if is_fileout(text) and not any(_is_sentence(line) for line in _edge_lines(text)):
        return [Block(offset, text, "the whole answer")], []
    lines = text.split("\n")
    code = _code_lines(lines)
    if not any(code):
        return _all_or_nothing(text, offset, dialect)
    blocks: list[Block] = []
    left: list[Left] = []
    for is_code, start, end in _runs(lines, code):
        part = text[start:end]
        if not part.strip():
            continue
        if is_code:
            blocks.append(_run_block(text, start, end, offset))
        else:
            left.append(_stretch(part, offset + start))
    return blocks, left


def _edge_lines(text: str) -> list[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    return [lines[0], lines[-1]] if lines else []


def _run_block(text: str, start: int, end: int, offset: int) -> Block:
    whole = not text[:start].strip() and not text[end:].strip()
    class_name, meta = _class_before(text, start)
    return Block(offset + start, text[start:end], "the whole answer" if whole else "lines that look like code", class_name, meta)


def _stretch(part: str, start: int) -> Left:
    first = start + len(part) - len(part.lstrip())
    body = part.strip()
    return Left(Span(first, first + len(body)), body, "prose")


def _all_or_nothing(text: str, offset: int, dialect: str) -> tuple[list[Block], list[Left]]:
    if not text.strip():
        return [], []
    if not any(_is_sentence(line) for line in text.split("\n") if line.strip()) and looks_like_code(text, dialect):
        return [Block(offset, text, "the whole answer")], []
    return [], [_stretch(text, offset)]


def _code_lines(lines: list[str]) -> list[bool]:
    """Answer which lines are code. What stands between a line's open comment or bracket and its end is code as well."""
    code = [_is_code_line(_INLINE.sub("", line)) and not _is_sentence(line) for line in lines]
    _spread_over_comments(lines, code)
    for index in range(len(lines) - 2, -1, -1):
        # A pattern, a declaration, a comment or a cascade's head right above code goes with it; a comment also with a line between.
        below = next((later for later in range(index + 1, len(lines)) if lines[later].strip()), None)
        if code[index] or below is None or not code[below] or not lines[index].strip():
            continue
        is_near = below == index + 1 or lines[index].strip().startswith('"')
        code[index] = is_near and _may_be_code(lines[index])
    for index in range(1, len(lines)):
        if not code[index] and code[index - 1] and lines[index].strip() and _may_be_code(lines[index]):
            code[index] = True
    return _bridge_blank_lines(lines, code)


def _spread_over_comments(lines: list[str], code: list[bool]) -> None:
    inside = False
    for index, line in enumerate(lines):
        quotes = line.count('"') % 2
        if inside:
            code[index] = True
            inside = not quotes
        elif quotes and (code[index] or line.lstrip().startswith('"')) and any('"' in later for later in lines[index + 1 :]):
            code[index] = inside = True


def _bridge_blank_lines(lines: list[str], code: list[bool]) -> list[bool]:
    """Take blank lines between two lines of code as code; and a lone name that code follows indented."""
    for index, line in enumerate(lines):
        if line.strip():
            continue
        before = index > 0 and code[index - 1]
        after = next((code[later] for later in range(index + 1, len(lines)) if lines[later].strip()), False)
        code[index] = before and after
    return code


def _runs(lines: list[str], code: list[bool]) -> Iterator[tuple[bool, int, int]]:
    start = at = 0
    for index, line in enumerate(lines):
        if index and code[index] is not code[index - 1]:
            yield code[index - 1], start, at
            start = at
        at += len(line) + 1
    yield code[-1], start, at - 1


def _is_code_line(line: str) -> bool:
    return (_SIGNS.search(line) is not None or _PATTERN_SIGN.fullmatch(line) is not None) and not _is_sentence(line)


def _may_be_code(line: str) -> bool:
    """Answer whether a line next to code can belong to it."""
    if is_pattern_line(line) or line.strip().startswith('"') or line[:1] in " \t":
        return not _is_sentence(line) or line.strip().startswith('"')
    return _CLASS_SIDE.fullmatch(line) is not None or (not _is_sentence(line) and not _PROSE_WORDS.search(line))


def _is_sentence(line: str) -> bool:
    """Answer whether a line is prose: it begins as a sentence or a list does, with words that no code has."""
    if line.lstrip().startswith(('"', "^", "|", "<")) or ":=" in _INLINE.sub("", line):
        return False
    bare = re.sub(r"'[^']*'(?!\w)|\"[^\"]*\"", "", _INLINE.sub(" x ", line))
    words = len(_PROSE_WORDS.findall(bare))
    if re.match(r"\s*(?:#{1,6}\s|\*\*|[-*+]\s+[A-Z*`]|\d+[.)]\s)", line):
        return True
    if _SENTENCE.match(bare) and words >= 1:
        return not re.search(r"\b[a-z]\w*:\s*['#(\[]", bare)
    return words >= 3 and re.search(r"[.:!?,]\s*$", bare) is not None and not re.search(r"\b[a-z]\w*:\s*['#(\[]|\^", bare)
