"""What every code says, in a sentence: for SARIF, and for who looks one up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from checker.conventions import CONVENTIONS
from checker.faults import faults
from stparse.diagnose import faults as syntax_faults

_WORDS = re.compile(r"\{\w+\}")
# Codes that no table of faults has.
_OTHERS = {
    "C100": "names that cannot be judged, because the base image is not known",
    "C301": "this defines no class",
    "C302": "a keyword that no class definition has",
    "C303": "this cannot be the superclass",
    "C304": "a variable is listed twice",
    "C305": "a superclass has the variable already",
    "C306": "a variable is named like a reserved word",
    "C307": "this is no name of a variable",
    "C308": "a class variable does not begin with a capital",
    "C309": "a class name does not begin with a capital",
    "C310": "nobody knows the class that the method is for",
    "C311": "a file-out without any code",
    "C401": "an answer without any code",
    "C402": "what was taken as code",
    "C403": "what was not taken as code",
    "C404": "what looks like code and was not taken as such",
    "C405": "... in place of code",
    "F001": "a file that cannot be read",
}


@cache
def descriptions() -> Mapping[str, str]:
    """Answer {code: sentence} for the parser's and the checker's own codes, and for the conventions."""
    found = {code: _generic(fault.message) for code, fault in syntax_faults().items()}
    found |= {fault.code: _generic(fault.message) for fault in faults().values()}
    found |= {one.finding_code: f"house convention: {one.title}" for _, one in CONVENTIONS.items()}
    return {**found, **_OTHERS}


def _generic(message: str) -> str:
    return " ".join(_WORDS.sub("...", message).split())
