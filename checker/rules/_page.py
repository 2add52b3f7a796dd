"""A rule's docstring taken apart: what, why, bad, good. Tests hold every rule to the shape, and docs/rules.md is made of it."""

from __future__ import annotations

import re
from inspect import cleandoc
from textwrap import dedent

from checker.rules import Rule

_SHAPE = re.compile(r"(?P<what>[^\n]+)\n\nWhy:\n(?P<why>.*?)\nBad:\n(?P<bad>.*?)\nGood:\n(?P<good>.*)", re.DOTALL)


def sections_of(rule: Rule) -> tuple[str, str, str, str]:
    """Answer what, why, bad and good of a rule. Raises ValueError if its docstring is not of that shape."""
    match = _SHAPE.fullmatch(cleandoc(rule.doc))
    if match is None:
        raise ValueError(f"rule {rule.code}: the docstring is not: what, Why:, Bad:, Good:")
    what, why, bad, good = (dedent(match[name]).strip("\n") for name in ("what", "why", "bad", "good"))
    return what, " ".join(why.split()), bad, good
