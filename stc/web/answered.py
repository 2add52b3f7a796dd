"""An answer as the page shows it: passages with their code and where they lead, and a model's words with its code judged."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from checker.reference import NAME, SIDE
from checker.verdict import Outcome
from retrieval.passage import METHOD, TYPESCRIPT, Passage
from stc.asking import Answer, Worded, lines_of
from stc.web.browse import shown_method
from stc.web.carets import Caret, errors_of
from stc.web.cited import linked
from stc.web.highlight import class_link, highlighted
from stparse.index.pattern_text import guessed_selector
from stparse.index.query import CodeIndex

_LONGEST = 100_000
_OPENING = re.compile(r"(?:\A|\n)[ \t]*(?:`{3,}|~{3,})[^\n`]*\n\s*\Z")
_HEADER = re.compile(rf"{NAME}{SIDE}?[ \t]*>>[ \t]*#?\Z")
_CLOSING = re.compile(r"\A\s*?\n?[ \t]*(?:`{3,}|~{3,})[ \t]*(?=\n|\Z)")


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage; `html` is its code, None where it is prose. `link` leads to it, "" where no page shows it."""

    passage: Passage
    link: str
    html: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a model's answer: prose, or code with its `verdict` and errors. `mark` is "good", "bad" or "unsure" for code."""

    html: str
    mark: str = ""
    verdict: str = ""
    errors: tuple[Caret, ...] = ()


def link_of(one: Passage) -> str:
    """Answer the address of a passage."""
    if one.class_name is not None:
        return f"{class_link(one.class_name)}#m{one.id}"
    return class_link(one.name) if one.kind == "class" else ""


def passages_of(index: CodeIndex, passages: Sequence[Passage]) -> list[ShownPassage]:
    """Answer passages with their code in colours."""
    methods = {method.id: method for method in index.methods_with(one.id for one in passages if one.kind == METHOD)}
    found = []
    for one in passages:
        method = methods.get(one.id) if one.kind == METHOD else None
        found.append(ShownPassage(one, link_of(one), shown_method(index, method).html if method else None))
    return found


def is_code(one: Passage) -> bool:
    """Whether a passage is set as code although we have no colours for it."""
    return one.kind == TYPESCRIPT


def parts_of(worded: Worded, dialect: str) -> Iterator[Part]:
    """Yield the parts of a model's answer in their order. The marks of its fences are not shown, nor is the class before a method."""
    text, at, fenced = worded.text or "", 0, False
    missing = {one.name for one in worded.citations if one.place is None}
    for one in sorted(worded.code, key=lambda one: one.piece.span.start):
        before = _HEADER.sub("", text[at : one.piece.span.start])
        opens = _OPENING.search(before)
        if fenced:
            before = _CLOSING.sub("", before)
        yield from _prose(_OPENING.sub("", before), missing)
        fenced = opens is not None or (fenced and not before.strip())
        outcome = one.verdict.outcome
        mark = {Outcome.COMPILES: "good", Outcome.UNDECLARED: "unsure", Outcome.ERROR: "bad"}[outcome]
        said = f"{one.piece.kind}{f' of {one.piece.class_name}' if one.piece.class_name else ''}: {outcome.value}"
        yield Part(highlighted(one.piece.text, dialect, {}), mark, said, tuple(errors_of(one)))
        at = one.piece.span.end
    yield from _prose(_CLOSING.sub("", text[at:]) if fenced else text[at:], missing)


def _prose(text: str, missing: Container[str]) -> Iterator[Part]:
    if text.strip():
        yield Part(linked(text.strip("\n"), missing))


def written_by(worded: Worded) -> frozenset[str]:
    """Answer the methods that an answer itself writes: that the index has none of their name is no fault of it."""
    methods = (one.piece for one in worded.code if one.piece.kind == "method" and one.piece.class_name)
    return frozenset(f"{one.class_name}{' class' if one.meta else ''}>>{guessed_selector(one.text)}" for one in methods)


def rated_text(answered: Answer) -> str:
    """Answer the text that a rating is about: the model's words, else the facts and passages as the terminal shows them."""
    worded = answered.worded
    said = worded.text if worded is not None and worded.text is not None else "\n".join(lines_of(answered, 12))
    return said[:_LONGEST]


def cited_by(answered: Answer) -> list[str]:
    """Answer the places that an answer names."""
    if answered.worded is not None and answered.worded.text is not None:
        return [f"{one.name} ({one.place or 'not in the indexed code'})" for one in answered.worded.citations]
    return [one.ref for one in answered.found.passages]
