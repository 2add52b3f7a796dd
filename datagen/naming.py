"""What a selector, an argument and a variable of Smalltalk are called in TypeScript.

The name depends on the selector, on the side and on which selectors the code base has there, never on the class: all who implement
a message share its name. `at:put:` is `atPut`; `title:` is `setTitle` where there is `title` too, because TypeScript has no two
methods of one name, but `resolve:` is `resolveWith`, since a verb is no property.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

BINARY = {
    "=": "equals", "==": "isIdenticalTo", "~=": "isNotEqualTo", "~~": "isNotIdenticalTo",
    "<": "isLessThan", ">": "isGreaterThan", "<=": "isAtMost", ">=": "isAtLeast",
    "+": "plus", "-": "minus", "*": "times", "/": "dividedBy", "//": "quotient", "\\\\": "modulo",
    ",": "concat", "->": "pairedWith", "@": "pointTo", "&": "and", "|": "or", "==>": "implies", "<=>": "compare", "**": "power",
}  # fmt: skip
"""The names of binary selectors; there is no sketch of a class with another one."""

VERBS = frozenset(
    ("accept", "activate", "add", "analyze", "apply", "as", "assert", "browse", "calculate", "check", "choose", "clear", "close",
     "collect", "compile", "compute", "confirm", "convert", "create", "delete", "deny", "detect", "do", "encode", "evaluate", "execute",
     "explore", "export", "fetch", "find", "flush", "generate", "import", "init", "initialize", "insert", "inspect", "install", "notify",
     "open", "parse", "perform", "pop", "prepare", "print", "push", "raise", "refresh", "reject", "remove", "rename", "render",
     "replace", "reset", "resolve", "restore", "resume", "run", "save", "send", "terminate", "throw", "uninstall", "unregister",
     "update", "validate", "visit", "wait")
)  # fmt: skip
"""A selector that begins with one of these words tells somebody to do something, and sets nothing."""
THINGS = frozenset(
    ("Action", "Block", "Button", "Class", "Color", "Count", "Date", "Font", "Holder", "Icon", "Index", "Label", "Menu", "Mode", "Model",
     "Name", "Path", "Policy", "Selector", "Size", "Strategy", "Style", "Symbol", "Text", "Time", "Type", "Width")
)  # fmt: skip
"""But one that ends in one of these words names a thing: `validateBlock:`."""
_WORDS = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z0-9_]+")

_RESERVED = frozenset(
    ("arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else",
     "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements", "import", "in", "instanceof",
     "interface", "let", "new", "null", "package", "private", "protected", "public", "return", "static", "super", "switch", "this",
     "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield", "undefined")
)  # fmt: skip
# What every object, or every class, of JavaScript has already and means something else by.
_TAKEN = {False: frozenset(("constructor",)), True: frozenset(("prototype", "name", "length", "caller", "arguments"))}


def method_name(selector: str, has_unary: Callable[[str], bool], *, static: bool = False) -> str | None:
    """Answer what a method is called; None for a binary selector that has no name. `has_unary` tells which selectors there are on the
    same side."""
    if not selector[:1].isalpha() and not selector.startswith("_"):
        return BINARY.get(selector)
    first, *others = (word for word in selector.split(":") if word)
    if selector.endswith(":") and not others and has_unary(first):
        words = _WORDS.findall(first)
        if words and words[0] in VERBS and words[-1] not in THINGS:
            return f"{first}With"
        return f"set{first[:1].upper()}{first[1:]}"
    name = first + "".join(word[:1].upper() + word[1:] for word in others)
    return f"{name}_" if name in _TAKEN[static] else name


def argument_names(names: Iterable[str]) -> tuple[str, ...]:
    """Answer what arguments are called: as they are, but for the words that TypeScript reserves."""
    return tuple(f"{name}_" if name in _RESERVED else name for name in names)


def field_name(variable: str) -> str:
    """Answer what a variable is called: with an underline, because it often has the name of its getter."""
    return variable if variable.startswith("_") else f"_{variable}"
