"""The claim that a description means a class, and that its words lead to the family of that class: they are counted over the sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from math import log

from datagen.claims import source_claim
from datagen.claims.methods import all_shown
from datagen.classfacts import ClassFacts, Path, short_of
from datagen.oracle import Oracle
from datagen.phrase import counted, number
from datagen.sample import Claim, Sample

_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]")


def _plain(word: str) -> str:
    return word.lower().rstrip("s")


def _words(claim: Claim) -> tuple[str, ...]:
    return tuple(map(_plain, claim.about.split()))


@source_claim("nearest", wants="worded", subjects=_words)
def nearest(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The description is from the comment of this class, does not name it, and most of the classes with its words are of its family."""
    name, head = claim.names
    if short_of(oracle.classes.superclass_name(oracle.path_of(name)) or "") != head:
        return f"{name} is not a subclass of {head}"

    def home(path: Path) -> str:
        return head if path[-1] == head else short_of(oracle.classes.superclass_name(path) or "")

    return _described(sample, name, (name, head), oracle) or _led_to(sample, claim, oracle, home, "lead there too")


@source_claim("nearest package", wants="worded", subjects=_words)
def nearest_package(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The description is from the comment of this class, does not name it, and most of the classes with its words are in its category."""
    (name,) = claim.names

    def home(path: Path) -> str:
        return next((fact.definition.category or "" for fact in oracle.classes.facts(path) if not fact.definition.stub), "")

    return _described(sample, name, (name,), oracle) or _led_to(sample, claim, oracle, home, "are in that category too")


@source_claim("beside")
def beside(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The class has this superclass and is in a category of so many classes; these others there have the same superclass."""
    definition = oracle.classes.facts(oracle.path_of(claim.about))[0].definition
    there = {fact.path: fact for fact in reversed(oracle.classes.in_category(definition.category or ""))}
    head = short_of(definition.superclass or "")
    kin = sorted(path for path, fact in there.items() if short_of(fact.superclass or "") == head and path[-1] != claim.about)
    names = sorted(path[-1] for path in kin)
    if (claim.detail, claim.numbers, claim.count) != (head, (len(there),), len(names)) or list(claim.names) != names[:30]:
        return f"beside it are {', '.join(names) or 'none'}, of {len(there)} classes"
    among = (
        f": a subclass of `{head}` in the category '{definition.category}', one of {number(len(there))} classes there in the indexed code."
    )
    if among not in sample.answer:
        return "the answer does not say where the class is"
    told = "No other class there inherits directly" if not names else f"{counted(len(names), 'other class', 'other classes')} there inherit"
    places = {(path[-1], f"{there[path].definition.file}:{there[path].definition.line}") for path in kin}
    if told.lower() not in sample.answer.lower() or not set(zip(claim.names, claim.places, strict=True)) <= places:
        return "the answer does not say how many are beside it, or where"
    return all_shown(sample, claim)


def _described(sample: Sample, name: str, hidden: tuple[str, ...], oracle: Oracle) -> str | None:
    """Answer the complaint that the description is not that of this class alone, or gives it away."""
    described = sample.prompt.text.rpartition("\n\n> ")[2]
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z\"'])", described)
    first, *rest = sentences
    saying = [other for other, comment in _comments(oracle.classes) if first in comment and all(sentence in comment for sentence in rest)]
    if set(saying) != {name}:
        return f"the description is that of {' and '.join(saying) or 'no class'}"
    if any(re.search(rf"\b{re.escape(one)}s?\b", described, re.IGNORECASE) for one in hidden):
        return "the question gives the class away"
    definition = oracle.classes.facts(oracle.path_of(name))[0].definition
    where = f"`{name}` ({definition.file}:{definition.line}) is described so, by its class comment"
    return None if sample.answer.startswith(where) else f"the answer does not say where {name} is"


@lru_cache(maxsize=1)
def _comments(classes: ClassFacts) -> list[tuple[str, str]]:
    """Answer the short name and the comment, in one line, of each definition."""
    return [(fact.path[-1], " ".join((fact.definition.comment or "").split())) for fact in classes.all_facts()]


def _led_to(sample: Sample, claim: Claim, oracle: Oracle, home: Callable[[Path], str], end: str) -> str | None:
    """Answer the complaint that the words do not lead where the class is at home, or that the answer says it otherwise."""
    name = claim.names[0]
    defined = _defined(oracle.classes)
    if claim.count != len(defined):
        return f"the sources have {len(defined)} classes"
    scores: dict[str, float] = {}
    for word in _words(claim):
        having = (_worded(oracle.classes).get(word, set()) | set(oracle.evidence.seen("worded", word))) & defined.keys()
        if not 2 <= len(having) <= len(defined) / 5:
            return f"{len(having)} classes have {word}"
        for one in having:
            scores[one] = scores.get(one, 0.0) + log(len(defined) / len(having))
    first = sorted((one for one in scores if one != name), key=lambda one: (-round(scores[one], 9), one))[:5]
    own, homes = home(defined[name]), [home(defined[one]) for one in first]
    mine = sorted(one for one, other in zip(first, homes, strict=True) if other == own)
    others = [homes.count(other) for other in homes if other != own]
    if len(mine) < 2 or max(others, default=0) >= len(mine) or claim.detail != " ".join(mine):
        return f"the words lead to {', '.join(first)}"
    listed = [f"`{one}`" for one in mine]
    said = f"{end}: {', '.join(listed[:-1])} and {listed[-1]}."
    words = all(f"`{word}`" in sample.answer for word in claim.about.split())
    return None if words and sample.answer.endswith(said) else "the answer does not say which words lead there"


@lru_cache(maxsize=1)
def _defined(classes: ClassFacts) -> dict[str, Path]:
    """Answer the classes that the sources define, by their short names."""
    return {fact.path[-1]: fact.path for fact in reversed(classes.all_facts()) if not fact.definition.stub}


@lru_cache(maxsize=1)
def _worded(classes: ClassFacts) -> dict[str, set[str]]:
    """Answer the classes, by their short names, that have each word in a definition or its comment."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for fact in classes.all_facts():
        one = fact.definition
        if not one.stub:
            text = " ".join((one.name, *one.instance_variables, *one.class_variables, one.comment or ""))
            for part in _PART.findall(text):
                if len(part) > 3:
                    found[_plain(part)].add(fact.path[-1])
    return dict(found)
