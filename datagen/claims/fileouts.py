"""Claims about a file-out: it has exactly this fault, and without it it holds the class and the methods of the sources.

The generator judges among the names of the code base; here the file-out stands alone, and is taken to pieces at its bangs.
"""

from __future__ import annotations

import re

from datagen.claims import issues_said, source_claim, text_claim
from datagen.claims.definitions import difference
from datagen.classfacts import short_of
from datagen.definitions import definition_in
from datagen.fileouts import judged_fileout, one_fault, pieces_in
from datagen.mutations import undone
from datagen.oracle import Oracle
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.subject import digest
from stparse.parser import DEFAULT_DIALECT
from stparse.text import Lines

_HEADER = re.compile(r"([\w.]+)( class)? methodsFor: '(?:[^']|'')*'")


@text_claim("file-out fault")
def file_out_fault(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The file-out shows exactly the claimed code at the claimed place, without the edit nothing, and the answer says where it is."""
    text, fault = (code_in(sample.prompt.text) or ("",))[0], sample.fault
    if fault is None:
        return "it does not say what the fault is"
    found = judged_fileout(text, dialect)
    one = one_fault(found, fault.span[0])
    if one is None or (one.code, one.span.start) != (claim.code, claim.span and claim.span[0]):
        return f"it should give {claim.code} at {claim.span}, and gives {issues_said(found)}"
    original = undone(text, fault.span[0], fault.was, fault.now)
    if text != sample.rejected or original != sample.chosen or code_in(sample.answer) != (original,):
        return "without the edit the text is not the answer"
    before = judged_fileout(original, dialect)
    if before:
        return f"the original is not clean: {issues_said(before)}"
    said, line = sample.answer.split("\n\n", 1)[0], Lines(text).line(fault.span[0])
    missing = [name for name in (f"Line {line}: ", f"({claim.code}", *claim.names) if name not in said]
    return f"the answer does not say {missing[0]}" if missing else _other_edit(fault.was, fault.now, text)


def _other_edit(was: str, now: str, text: str) -> str | None:
    """Answer the complaint that the edit neither takes bangs away nor gives a header another class, or None."""
    if not now and was.strip("! ") == "" and "!" in was:
        return None
    return None if re.search(rf"^!(?:[\w.]+\.)?{re.escape(now)}(?: class)? methodsFor: ", text, re.MULTILINE) else "the edit is another one"


@source_claim("file-out")
def file_out(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """At its bangs the answer falls into the definition of the sources and their methods, and nobody defines the faulty header's class."""
    source, *methods = sample.sources
    pieces = pieces_in(sample.chosen or "")
    facts = oracle.classes.facts(oracle.path_of(source.class_name))
    said = definition_in(pieces[0], oracle.dialects.get(source.file, DEFAULT_DIALECT)) if pieces else None
    if said is None or len(facts) != 1 or short_of(said.name) != facts[0].path[-1]:
        return "it does not define the one class"
    wrong = difference(said, facts[0].definition)
    if wrong:
        return wrong
    found, owner = list[tuple[str, str]](), ""
    for piece in pieces[1:]:
        if header := _HEADER.fullmatch(piece):
            owner = f"{short_of(header[1])}{header[2] or ''}"
        elif piece:
            found.append((owner, digest(piece)))
    if found != [(_owner(method.class_name), method.digest) for method in methods]:
        return "its methods are not those of the sources"
    fault = sample.fault
    named = fault.now if fault is not None else ""
    return f"the sources define {named}" if named and oracle.classes.paths(named) else None


def _owner(class_name: str) -> str:
    side = " class" if class_name.endswith(" class") else ""
    return f"{short_of(class_name.removesuffix(' class'))}{side}"
