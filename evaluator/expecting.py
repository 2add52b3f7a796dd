"""Whether an answer holds a pattern: text as it is, a regular expression, or Smalltalk with metavariables in its code."""

from __future__ import annotations

import re
from functools import lru_cache

from evaluator.item import Expected, Way
from evaluator.judged import Judged
from stparse.pattern import Pattern


def holds(expected: Expected, judged: Judged) -> bool:
    """Answer whether the answer has it. White space of a text stands for any white space."""
    if expected.way is Way.TEXT:
        return " ".join(expected.text.split()) in " ".join(judged.text.split())
    if expected.way is Way.REGEX:
        return re.search(expected.text, judged.text) is not None
    pattern = _pattern(expected.text, expected.way is Way.METHOD)
    return any(next(pattern.find(tree), None) is not None for tree in judged.trees)


@lru_cache(maxsize=1000)
def _pattern(text: str, method: bool) -> Pattern:
    return Pattern(text, method=method)
