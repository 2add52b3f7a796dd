"""The pages as a program for a web server: addresses, templates, errors in words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from stc import __version__
from stc.web import browse
from stc.web.guard import Guard
from stc.web.highlight import class_link, selector_link
from stc.web.shelf import Shelf
from stparse.index.query import CodeIndex
from stparse.issue import StcError

FOLDER = Path(__file__).parent
View = Callable[[CodeIndex, Request], Response]


class Pages:
    """The pages over one index file."""

    def __init__(self, index: Path) -> None:
        self.shelf = Shelf(index)
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"version": __version__, "class_link": class_link, "selector_link": selector_link, "short": browse.short}
        self._templates.filters["code"] = Markup  # What stc.web.highlight has escaped already.

    def shown(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Answer a page."""
        return HTMLResponse(self._templates.get_template(template).render(**values), status)

    def front(self, index: CodeIndex, request: Request) -> Response:
        """All packages, and how much there is."""
        return self.shown("front.html", packages=browse.packages_of(index), counts=index.statistics())

    def package(self, index: CodeIndex, request: Request) -> Response:
        """The classes of a package."""
        name = _asked(request, "name")
        classes = browse.classes_in(index, name)
        if not classes:
            raise HTTPException(404, f"no class is in {name}")
        return self.shown("package.html", name=name, classes=classes)

    def a_class(self, index: CodeIndex, request: Request) -> Response:
        """A class, or all that have the name."""
        name = _asked(request, "name")
        pages = browse.class_pages(index, name)
        if not pages:
            raise HTTPException(404, f"the index knows no class {name}")
        return self.shown("class.html", name=name, pages=pages)

    def selector(self, index: CodeIndex, request: Request) -> Response:
        """Implementors and senders."""
        return self.shown("selector.html", page=browse.selector_page(index, _asked(request, "name")))

    def references(self, index: CodeIndex, request: Request) -> Response:
        """Who names a class or global."""
        name = _asked(request, "name")
        hits = index.references(name)
        shown = hits[: browse.MOST_SHOWN]
        return self.shown("references.html", name=name, hits=shown, more=len(hits) - len(shown))

    def search(self, index: CodeIndex, request: Request) -> Response:
        """What is called so or has the words; the one thing that is called so is shown at once."""
        text = request.query_params.get("q", "")
        found = browse.found_for(index, text)
        if found.only is not None and not found.methods:
            return RedirectResponse(found.only, 303)
        return self.shown("search.html", text=text, found=found)

    def on_index(self, view: View) -> Callable[[Request], Response]:
        """Answer the endpoint that shows `view` over a borrowed index."""

        def endpoint(request: Request) -> Response:
            with self.shelf.borrowed() as index:
                return view(index, request)

        return endpoint

    def refused(self, request: Request, error: Exception) -> Response:
        """What cannot be shown is said in a page of its own."""
        if isinstance(error, HTTPException):
            return self.shown("error.html", error.status_code, said=error.detail)
        return self.shown("error.html", 503, said=str(error))


def _asked(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise HTTPException(400, f"the address lacks ?{name}=")
    return value


def build(index: Path, hosts: list[str], token: str | None) -> Guard:
    """Answer what serves the pages of the index at `index` to whoever has `token`, or if there is none, asks for one of `hosts`."""
    pages = Pages(index)
    views = {
        "/": pages.front,
        "/package": pages.package,
        "/class": pages.a_class,
        "/selector": pages.selector,
        "/references": pages.references,
        "/search": pages.search,
    }

    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        yield
        pages.shelf.close()

    app = Starlette(
        routes=[
            *(Route(path, pages.on_index(view)) for path, view in views.items()),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        exception_handlers={HTTPException: pages.refused, StcError: pages.refused},
        lifespan=lifespan,
    )
    return Guard(app, hosts, token)
