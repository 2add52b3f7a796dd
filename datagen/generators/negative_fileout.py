"""A small file-out with one fault of the chunk format, to be mended.

What: the definition of a class with two or three of its methods as they are filed out, with a bang missing or not doubled, or a
header for a class that nobody defines; the answer says which, and gives the file-out as it was. Also a preference pair.
Why: code travels in this format, and models forget its bangs, which no compiler asks for.
Question: Filing in this part of BpRight fails. What is wrong with it? ...
Answer: Line 12: the `!` that ends `isOpen` is missing, and the next method is read as a part of it (P131: ...). Corrected: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.names import Names
from datagen.definitions import definition_text
from datagen.fileouts import DIALECTS, FileOut, file_out, judged_fileout, one_fault
from datagen.generators import generator
from datagen.judging import house_of
from datagen.mending import can_be_asked_about
from datagen.mutations import MUTATIONS, Mutant
from datagen.phrase import code_block, ticked
from datagen.sample import Claim, Fault, Sample, ask
from datagen.subject import class_shown, class_source, is_trivial, method_source, root_of
from datagen.wording import cut_wrong
from stparse.index.classtable import ClassGroup
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue
from stparse.text import Lines

KIND = "negative.fileout"
ASKED = (
    "Filing in this part of {c} fails. What is wrong with it?",
    "I cannot file in this part of {c}. Find the mistake and correct it.",
    "There is one mistake in this file-out of {c}. Where, and how must it read?",
    "Please check this file-out of {c} before I send it.",
)
_LONGEST = 700
"""Longer methods are left out: a bang is sought in little code."""


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Break the file-out of a class that is defined once, and ask for the repair."""
    groups = index.class_table.named(name)
    definitions = groups[0].definitions if len(groups) == 1 else ()
    definition = definitions[0] if len(definitions) == 1 and not definitions[0].stub else None
    text = definition_text(definition, definition.dialect) if definition is not None and definition.dialect in DIALECTS else None
    methods = _drawn(index, random, groups[0]) if text is not None else []
    if definition is None or text is None or len(methods) < 2 or "!" in text:
        return
    house = house_of(index, definition.dialect)
    names: Names = house.environment(None, file=definition.file)
    whole = file_out(text, definition.qualified, methods, names)
    if judged_fileout(whole.text, definition.dialect, house) or judged_fileout(whole.text, definition.dialect):
        return
    for mutant in MUTATIONS["N22"].mutate(whole, random):
        issue = one_fault(judged_fileout(mutant.text, definition.dialect, house), mutant.start)
        promised = issue if issue is not None and _is_promised(mutant, issue) else None
        # One that does not keep the promise fails its claim, and is counted with what is dropped.
        yield _sample(index, random, (definition, methods), whole, mutant, promised)
        if promised is not None:
            return


def _drawn(index: CodeIndex, random: Random, group: ClassGroup) -> list[MethodDef]:
    """Answer two or three methods in the order of side and protocol; one with a bang if there is one, few that are trivial."""
    found = [m for m in index.methods_of(group.name) if m.parsed and m.protocol and can_be_asked_about(m) and len(m.source) <= _LONGEST]
    found = [m for m in found if "`" not in (m.protocol or "") and m.file == group.definitions[0].file]
    drawn = random.sample(found, len(found))
    drawn.sort(key=lambda method: ("!" not in method.source, is_trivial(method.tree)))
    wanted = drawn[: random.choice((2, 3, 3))]
    if wanted and random.random() < 0.6:
        beside = [m for m in drawn if (m.meta, m.protocol) == (wanted[0].meta, wanted[0].protocol)][:2]
        wanted = list({m.id: m for m in (*beside, *wanted)}.values())[: len(wanted)]
    return sorted(wanted, key=lambda m: (m.meta, m.protocol or "", m.selector))


def _is_promised(mutant: Mutant, issue: Issue) -> bool:
    return issue.code == mutant.code and (
        issue.span.start == mutant.place if mutant.place is not None else issue.span.start >= mutant.start
    )


def _sample(
    index: CodeIndex, random: Random, of: tuple[IndexedClass, list[MethodDef]], whole: FileOut, mutant: Mutant, issue: Issue | None
) -> Sample:
    definition, methods = of
    shown = class_shown(index, definition.qualified, definition.file)
    place = issue.span.start if issue is not None else -1
    line, message = (Lines(mutant.text).line(place), issue.message) if issue is not None else (0, "")
    fault = Fault("N22", mutant.code, message, line, (mutant.start, mutant.start + len(mutant.now)), mutant.was, mutant.now)
    said = cut_wrong(issue, mutant.text, mutant.start, mutant.told or "") if issue is not None else ""
    meant = tuple(name for name in (mutant.meant, mutant.told) if name)
    return Sample(
        kind=KIND,
        prompt=ask(f"{random.choice(ASKED).format(c=ticked(shown))}\n\n{code_block(mutant.text)}"),
        answer=f"{said} Corrected:\n\n{code_block(whole.text)}",
        form="class",
        claims=(Claim("file-out fault", shown, names=meant, code=mutant.code, span=(place, place)), Claim("file-out", shown)),
        sources=(class_source(definition), *map(method_source, methods)),
        group=root_of(index, definition.qualified, definition.file),
        chosen=whole.text,
        rejected=mutant.text,
        fault=fault,
        traits=frozenset(("N22",) if issue is not None else ("N22", "discarded")),
    )
