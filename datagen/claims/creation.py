"""Claims about where objects come from: what is stored into a variable, and how instances of a class are made."""

from __future__ import annotations

import re
from collections import Counter

from datagen.claims import source_claim
from datagen.claims.inheritance import line_of, tables_of, wrong_line
from datagen.claims.methods import example_of, listed_methods
from datagen.classfacts import short_of
from datagen.oracle import Oracle
from datagen.phrase import MOST_SHOWN, counted, number
from datagen.sample import Claim, Sample
from datagen.scan import Found, Member
from datagen.subject import BASE


@source_claim("assigned", wants="assigned", subjects=lambda claim: (claim.about.partition(" ")[2],))
def assigned(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These stores of new instances into the variable are in the class and its subclasses, and so many others."""
    class_name, _, variable = claim.about.partition(" ")
    path = oracle.path_of(class_name)
    inside = {path[-1], *(below[-1] for below in oracle.classes.all_below(path))}
    stores = [s for s in oracle.evidence.seen("assigned", variable) if not s.meta and short_of(s.class_name) in inside]
    found = Found()
    for store in stores:
        if store.made is not None:
            found.add(store.place, 1)
    classes = [store.made for store in stores if store.made is not None]
    others = len(stores) - len(classes)
    if (claim.detail or "").split() != classes or claim.numbers != (others,):
        return f"the sources store {' '.join(classes) or 'no new instances'} and {others} others"
    missing = [made for made in classes[:MOST_SHOWN] if f"`{made}`" not in sample.answer]
    if missing or (classes and others and f"{counted(others, 'other assignment')} to it" not in sample.answer.lower()):
        return "the answer does not say what is stored"
    return listed_methods(found, sample, claim) if classes else None


@source_claim("constructors", wants="classes", subjects=line_of)
def constructors(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These class methods in 'instance creation', and no others, are understood by the class and not by all classes."""
    seen: dict[str, Member] = {}
    for table in tables_of(claim, oracle):
        for (meta, selector), member in table.items():
            if meta:
                seen.setdefault(selector, member)
    makers = [member for member in seen.values() if (member.protocol or "").lower() == "instance creation"]
    common = [] if claim.about in BASE else [member for member in makers if short_of(member.class_name) in BASE]
    if ("Class methods of `Object`, which all classes have, are not counted." in sample.answer) != bool(common):
        return f"all classes understand {len(common)}"
    found = Found()
    for member in makers:
        if member not in common:
            found.add(member.place, 1)
    return wrong_line(sample, claim, oracle) or listed_methods(found, sample, claim)


@source_claim("sent to class", wants="created")
def sent_to_class(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Each of these selectors is sent to the class by its name so often, and the answer says so in this order."""
    sent = Counter(send.selector for send in oracle.evidence.seen("created", claim.about))
    if claim.numbers != tuple(sent[selector] for selector in claim.names):
        return f"the sources send {', '.join(f'{selector} {sent[selector]} times' for selector in claim.names)}"
    said = re.findall(r"\), sent to `([^`]+)` in ([\w,]+) places?\b", sample.answer)
    if said != [(claim.about, number(n)) for n in claim.numbers[:MOST_SHOWN] if n]:
        return "the answer does not say how often each is sent"
    unused = f"sent to `{claim.about}` by name" in sample.answer
    return None if unused == (bool(claim.names) and not any(claim.numbers)) else "the answer tells wrongly that none is sent"


@source_claim("new", wants="created")
def new(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """`new` is sent to the class by its name in so many places, and the answer gives the first."""
    found = Found()
    for send in oracle.evidence.seen("created", claim.about):
        if send.selector == "new":
            found.add(send.place, 1)
    if found.count != claim.count:
        return f"{claim.count} places are claimed, the sources have {found.count}"
    times = f"in {counted(found.count, 'place')}" if found.count else "nowhere"
    if f"`{claim.about} new` is written " not in sample.answer or times not in sample.answer:
        return "the answer does not say how often new is sent"
    return example_of(found, sample, claim) if found.count else None
