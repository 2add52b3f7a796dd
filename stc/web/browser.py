"""The pages of the browser: packages, a class, a selector, what refers to a name, and the search."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from stc.web import browse
from stc.web.highlight import class_link
from stc.web.shelf import Opened
from stc.web.site import Site, asked


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [
        site.index_page("/", pages.front),
        site.index_page("/package", pages.package),
        site.index_page("/class", pages.a_class),
        site.index_page("/method", pages.method),
        site.index_page("/selector", pages.selector),
        site.index_page("/references", pages.references),
        site.index_page("/search", pages.search),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._shown = site.shown

    def front(self, opened: Opened, request: Request) -> Response:
        """All packages, and how much there is."""
        return self._shown(request, "front.html", packages=browse.packages_of(opened.index), counts=opened.index.statistics())

    def package(self, opened: Opened, request: Request) -> Response:
        """The classes of a package."""
        name = asked(request, "name")
        classes = browse.classes_in(opened.index, name)
        if not classes:
            raise HTTPException(404, f"no class is in {name}")
        return self._shown(request, "package.html", name=name, classes=classes)

    def a_class(self, opened: Opened, request: Request) -> Response:
        """A class, or all that have the name."""
        name = asked(request, "name")
        pages = browse.class_pages(opened.index, name)
        if not pages:
            raise HTTPException(404, f"the index knows no class {name}")
        return self._shown(request, "class.html", name=name, pages=pages)

    def method(self, opened: Opened, request: Request) -> Response:
        """The place of a method on the page of its class."""
        name, selector, meta = asked(request, "class"), asked(request, "selector"), request.query_params.get("side") == "class"
        found = next((one for one in opened.index.methods_of(name, meta=meta) if one.selector == selector), None)
        if found is None:
            raise HTTPException(404, f"the index knows no {name}{' class' if meta else ''}>>{selector}")
        return RedirectResponse(f"{class_link(found.class_name)}#m{found.id}", 303)

    def selector(self, opened: Opened, request: Request) -> Response:
        """Implementors and senders."""
        return self._shown(request, "selector.html", page=browse.selector_page(opened.index, asked(request, "name")))

    def references(self, opened: Opened, request: Request) -> Response:
        """Who names a class or global."""
        name = asked(request, "name")
        hits = opened.index.references(name)
        shown = hits[: browse.MOST_SHOWN]
        return self._shown(request, "references.html", name=name, hits=shown, more=len(hits) - len(shown))

    def search(self, opened: Opened, request: Request) -> Response:
        """What is called so or has the words; the one thing that is called so is shown at once."""
        text = request.query_params.get("q", "")
        found = browse.found_for(opened.index, text)
        if found.only is not None and not found.methods:
            return RedirectResponse(found.only, 303)
        return self._shown(request, "search.html", text=text, found=found)
