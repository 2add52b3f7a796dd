"""English for answers: numbers, plurals, lists, places, code blocks. What a Smalltalker would say, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MOST_SHOWN = 30

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_RUNS = re.compile(r"`{3,}")
_BLOCK = re.compile(r"^(`{3,})(smalltalk|typescript)\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)


def number(n: int) -> str:
    """Answer small numbers as words: one, two, ..., twelve, 13."""
    return _WORDS[n] if n < len(_WORDS) else f"{n:,}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Answer "one method", "two methods", "2,310 methods"."""
    return f"{number(n)} {noun if n == 1 else plural or _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"


def verb(n: int, plural: str, singular: str | None = None) -> str:
    """Answer the form of a verb that agrees with `n`: 1 implements, 2 implement."""
    return plural if n != 1 else singular or f"{plural}s"


def capitalised(text: str) -> str:
    """Answer `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], word: str = "and") -> str:
    """Answer "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def ticked(name: str) -> str:
    """Answer `name` as code."""
    return f"`{name}`"


def ticks(names: Iterable[str], word: str = "and") -> str:
    """Answer names as code, as a list in a sentence."""
    return listed([ticked(name) for name in names], word)


def hashed(selector: str) -> str:
    """Answer a selector as Smalltalkers write one in prose: `#at:put:`."""
    return f"`#{selector}`"


def titled(text: str, most: int = 80) -> str:
    """Answer the first line of a text in double quotes, cut where it is long."""
    line = " ".join(text.replace("`", "'").replace('"', "'").split())
    return f'"{line if len(line) <= most else line[: most - 3].rstrip() + "..."}"'


def bullets(lines: Sequence[str], total: int) -> str:
    """Answer a list with one line for each, and how many more there are."""
    shown = "\n".join(f"- {line}" for line in lines[:MOST_SHOWN])
    left = total - min(len(lines), MOST_SHOWN)
    return shown + (f"\n- and {left:,} more" if left > 0 else "")


def code_block(text: str, language: str = "smalltalk") -> str:
    """Answer `text` as a fenced block; the fence is longer than any that the text holds."""
    fence = "`" * max([3, *(len(run) + 1 for run in _RUNS.findall(text))])
    return f"{fence}{language}\n{text}\n{fence}"


def code_in(text: str, language: str = "smalltalk") -> tuple[str, ...]:
    """Answer the contents of the fenced blocks of a language in `text`."""
    return tuple(match[3] for match in _BLOCK.finditer(text) if match[2] == language)


def sentences(text: str, most: int = 2) -> str:
    """Answer the first sentences of a comment on one line."""
    flat = " ".join(text.split())
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z\"'])", flat)
    return " ".join(parts[:most])
