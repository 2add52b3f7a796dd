"""Signing in and out, where people have names of their own: a token goes from a form into a cookie, and never into an address."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from stc.people import People
from stc.web.forms import Fields
from stc.web.guard import SIGN_IN, person_of, sign_in, sign_out
from stc.web.site import Site

_HERE = re.compile(r"/(?![/\\])[!-~]*")
"""An address of these pages; a browser takes what begins with two slashes for that of somebody else."""


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages; none where everybody speaks in one name."""
    if site.named is None:
        return []
    pages = _Pages(site, site.named)
    return [site.page(SIGN_IN, pages.ask), site.form(SIGN_IN, pages.sign_in), site.form("/sign-out", pages.sign_out)]


class _Pages:
    def __init__(self, site: Site, people: People) -> None:
        self._site, self._people = site, people

    def ask(self, request: Request) -> Response:
        """The form for a token."""
        return self._asked(request, request.query_params.get("to", "/"))

    def _asked(self, request: Request, to: str, *, status: int = 200, said: str = "") -> Response:
        return self._site.shown(request, "sign-in.html", status, to=to, said=said)

    def sign_in(self, request: Request, fields: Fields) -> Response:
        """Let the browser keep a token that is somebody's, and lead to where they wanted."""
        token, to = fields.get("token", "").strip(), fields.get("to", "")
        if self._people.holder(token) is None:
            said = "This is nobody's token: it was mistyped, or taken back. Ask who runs these pages for one."
            return self._asked(request, to, status=403, said=said)
        answer = RedirectResponse(to if _HERE.fullmatch(to) else "/", 303)
        sign_in(request, answer, token)
        return answer

    def sign_out(self, request: Request, fields: Fields) -> Response:
        """Let the browser forget who somebody is."""
        if person_of(request) is None:
            raise HTTPException(403, "nobody is signed in here")
        answer = RedirectResponse(SIGN_IN, 303)
        sign_out(request, answer)
        return answer
