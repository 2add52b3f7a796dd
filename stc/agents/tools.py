"""What each tool answers: the functions of the command line, over the desk, as quoted text and as the JSON of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from checker.lint import categories_of
from checker.suppress import without_ignored
from checker.verdict import Located
from datagen.phrase import counted
from stc import querying
from stc.agents.desk import Desk
from stc.agents.quoting import LONGEST, Told, page, quoted, tame
from stc.asking import answer, answer_object, lines_of
from stc.config import check_settings
from stc.findings import codes_of, located_object, text_lines, wanted
from stc.handbook import handbook, markdown, rule_objects
from stc.house_check import judged_names, judged_text
from stc.querying import Reply
from stc.texts import check_text
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, Severity

LONGEST_SOURCE, LONGEST_QUESTION = 200_000, 20_000

_Question = Callable[[CodeIndex, str, str | None, bool, int], Reply[Any]]
QUESTIONS: dict[str, _Question] = {
    "implementors": lambda index, name, class_name, source, most: querying.implementors(index, name, class_name, source=source),
    "senders": lambda index, name, class_name, source, most: querying.senders(index, name, class_name, source=source),
    "references": lambda index, name, class_name, source, most: querying.references(index, name, class_name, source=source),
    "class": lambda index, name, class_name, source, most: querying.class_named(index, name),
    "classes": lambda index, name, class_name, source, most: querying.classes(index),
    "method": lambda index, name, class_name, source, most: querying.method(index, name),
    "methods": lambda index, name, class_name, source, most: querying.methods(index, name, source=source),
    "hierarchy": lambda index, name, class_name, source, most: querying.hierarchy(index, name),
    "variables": lambda index, name, class_name, source, most: querying.variables(index, name),
    "protocols": lambda index, name, class_name, source, most: querying.protocols(index, name),
    "search": lambda index, name, class_name, source, most: querying.search(index, name, most, source=source),
}


def query(desk: Desk, what: str, name: str, class_name: str | None, source: bool, first: int, limit: int) -> Told:
    """Answer what `stc query WHAT NAME` does."""
    name = name.strip().removeprefix("#") if what in ("implementors", "senders") else name.strip()
    if not name and what != "classes":
        raise BadInputError(f"{what} needs a name: a selector such as at:put:, a class such as Foo, or a method such as Foo>>bar:")
    with desk.index() as index:
        reply = QUESTIONS[what](index, name, class_name, source, first + limit)
        found, more = list(reply.found), list(reply.more)
        told = page(f"{what} {name}".strip(), found, first, limit, reply.objects, reply.lines, more)
        return told if found or more else Told(f"{reply.none}.", told.data)


def check(
    desk: Desk, source: str, kind: str | None, class_name: str | None, dialect: str | None, lint: bool, ignore: Sequence[str]
) -> Told:
    """Answer what `stc check -` finds in a text."""
    _must_fit(source, LONGEST_SOURCE, "source", "check it in parts, or its file with `stc check FILE`")
    settings = check_settings()
    with desk.context(dialect, lint) as (context, undeclared):
        found = check_text(source.encode("utf-8", "surrogatepass"), "-", context, kind, class_name, undeclared)
        if settings.ignore:
            found, _ = without_ignored(found, settings.ignore, categories_of(context.index) if context.index is not None else {})
    found = [one for one in found if wanted(one.issue.code, (), codes_of(ignore))]
    errors = sum(one.issue.severity is Severity.ERROR for one in found)
    told = page("findings", found, 0, 200, _located_objects, lambda one: iter(text_lines(one)))
    return Told(f"{counted(errors, 'error')}; {told.text}", {**told.data, "errors": errors})


def conventions_check(
    desk: Desk, target: str | None, source: str | None, class_name: str | None, protocol: str | None, everything: bool
) -> Told:
    """Answer what `stc conventions check` finds in a class or method of the index, or in the text of a method."""
    if (target is None) == (source is None):
        raise BadInputError(
            "give either target (Foo, Foo>>bar:) or source (the text of one method, with class_name), not both and not none"
        )
    with desk.judge() as judge:
        if source is not None:
            _must_fit(source, LONGEST_SOURCE, "source", "give one method")
            judged = judged_text(judge, source, class_name, protocol, everything=everything)
        else:
            judged = judged_names(judge, [target or ""], everything=everything)
        located = sorted((one for each in judged for one in each.located), key=lambda one: one.order)
        told = page("deviations from the house's conventions", located, 0, 100, _located_objects, lambda one: iter(text_lines(one)))
        return Told(f"{told.text}\n{judge.validity.line}", {**told.data, "judged": len(judged), "validity": judge.validity.as_dict()})


def conventions_show(desk: Desk, codes: Sequence[str], most: int) -> Told:
    """Answer the part of the handbook about the conventions `codes`; all of it, shortly, where none is named."""
    with desk.judge() as judge:
        text = markdown(handbook(judge, codes, most))
        told = page("rules", list(rule_objects(judge, codes)), 0, most * max(1, len(codes)), iter, lambda one: iter(()))
        return Told(quoted("The handbook of this house, mined from its code.", text), {**told.data, "validity": judge.validity.as_dict()})


def ask(desk: Desk, question: str, limit: int, lines: int) -> Told:
    """Answer what `stc ask --no-model` does: facts, and passages whose places are checked."""
    _must_fit(question, LONGEST_QUESTION, "question", "ask with the names and the first frames alone")
    if not question.strip():
        raise BadInputError('ask something, as in: "Who sends #isEmpty?"')
    with desk.retriever() as (index, retriever):
        answered = answer(index, retriever, question, most=limit, model=None, house=None)
    data = tame(answer_object(answered))
    for passage in data["passages"]:
        passage["text"] = passage["text"][: LONGEST // limit]
    body = "\n".join(lines_of(answered, lines))
    return Told(quoted("Facts are computed from the index; each place was looked up in it.", body) if body else "nothing found", data)


def _located_objects(found: Sequence[Located]) -> Iterator[dict[str, Any]]:
    return map(located_object, found)


def _must_fit(text: str, most: int, what: str, remedy: str) -> None:
    if len(text) > most:
        raise BadInputError(f"{what} has {len(text):,} characters, and {most:,} are the most; {remedy}")
