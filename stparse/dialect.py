"""Which Smalltalk a file is written in, by evidence; a folder's majority decides for files that show none.

Evidence is counted, not decided on the spot: `evidence_of` is small and travels between processes, `settle_dialects`
looks at all of it. Where there is none at all the answer is VisualWorks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from posixpath import dirname

from stparse.text import SourceFile

DEFAULT = "visualworks"
DIALECTS = ("visualworks", "squeak", "pharo", "gnu", "dolphin", "stx", "va", "gemstone", "amber", "smalltalk80")

# What the format alone says, and how strongly: a Tonel file is Pharo's unless it shows another origin.
_FORMATS = {
    "vwxml": ("visualworks", 20),
    "gnu": ("gnu", 20),
    "dolphin": ("dolphin", 20),
    "topaz": ("gemstone", 20),
    "tonel": ("pharo", 4),
    "filetree": ("pharo", 3),
}
# Some formats belong to few dialects: a Pharo test that quotes GNU code is still Pharo's.
_POSSIBLE = {
    "vwxml": {"visualworks"},
    "gnu": {"gnu"},
    "dolphin": {"dolphin"},
    "topaz": {"gemstone"},
    "tonel": {"pharo", "squeak", "gemstone", "va", "dolphin"},
    "filetree": {"pharo", "squeak", "gemstone"},
}
_ENDINGS = {
    ".pck.st": ("squeak", 10),
    ".changes": ("squeak", 1),
    ".cs": ("squeak", 3),
    ".app": ("visualworks", 1),
    ".pst": ("visualworks", 8),
    ".vw": ("visualworks", 8),
    ".stx": ("stx", 8),
    ".gst": ("gnu", 8),
    ".squeak": ("squeak", 8),
    ".cls": ("dolphin", 2),
    ".pax": ("dolphin", 8),
    ".pac": ("dolphin", 8),
    ".gs": ("gemstone", 8),
    ".tpz": ("gemstone", 8),
    ".sources": ("squeak", 1),
}

# (dialect, weight, expression), searched near the beginning and the end of the text.
_SIGNS = (
    ("visualworks", 12, r"'From VisualWorks|From ObjectWorks|defineClass: #\w+\s+superclass: #\{|defineNameSpace: #|<st-source>"),
    ("visualworks", 3, r"#\{(?:Core|UI|Smalltalk|Graphics|Kernel|XML|Root)\.\w|defineSharedVariable:"),
    ("visualworks", 2, r"publicMethodsFor:|becomeDefault!|LensMetadata|UIPainter new openOnClass"),
    ("va", 12, r"vaPrerequisites|#vaVisibility|'From VisualAge|VA Smalltalk|AbtViewApplication|EmSystemConfiguration"),
    ("va", 3, r"isRunTime"),
    ("squeak", 12, r"'From (?:Squeak|Croquet|Cuis|Etoys|Scratch)|'From [^\n']{1,60}\[latest update: #\d+\]"),
    ("squeak", 6, r"!classDefinition: |!provides: '|!requires: '|SystemOrganization addCategory:|----(?:SNAPSHOT|QUIT)----"),
    ("squeak", 3, r"methodsFor: '[^']*' stamp: '|commentStamp: '[^']*' prior: \d|\]style\["),
    ("squeak", 2, r"self flag: #| _ [\w(\'#\[$]"),
    ("pharo", 12, r"'From Pharo|<< #\w+\s+slots:"),
    ("pharo", 3, r"\t#(?:package|tag|category) : |package: '"),
    ("gnu", 8, r"GNU Smalltalk|Eval \[|(?:subclass: \w{1,80}+| extend) \[$|printNl|displayNl"),
    ("dolphin", 12, r"Filed out from Dolphin|package paxVersion:|categoriesFor(?:Class|Methods)!|categoriesFor: #|guid: \(GUID "),
    ("stx", 12, r"\"\{ (?:Package|NameSpace|Encoding):|privateIn:[A-Z]|'From Smalltalk/X|\n%\{|\"/ |methodsFor:'"),
    ("gemstone", 12, r"\n(?:class)?method: [A-Z]\w*\n|@env\d:|inDictionary: \w+\s+options:|System myUserProfile"),
    ("amber", 12, r"createPackage: '|\tpackage: '[^'\n]{1,99}+'!$|<inlineJS:|#\w+ asString asJQuery"),
    ("smalltalk80", 12, r"From Smalltalk-80"),
    ("smalltalk80", 1, r"\"-- -- -- -- --| _ [\w('#\[$]"),
)
_HEAD, _TAIL = 12_000, 3_000


@cache
def _signs() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple((dialect, weight, re.compile(expression, re.MULTILINE)) for dialect, weight, expression in _SIGNS)


Evidence = Mapping[str, int]


def evidence_of(source: SourceFile, format_name: str) -> dict[str, int]:
    """Answer {dialect: points} of what the format, the path and the text show; empty when nothing does."""
    points: Counter[str] = Counter()
    if format_name in _FORMATS:
        dialect, weight = _FORMATS[format_name]
        points[dialect] += weight
    path = source.path.lower()
    ending = next((ending for ending in _ENDINGS if path.endswith(ending)), None)
    if ending:
        dialect, weight = _ENDINGS[ending]
        points[dialect] += weight
    text = source.text if len(source.text) <= _HEAD + _TAIL else source.text[:_HEAD] + "\n" + source.text[-_TAIL:]
    # `^` and `$` know only LF.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for dialect, weight, expression in _signs():
        if expression.search(text):
            points[dialect] += weight
    possible = _POSSIBLE.get(format_name)
    return {dialect: weight for dialect, weight in points.items() if possible is None or dialect in possible}


def best_dialect(evidence: Evidence) -> str | None:
    """Answer the dialect with most points, the earlier of DIALECTS among equals; None without evidence."""
    return max(DIALECTS, key=lambda dialect: evidence.get(dialect, 0)) if any(evidence.values()) else None


def detect_dialect(source: SourceFile, format_name: str) -> str:
    """Answer the dialect of one file by itself; VisualWorks where nothing tells."""
    return best_dialect(evidence_of(source, format_name)) or DEFAULT


def settle_dialects(evidence: Mapping[str, Evidence], least: int = 8) -> dict[str, str]:
    """Answer {path: dialect} for {path: evidence of that file}.

    A file with fewer than `least` points takes the dialect that most files in its folder have, else of the folder
    above, and so on up; then what little it shows itself; then VisualWorks.
    """
    sure = {path: best for path, points in evidence.items() if (best := best_dialect(points)) and points[best] >= least}
    votes: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for path in evidence:
        for folder in _folders(path):
            sizes[folder] += 1
            if path in sure:
                votes.setdefault(folder, Counter())[sure[path]] += 1
    voiced = {folder: counted for folder, counted in votes.items() if counted.total() >= _QUORUM * sizes[folder]}
    return {path: sure.get(path) or _majority(path, voiced) or best_dialect(points) or DEFAULT for path, points in evidence.items()}


# One file in 13,000 that shows its dialect does not speak for the others.
_QUORUM = 0.01


def _majority(path: str, votes: Mapping[str, Counter[str]]) -> str | None:
    for folder in _folders(path):
        if folder in votes:
            counted = votes[folder]
            return max(DIALECTS, key=lambda dialect: counted[dialect])
    return None


def _folders(path: str) -> list[str]:
    """Answer the folders above a path, the nearest first, the root as the empty text last."""
    folders: list[str] = []
    while path and path != "/":
        path = dirname(path)
        folders.append(path)
    return folders
