"""The terms of a text: names whole and split, without what stands in every sentence, cut to their stems."""

from __future__ import annotations

import re
from functools import lru_cache

from stparse.index.words import identifiers, split

# What English sentences are held together by; the words of a question, and what comments begin with.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in on for and or is are be was were by with as at it its this that these those which who what when where how why"
        " from into if then else not no do does did can will would should may has have had i you we they he she there here than so such"
        " any all each one only also but me my our us show tell please",
    )
)
_ASKING = frozenset(re.findall(r"\w+", "find found happen happens explain list work works code exactly know tell want need"))
"""What questions are asked with."""
_GERMAN = frozenset(
    re.findall(
        r"\w+",
        "wer was wo wie wann warum welche welcher welches wird werden wurde ist sind hat haben kann der die das den dem des ein eine einen"
        " einem einer und oder nicht von vom zu zum zur im in auf aus bei mit f\u00fcr nach \u00fcber es ich wir man alle gibt finde zeige",
    )
)
"""What German sentences are held together by; some of them are English words, too."""
_FEWEST_GERMAN = 2
_HISSING = ("sses", "xes", "ches", "shes")
_STAYS = ("ss", "us", "is")


def terms(text: str) -> list[str]:
    """Answer the terms of `text` in order: of a name with several words the whole, then each word; stop words are left out."""
    found: list[str] = []
    for name in identifiers(text):
        found += _terms_of(name)
    return found


def question_terms(question: str) -> list[str]:
    """Answer the terms of a question; the verbs that any may be asked with are left out where others are left."""
    names = identifiers(question)
    german = {name.lower() for name in names} & _GERMAN - STOP_WORDS
    usual = _ASKING | _GERMAN if len(german) >= _FEWEST_GERMAN else _ASKING
    telling = [name for name in names if name.lower() not in usual]
    return [term for name in telling for term in _terms_of(name)] or [term for name in names for term in _terms_of(name)]


@lru_cache(maxsize=200_000)
def _terms_of(name: str) -> tuple[str, ...]:
    words = [word.lower() for word in split(name)]
    whole = (name.lower(),) if len(words) > 1 or name.endswith(":") else ()
    return (*whole, *(stem(word) for word in words if word not in STOP_WORDS))


def stem(word: str) -> str:
    """Answer `word`, which is in lower case, without the ending of an English plural or verb: `copies`, `copied`, `copy` are one.

    What it makes of other languages is the same for a question and for what it asks about.
    """
    if len(word) > 2:
        word = _singular(word)
    if len(word) > 5 and word.endswith("ing"):
        word = _undoubled(word[:-3])
    elif len(word) > 4 and word.endswith("ied"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith("ed"):
        word = _undoubled(word[:-2])
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_HISSING):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(_STAYS) else word


def _undoubled(word: str) -> str:
    """Answer `stop` for `stopp`, but `call` for `call`."""
    return word[:-1] if len(word) > 2 and word[-1] == word[-2] and word[-1] not in "lsz" else word
