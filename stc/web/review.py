"""The review of examples with single keys: by the verbs of `stc review`, one decision stored before the next example is shown."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from stc.housing import dialect_of
from stc.web.forms import Fields
from stc.web.guard import person_of
from stc.web.reviewed import Preview, house_for, preview, seen_of, shown_example
from stc.web.site import Site, asked, given
from stc.web.unanswered import without_answer
from stparse.issue import BadInputError, StcError

if TYPE_CHECKING:
    from store.db import Store
    from store.examples import Example

_MOST_PASSED = 200


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [
        site.page("/review", pages.overview),
        site.page("/review/next", pages.following),
        site.page("/review/item", pages.item),
        site.form("/review/check", pages.check),
        site.form("/review/decide", pages.decide),
        site.form("/review/undo", pages.undo),
        site.form("/review/pass", pages.leave),
        site.form("/review/batch", pages.batch),
        site.form("/review/candidates", pages.candidates),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site
        # What each person left for later, until the pages are started anew: as a session of `stc review` does.
        self._passed: defaultdict[str | None, dict[str, None]] = defaultdict(dict)

    def overview(self, request: Request) -> Response:
        """How far the review is, and where to begin."""
        from store import feedback, review

        with self._site.store(request) as store:
            values: dict[str, Any] = {
                "kinds": review.progress(store),
                "agreement": review.agreement(store),
                "policy": review.policy(store),
                "person": store.person,
            }
            waits = feedback.waiting(store)
        values |= {"unanswered": len(without_answer(waits))}
        values |= {"feedback": len(waits) - values["unanswered"], "answered": "answered" in request.query_params}
        return self._site.shown(
            request, "review.html", nothing="nothing" in request.query_params, said=request.query_params.get("made"), **values
        )

    def following(self, request: Request) -> Response:
        """The example of which a decision is worth most; it is kept for this person for half an hour."""
        from store.review import take

        kind, passed = request.query_params.get("kind", ""), self._passed[person_of(request)]
        with self._site.store(request) as store:
            found = take(store, 1 + len(passed), [kind] if kind else None)
        which = next((one.example.id for one in found if one.example.id not in passed), None)
        kept = {name: value for name, value in request.query_params.items() if name in ("kind", "last", "batch")}
        if which is None:
            return _to("/review", nothing="")
        return _to("/review/item", id=which, **kept)

    def item(self, request: Request) -> Response:
        """An example, to be decided about."""
        with self._site.store(request) as store:
            return self._shown(request, store, asked(request, "id"), dict(request.query_params))

    def _shown(
        self,
        request: Request,
        store: Store,
        which: str,
        about: dict[str, str],
        *,
        status: int = 200,
        said: str = "",
        typed: Preview | None = None,
    ) -> HTMLResponse:
        """Answer the page of an example; `about` has the kind that is reviewed, and what was decided `last`."""
        from store.examples import example
        from store.review import REASONS, policy

        last = about.get("last")
        values: dict[str, Any] = {
            "shown": shown_example(store, which),
            "last": example(store, last) if last else None,
            "batch": about.get("batch", ""),
            "kind": about.get("kind", ""),
            "policy": policy(store),
            "reasons": REASONS,
            "request": str(uuid.uuid4()),
            "said": said,
            "typed": typed,
            "person": store.person,
        }
        return self._site.shown(request, "item.html", status, **values)

    def check(self, request: Request, fields: Fields) -> Response:
        """What the checker says of a correction that was typed: for a script its part of the page, else the page with it."""
        from store.examples import example

        with self._site.store(request) as store:
            old = example(store, given(fields, "example"))
            typed = self._preview(old, fields.get("correction", ""))
            if request.headers.get("accept", "").startswith("text/plain"):
                return HTMLResponse(self._site.text(request, "preview.html", typed=typed))
            return self._shown(request, store, old.id, fields, typed=typed)

    def _preview(self, old: Example, text: str) -> Preview:
        with self._site.shelf.borrowed() as opened:
            return preview(old, text, house_for(opened, old))

    def decide(self, request: Request, fields: Fields) -> Response:
        """Decide, unless somebody else has settled it since it was shown; that is told first."""
        from store import review
        from store.corrections import CorrectionRefusedError
        from store.examples import example

        verdict, reason = given(fields, "verdict"), fields.get("reason", "") or fields.get("why", "")
        correction = fields.get("correction", "").rstrip("\n") if verdict == "correct" else None
        with self._site.store(request) as store:
            old = example(store, given(fields, "example"))
            others = seen_of(store, review.decisions(store, old.id)) > int(given(fields, "seen"))
            if others and old.status != fields.get("status"):
                typed = None if correction is None else self._preview(old, correction)
                said = f"Meanwhile somebody else decided: it is {old.status} now. Nothing of yours was stored; say it again if you mean it."
                return self._shown(request, store, old.id, fields, status=409, said=said, typed=typed)
            try:
                with self._site.shelf.borrowed() as opened:
                    house = house_for(opened, old)
                    which = uuid.UUID(given(fields, "request"))
                    review.decide(store, old.id, verdict, reason.strip(), correction=correction, house=house, request=which)
            except CorrectionRefusedError:
                return self._shown(request, store, old.id, fields, status=422, typed=self._preview(old, correction or ""))
            except StcError as error:
                return self._shown(request, store, old.id, fields, status=422, said=str(error))
        return _to("/review/next", kind=fields.get("kind", ""), last=old.id)

    def undo(self, request: Request, fields: Fields) -> Response:
        """Withdraw the last word about an example, and look at it again; or all that was decided in a batch."""
        from store.batches import take_back
        from store.review import decide

        with self._site.store(request) as store:
            if fields.get("batch"):
                take_back(store, uuid.UUID(fields["batch"]))
                return _to("/review/next", kind=fields.get("kind", ""))
            decide(store, given(fields, "last"), "withdraw")
        return _to("/review/item", id=given(fields, "last"), kind=fields.get("kind", ""))

    def leave(self, request: Request, fields: Fields) -> Response:
        """Leave an example for now."""
        passed = self._passed[person_of(request)]
        passed[given(fields, "example")] = None
        while len(passed) > _MOST_PASSED:
            del passed[next(iter(passed))]
        return _to("/review/next", kind=fields.get("kind", ""))

    def batch(self, request: Request, fields: Fields) -> Response:
        """Verify all others of a kind, where enough of them were looked at and nearly all were right."""
        from store.batches import decide_all

        with self._site.store(request) as store:
            try:
                made = decide_all(store, given(fields, "of"), "verify", fields.get("why", ""))
            except BadInputError as error:
                return self._shown(request, store, given(fields, "example"), fields, status=422, said=str(error))
        return _to("/review/next", kind=fields.get("kind", ""), batch=str(made.batch))

    def candidates(self, request: Request, fields: Fields) -> Response:
        """Make examples of the feedback that waits, to be verified by others than who gave it."""
        from store.feedback import make_candidates

        with self._site.store(request) as store, self._site.shelf.borrowed() as opened:
            made = make_candidates(store, dialect=dialect_of(opened.house), house=opened.house)
        return _to("/review", made=", ".join(f"{number:,} {state}" for state, number in made.items() if number) or "nothing new")


def _to(address: str, **about: str) -> Response:
    """Answer the way to a page; what is empty is left out, but for a mark."""
    said = {name: value for name, value in about.items() if value or name == "nothing"}
    return RedirectResponse(f"{address}?{urlencode(said)}" if said else address, 303)
