"""What the white space of a method says; each question is answered once a method, at the first place that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.conventions._page import MethodPage
from checker.rules._scene import CONDITIONALS
from stparse.nodes import Assign, Block, Cascade, Return, Send, Sequence

Told = tuple[str, str, int, int]
_SPACE = re.compile(r"\s*")
_TRAILING = re.compile(r"\S[^\S\n]+\n")
_BINARY = frozenset(("+", "-", "*", "/", "=", "==", ">", "<", ">=", "<=", ",", "->", "@", "~=", "~~", "&", "|", "//"))
_ASSIGNMENT = re.compile(r"(\s*)(:=|_|←)(\s*)")
_WIDTHS = ((60, "up to 60"), (80, "up to 80"), (100, "up to 100"), (120, "up to 120"))


def _white(source: str, at: int = 0) -> str:
    """Answer the white space from `at` on."""
    found = _SPACE.match(source, at)
    return found[0] if found else ""


def _gap(source: str, at: int) -> str:
    """Answer the white space from `at` on, as a word."""
    if not source[at : at + 1].isspace():
        return "none"
    return "line end" if "\n" in _white(source, at) else "space"


def of_tokens(page: MethodPage) -> Iterator[Told]:
    source, nodes = page.source, page.scene.nodes
    for node in nodes.get(Return, ())[:1]:
        yield "return", _gap(source, node.start + 1), node.start, node.end
    for node in nodes.get(Assign, ())[:1]:
        assert isinstance(node, Assign)
        found = _ASSIGNMENT.match(source, node.target.end)
        if found:
            before, sign, after = found.groups()
            yield "assignment", f"x{' ' if before else ''}{sign}{' ' if after else ''}y", node.start, node.end
    seen = set()
    for node in nodes.get(Send, ()):
        assert isinstance(node, Send)
        kind = "," if node.selector == "," else "an operator"
        if node.selector in _BINARY and kind not in seen and node.at:
            seen.add(kind)
            before, after = source[node.at - 1].isspace(), source[node.at + len(node.selector) : node.at + len(node.selector) + 1].isspace()
            yield f"operator {kind.replace(' ', '-')}", f"x{' ' if before else ''}+{' ' if after else ''}y", node.start, node.end
    at = source.find("(", page.tree.start)
    if at >= 0 and "(" not in _quoted(source, at):
        yield "parenthesis", _gap(source, at + 1), at, at + 1


def _quoted(source: str, at: int) -> str:
    """Answer the character at `at` where it stands in a comment, a string, or behind `#` or `$`; else nothing."""
    before = source[:at]
    inside = before.count("'") % 2 or before.count('"') % 2 or before[-1:] in "#$"
    return source[at] if inside else ""


def of_blocks(page: MethodPage) -> Iterator[Told]:
    source = page.source
    told: dict[str, Told] = {}
    for node in page.scene.nodes.get(Block, ()):
        assert isinstance(node, Block)
        text = source[node.start : node.end]
        if not node.body.statements:
            continue
        if node.parameters:
            told.setdefault("parameter", ("parameter", _gap(source, node.start + 1), node.start, node.end))
            last = node.parameters[-1].end
            told.setdefault("bar", ("bar", _gap(source, last), node.start, node.end))
        if "\n" not in text:
            if not node.parameters:
                told.setdefault("bracket", ("bracket", _gap(source, node.start + 1), node.start, node.end))
        else:
            if not node.parameters:
                told.setdefault("opening", ("opening", _gap(source, node.start + 1), node.start, node.end))
            before = text[:-1]
            value = "on a line of its own" if not before.rsplit("\n", 1)[1].strip() else "space" if before[-1].isspace() else "none"
            told.setdefault("closing", ("closing", value, node.end - 1, node.end))
    yield from told.values()


def of_messages(page: MethodPage) -> Iterator[Told]:
    source = page.source
    told: dict[str, Told] = {}
    for node in page.scene.nodes.get(Send, ()):
        assert isinstance(node, Send)
        if ":" not in node.selector or not node.arguments:
            continue
        if isinstance(node.arguments[0], Block):
            end = node.at + node.selector.index(":") + 1
            told.setdefault("glue", ("glue", _gap(source, end), node.at, end))
        text = source[node.start : node.end]
        if "\n" in text and node.at:
            if node.selector in CONDITIONALS:
                value = "on the next line" if "\n" in source[node.receiver.end : node.at] else "on the same line"
                told.setdefault("branch", ("branch ifTrue:", value, node.at, node.end))
            elif len(node.arguments) > 1:
                told.setdefault("keywords", _keywords(source, node))
        elif len(node.arguments) > 1 and node.selector not in CONDITIONALS and len(text) > 30:
            told.setdefault("keywords", (f"keywords {min(len(node.arguments), 4)}", "one line", node.start, node.end))
    for node in page.scene.nodes.get(Cascade, ())[:1]:
        assert isinstance(node, Cascade)
        yield "cascade", _cascade(source, node), node.start, node.end
    yield from told.values()


def _keywords(source: str, node: Send) -> Told:
    context = f"keywords {min(len(node.arguments), 4)}"
    first = "\n" in source[node.receiver.end : node.at]
    ends = [argument.end for argument in node.arguments[:-1]]
    broken = sum("\n" in _white(source, end) for end in ends)
    value = (
        "each on a line"
        if first and broken == len(ends)
        else "the first stays, the others each on a line"
        if broken == len(ends)
        else "one line"
    )
    return context, value, node.start, node.end


def _cascade(source: str, node: Cascade) -> str:
    text = source[node.start : node.end]
    if "\n" not in text:
        return "one line"
    first = "first on its own line" if "\n" in source[node.receiver.end : node.messages[0].start] else "first stays"
    gap = source[node.messages[0].end : node.messages[1].start]
    place = "; at the end" if "\n" in gap.partition(";")[2] else "; at the beginning" if "\n" in gap else "; within"
    return f"{first}, {place}"


def of_lines(page: MethodPage) -> Iterator[Told]:
    source, tree = page.source, page.tree
    lines = source.split("\n")
    start, end = page.pattern
    pattern_end = tree.arguments[-1].end if tree.arguments else tree.start + len(page.method.selector)
    body = source[pattern_end:]
    gap = _white(body)
    if len(gap) < len(body):
        follows = "comment" if body[len(gap)] == '"' else "code"
        yield f"gap {follows}", ("same line", "next line", "empty line", "empty lines")[min(gap.count("\n"), 3)], start, end
        if "\n" in gap:
            yield "indent", _indentation(gap.rpartition("\n")[2]), start, end
    if len(tree.arguments) > 1:
        value = "several lines" if "\n" in source[tree.start : pattern_end] else "one line"
        yield f"pattern {min(len(tree.arguments), 4)}", value, start, end
    statements = tree.body.statements
    if tree.body.temporaries:
        yield from _temporaries(source, tree.body)
    if len(statements) > 1:
        yield "period", "yes" if source[statements[-1].end :].lstrip().startswith(".") else "no", statements[-1].start, statements[-1].end
        yield (
            "empty " + ("few" if len(statements) < 5 else "many"),
            _empty_lines(source, statements[0].end, statements[-1].start),
            start,
            end,
        )
    if len(lines) > 2:
        longest = max(map(len, lines))
        yield "width", next((name for limit, name in _WIDTHS if longest <= limit), "over 120"), start, end
        yield "trailing", "yes" if _TRAILING.search(source) else "no", start, end
        yield "tabs", _tabs(lines[1:]), start, end


def _empty_lines(source: str, start: int, end: int) -> str:
    return "yes" if re.search(r"\n[ \t]*\n", source[start:end]) else "no"


def _indentation(white: str) -> str:
    return (
        "a tab"
        if white == "\t"
        else "tabs"
        if white.strip("\t") == "" and white
        else f"{len(white)} spaces"
        if white.strip(" ") == ""
        else "mixed"
    )


def _tabs(lines: list[str]) -> str:
    led = [line for line in lines if line[:1] in "\t " and line.strip()]
    tabs = sum(line[0] == "\t" for line in led)
    return "nothing" if not led else "tabs" if tabs == len(led) else "spaces" if tabs == 0 else "both"


def _temporaries(source: str, body: Sequence) -> Iterator[Told]:
    first, last = body.temporaries[0], body.temporaries[-1]
    yield "bars", "space" if source[first.start - 1 : first.start].isspace() else "none", first.start, last.end
    bar = source.find("|", last.end)
    gap = _white(source, bar + 1) if bar >= 0 else ""
    yield "temporaries", ("same line", "next line", "empty line")[min(gap.count("\n"), 2)], first.start, last.end
