"""What stands under the cursor: a selector, with all its keywords, or a name; in texts that do not parse, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.source import Unit
from stc.editors.document import Snapshot
from stparse.nodes import Cascade, Message, Method, Send, walk
from stparse.parser import parser_for
from stparse.scanner import Tokens

SELECTOR, NAME = "selector", "name"
_WORD = re.compile(r"[^\W\d][\w.]*(?:::\w+)*:?")
_OPEN = frozenset(("LPAR", "LSQB", "LBRACE"))
_CLOSE = frozenset(("RPAR", "RSQB", "RBRACE"))
_ENDS = frozenset(("PERIOD", "SEMICOLON", "CARET", "ASSIGN", "BAR"))


@dataclass(frozen=True, slots=True)
class Under:
    """What is under the cursor. `start` and `end` count in the text; `receiver` is what the message is sent to, where that is a name."""

    kind: str
    text: str
    start: int
    end: int
    unit: Unit | None = None
    receiver: str | None = None


def under(snapshot: Snapshot, offset: int) -> Under | None:
    """Answer what stands at an offset of the text."""
    spot = snapshot.spot(offset)
    if spot is None:
        return _word(snapshot, offset, None)
    unit = spot.unit
    tokens = parser_for(snapshot.source.dialect).tokens(unit.text)
    number = _token_at(tokens, spot.at)
    if number is None:
        return _word(snapshot, offset, unit)
    kind, start, end = tokens.kinds[number], tokens.starts[number], tokens.ends[number]
    first, last = snapshot.span(unit, start, end)
    word = unit.text[start:end]
    if kind == "SYMBOL":
        text = word.lstrip("#").strip().strip("'")
        return Under(NAME if text[:1].isupper() else SELECTOR, text, first, last, unit)
    if kind == "BINDING":
        return Under(NAME, word[2:-1].strip(), first, last, unit)
    sent = _sent(unit, start)
    if sent is not None:
        return Under(SELECTOR, sent[0], first, last, unit, sent[1])
    if kind in ("KEYWORD", "BINARY"):
        return Under(SELECTOR, _keywords(unit.text, tokens, number) if kind == "KEYWORD" else word, first, last, unit)
    if kind in ("NAME", "PATH"):
        return Under(NAME, word, first, last, unit)
    return _word(snapshot, offset, unit) if kind == "STRING" else None


def _token_at(tokens: Tokens, at: int) -> int | None:
    """Answer the number of the token at an offset, or of the one that ends there."""
    touching = [n for n, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)) if start <= at <= end and start < end]
    return next((n for n in reversed(touching) if tokens.kinds[n] not in _ENDS | _OPEN | _CLOSE), None)


def _sent(unit: Unit, at: int) -> tuple[str, str | None] | None:
    """Answer the selector of which a part begins at an offset, and the name that it is sent to."""
    tree = unit.parsed.tree
    if tree is None:
        return None
    if isinstance(tree, Method) and at in _parts(tree, tree.start, unit.text):
        return tree.selector, None
    for node in walk(tree):
        if isinstance(node, Send):
            if at in _parts(node, node.at, unit.text):
                return node.selector, getattr(node.receiver, "name", None)
        elif isinstance(node, Cascade):
            for message in node.messages:
                if at in _parts(message, message.start, unit.text):
                    return message.selector, getattr(node.receiver, "name", None)
        elif isinstance(node, Message) and at in _parts(node, node.start, unit.text):
            return node.selector, None
    return None


def _parts(node: Send | Message | Method, first: int, text: str) -> Iterator[int]:
    """Yield where the parts of a selector begin."""
    yield first
    words = [word for word in node.selector.split(":") if word]
    if ":" not in node.selector or len(words) < 2 or len(node.arguments) != len(words):
        return
    for word, before in zip(words[1:], node.arguments, strict=False):
        at = text.find(f"{word}:", before.end)
        if at >= 0:
            yield at


def _keywords(text: str, tokens: Tokens, number: int) -> str:
    """Answer the keywords that belong together with a keyword, by the brackets around them: for text that does not parse."""
    found = [number]
    for step in (-1, 1):
        depth, at = 0, number + step
        while 0 <= at < len(tokens.kinds) - 1:
            kind = tokens.kinds[at]
            if kind in (_OPEN if step > 0 else _CLOSE) or (step < 0 and kind in _CLOSE):
                depth += 1
            elif kind in (_CLOSE if step > 0 else _OPEN):
                depth -= 1
            if depth < 0 or (depth == 0 and kind in _ENDS):
                break
            if depth == 0 and kind == "KEYWORD":
                found.append(at)
            at += step
    return "".join(text[tokens.starts[at] : tokens.ends[at]] for at in sorted(found))


def _word(snapshot: Snapshot, offset: int, unit: Unit | None) -> Under | None:
    """Answer the word at an offset outside of code: in a header, a comment, a string."""
    text = snapshot.source.text
    line = max(text.rfind("\n", 0, offset) + 1, text.rfind("\r", 0, offset) + 1, offset - 200)
    for match in _WORD.finditer(text, line, min(len(text), offset + 200)):
        if match.start() > offset:
            break
        if match.start() <= offset <= match.end():
            word = match[0].rstrip(".")
            kind = SELECTOR if word.endswith(":") else NAME
            return Under(kind, word, match.start(), match.start() + len(word), unit)
    return None
