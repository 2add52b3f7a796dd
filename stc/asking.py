"""The answer to a question about the code: facts, passages, and a model's words where there is one; every citation is looked up."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from checker.answers import JudgedPiece, check_answer
from checker.environment import House
from checker.reference import NAME, SIDE
from datagen.complete import Asked, Complete
from datagen.phrase import counted
from datagen.sample import Message, Prompt
from retrieval.context import prompt_with, tamed
from retrieval.lookup import asked_kinds
from retrieval.passage import METHOD, Passage, method_passage
from retrieval.retriever import Retrieved, Retriever
from stc.splitting import Split
from stparse.index.query import CodeIndex
from stparse.issue import Severity
from stparse.text import Lines

SHOWN_TO_MODEL = 8
UNASKED = 5
"""So many places are printed of a fact that nobody asked for; --json has them all."""
_SYSTEM = "You answer questions of Smalltalk developers about their own code base, briefly, and only from what you are shown of it."
_CITED = re.compile(rf"(?P<name>{NAME})(?P<meta>{SIDE})?\s*>>\s*#?(?P<selector>[^\W\d]\w*(?::(?:[^\W\d]\w*:)*)?|[-+*/\\~<>=@%|&?,]{{1,3}})")


@dataclass(frozen=True, slots=True)
class Citation:
    """A method that an answer names, and where it is: None where nothing of that name is in the index."""

    name: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Worded:
    """What a model said: its `text`, the methods that it cites, the code in it with its verdicts; `trouble` says why there is no text."""

    model: str
    text: str | None
    citations: tuple[Citation, ...] = ()
    code: tuple[JudgedPiece, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is answered to a question; ratings of it name its `id`."""

    found: Retrieved
    worded: Worded | None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


def answer(index: CodeIndex, retriever: Retriever, question: str, *, most: int, model: Complete | None, house: House | None) -> Answer:
    """Answer a question; without a `model` the facts and passages are the answer."""
    found = retriever(question, most)
    kept = [one for one in found.passages if is_there(index, one)]
    found = Retrieved(found.question, found.names, found.facts, found.walkback, tuple(kept))
    return Answer(found, None if model is None else _worded(index, found, model, house))


def is_there(index: CodeIndex, passage: Passage) -> bool:
    """Whether the index, asked by class and selector, has a method at the place of its passage; documents are what was read of them."""
    if passage.kind != METHOD:
        return True
    methods = index.methods_of(passage.class_name or "", meta=passage.meta)
    return any((m.selector, m.file, m.line) == (passage.selector, passage.file, passage.line) for m in methods)


def citations_in(index: CodeIndex, text: str) -> Iterator[Citation]:
    """Yield the methods that a text names, each once, with the place of the first of that name."""
    seen = set[str]()
    for found in _CITED.finditer(text):
        meta = found["meta"] is not None
        name = f"{found['name']}{' class' if meta else ''}>>{found['selector']}"
        if name not in seen:
            seen.add(name)
            methods = [m for m in index.methods_of(found["name"], meta=meta) if m.selector == found["selector"]]
            yield Citation(name, f"{methods[0].file}:{methods[0].line}" if methods else None)


def _worded(index: CodeIndex, found: Retrieved, model: Complete, house: House | None) -> Worded:
    which = hashlib.sha256(" ".join(found.question.split()).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    told = [f"{fact.kind} of {fact.about}: {fact.total}" for fact in found.facts]
    question = tamed(found.question) + ("\n\nCounted in the index: " + "; ".join(told) if told else "")
    bare, passages = Prompt((Message("system", _SYSTEM), Message("user", question))), list(found.passages[:SHOWN_TO_MODEL])
    # A model on this machine says what it takes; the last passages are left out where it is less.
    behind = getattr(model, "behind", model)
    counts = behind.chosen(which).model if isinstance(behind, Split) else behind
    takes, length = getattr(counts, "takes", None), getattr(counts, "length_of", None)
    while passages and takes is not None and length is not None and length(prompt_with(bare, passages)) > takes:
        passages.pop()
    prompt = prompt_with(bare, passages)
    [said] = model([Asked(which, prompt)])
    name = said.by or str(model.identity.get("model") or model.identity.get("base") or "model")
    if said.text is None:
        return Worded(name, None, trouble=said.trouble or "the model gave no answer")
    dialect = next((each for each, _ in index.dialects), "visualworks")
    judged = check_answer(said.text, dialect=dialect, house=house)
    return Worded(name, said.text, tuple(citations_in(index, said.text)), judged.pieces)


# For people


def lines_of(answered: Answer, lines: int) -> Iterator[str]:
    """Yield an answer for the terminal: the model's words, facts, the walkback, and the passages with so many lines of each."""
    found = answered.found
    if answered.worded is not None and answered.worded.text is not None:
        yield from _worded_lines(answered.worded)
    if found.walkback is not None:
        yield "walkback:"
        for frame in found.walkback.frames:
            where = f"{frame.method.reference} ({frame.method.file}:{frame.method.line})" if frame.method else "not in the indexed code"
            yield f"  {_plain(frame.text)}  ->  {where}"
        if found.walkback.missing:
            yield f"implementors of #{found.walkback.missing} ({found.walkback.missing_total}), the nearest first:"
            yield from (f"  {one.ref}" for one in found.walkback.nearest)
    for written, meant in found.names.read_as:
        yield f"read {_plain(written)} as {meant}"
    asked = asked_kinds(found.question)
    for fact in found.facts:
        yield f"{fact.kind} of {fact.about} ({fact.total}):" + (f" {fact.said}" if fact.said else " none" if not fact.total else "")
        shown = fact.passages if fact.kind in asked else fact.passages[:UNASKED]
        yield from (f"  {one.ref}" for one in shown)
        if shown and fact.total > len(shown):
            yield f"  ... and {fact.total - len(shown):,} more"
    if found.passages:
        yield "passages:"
    for number, one in enumerate(found.passages, 1):
        yield f"{number}. {one.kind} {one.ref}  [{', '.join(one.why)}]"
        text = _plain(one.text).splitlines()
        yield from (f"   | {line}" for line in text[:lines])
        if 0 < lines < len(text):
            yield f"   | ... ({counted(len(text) - lines, 'more line')})"


def _worded_lines(worded: Worded) -> Iterator[str]:
    yield f"answer of {worded.model} (its words are not checked; its code and the methods that it names are):"
    yield ""
    yield _plain(worded.text or "")
    yield ""
    for line, end, one in _places(worded):
        errors = [issue for issue in one.verdict.issues if issue.severity is Severity.ERROR]
        verdict = f"does not compile: {errors[0].code} {errors[0].message}" if errors else one.verdict.outcome.value
        yield f"  lines {line}-{end}, {one.piece.kind}: {verdict}"
    for citation in worded.citations:
        yield f"  {citation.name}: {citation.place or 'NOT in the indexed code'}"
    yield ""


def _places(worded: Worded) -> Iterator[tuple[int, int, JudgedPiece]]:
    at = Lines(worded.text or "")
    for one in worded.code:
        yield at.line(one.piece.span.start), at.line(max(one.piece.span.start, one.piece.span.end - 1)), one


def _plain(text: str) -> str:
    """Answer a text without the signs that steer a terminal."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())


# For programs


def answer_object(answered: Answer) -> dict[str, Any]:
    """Answer the JSON object of an answer."""
    found, worded = answered.found, answered.worded
    return {
        "id": str(answered.id),
        "question": found.question,
        "read_as": [{"written": written, "meant": meant} for written, meant in found.names.read_as],
        "answer": worded.text if worded else None,
        "model": worded.model if worded else None,
        "trouble": worded.trouble or None if worded else None,
        "code": [_code_object(line, end, one) for line, end, one in _places(worded)] if worded else [],
        "citations": [{"name": c.name, "place": c.place, "exists": c.place is not None} for c in worded.citations] if worded else [],
        "walkback": _walkback_object(found),
        "facts": [
            {"kind": f.kind, "about": f.about, "total": f.total, "said": f.said or None, "places": _objects(f.passages, text=False)}
            for f in found.facts
        ],
        "passages": _objects(found.passages, text=True),
    }  # fmt: skip


def _objects(passages: Iterable[Passage], *, text: bool) -> list[dict[str, Any]]:
    return [passage_object(one, text=text) for one in passages]


def passage_object(one: Passage, *, text: bool) -> dict[str, Any]:
    """Answer the JSON object of a passage."""
    side = None if one.kind != METHOD else "class" if one.meta else "instance"
    about: dict[str, Any] = {
        "kind": one.kind, "name": one.name, "class": one.class_name, "side": side, "selector": one.selector, "file": one.file,
        "line": one.line,
    }  # fmt: skip
    return {**about, "score": one.score, "why": list(one.why), "text": one.text} if text else about


def _code_object(line: int, end: int, one: JudgedPiece) -> dict[str, Any]:
    issues = [{"code": i.code, "severity": i.severity.value, "message": i.message} for i in one.verdict.issues]
    return {"line": line, "end_line": end, "kind": one.piece.kind, "outcome": one.verdict.outcome.value, "issues": issues}


def _walkback_object(found: Retrieved) -> dict[str, Any] | None:
    walkback = found.walkback
    if walkback is None:
        return None
    frames = [
        {
            "text": frame.text, "receiver": frame.receiver, "class": frame.owner, "side": "class" if frame.meta else "instance",
            "selector": frame.selector, "method": passage_object(method_passage(frame.method), text=False) if frame.method else None,
        }
        for frame in walkback.frames
    ]  # fmt: skip
    nearest = _objects(walkback.nearest, text=False)
    return {"frames": frames, "missing": walkback.missing, "implementors": walkback.missing_total, "nearest": nearest}
