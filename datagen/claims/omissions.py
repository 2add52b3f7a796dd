"""The claim that one thing is left out of a class: its pieces are compared, and the law that it breaks is looked up in the sources.

Of the rules that found it nothing is asked here: the superclasses are linked anew, and who implements what comes from the scan.
"""

from __future__ import annotations

import re

from datagen.claims import source_claim
from datagen.classfacts import short_of
from datagen.fileouts import judged_fileout, pieces_in
from datagen.mutations import undone
from datagen.oracle import Oracle
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.scan import Member, pattern_of
from stparse.parser import DEFAULT_DIALECT

_BASE = ("Object", "ProtoObject")


def _selectors(claim: Claim) -> tuple[str, ...]:
    return claim.names


@source_claim("left out", wants="members", subjects=_selectors)
def omission(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Nothing but this method, or its super send, is missing; the answer gives it; and by the sources the class needs it."""
    fault, (text, *more) = sample.fault, code_in(sample.prompt.text)
    if (
        fault is None
        or more
        or not claim.names
        or text != sample.rejected
        or undone(text, fault.span[0], fault.was, fault.now) != sample.chosen
    ):
        return "without the edit the text is not the class"
    dialect, selector = oracle.dialects.get(sample.sources[0].file, DEFAULT_DIALECT), claim.names[0]
    if judged_fileout(text, dialect) or judged_fileout(sample.chosen, dialect):
        return "a compiler minds it"
    before, after, given = pieces_in(sample.chosen), pieces_in(text), (*code_in(sample.answer), "")[0]
    lost, new = [piece for piece in before if piece not in after], [piece for piece in after if piece not in before]
    # With its last method a header goes too.
    code = [piece for piece in lost if " methodsFor: '" not in piece]
    if code != [given] or pattern_of(given, dialect)[0] != selector:
        return "the answer is not what is missing"
    if f"({claim.code})" not in sample.answer.split("\n", 1)[0]:
        return f"the answer does not say {claim.code}"
    return (_super_lost(given, new, selector) or _prepared(sample, selector, oracle)) if new else _needed(sample, claim, after, oracle)


def _super_lost(given: str, new: list[str], selector: str) -> str | None:
    """Answer the complaint that the texts differ in more than one `super` with its period, or None."""
    bare = re.sub(rf"\bsuper\s+{selector}\b\s*\.?", "", given, count=1)
    same = len(new) == 1 and re.sub(r"[\s.]", "", bare) == re.sub(r"[\s.]", "", new[0])
    return None if same and bare != given else "more is missing than a super send"


def _above(sample: Sample, selector: str, oracle: Oracle) -> list[tuple[str, Member]]:
    """Answer the methods of a name on the instance side above the class, the nearest first."""
    members = [member for member in oracle.evidence.members.get(selector, ()) if not member.meta]
    chain = oracle.classes.chain(oracle.path_of(sample.sources[0].class_name))
    return [(path[-1], member) for path in chain for member in members if oracle.path_of(member.class_name) == path]


def _prepared(sample: Sample, selector: str, oracle: Oracle) -> str | None:
    """Answer the complaint that nothing above does what the super send is for, or None."""
    above = _above(sample, selector, oracle)
    does = bool(above) and above[0][0] not in (*_BASE, "TestCase", "TestAsserter", "TestResource") and not above[0][1].abstract
    return None if does and f"`{above[0][0]}`" in sample.answer.split("\n", 1)[0] else f"nobody above has a {selector} that is left out"


def _needed(sample: Sample, claim: Claim, after: list[str], oracle: Oracle) -> str | None:
    """Answer the complaint that the class does without the method, or None."""
    selector, dialect = claim.names[0], oracle.dialects.get(sample.sources[0].file, DEFAULT_DIALECT)
    above = _above(sample, selector, oracle)
    if claim.code == "ST401":
        if selector != "hash" or "=" not in {pattern_of(piece, dialect)[0] for piece in after}:
            return "there is no = without a hash"
        other = [name for name, _ in above if name not in _BASE]
        return f"it inherits the hash of {other[0]}" if other else None
    if claim.code != "ST408" or not above or not above[0][1].abstract:
        return f"nobody demands {selector}"
    said = sample.answer.split("\n", 1)[0]
    named = (short_of(sample.sources[0].class_name), selector, above[0][0])
    missing = [name for name in named if f"`{name}`" not in said]
    return f"the answer does not say {missing[0]}" if missing else None
