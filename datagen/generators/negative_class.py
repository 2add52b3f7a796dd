"""A class in which one thing is left out that no compiler misses, to be completed.

What: a small class as it is filed out, without the `hash` beside its `=`, without a method that its superclass demands, or with an
initialize, setUp or tearDown that has lost its super send; the answer says what is missing, and gives it. Also a preference pair.
Why: what is not there is what reviewers overlook, and what models leave out.
Question: Something is missing in BpDuration. What? ...
Answer: `BpDuration` defines `=`, but no `hash` (ST401): a Set or a Dictionary does not find what is equal. Add: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from datagen.definitions import definition_text
from datagen.fileouts import DIALECTS, file_out, judged_fileout
from datagen.generators import generator
from datagen.judging import house_of
from datagen.mending import can_be_asked_about
from datagen.omissions import Omission, omissions
from datagen.phrase import code_block, ticked
from datagen.sample import Claim, Fault, Sample, ask
from datagen.subject import class_shown, class_source, method_source, root_of, text_of
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex

KIND = "negative.class"
ASKED = (
    "Something is missing in {c}. What?",
    "{c} compiles, but it is not complete. What has been forgotten?",
    "Please review {c}. One thing is left out; which, and how must it read?",
    "What is missing in this class, {c}?",
)
_LONGEST, _MOST = 4000, 25
"""Only a class that can be shown as a whole can be asked about."""
_MUTATIONS = {"ST401": "N20", "ST408": "N19", "ST412": "N20", "ST429": "N20"}
_SAID = {
    "ST401": "{c} defines `=`, but no `hash` (ST401): a Set or a Dictionary does not find what is equal. Add:",
    "ST408": "{c} is instantiated, but does not implement {s} (ST408), which {above} leaves to its subclasses. Add, for example:",
    "ST412": "{s} of {c} does not send `super {name}` (ST412), so what {above} {does} in it is left out. As it must be:",
    "ST429": "{s} of {c} does not send `super {name}` (ST429), as every other {s} below {above} does. As it must be:",
}


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Leave one thing out of a class that is defined once, and ask what it is."""
    groups = index.class_table.named(name)
    definitions = groups[0].definitions if len(groups) == 1 else ()
    definition = definitions[0] if len(definitions) == 1 and not definitions[0].stub else None
    text = definition_text(definition, definition.dialect) if definition is not None and definition.dialect in DIALECTS else None
    methods = sorted(index.methods_of(name), key=_order) if text is not None else []
    if definition is None or text is None or not 1 < len(methods) <= _MOST or sum(len(m.source) for m in methods) > _LONGEST:
        return
    if not all(m.parsed and m.protocol and can_be_asked_about(m) and m.file == definition.file for m in methods):
        return
    omission = next(omissions(index, groups[0], methods, random), None)
    if omission is not None:
        yield _sample(index, random, (definition, text, methods), omission)


def _order(method: MethodDef) -> tuple[bool, str, str]:
    return method.meta, method.protocol or "", method.selector


def _sample(index: CodeIndex, random: Random, of: tuple[IndexedClass, str, list[MethodDef]], omission: Omission) -> Sample:
    definition, text, methods = of
    shown, code = class_shown(index, definition.qualified, definition.file), omission.issue.code
    names = house_of(index, definition.dialect).environment(None, file=definition.file)
    chosen = file_out(text, definition.qualified, methods, names).text
    rejected = file_out(text, definition.qualified, omission.methods, names).text
    start, was, now = edit_between(chosen, rejected)
    line = rejected.count("\n", 0, start) + 1
    fault = Fault(_MUTATIONS[code], code, omission.issue.message, line, (start, start + len(now)), was, now)
    name, does = omission.method.selector, "clears up" if omission.method.selector == "tearDown" else "prepares"
    said = _SAID[code].format(c=ticked(shown), s=ticked(name), name=name, above=ticked(omission.above), does=does)
    clean = not judged_fileout(chosen, definition.dialect) and not judged_fileout(rejected, definition.dialect)
    return Sample(
        kind=KIND,
        prompt=ask(f"{random.choice(ASKED).format(c=ticked(shown))}\n\n{code_block(rejected)}"),
        answer=f"{said}\n\n{code_block(text_of(omission.method))}",
        form="method",
        claims=(Claim("left out", shown, names=(omission.method.selector,), code=code), Claim("file-out", shown)),
        sources=(class_source(definition), *map(method_source, methods)),
        group=root_of(index, definition.qualified, definition.file),
        chosen=chosen,
        rejected=rejected,
        fault=fault,
        traits=frozenset((_MUTATIONS[code],) if clean else (_MUTATIONS[code], "discarded")),
    )


def edit_between(chosen: str, rejected: str) -> tuple[int, str, str]:
    """Answer where two texts begin to differ, and what stands there in the one and in the other."""
    start, end, most = 0, 0, min(len(chosen), len(rejected))
    while start < most and chosen[start] == rejected[start]:
        start += 1
    while end < most - start and chosen[-1 - end] == rejected[-1 - end]:
        end += 1
    # What was taken out could as well begin earlier: with a line, and not within a word that both have.
    while start and chosen[start - 1] == rejected[start - 1] == chosen[len(chosen) - end - 1] and start == len(rejected) - end:
        start, end = start - 1, end + 1
    return start, chosen[start : len(chosen) - end], rejected[start : len(rejected) - end]
