"""Literals that parse and still are none: digits outside the radix, bytes over 255, what a dialect does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from stparse.nodes import Binding, ByteArray, Character, LiteralArray, Message, Node, Number, Send, Symbol

Finding: TypeAlias = "tuple[str, Node, dict[str, str]]"

_RADIX = re.compile(r"-?(?P<radix>\d+)[r#]-?(?P<digits>[\dA-Z_]+)(?:\.(?P<fraction>[\dA-Z_]+))?")
_SMALL_DIGITS = re.compile(r"-?\d+[r#]-?[\dA-F]*[a-f][\da-fA-F]*")
_INTEGER = re.compile(r"(?P<sign>-?)(?:(?P<radix>\d+)[r#])?(?P<digits>[\dA-Za-z_]+)")
_NO_DIGITS = re.compile(r"r(?![A-Z\d])")
_OPERATORS = frozenset("-+*/\\~<>=@%|&?,!")
_PUNCTUATION = frozenset((".", ";", "^", ":"))


def is_long_operator(selector: str) -> bool:
    """Answer whether a selector is an operator of more characters than some compilers read as one."""
    return len(selector) > 2 and not selector[0].isalpha() and selector[0] not in "_@"


def literal_faults(node: Node) -> Iterator[Finding]:
    """Yield (fault, node, words) for what is wrong with `node` itself, if it is a literal or a message."""
    if isinstance(node, Number):
        yield from _number(node)
    elif isinstance(node, ByteArray):
        yield "byte-array", node, {}
        # In Cuis the first element decides: behind a float there may be more of them, and bytes.
        floats = any("." in element.text for element in node.elements[:1] if isinstance(element, Number))
        for element in node.elements:
            if isinstance(element, Number) and not _is_byte(element.text):
                yield "float-array" if floats and "." in element.text else "byte-out-of-range", element, {"name": element.text}
    elif isinstance(node, Binding):
        yield "binding-literal", node, {"name": "#{" + node.name + "}"}
    elif isinstance(node, LiteralArray):
        for before, element in zip((None, *node.elements), node.elements, strict=False):
            # A word without "#" is as long as its value. That of `0.0e` says which kind of float it is, and is no word.
            kind_of_float = isinstance(before, Number) and "." in before.text and before.end == element.start
            if isinstance(element, Symbol) and element.end - element.start == len(element.value) and not kind_of_float:
                fault = "punctuation-in-literal-array" if element.value in _PUNCTUATION else "bare-word-in-literal-array"
                yield fault, element, {"name": element.value}
    elif isinstance(node, Symbol):
        # In quotes it may have any letter.
        if not node.value.isascii() and node.value[0].isalpha() and node.end - node.start <= len(node.value) + 2:
            yield "foreign-letter", node, {"name": node.value}
        # A quoted one is longer than its value and the "#".
        elif len(node.value) > 2 and node.value[0] in _OPERATORS and node.end - node.start == len(node.value) + 1:
            yield "long-operator", node, {"name": node.value}
    elif isinstance(node, Character):
        if not node.value.isascii():
            yield "foreign-character", node, {"name": node.value}
    elif isinstance(node, Send | Message):
        if is_long_operator(node.selector):
            yield "long-operator", node, {"name": node.selector}
        receiver = node.receiver if isinstance(node, Send) else None
        if (
            isinstance(node, Send)
            and isinstance(receiver, Number)
            and node.at == receiver.end
            and receiver.text.isdecimal()
            and _NO_DIGITS.match(node.selector)
        ):
            yield "radix-without-digits", node, {"name": receiver.text}


def _number(node: Number) -> Iterator[Finding]:
    if _SMALL_DIGITS.fullmatch(node.text):
        yield "small-digits", node, {"name": node.text}
        return
    match = _RADIX.match(node.text)
    if match is None:
        return
    radix = int(match["radix"])
    if radix < 2:
        yield "radix-too-small", node, {"name": node.text}
    elif radix > 36:
        yield "radix-too-large", node, {"name": node.text}
    elif any(int(digit, 36) >= radix for digit in (match["digits"] + (match["fraction"] or "")).replace("_", "")):
        yield "digit-outside-radix", node, {"name": node.text}


def _is_byte(text: str) -> bool:
    match = _INTEGER.fullmatch(text)
    if match is None or match["sign"]:
        return False
    try:
        return int(match["digits"].replace("_", ""), int(match["radix"] or 10)) <= 255
    except ValueError:
        # A digit outside the radix is reported as such.
        return True
