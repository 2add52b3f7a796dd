"""The claim that a description means a class, and that its words lead to the family of that class: they are counted over the sources."""

from __future__ import annotations

import re
from math import log

from datagen.claims import source_claim
from datagen.classfacts import Path, short_of
from datagen.oracle import Oracle
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
    described = sample.prompt.text.rpartition("\n\n> ")[2]
    path = oracle.path_of(name)
    facts = oracle.classes.facts(path)
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z\"'])", described)
    saying = [fact.path[-1] for fact in oracle.classes.all_facts() if _says(fact.definition.comment, sentences)]
    if set(saying) != {name}:
        return f"the description is that of {' and '.join(saying) or 'no class'}"
    if any(re.search(rf"\b{re.escape(one)}s?\b", described, re.IGNORECASE) for one in claim.names):
        return "the question gives the class away"
    if short_of(oracle.classes.superclass_name(path) or "") != head or not sample.answer.startswith(f"`{name}` ("):
        return f"the answer is not about a subclass of {head}"
    if f"`{name}` ({facts[0].definition.file}:{facts[0].definition.line}) is described so" not in sample.answer:
        return f"the answer does not say where {name} is"
    return _led_to(sample, claim, oracle, name, head)


def _says(comment: str | None, sentences: list[str]) -> bool:
    said = " ".join((comment or "").split())
    return all(sentence in said for sentence in sentences)


def _led_to(sample: Sample, claim: Claim, oracle: Oracle, name: str, head: str) -> str | None:
    defined = {path[-1]: path for path in reversed(list(_defined(oracle)))}
    if claim.count != len(defined):
        return f"the sources have {len(defined)} classes"
    scores = dict.fromkeys(defined, 0.0)
    for word in _words(claim):
        having = {one for one in defined if word in _said(defined[one], oracle)} | (
            set(oracle.evidence.seen("worded", word)) & defined.keys()
        )
        if not 2 <= len(having) <= len(defined) / 5:
            return f"{len(having)} classes have {word}"
        for one in having:
            scores[one] += log(len(defined) / len(having))
    del scores[name]
    first = sorted((one for one in scores if scores[one] > 0), key=lambda one: (-round(scores[one], 9), one))[:5]
    homes = [head if one == head else short_of(oracle.classes.superclass_name(defined[one]) or "") for one in first]
    mine = sorted(one for one, home in zip(first, homes, strict=True) if home == head)
    others = [homes.count(home) for home in homes if home != head]
    if len(mine) < 2 or max(others, default=0) >= len(mine) or claim.detail != " ".join(mine):
        return f"the words lead to {', '.join(first)}"
    listed = [f"`{one}`" for one in mine]
    said = f"lead there too: {', '.join(listed[:-1])} and {listed[-1]}."
    words = all(f"`{word}`" in sample.answer for word in claim.about.split())
    return None if words and sample.answer.endswith(said) else "the answer does not say which words lead there"


def _defined(oracle: Oracle) -> list[Path]:
    return [fact.path for fact in oracle.classes.all_facts() if not fact.definition.stub]


def _said(path: Path, oracle: Oracle) -> set[str]:
    """Answer the words of a definition and its comment."""
    found: set[str] = set()
    for other in oracle.classes.paths(path[-1]):
        for fact in oracle.classes.facts(other):
            one = fact.definition
            if not one.stub:
                text = " ".join((one.name, *one.instance_variables, *one.class_variables, one.comment or ""))
                found.update(_plain(part) for part in _PART.findall(text) if len(part) > 3)
    return found
