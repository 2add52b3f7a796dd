"""The page that answers questions: facts and passages at once, a model's words while they come, and what people say of the answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from datagen.complete import Complete
from stc.asking import Answer, answer
from stc.housing import dialect_of
from stc.web.answered import cited_by, is_code, link_of, parts_of, passages_of, rated_text, written_by
from stc.web.forms import Fields
from stc.web.guard import person_of
from stc.web.shelf import Opened
from stc.web.site import Site, given
from stc.web.wording import Telling, Words
from stparse.issue import BadInputError, StcError

MOST = 10
LONGEST = 20_000
_IN_ADDRESS = 1_500
"""A longer question, a pasted walkback say, is not put into an address."""


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [
        site.page("/ask", pages.ask),
        site.form("/ask", pages.asked),
        site.form("/ask/words", pages.words),
        site.form("/ask/rate", pages.rate),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site, self._words = site, Words()

    def ask(self, request: Request) -> Response:
        """The form, with the answer where the address has a question."""
        return self._answered(request, request.query_params.get("q", ""))

    def asked(self, request: Request, fields: Fields) -> Response:
        """The question of the form: it gets an address where it is short enough for one."""
        question = fields.get("q", "").strip()
        if len(question) <= _IN_ADDRESS:
            return RedirectResponse(f"/ask?q={quote(question, safe='')}" if question else "/ask", 303)
        return self._answered(request, question)

    def _answered(self, request: Request, question: str) -> Response:
        question = _checked(question)
        values: dict[str, Any] = {"question": question, "waits": self._site.reading.missing(), "found": None, "is_code": is_code}
        if not question.strip() or values["waits"]:
            return self._site.shown(request, "ask.html", **values)
        with self._site.shelf.borrowed() as opened:
            answered = _answer(opened, question, None)
            passages = passages_of(opened.index, answered.found.passages)
        values |= {"found": answered.found, "passages": passages, "link_of": link_of, "worded": self._words.is_named}
        return self._site.shown(request, "ask.html", **values, **_rating(question, answered))

    def words(self, request: Request, fields: Fields) -> Response:
        """A model's words, a JSON object a line: pieces as they come, and at last the whole as HTML."""
        question, model = _checked(given(fields, "q")), self._words.model_for(person_of(request))
        if model is None:
            raise HTTPException(404, "no model words answers here; [ask] of stc.toml names one")
        return StreamingResponse(self._told(request, question, model), media_type="application/x-ndjson")

    async def _told(self, request: Request, question: str, model: Complete) -> AsyncIterator[str]:
        if not self._words.places.acquire(blocking=False):
            yield _line(error="others are being answered; try again in a moment")
            return

        def ask(heard: Complete) -> Answer:
            with self._site.shelf.borrowed() as opened:
                return _answer(opened, question, heard)

        telling = Telling(model, ask)
        try:
            while True:
                told = await run_in_threadpool(telling.next)
                if isinstance(told, Answer):
                    yield _line(html=await run_in_threadpool(self._whole, request, question, told))
                    return
                # An empty line now and then shows whether the reader is still there.
                yield _line(words=told) if told is not None else "\n"
        except StcError as error:
            self._words.forget()
            yield _line(error=str(error))
        finally:
            telling.stop()
            self._words.places.release()

    def _whole(self, request: Request, question: str, answered: Answer) -> str:
        worded = answered.worded
        assert worded is not None
        with self._site.shelf.borrowed() as opened:
            dialect = dialect_of(opened.house)
        values = {"worded": worded, "parts": list(parts_of(worded, dialect)), "own": written_by(worded), **_rating(question, answered)}
        return self._site.text(request, "words.html", **values)

    def rate(self, request: Request, fields: Fields) -> Response:
        """What somebody says of an answer, into the store, as `stc store rate` takes it."""
        said, which = _feedback(fields)
        from store.feedback import Feedback, give

        with self._site.store(request) as store:
            kept = give(store, Feedback(**said), request=which)
        return self._site.done(request, f"Thank you. It is kept as {kept}.", f"/ask?q={quote(said['question'][:_IN_ADDRESS], safe='')}")


def _answer(opened: Opened, question: str, model: Complete | None) -> Answer:
    house = None if model is None else opened.house
    return answer(opened.index, opened.retriever, question, most=MOST, model=model, house=house)


def _rating(question: str, answered: Answer) -> dict[str, Any]:
    """Answer what the form for a rating holds; its `request`, the id of the answer, lets a form that is sent twice be kept once."""
    model = answered.worded.model if answered.worded is not None and answered.worded.text is not None else ""
    about = {"question": question, "answer": rated_text(answered), "model": model, "citations": json.dumps(cited_by(answered))}
    return {"rated": {"request": str(answered.id), **about}}


def _feedback(fields: Fields) -> tuple[dict[str, Any], uuid.UUID]:
    """Answer the feedback in a form, and the id of the form. Raises BadInputError for what is none."""
    try:
        citations, which = json.loads(given(fields, "citations")), uuid.UUID(given(fields, "request"))
        rating = int(fields["rating"]) if fields.get("rating") else None
    except ValueError as error:
        raise BadInputError(f"this form was changed on its way: {error}") from error
    if not isinstance(citations, list) or not all(isinstance(one, str) for one in citations):
        raise BadInputError("this form was changed on its way: its citations are no list of texts")
    texts: dict[str, Any] = {name: fields.get(name, "") for name in ("question", "answer", "comment", "model")}
    thumbs, corrected = fields.get("thumbs") or None, fields.get("corrected_answer", "").strip("\n") or None
    return {**texts, "rating": rating, "thumbs": thumbs, "corrected_answer": corrected, "citations": tuple(citations)}, which


def _checked(question: str) -> str:
    if len(question) > LONGEST:
        raise HTTPException(413, f"the question has {len(question):,} characters, more than {LONGEST:,}")
    return question


def _line(**said: str) -> str:
    return json.dumps(said) + "\n"
