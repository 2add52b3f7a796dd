"""What question generators share: lists of methods with their places, class names that mean several classes, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from datagen.phrase import MOST_SHOWN, bullets, capitalised, counted, number, ticked
from datagen.sample import Claim, Sample, Source, ask
from datagen.subject import class_source, method_shown, method_source, place, quality_of, root_of_group, roots_of
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import Hit, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import ancestors_of


def question(
    kind: str,
    text: str,
    answer: str,
    claims: Sequence[Claim],
    sources: Iterable[Source],
    index: CodeIndex,
    traits: Iterable[str] = (),
) -> Sample:
    """Answer a question sample; its group is the hierarchy that most of its sources belong to."""
    found = tuple(sources)
    notes = frozenset(traits)
    return Sample(
        kind=kind,
        prompt=ask(text),
        answer=answer,
        form="names" if claims and claims[0].names else "prose",
        claims=tuple(claims),
        sources=found,
        group=(roots_of(index, found) or ("",))[0],
        quality=quality_of(notes),
        traits=notes,
    )


def group_of(index: CodeIndex, name: str) -> ClassGroup | None:
    """Answer the one class of a name that is defined in the index, or None."""
    found = index.class_table.named(name)
    return found[0] if len(found) == 1 and not all(d.stub for d in found[0].definitions) else None


def is_trait(group: ClassGroup | None) -> bool:
    """Whether a name means a trait: it has users instead of heirs, and they share its variables, so that most questions pass it by."""
    return group is not None and all(definition.trait for definition in group.definitions)


def which_one(kind: str, text: str, index: CodeIndex, name: str) -> Sample:
    """Answer the sample of a question about a name that several classes have: it asks back."""
    groups = list(index.class_table.named(name))
    lines = [f"{ticked(group.name)} ({place(group.definitions[0])})" for group in groups]
    answer = (
        f"Which one? {capitalised(counted(len(groups), 'class', 'classes'))} in the indexed code {_are(len(groups))} called `{name}`:\n"
        + bullets(lines, len(groups))
    )
    claim = Claim(
        "which",
        name,
        tuple(group.name for group in groups[:MOST_SHOWN]),
        tuple(place(group.definitions[0]) for group in groups[:MOST_SHOWN]),
        count=len(groups),
    )
    sources = [class_source(group.definitions[0]) for group in groups[:MOST_SHOWN]]
    return question(kind, text, answer, [claim], sources, index, ["which"])


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def method_lines(index: CodeIndex, methods: Sequence[MethodDef], ends: Sequence[str] = ()) -> list[str]:
    """Answer one line for each of the methods that an answer shows: name, place, and what else there is to say."""
    shown = methods[:MOST_SHOWN]
    said = ends or [""] * len(shown)
    return [f"{ticked(method_shown(index, m))} ({place(m)}){end}" for m, end in zip(shown, said, strict=False)]


def methods_answer(
    index: CodeIndex, methods: Sequence[MethodDef], one: str, many: str, numbers: Sequence[int] = (), noun: str = "method", about: str = ""
) -> str:
    """Answer a list of methods as a sentence or as lines: {m} and {often} in `one` are the method, {n} in `many` is their number.

    {about} is what somebody wrote into the code: it may have braces of its own.
    """
    ends = [times(k) for k in numbers]
    if len(methods) == 1:
        return one.format(m=cited(index, methods[0]), often=ends[0] if ends else "", about=about)
    head = many.format(n=capitalised(counted(len(methods), noun)), about=about)
    return f"{head}\n{bullets(method_lines(index, methods, ends), len(methods))}"


def cited(index: CodeIndex, method: MethodDef) -> str:
    """Answer a method with its place, as an answer cites it."""
    return f"{ticked(method_shown(index, method))} ({place(method)})"


def implementors_said(index: CodeIndex, methods: Sequence[MethodDef]) -> str:
    """Answer who implements a selector that has just been named, with the first as an example."""
    if len(methods) == 1:
        return f"{cited(index, methods[0])} implements it."
    return f"{capitalised(counted(len(methods), 'method'))} implement it, for example {cited(index, methods[0])}."


def implementors_among(selector: str, senders: Sequence[MethodDef]) -> str:
    """Answer what is to be said, behind a semicolon, of senders of a selector that are implementors too: whoever renames it meets
    them twice. Empty where there are none, and of a list that is cut."""
    n = sum(method.selector == selector for method in senders)
    if not n or len(senders) > MOST_SHOWN:
        return ""
    if len(senders) == 1:
        return "; it is an implementor itself"
    if n == 1:
        return "; one of them is an implementor itself"
    return f"; {'all' if n == len(senders) else number(n)} of them are implementors themselves"


def implements_claim(index: CodeIndex, selector: str, methods: Sequence[MethodDef]) -> Claim:
    """Answer the claim that so many methods implement a selector, and that the first of them is this one."""
    return Claim("implements", selector, (method_shown(index, methods[0]),), (place(methods[0]),), count=len(methods))


def indexed_ancestors(index: CodeIndex, group: ClassGroup) -> tuple[list[ClassGroup], str | None] | None:
    """Answer the superclasses that the code base defines and the first one outside of it, or None where a name is not certain."""
    inside: list[ClassGroup] = []
    for step in ancestors_of(index.class_table, group):
        short = path_of(step.name)[-1]
        found = index.class_table.named(short)
        if step.cycle or step.ambiguous or len(found) > 1:
            return None
        if all(definition.stub for definition in step.classes):
            return inside, short
        inside.append(found[0])
    return inside, None


@remembered(500)
def method_table(index: CodeIndex, class_name: str) -> dict[tuple[bool, str], MethodDef]:
    """Answer the methods of a class by side and selector; of a method that is defined twice, the first."""
    found: dict[tuple[bool, str], MethodDef] = {}
    for method in index.methods_of(class_name):
        found.setdefault((method.meta, method.selector), method)
    return found


def methods_claim(
    kind: str, about: str, index: CodeIndex, methods: Sequence[MethodDef], numbers: Sequence[int] = (), detail: str | None = None
) -> Claim:
    """Answer the claim that exactly these methods are the answer."""
    shown = methods[:MOST_SHOWN]
    names = tuple(method_shown(index, m) for m in shown)
    return Claim(kind, about, names, tuple(place(m) for m in shown), tuple(numbers[:MOST_SHOWN]), len(methods), detail=detail)


def method_sources(methods: Sequence[MethodDef]) -> list[Source]:
    """Answer the sources of the methods that an answer shows."""
    return [method_source(method) for method in methods[:MOST_SHOWN]]


def list_traits(count: int) -> list[str]:
    """Answer the notes on an answer that is a list."""
    return ["none"] if count == 0 else ["truncated"] if count > MOST_SHOWN else []


def times(n: int) -> str:
    """Answer how often something happens in one method, where that is worth saying."""
    return "" if n == 1 else ", twice" if n == 2 else f", {number(n)} times"


def hits_of(found: Iterable[Hit]) -> tuple[list[MethodDef], list[int]]:
    """Answer the methods of hits, and how many places each has."""
    hits = list(found)
    return [hit.method for hit in hits], [len(hit.sites) for hit in hits]


def is_huge(count: int) -> bool:
    """Whether an answer would be of no use: nobody asks for the 12,000 senders of `value`."""
    return count > 500


def pick(random: Random, templates: Sequence[str], **words: str) -> str:
    """Answer one of the templates with its words filled in."""
    return random.choice(templates).format(**words)


__all__ = [
    "cited",
    "group_of",
    "hits_of",
    "implementors_said",
    "implements_claim",
    "indexed_ancestors",
    "is_huge",
    "list_traits",
    "method_lines",
    "method_sources",
    "method_table",
    "methods_answer",
    "methods_claim",
    "pick",
    "question",
    "root_of_group",
    "times",
    "which_one",
]
