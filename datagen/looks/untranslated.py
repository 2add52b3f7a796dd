"""What in a method TypeScript has nothing of, and the type of what it answers, read from its tokens."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from datagen.constructs import BRANCHES, IMPLEMENTED, LOOPS, NEVER, SENT
from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.parser import parser_for

_OPENING, _CLOSING = frozenset(("(", "[", "{", "#(", "#[", "#{", "##(")), frozenset((")", "]", "}"))
_STARTS = frozenset((".", "^", ":=", "_", "(", "[", "|", ">", "{"))
_NEVER = "never answers"
_NUMBER = re.compile(r"-?\d[\w.]*")


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A method, the kinds of constructs that it has, and what it surely answers: this, boolean, number, string, or unknown."""

    place: Place
    meta: bool
    selector: str
    kinds: frozenset[str]
    type: str


@look("untranslated")
def untranslated(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See all methods of the classes of these short names, and all that implement a selector: `#isOpen`."""
    selector = f"#{seen.tree.selector}"
    if seen.short not in wanted and selector not in wanted:
        return
    source, tree = seen.method.source, seen.tree
    tokens = parser_for(seen.method.dialect).tokens(source)
    begin = max((argument.end for argument in tree.arguments), default=tree.start + len(tree.selector))
    words = [source[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True) if a >= begin and b > a]
    kinds = {IMPLEMENTED.get((seen.method.meta, tree.selector), ""), *_said(words)} - {""}
    if (tree.pragmas and "<primitive:" in "".join(words[:40]).replace(" ", "")) or any(word.startswith(("%{", "<C:")) for word in words):
        kinds.add("primitive")
    kind = "unknown" if tree.pragmas or _NEVER in kinds or "primitive" in kinds else _type(words)
    answered = "unknown" if seen.method.meta and kind == "this" else kind
    found = Untranslated(seen.place, seen.method.meta, tree.selector, frozenset(kinds - {_NEVER}), answered)
    yield from ((key, found) for key in (seen.short, selector) if key in wanted)


def _said(words: Sequence[str]) -> Iterator[str]:
    """Yield the kinds that the words show, message by message and block by block."""
    closing = _partners(words)
    levels: list[tuple[str, bool, list[str]]] = [("", False, [])]
    for at, word in enumerate(words):
        opened, leaves, keywords = levels[-1]
        before = words[at - 1] if at else "."
        if word in _OPENING:
            inside = "#(" if opened in ("#(", "#[") else word
            levels.append((inside, leaves or (word == "[" and not _is_statement(words, at, closing, keywords)), []))
        elif word in _CLOSING:
            levels.pop()
        elif opened in ("#(", "#["):
            continue
        elif word in (".", ";"):
            keywords.clear()
        elif word.endswith(":") and word[:1].isalpha():
            keywords.append(word)
            # What a message of several keywords does, the first of them tells.
            yield _meant(word) if len(keywords) == 1 else ""
        elif word == "^" and leaves:
            yield "non-local return"
        elif word == "thisContext":
            yield "context"
        elif word == "super" and before in _STARTS and _is_cascaded(words, at):
            yield "super cascade"
        else:
            yield _meant(word)


def _meant(word: str) -> str:
    return _NEVER if word in NEVER else SENT.get(word, "")


def _partners(words: Sequence[str]) -> dict[int, int]:
    """Answer for each opening bracket the place of its closing one."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, word in enumerate(words):
        if word in _OPENING:
            opened.append(at)
        elif word in _CLOSING and opened:
            found[opened.pop()] = at
    return found


def _is_statement(words: Sequence[str], at: int, closing: dict[int, int], keywords: Sequence[str]) -> bool:
    """Whether the block that opens here becomes a branch or a loop."""
    after = closing.get(at, len(words)) + 1
    before = words[at - 1] if at else ""
    counting = before == "do:" and "to:" in keywords
    return before in BRANCHES or counting or (after < len(words) and words[after] in LOOPS)


def _is_cascaded(words: Sequence[str], at: int) -> bool:
    """Whether `super`, which begins an expression here, gets a cascade."""
    rest = words[at + 1 :]
    if not rest or not rest[0].endswith(":"):
        return len(rest) > 1 and rest[1] == ";"
    depth = 0
    for word in rest:
        if depth == 0 and (word in _CLOSING or word in (".", ";")):
            return word == ";"
        depth += (word in _OPENING) - (word in _CLOSING)
    return False


def _type(words: Sequence[str]) -> str:
    """Answer the type of what stands behind every `^`, and of the receiver where the last statement has none."""
    found, depth, last = set(), 0, ""
    for at, word in enumerate(words):
        if depth == 0 and (not at or words[at - 1] == ".") and word != ".":
            last = word
        depth += (word in _OPENING) - (word in _CLOSING)
        if word == "^":
            found.add(_literal(words[at + 1 : at + 3]))
    if last == "|":
        last = _after_temporaries(words)
    if last != "^":
        found.add("this")
    return found.pop() if len(found) == 1 else "unknown"


def _after_temporaries(words: Sequence[str]) -> str:
    """Answer the first word of the only statement of a body that begins with temporaries."""
    end = words.index("|", 1) + 1 if "|" in words[1:] else len(words)
    return words[end] if end < len(words) else ""


def _literal(words: Sequence[str]) -> str:
    if len(words) > 1 and words[1] not in (".", "]"):
        return "unknown"
    word = words[0] if words else ""
    if word in ("true", "false"):
        return "boolean"
    return "this" if word == "self" else "number" if _NUMBER.fullmatch(word) else "string" if word.startswith("'") else "unknown"
