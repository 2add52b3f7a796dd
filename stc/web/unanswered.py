"""Feedback on bad answers that waits for the right one: who knows it writes it beside the answer, and another verifies it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from checker.answers import check_answer
from stc.asking import Worded, citations_in
from stc.housing import dialect_of
from stc.web.answered import Part, parts_of
from stc.web.forms import Fields
from stc.web.reviewed import Preview, preview_of
from stc.web.shelf import Opened
from stc.web.site import Site, given
from stparse.issue import StcError

if TYPE_CHECKING:
    from store.db import Store
    from store.feedback import Queued

ADDRESS = "/review/unanswered"
_GONE = "This one waits no longer: somebody has answered it, or closed it."


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [
        site.page(ADDRESS, pages.shown),
        site.form(ADDRESS, pages.answer),
        site.form(f"{ADDRESS}/check", pages.check),
        site.form(f"{ADDRESS}/close", pages.close),
    ]


def without_answer(waiting: Sequence[Queued]) -> list[Queued]:
    """Answer what of the feedback waits for somebody who knows what is right, the oldest first."""
    return [one for one in waiting if one.good is None]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def shown(self, request: Request) -> Response:
        """The feedback of an id, else the first that waits."""
        with self._site.store(request) as store:
            waits = _waiting(store)
        if not waits:
            return RedirectResponse("/review?answered=", 303)
        wanted = request.query_params.get("id")
        one = _of(waits, wanted)
        said = _GONE if wanted and one is None else ""
        return self._shown(request, waits, one or waits[0], said=said)

    def _shown(
        self, request: Request, waits: list[Queued], one: Queued, *, status: int = 200, said: str = "", typed: Preview | None = None
    ) -> HTMLResponse:  # fmt: skip
        with self._site.shelf.borrowed() as opened:
            parts = _parts(opened, one)
        values: dict[str, Any] = {"one": one, "many": len(waits), "following": _after(waits, one), "parts": parts}
        return self._site.shown(request, "unanswered.html", status, said=said, typed=typed, **values)

    def check(self, request: Request, fields: Fields) -> Response:
        """What the checker says of an answer that was typed: for a script its part of the page, else the page with it."""
        with self._site.store(request) as store:
            waits = _waiting(store)
        one, text = _of(waits, given(fields, "id")), fields.get("correction", "")
        if one is None:
            return self._late(request, text)
        typed = self._preview(one, text)
        if request.headers.get("accept", "").startswith("text/plain"):
            return HTMLResponse(self._site.text(request, "preview.html", typed=typed))
        return self._shown(request, waits, one, typed=typed)

    def _preview(self, one: Queued, text: str) -> Preview:
        from store.queue import answered

        with self._site.shelf.borrowed() as opened:
            return preview_of(one.answer, text, lambda: answered(one, text, dialect_of(opened.house), opened.house))

    def _late(self, request: Request, text: str) -> Response:
        """Show what was typed for feedback that waits no longer, so that it is not lost."""
        return self._site.shown(request, "late.html", 409, said=_GONE, text=text, back=ADDRESS)

    def answer(self, request: Request, fields: Fields) -> Response:
        """Take the answer, as `stc store queue ID --answer` does; what is not taken is shown again, with what was typed."""
        from store import queue

        text = fields.get("correction", "").rstrip("\n")
        with self._site.store(request) as store:
            waits = _waiting(store)
            one = _of(waits, given(fields, "id"))
            if one is None:
                return self._late(request, text)
            try:
                with self._site.shelf.borrowed() as opened:
                    queue.answer(store, one.id, text, dialect=dialect_of(opened.house), house=opened.house)
            except StcError as error:
                typed = self._preview(one, text)
                return self._shown(request, waits, one, status=422, said="" if typed.refused else str(error), typed=typed)
        return RedirectResponse(f"{ADDRESS}?id={_after(waits, one)}", 303)

    def close(self, request: Request, fields: Fields) -> Response:
        """End what nothing can be learnt from, with a reason."""
        from store import queue

        with self._site.store(request) as store:
            waits = _waiting(store)
            one = _of(waits, given(fields, "id"))
            if one is None:
                return self._late(request, "")
            queue.close(store, one.id, fields.get("why", "").strip())
        return RedirectResponse(f"{ADDRESS}?id={_after(waits, one)}", 303)


def _waiting(store: Store) -> list[Queued]:
    from store.feedback import waiting

    return without_answer(waiting(store))


def _of(waits: Sequence[Queued], which: str | None) -> Queued | None:
    return next((one for one in waits if str(one.id) == which), None)


def _after(waits: Sequence[Queued], one: Queued) -> uuid.UUID:
    """Answer what comes next; behind the last one it is the first."""
    return waits[(waits.index(one) + 1) % len(waits)].id


def _parts(opened: Opened, one: Queued) -> list[Part]:
    """Answer the parts of an answer that was given, its code with verdicts in the code base that is served."""
    dialect = dialect_of(opened.house)
    judged = check_answer(one.answer, dialect=dialect, house=opened.house)
    citations = tuple(citations_in(opened.index, one.answer))
    return list(parts_of(Worded(one.model, one.answer, citations, judged.pieces), dialect))
