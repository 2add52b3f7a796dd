"""Claims about the house: how often a habit is kept, that a quoted method keeps or breaks it, and that a departure is just the edit.

The habits are mined by checker.style; here every method has been read again (datagen/looks/usual.py), and all is counted anew.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from datagen.claims import source_claim, text_claim
from datagen.classfacts import short_of
from datagen.looks.usual import Usual, values_in
from datagen.mutations import undone
from datagen.oracle import Oracle, short_method
from datagen.phrase import code_in, number
from datagen.sample import Claim, Sample
from datagen.scanned import Place, Scanned
from datagen.subject import digest
from stparse.index.model import MethodDef
from stparse.nodes import Method
from stparse.parser import DEFAULT_DIALECT, parse_method
from stparse.text import Lines, Span

_FILED = re.compile(r"!(\S+?)( class)? methodsFor: '([^'\n]+)'!\n\n(.+)! !", re.DOTALL)
_ARTICLE = re.compile(r"(?:an?|some)[A-Z]\w*")
_SHORT_NAMES = ("aStream", "anError", "anException")
_LEAST, _LEAST_CLASSES, _LEAST_PACKAGES, _LEAST_LOWER = 30, 5, 2, 0.8


@dataclass(frozen=True, slots=True)
class _Header:
    class_name: str
    meta: bool
    protocol: str
    source: str


def _filed(text: str) -> _Header | None:
    found = _FILED.fullmatch(text)
    return _Header(found[1], found[2] is not None, found[3], found[4]) if found else None


def _shown(sample: Sample) -> str:
    """Answer the text that the question shows."""
    return next(iter(code_in(sample.prompt.text)), "")


# The habit


@dataclass(frozen=True, slots=True)
class _Count:
    """The cases of a context in all methods, by whether they are as usual."""

    usual: tuple[Usual, ...]
    others: tuple[Usual, ...]


@lru_cache(maxsize=512)
def _counted(oracle: Oracle, context: str, value: str) -> _Count:
    cases: list[Usual] = oracle.evidence.seen("usual", context)
    usual = [_fits(context, value, case.value) for case in cases]
    return _Count(
        tuple(case for case, fits in zip(cases, usual, strict=True) if fits),
        tuple(case for case, fits in zip(cases, usual, strict=True) if not fits),
    )


def _fits(context: str, value: str, found: str) -> bool:
    if context.startswith("C08") and value == "aXxx":
        return _ARTICLE.fullmatch(found) is not None and found not in _SHORT_NAMES
    if context.startswith("C08") and value == "theXxx":
        return re.fullmatch(r"the[A-Z]\w*", found) is not None
    return found == value


def _context(claim: Claim) -> tuple[str, ...]:
    return ((claim.detail or "").split("|")[0],)


@source_claim("habit", wants="usual", subjects=_context)
def habit(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """So many of the other cases are as usual, which is a convention; the text that is shown has this instead, or keeps it."""
    context, value, here = (claim.detail or "||").split("|")
    count = _counted(oracle, context, value)
    mine = (sample.sources[0].file, short_method(claim.about))
    usual = [case for case in count.usual if (case.file, short_method(case.place.name)) != mine]
    others = [case for case in count.others if (case.file, short_method(case.place.name)) != mine]
    if claim.numbers != (len(usual), len(usual) + len(others)):
        return f"{len(usual)} of {len(usual) + len(others)} others do so"
    if not _is_in_force(count, oracle):
        return "that is no convention"
    kept = {(short_method(case.place.name), case.place.where) for case in usual}
    evidence = [(short_method(name), where) for name, where in zip(claim.names, claim.places, strict=True)]
    if len(set(evidence)) < 3 or not set(evidence) <= kept:
        return "the places do not show it"
    wrong = _reading_of(_shown(sample), context, value, here, sample, oracle)
    if wrong is None and here and sample.chosen is not None:
        wrong = _reading_of(sample.chosen, context, value, "", sample, oracle)
    return wrong or _said(sample, claim, context, value, here)


def _is_in_force(count: _Count, oracle: Oracle) -> bool:
    total = len(count.usual) + len(count.others)
    classes = {short_of(case.class_name) for case in count.usual}
    packages = {_package(name, oracle) for name in classes}
    enough = len(classes) >= _LEAST_CLASSES and len(packages) >= _LEAST_PACKAGES
    return enough and is_usual(len(count.usual), total)


def is_usual(kept: int, total: int) -> bool:
    """Whether what so many of so many cases do is a convention."""
    return total >= _LEAST and _lower(kept, total) >= _LEAST_LOWER


def _lower(kept: int, count: int) -> float:
    """Answer the lower end of the 95 % interval of a share, after Wilson."""
    z2, share = 1.96**2, kept / count
    return (share + z2 / (2 * count) - 1.96 * math.sqrt((share * (1 - share) + z2 / (4 * count)) / count)) / (1 + z2 / count)


def _package(class_name: str, oracle: Oracle) -> str:
    facts = [fact for path in oracle.classes.paths(class_name) for fact in oracle.classes.facts(path)]
    return (facts[0].definition.category or facts[0].definition.file) if facts else ""


def _reading_of(text: str, context: str, value: str, here: str, sample: Sample, oracle: Oracle) -> str | None:
    """Answer why a filed method does not have `here` where it should be as usual, or is not as usual where there is no `here`; or None."""
    said = _filed(text)
    if said is None:
        return "the text is no filed method"
    dialect = oracle.dialects.get(sample.sources[0].file, DEFAULT_DIALECT)
    tree = parse_method(said.source, dialect).tree
    if not isinstance(tree, Method):
        return "the text does not parse"
    span = Span(0, len(said.source))
    method = MethodDef(
        0, said.class_name, said.meta, tree.selector, said.protocol, said.source, None, span, "", 1, 1, dialect, None, 0, 0, None, True
    )  # fmt: skip
    values = list(values_in(Scanned(method, tree, Place("", "")), context))
    wrong = [one for one in values if not _fits(context, value, one)]
    if here:
        return None if here in wrong else f"it has {', '.join(values) or 'no such case'}, and not {here}"
    return "it does not keep it" if wrong or not values else None


def _said(sample: Sample, claim: Claim, context: str, value: str, here: str) -> str | None:
    kept, total = claim.numbers
    how_many = f"all {number(total)} other " if kept == total else f"{number(kept)} of the {number(total)} other "
    parts = [part for part in sample.answer.split("\n") if how_many in part and claim.names[0] in part]
    last = context.rpartition(" ")[2]
    subject = f"`{last}`" if context.startswith("C07") else last
    wanted = [f"`{name}` ({where})" for name, where in zip(claim.names, claim.places, strict=True)]
    wanted += [] if value in ("aXxx", "theXxx") else [f"'{value}'" if context.startswith("C01") else f"`{value}`"]
    wanted += [f"({claim.code})", f"'{here}'" if context.startswith("C01") else f"`{here}`"] if here else []
    wanted += [subject] if context.startswith(("C01", "C07", "C08")) else []
    if any(all(word in part for word in wanted) for part in parts):
        return None if not here or _line_is_right(sample, claim) else "the line is another one"
    return "the answer does not say how usual it is, where, and what stands here"


def _line_is_right(sample: Sample, claim: Claim) -> bool:
    text, at = _shown(sample), claim.span[0] if claim.span else -1
    return f"Line {Lines(text).line(at)}: " in sample.answer and 0 <= at < len(text)


# The text


@source_claim("filed", wants="texts", subjects=lambda claim: claim.places)
def filed(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The method, as it is in the sources, is of this class and side, and in this protocol; without its edit the text says so."""
    text = next(
        (t for t in oracle.evidence.texts.get(claim.places[0], ()) if short_method(t.place.name) == short_method(claim.about)), None
    )
    if text is None or text.protocol != claim.detail:
        return "the protocol is another one"
    said = _filed(sample.chosen if sample.chosen is not None else _shown(sample))
    if said is None:
        return "the text is no filed method"
    owner = f"{said.class_name}{' class' if said.meta else ''}"
    if short_method(f"{owner}>>x") != short_method(f"{short_method(claim.about).partition('>>')[0]}>>x"):
        return "the header names another class"
    same = digest(said.source) == sample.sources[0].digest and said.protocol == claim.detail
    return None if same else "the text is not the source"


@text_claim("departure")
def departure(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The edit, of a protocol, a name or a class, leads from what is shown to the source, which a repair gives; it is where it says."""
    fault, shown = sample.fault, _shown(sample)
    if fault is None or fault.code != claim.code or shown != sample.rejected:
        return "the text is not that with the fault"
    original = undone(shown, fault.span[0], fault.was, fault.now)
    repair = (original,) if sample.kind.startswith("negative.") else ()
    if original != sample.chosen or code_in(sample.answer) != repair:
        return "without the edit it is not the answer"
    said, before = _filed(shown), _filed(original)
    if said is None or before is None or not isinstance(parse_method(said.source, dialect).tree, Method):
        return "the text is no filed method"
    if digest(before.source) != sample.sources[0].digest:
        return "without the edit the text is not the source"
    at = claim.span[0] if claim.span else -1
    if at != fault.span[0] or fault.line != Lines(shown).line(at) or f"Line {fault.line}: " not in sample.answer:
        return "the fault is at another place"
    if claim.names[0] not in sample.answer.split("\n", 1)[0] and claim.code == "H01":
        return "the answer does not say what it must be"
    return None if f"({claim.code})" in sample.answer and fault.message in sample.answer else "the answer does not say what is wrong"
