"""The grammar of methods for constrained decoding: derived from the one grammar, in the subset of Lark that llguidance reads.

Lark itself carries out what a dialect overrides and extends. From its rules and terminals a text is written in which

* white space and comments are tokens, so that `- 3` and `1 .5` are no numbers;
* what begins with a period inside of a terminal (fractions, dotted names) is a token of its own: llguidance's lexer never goes back, and
  behind `1.` a statement may end as well as a fraction begin;
* so is what follows the "<" of a pragma in another language;
* a second parameter of a block has white space before its colon, for in `[:a:b |` our scanner sees a keyword;
* letters are those of Latin 1: of others Python and Rust do not think alike.

What cannot be said so is left out, and never written: the fraction of a radix, symbols of several keywords without a "#" (two words are
the same there), code in another language, Cuis's `^` and `::`, and names with "_" where that may assign. In three dialects a text can be
written that ours refuses: `a.b` at the beginning of a method (GemStone), `a^b` there (Squeak), "<" that begins JavaScript (Amber).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from stparse.tables import grammar_text, lark_of

_LATIN = "A-Za-zªµºÀ-ÖØ-öø-ÿ"
_SPACE = r" \t\r\n\f"
_LEFT_OUT = frozenset(("FOREIGN_CODE", "GLUED_CARET", "KEYWORDS"))
_UNDERSCORE_ASSIGNS = frozenset(("smalltalk80", "squeak"))
_LOOKS_AROUND = re.compile(r"\(\?[=!<P]")
_DOTTED = re.compile(r"\(\?:\\\.")
_RADIX = re.compile(r"\[0-9\]\+\[?r")


@cache
def decoding_grammar(dialect: str) -> str:
    """Answer the grammar of one method of a dialect; its start symbol is `start`."""
    parser = lark_of(grammar_text("smalltalk", f"dialects/{dialect}"), ("method",))
    letters = _LATIN if dialect in _UNDERSCORE_ASSIGNS else f"{_LATIN}_"
    patterns = {one.name: (one.pattern.type == "str", one.pattern.value) for one in parser.terminals}
    fixed = tuple(value for is_fixed, value in patterns.values() if is_fixed)
    tokens = {name: _token(name, pattern, fixed, letters) for name, pattern in patterns.items() if name not in _LEFT_OUT}
    rules: dict[str, list[str]] = {}
    used: dict[str, None] = {}
    for rule in _possible(parser.rules, {name for name, lines in tokens.items() if lines}):
        used.update(dict.fromkeys(one.name for one in rule.expansion if one.is_term))
        rules.setdefault(rule.origin.name, []).append(" ".join(_symbols(rule.origin, rule.expansion)))
    comments = "|".join(_latin(one, letters) for one in _readable(patterns["COMMENT"][1]))
    lines = ["start: ws r_method", "ws: WS |", f"WS: /(?:[{_SPACE}]+|{_slashed(comments)})+/"]
    lines += [f"r_{name}: {' | '.join(ways)}" for name, ways in rules.items()]
    return "\n".join([*lines, *(line for name in used for line in tokens[name])]) + "\n"


def _possible(rules: list[Any], terminals: set[str]) -> list[Any]:
    """Answer the rules without what no terminal can say any more."""
    known = terminals | {rule.origin.name for rule in rules}
    kept = [rule for rule in rules if all(one.name in known for one in rule.expansion)]
    return kept if len(kept) == len(rules) else _possible(kept, terminals)


def _symbols(origin: Any, expansion: list[Any]) -> Iterator[str]:
    for place, one in enumerate(expansion):
        if one.name == "COLON" and place and expansion[place - 1] == origin:
            yield "WS"
        yield f"t_{one.name.lower()}" if one.is_term else f"r_{one.name}"


def _token(name: str, pattern: tuple[bool, str], fixed: tuple[str, ...], letters: str) -> list[str]:
    """Answer the lines of a terminal: the lexemes that it is made of, and the rule that takes the white space behind them.

    There are none where nothing of it can be said.
    """
    # A minus that touches a digit makes it negative.
    rule, after = f"t_{name.lower()}", "" if name == "NEGATIVE" else " ws"
    is_fixed, value = pattern
    if is_fixed:
        return [] if value == "::" else [f"{rule}: {_quoted(value)}{after}"]
    # Fixed texts that the pattern would match are terminals of their own.
    less = "".join(f" & ~{_quoted(word)}" for word in sorted(set(fixed)) if re.fullmatch(value, word))
    lines: list[str] = []
    ways: list[str] = []
    for place, one in enumerate(_readable(value)):
        lexeme = f"{name.strip('_')}_{place}"
        head, tail, times, rest = _at_period(one)
        if tail and not _RADIX.match(one):
            lines += [f"{lexeme}_HEAD: {_regex(head, letters)}", f"{lexeme}_TAIL: {_regex(tail + rest, letters)}"]
            ways.append(f"{lexeme}_HEAD {lexeme}_TAIL{times.rstrip('?')}")
        if not tail or times == "?":
            whole = head + rest
            lines.append(f"{lexeme}: {_regex(whole.removeprefix('<'), letters)}{less}")
            ways.append(f'"<" {lexeme}' if whole.startswith("<") else lexeme)
    return [*lines, f"{rule}: {' | '.join(way + after for way in ways)}"] if ways else []


def _readable(pattern: str) -> list[str]:
    """Answer the alternatives of a regular expression that can be said: no looking around or back, and not the one that matches nothing."""
    return [one for one in _alternatives(pattern) if not _LOOKS_AROUND.search(one) and not one.startswith("<<")]


def _alternatives(pattern: str) -> list[str]:
    """Answer the alternatives of a regular expression. A group of alternatives of which one has a period in front is taken apart, too."""
    found = []
    for one in _split(pattern):
        groups = (at for at, letter in _letters(one) if letter == "(" and not _DOTTED.match(one, at))
        opening = next((at for at in groups if _DOTTED.search(one, at, _end_of_group(one, at))), None)
        if opening is None:
            found.append(one)
        else:
            end = _end_of_group(one, opening)
            found += [f"{one[:opening]}{inner}{one[end:]}" for inner in _split(one[opening + 3 : end - 1])]
    return found


def _at_period(pattern: str) -> tuple[str, str, str, str]:
    """Answer what stands before a group that begins with a period, the group, how often it may come, and what follows."""
    found = _DOTTED.search(pattern)
    if found is None:
        return pattern, "", "", ""
    end = _end_of_group(pattern, found.start())
    return pattern[: found.start()], pattern[found.start() : end], pattern[end], pattern[end + 1 :]


def _split(pattern: str) -> list[str]:
    """Split at the bars that are in no group and in no class."""
    parts, depth, last = [], 0, 0
    for at, letter in _letters(pattern):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            parts.append(pattern[last:at])
            last = at + 1
    return [*parts, pattern[last:]]


def _end_of_group(pattern: str, opening: int) -> int:
    depth = 0
    for at, letter in _letters(pattern):
        if at >= opening:
            depth += (letter == "(") - (letter == ")")
            if depth == 0:
                return at + 1
    raise ValueError(f"a group of {pattern} is not closed")


def _letters(pattern: str) -> Iterator[tuple[int, str]]:
    """Yield the letters that are neither escaped nor in a class, with their places."""
    for at, piece, in_class in _pieces(pattern):
        if not in_class and len(piece) == 1 and piece not in "[]":
            yield at, piece


def _pieces(pattern: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each letter, or backslash with its letter, with its place and whether it stands in a class."""
    at, in_class = 0, False
    while at < len(pattern):
        piece = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        yield at, piece, in_class
        in_class = piece != "]" if in_class else piece == "["
        at += len(piece)


def _latin(pattern: str, letters: str) -> str:
    """Answer a regular expression of Python with classes that Rust understands alike."""
    for short, long in ((r"[^\W\d_]", f"[{_LATIN}]"), (r"[^\W_]", f"[{_LATIN}0-9]"), (r"[^\W\d]", f"[{letters}]"), (r"[\s\S]", "(?s:.)")):
        pattern = pattern.replace(short, long)
    classes = {r"\w": f"{letters}0-9", r"\s": _SPACE, r"\d": "0-9"}
    shown = ((classes.get(piece), piece, in_class) for _, piece, in_class in _pieces(pattern))
    return "".join(piece if found is None else found if in_class else f"[{found}]" for found, piece, in_class in shown)


def _regex(pattern: str, letters: str) -> str:
    return f"/{_slashed(_latin(pattern, letters))}/"


def _slashed(pattern: str) -> str:
    return re.sub(r"(?<!\\)/", r"\\/", pattern)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
