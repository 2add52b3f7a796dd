"""Literals that parse and still are none: digits outside the radix, bytes over 255, what a dialect does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from stparse.nodes import Binding, ByteArray, Character, LiteralArray, Message, Node, Number, Send, Symbol

Finding: TypeAlias = "tuple[str, Node, dict[str, str]]"

_RADIX = re.compile(r"-?(?P<radix>\d+)[r#]-?(?P<digits>[\dA-Z_]+)(?:\.(?P<fraction>[\dA-Z_]+))?")
_SMALL_DIGITS = re.compile(r"-?\d+[r#]-?[\dA-F]*[a-f][\da-fA-F]*")
_INTEGER = re.compile(r"(?P<sign>-?)(?:(?P<radix>\d+)[r#])?(?P<digits>[\dA-Z_]+)")
_NO_DIGITS = re.compile(r"r(?![A-Z\d])")
_OPERATORS = frozenset("-+*/\\~<>=@%|&?,!")
_PUNCTUATION = frozenset((".", ";", "^", ":"))


def literal_faults(node: Node) -> Iterator[Finding]:
    """Yield (fault, node, words) for what is wrong with `node` itself, if it is a literal or a message."""
    if isinstance(node, Number):
        yield from _number(node)
    elif isinstance(node, ByteArray):
        yield "byte-array", node, {}
        # Cuis reads an array of floats.
        floats = all(isinstance(element, Number) and "." in element.text for element in node.elements)
        for element in node.elements:
            if isinstance(element, Number) and not _is_byte(element.text):
                yield "float-array" if floats else "byte-out-of-range", element, {"name": element.text}
    elif isinstance(node, Binding):
        yield "binding-literal", node, {"name": "#{" + node.name + "}"}
    elif isinstance(node, LiteralArray):
        for element in node.elements:
            # A word without "#" is as long as its value.
            if isinstance(element, Symbol) and element.end - element.start == len(element.value):
                fault = "punctuation-in-literal-array" if element.value in _PUNCTUATION else "bare-word-in-literal-array"
                yield fault, element, {"name": element.value}
    elif isinstance(node, Character):
        if not node.value.isascii():
            yield "foreign-character", node, {"name": node.value}
    elif isinstance(node, Symbol):
        # A quoted one is longer than its value and the "#".
        if len(node.value) > 2 and node.value[0] in _OPERATORS and node.end - node.start == len(node.value) + 1:
            yield "long-operator", node, {"name": node.value}
    elif isinstance(node, Send | Message):
        if len(node.selector) > 2 and not node.selector[0].isalpha() and node.selector[0] not in "_@":
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
