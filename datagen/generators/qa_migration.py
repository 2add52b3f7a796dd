"""A class of the code base as TypeScript would declare it.

What: from the definition and the message patterns of a class to a declaration with fields, signatures and inheritance, and a list of what
a person must decide on, with places.
Why: who moves to another language begins with the shape, and the danger lies in what has no counterpart there.
Question: Sketch BpRight as a TypeScript class: ... Answer: a declaration, and "This needs a person: - A `^` within a block ..."
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from datagen.answers import cited, group_of, is_trait, method_sources, method_table, pick, question
from datagen.constructs import SOUGHT, WORDED
from datagen.definitions import definition_text
from datagen.generators import generator
from datagen.migration import Signature, constructs_of, signatures_of, sketch_of, superclass_of
from datagen.phrase import MOST_SHOWN, code_block, counted, listed, ticked, ticks
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, class_source, is_generated, place, signature
from stparse.index.classtable import ClassGroup
from stparse.index.model import IndexedClass, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.structure import ancestors_of

KIND = "qa.migration"
ASKED = (
    "Sketch {c} as a TypeScript class: fields, signatures, inheritance, and what a person must decide on.",
    "We are moving {c} to TypeScript. What would its declaration look like, and what cannot be carried over as it is?",
    "Give me a TypeScript declaration for {c}. List the constructs that need a person.",
    "How would {c} be declared in TypeScript? Signatures are enough; say where a plain translation fails.",
    "Prepare the migration of {c} to TypeScript: a declaration with every field and method, then the difficult places.",
)
FEWEST, MOST_PLACES = 4, 4
_SPECIAL = frozenset(("immediate", "ephemeron", "compiledMethod"))
UNTYPED = "Where a type is `unknown`, the text of the methods of that name alone does not settle it."


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the sketch of a class with a few methods, all of which parse."""
    group = group_of(index, name)
    if is_trait(group):
        return
    methods = sorted(method_table(index, name).values(), key=lambda method: method.meta) if group is not None else []
    usable = FEWEST <= len(methods) <= MOST_SHOWN and all(method.parsed and not is_generated(method) for method in methods)
    found = signatures_of(index, methods) if usable else None
    if group is None or len(group.definitions) != 1 or not found or _is_test(index, group):
        return
    definition = group.definitions[0]
    said = "\n".join(_methods(methods))
    text = f"{pick(random, ASKED, c=ticked(name))}\n\n{_definition(definition)}\n\n{said}"
    held: dict[str, list[MethodDef]] = {kind: [] for kind in WORDED}
    for method in methods:
        for kind in constructs_of(method, method.tree) if method.tree is not None else ():
            held[kind].append(method)
    held = {kind: those for kind, those in held.items() if those}
    sketch = code_block(sketch_of(group, found), "typescript")
    answer = "\n\n".join((_head(index, name, definition, found), sketch, _needs(index, group, held)))
    sources = [class_source(definition), *method_sources(methods)]
    yield question(KIND, text, answer, _claims(name, definition, found, held), sources, index)


def _is_test(index: CodeIndex, group: ClassGroup) -> bool:
    """Whether a class is one of tests: another language has another framework for them."""
    return any(step.name.rpartition(".")[2] == "TestCase" for step in ancestors_of(index.class_table, group))


def _definition(definition: IndexedClass) -> str:
    text = definition_text(definition, definition.dialect)
    if text is not None:
        return code_block(text)
    above = f"a subclass of {ticked(definition.superclass)}" if definition.superclass else "a root class"
    variables = [(definition.instance_variables, "instance "), (definition.class_variables, "class ")]
    variables.append((definition.class_instance_variables, "class-instance "))
    said = [f"the {kind}variable{'' if len(names) == 1 else 's'} {ticks(names)}" for names, kind in variables if names]
    indexed = f" Its instances have indexed elements ({definition.kind})." if definition.kind != "normal" else ""
    return f"It is {above}{f' with {listed(said)}' if said else ''}.{indexed}"


def _methods(methods: Sequence[MethodDef]) -> Iterator[str]:
    """Yield the message patterns, a line for each protocol."""
    for meta in (False, True):
        mine = [method for method in methods if method.meta == meta]
        if mine:
            yield "Class side:" if meta else "Instance side:"
        for protocol in dict.fromkeys(method.protocol for method in mine):
            names = ", ".join(ticked(signature(method)) for method in mine if method.protocol == protocol)
            yield f"- {protocol}: {names}" if protocol else f"- {names}"


def _head(index: CodeIndex, name: str, definition: IndexedClass, found: Sequence[Signature]) -> str:
    fields = len(definition.instance_variables) + len(definition.class_variables) + len(definition.class_instance_variables)
    size = f"{counted(fields, 'field')}, {counted(len(found), 'method')}"
    renamed = [one for one in found if one.name != one.method.selector]
    behind = " A comment behind a signature is the old selector." if renamed else ""
    return f"{ticked(class_shown(index, name))} ({place(definition)}) as the indexed code has it: {size}.{behind} {UNTYPED}"


def _needs(index: CodeIndex, group: ClassGroup, held: dict[str, list[MethodDef]]) -> str:
    lines = [*_about_class(index, group)]
    for kind, methods in held.items():
        shown = [cited(index, method) for method in methods[:MOST_PLACES]]
        left = len(methods) - len(shown)
        lines.append(f"{WORDED[kind]} In {listed([*shown, f'{left} more'] if left else shown)}.")
    if not lines:
        return f"I found nothing in it that needs a person. I looked for {SOUGHT}."
    return "This needs a person:\n" + "\n".join(f"- {line}" for line in lines)


def _about_class(index: CodeIndex, group: ClassGroup) -> Iterator[str]:
    above, definition = superclass_of(group), group.definitions[0]
    if above is not None and not any(not d.stub for found in index.class_table.named(above) for d in found.definitions):
        yield f"{ticked(above)} is outside the indexed code: TypeScript needs a class of that name first."
    if definition.kind in _SPECIAL:
        yield f"Its instances are made by the virtual machine ({definition.kind}): no class of TypeScript is like it."
    elif definition.kind != "normal":
        yield f"Its instances have indexed elements ({definition.kind}): an array as a field."
    if definition.pools:
        yield f"It takes names from {ticks(definition.pools)}: import them, or write them out."
    if definition.traits:
        has = "whose methods are not among these: TypeScript has no traits, so write them out, or call a function that adds them"
        yield f"It uses {ticks(definition.traits)}, {has}."
    for names, what in (
        (definition.class_variables, "shared with the subclasses: never assign {} by `this`, which in a subclass makes a second one"),
        (definition.class_instance_variables, "each class's own: every subclass must declare {} again"),
    ):
        if names:
            one = len(names) == 1
            yield f"{ticks(names)} {'is' if one else 'are'} {what.format('it' if one else 'them')}."


def _claims(name: str, definition: IndexedClass, found: Sequence[Signature], held: dict[str, list[MethodDef]]) -> list[Claim]:
    keyword = tuple(one.method.selector for one in found if one.method.selector.count(":") == 1)
    typed = tuple(one.method.selector for one in found if one.typed)
    return [
        Claim("sketch", name, definition.instance_variables[:MOST_SHOWN], count=len(found), detail=definition.superclass),
        Claim("setters", name, keyword, count=len(keyword)),
        Claim("types", name, typed, count=len(typed)),
        Claim("constructs", name, tuple(held), numbers=tuple(len(methods) for methods in held.values()), count=len(held)),
    ]
