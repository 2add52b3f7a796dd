"""Claims about what an answer quotes from the code base: comments of classes and methods, a statement as an example."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from datagen.claims import source_claim
from datagen.claims.methods import listed_methods
from datagen.classfacts import Path, short_of
from datagen.oracle import Oracle, short_method
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.scan import Found, Text
from stparse.nodes import Message, Node, Send, walk
from stparse.nodes import Sequence as Statements
from stparse.parser import parse_method, parse_script


def _place(claim: Claim) -> tuple[str, ...]:
    return claim.places


@source_claim("class comment")
def class_comment(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """This is how the comment of the class begins, and this is where the class is."""
    facts = oracle.classes.facts(oracle.path_of(claim.about))
    fitting = [fact for fact in facts if (f"{fact.definition.file}:{fact.definition.line}",) == claim.places]
    if not any(_flat(fact.definition.comment or "").startswith(claim.names[0]) for fact in fitting):
        return f"the comment of {claim.about} does not begin so"
    said = claim.names[0]
    # A comment that holds quotes itself is quoted as a block.
    quoted = f"\n\n> {said}" if '"' in said else f'"{said}"'
    return None if sample.answer.endswith(quoted) and f"({claim.places[0]})" in sample.answer else "the answer does not quote it"


@source_claim("method comment", wants="texts", subjects=_place)
def method_comment(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The source of the method has a comment that begins so, and the method is in the protocol."""
    text = text_at(claim.about, claim, oracle)
    if text is None or f'"{claim.names[0]}' not in _flat(text.source).replace('" ', '"'):
        return f"no comment of {claim.about} begins so"
    where = f"({claim.places[0]}, protocol '{claim.detail}')" if claim.detail else f"({claim.places[0]})"
    if text.protocol != claim.detail or where not in sample.answer:
        return f"the protocol is {text.protocol}"
    return None if f'"{claim.names[0]}"' in sample.answer else "the answer does not quote it"


@source_claim("example", wants="texts", subjects=_place)
def example(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The code of the answer is a whole statement of the method, and sends the selector."""
    text = text_at(claim.names[0], claim, oracle)
    code = code_in(sample.answer)
    if text is None or len(code) != 1 or _bare(code[0]) not in map(_bare, _statements(text)):
        return f"it is no statement of {claim.names[0]}"
    tree = parse_script(code[0], text.dialect).tree
    if tree is None or claim.about not in {node.selector for node in walk(tree) if isinstance(node, Send | Message)}:
        return f"the example does not send {claim.about}"
    return None if f"`{claim.names[0]}` ({claim.places[0]})" in sample.answer else "the answer does not cite it"


@source_claim("tests", wants="tested")
def tests(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods of classes below TestCase, and no others, mention or send it, each so often."""
    found = Found()
    for use in oracle.evidence.tested.get(claim.about, ()):
        if is_below_test_case(use.class_name, oracle):
            found.add(use.place, use.times)
    return listed_methods(found, sample, claim, numbers=True)


def is_below_test_case(class_name: str, oracle: Oracle) -> bool:
    """Whether a class inherits from TestCase, by the definitions, or is a trait of one that does."""
    path = oracle.path_of(class_name)
    return _inherits_tests(path, oracle) or path[-1] in _traits_of_tests(oracle)


@lru_cache(maxsize=1)
def _traits_of_tests(oracle: Oracle) -> frozenset[str]:
    """Answer the short names of the traits that test classes use, or that such a trait uses."""
    users: dict[str, set[Path]] = {}
    for fact in oracle.classes.all_facts():
        for trait in fact.definition.traits:
            users.setdefault(short_of(trait), set()).add(fact.path)
    found = {trait for trait, paths in users.items() if any(_inherits_tests(path, oracle) for path in paths)}
    while more := {trait for trait, paths in users.items() if trait not in found and any(path[-1] in found for path in paths)}:
        found |= more
    return frozenset(found)


def _inherits_tests(path: Path, oracle: Oracle) -> bool:
    chain = oracle.classes.chain(path)
    last = oracle.classes.superclass_name(chain[-1] if chain else path) or ""
    return "TestCase" in [step[-1] for step in chain] or last.rpartition(".")[2] == "TestCase"


def text_at(name: str, claim: Claim, oracle: Oracle) -> Text | None:
    """Answer the source of a method at the first place of a claim; None if it is not there."""
    texts = oracle.evidence.texts.get(claim.places[0], ())
    return next((text for text in texts if short_method(text.place.name) == short_method(name)), None)


def _statements(text: Text) -> Iterator[str]:
    tree: Node | None = parse_method(text.source, text.dialect).tree
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, Statements):
            yield from (text.source[statement.start : statement.end] for statement in node.statements)


def _bare(text: str) -> list[str]:
    """Answer the lines of a text without their indentation."""
    return [line.strip() for line in text.split("\n")]


def _flat(text: str) -> str:
    return " ".join(text.split())
