"""How an instance of a class is made.

What: the class methods in 'instance creation', own and inherited, with how often each is sent to the class, and the uses of `Foo new`.
Why: a class is made by its own constructors, and not by `new` with a row of setters; who does not know them invents them.
Question: How do I create a BpDuration?
Answer: By the indexed code, `BpDuration` (...:3) understands two class methods in 'instance creation'. - `BpDuration class>>minutes:` ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from datagen.answers import (
    cited,
    group_of,
    indexed_ancestors,
    is_huge,
    is_trait,
    list_traits,
    method_lines,
    method_sources,
    method_table,
    methods_claim,
    pick,
    question,
    which_one,
)
from datagen.generators import generator
from datagen.phrase import MOST_SHOWN, bullets, counted, ticked
from datagen.sample import Claim, Sample
from datagen.subject import BASE, class_source, method_shown, method_source, place
from datagen.testing import test_classes
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.creation"
ASKED = (
    "How do I create a {c}?",
    "How is an instance of {c} made?",
    "Which constructors does {c} have, and which of them do we use?",
    "I need a new {c}. What do I send to the class?",
    "Show me how our code makes instances of {c}.",
    "What is the right way to instantiate {c}?",
)
PROTOCOL, NONE_CHANCE = "instance creation", 0.2


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask how instances of a class are made; "none", where it has no methods for it and nobody sends it `new`, is rare."""
    text = pick(random, ASKED, c=name)
    group = group_of(index, name)
    if is_trait(group):
        return
    if group is None:
        yield which_one(KIND, text, index, name)
        return
    above = indexed_ancestors(index, group)
    # Tests are made by their framework.
    if above is None or is_huge(index.global_names.get(name, 0)) or group.name in test_classes(index):
        return
    chain = [ancestor.path[-1] for ancestor in above[0]]
    understood = makers_of(index, [name, *chain])
    makers = [maker for maker in understood if name in BASE or path_of(maker.class_name)[-1] not in BASE]
    sent = sends_to(index, name)
    news = sent.get("new", [])
    if not makers and not news and random.random() > NONE_CHANCE:
        return
    selectors = [maker.selector for maker in makers]
    numbers = tuple(len(sent.get(selector, ())) for selector in selectors)
    claims = [
        methods_claim("constructors", name, index, makers, detail=" ".join(chain)),
        Claim("sent to class", name, tuple(selectors), numbers=numbers, count=len(makers)),
    ]
    if "new" not in selectors:
        names = tuple(method_shown(index, method) for method in news[:1])
        claims.append(Claim("new", name, names, tuple(place(m) for m in news[:1]), count=len(news)))
    sources = [class_source(group.definitions[0]), *method_sources(makers), *(method_source(m) for m in news[:1])]
    answer = _answer(index, name, group, makers, sent)
    if len(makers) < len(understood):
        head, *rest = answer.split("\n")
        answer = "\n".join((f"{head} Class methods of `Object`, which all classes have, are not counted.", *rest))
    yield question(KIND, text, answer, claims, sources, index, list_traits(len(makers) or len(news)))


def makers_of(index: CodeIndex, line: list[str]) -> list[MethodDef]:
    """Answer the class methods in 'instance creation' that the first class of a line of inheritance has from any of them."""
    seen: dict[str, MethodDef] = {}
    for name in line:
        for (meta, selector), method in method_table(index, name).items():
            if meta:
                seen.setdefault(selector, method)
    return [method for method in seen.values() if (method.protocol or "").lower() == PROTOCOL]


def sends_to(index: CodeIndex, name: str) -> dict[str, list[MethodDef]]:
    """Answer the methods that send each selector to the class by its name, once for each send."""
    found: dict[str, list[MethodDef]] = {}
    for hit in index.references(name):
        for selector, times in Counter(s.selector for s in index.sends_of(hit.method) if path_of(s.receiver)[-1] == name).items():
            found.setdefault(selector, []).extend([hit.method] * times)
    return found


def _answer(index: CodeIndex, name: str, group: ClassGroup, makers: list[MethodDef], sent: dict[str, list[MethodDef]]) -> str:
    new = "" if any(m.selector == "new" for m in makers) else _new(index, name, sent.get("new", []))
    where = f"{ticked(name)} ({place(group.definitions[0])})"
    if not makers and not sent.get("new"):
        nowhere = f"neither has nor inherits a class method in '{PROTOCOL}' there, and{_new(index, name, [])}"
        return f"The indexed code does not tell: {where} {nowhere}"
    if not makers:
        return f"With {ticked('new')}: {where} has no class method in '{PROTOCOL}', and inherits none in the indexed code.{new}"
    numbers = [len(sent.get(m.selector, ())) for m in makers[:MOST_SHOWN]]
    ends = [f", sent to {ticked(name)} in {counted(n, 'place')}" if n else "" for n in numbers]
    if len(makers) == 1:
        unused = "" if ends[0] else f"; it is nowhere sent to {ticked(name)} by name"
        return f"By the class method {cited(index, makers[0])}{ends[0]} of the indexed code{unused}.{new}"
    unused = "" if any(ends) else f" None of them is sent to {ticked(name)} by name."
    head = f"By the indexed code, {where} understands {counted(len(makers), 'class method')} in '{PROTOCOL}'.{unused}{new}"
    return f"{head}\n{bullets(method_lines(index, makers, ends), len(makers))}"


def _new(index: CodeIndex, name: str, news: list[MethodDef]) -> str:
    """Answer how often `Foo new` is written."""
    code = ticked(f"{name} new")
    if not news:
        return f" {code} is written nowhere there."
    return (
        f" {code} is written there in {counted(len(news), 'place')}, {'namely' if len(news) == 1 else 'first'} in {cited(index, news[0])}."
    )
