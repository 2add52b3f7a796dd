"""What all pages share: templates, the index, the store, forms; and how a view becomes an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from stc import __version__
from stc.people import People
from stc.web.browse import short
from stc.web.cited import linked
from stc.web.forms import Fields, Forms
from stc.web.guard import person_of
from stc.web.highlight import class_link, selector_link
from stc.web.shelf import Opened, Reading, Shelf
from stc.web.till import Till
from stc.web.work import Work
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from store.db import Store

FOLDER = Path(__file__).parent
View = Callable[[Request], Response]
IndexView = Callable[[Opened, Request], Response]
FormView = Callable[[Request, Fields], Response]


class Site:
    """The index file `index`, the folder `work` with what was trained and measured, the store; `close` ends it.

    `named` are the people, where they have names of their own.
    """

    def __init__(self, index: Path, work: Path, *, named: People | None = None) -> None:
        self.shelf, self.till, self.forms, self.work = Shelf(index), Till(named=named is not None), Forms(), Work(work)
        self.named = named
        self.reading = Reading(self.shelf)
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "version": __version__,
            "class_link": class_link,
            "selector_link": selector_link,
            "short": short,
        }
        self._templates.filters["code"] = Markup  # What stc.web.highlight has escaped already.
        self._templates.filters["linked"] = lambda text: Markup(linked(text))  # noqa: S704 - it is escaped there
        self._templates.filters["number"] = lambda value: f"{value:,}"

    def close(self) -> None:
        """Close indexes and connections."""
        self.shelf.close()
        self.till.close()

    def shown(self, request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        """Answer a page."""
        return HTMLResponse(self.text(request, template, **values), status)

    def text(self, request: Request, template: str, /, **values: Any) -> str:
        """Answer the HTML of a template, for who asks."""
        person = person_of(request)
        return self._templates.get_template(template).render(signed_in=person, csrf=self.forms.token(person), **values)

    def store(self, request: Request) -> AbstractContextManager[Store]:
        """Lend the store, in the name of who asks."""
        return self.till.borrowed(person_of(request))

    def page(self, path: str, view: View) -> Route:
        """Answer the route of a page."""
        return Route(path, view, methods=["GET"])

    def index_page(self, path: str, view: IndexView) -> Route:
        """Answer the route of a page that is shown over a borrowed index."""

        def endpoint(request: Request) -> Response:
            with self.shelf.borrowed() as opened:
                return view(opened, request)

        return Route(path, endpoint, methods=["GET"])

    def form(self, path: str, view: FormView) -> Route:
        """Answer the route of what a form does. No other way takes a POST, so that each of them is looked at by Forms."""

        async def endpoint(request: Request) -> Response:
            fields = await self.forms.read(request, person_of(request))
            return await run_in_threadpool(view, request, fields)

        return Route(path, endpoint, methods=["POST"])

    def done(self, request: Request, said: str, back: str) -> Response:
        """Say that something was done: to a script in a line, to others in a page that leads back."""
        if _is_script(request):
            return PlainTextResponse(said)
        return self.shown(request, "done.html", said=said, back=back)

    def refused(self, request: Request, error: Exception) -> Response:
        """What cannot be shown is said in a page of its own."""
        status, said = (error.status_code, error.detail) if isinstance(error, HTTPException) else (503, str(error))
        if isinstance(error, ModuleNotFoundError):
            said = f"this page needs the store, and that needs {error.name}: pip install 'stc[store]'"
        if isinstance(error, BadInputError) and request.method == "POST":
            status = 422
        if _is_script(request):
            return PlainTextResponse(said, status)
        return self.shown(request, "error.html", status, said=said)


def _is_script(request: Request) -> bool:
    """Whether a script of ours asks, which shows a line and no page."""
    return request.headers.get("accept", "").startswith("text/plain")


def asked(request: Request, name: str) -> str:
    """Answer a parameter of the address. Raises HTTPException where it is missing."""
    value = request.query_params.get(name, "")
    if not value:
        raise HTTPException(400, f"the address lacks ?{name}=")
    return value


def given(fields: Fields, name: str) -> str:
    """Answer a field of a form. Raises HTTPException where it is missing."""
    value = fields.get(name, "")
    if not value:
        raise HTTPException(400, f"the form lacks {name}")
    return value
