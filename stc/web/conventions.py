"""The handbook of the house's conventions: what `stc conventions show` prints, with every example a link."""

from __future__ import annotations

import threading

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stc.handbook import Handbook, handbook
from stc.house_check import open_judge
from stc.web.shelf import Version
from stc.web.site import Site
from stparse.issue import IndexFileError

_MOST = 8
"""Rules of a convention, as many as the command shows by default."""


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [site.page("/conventions", pages.handbook)]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._known: tuple[Version, Handbook] | None = None

    def handbook(self, request: Request) -> Response:
        """All conventions; where none were mined, how that is done."""
        try:
            book, said = self._book(), ""
        except IndexFileError as error:
            book, said = None, str(error)
        return self._site.shown(request, "conventions.html", book=book, said=said, index=self._site.shelf.path.name)

    def _book(self) -> Handbook:
        """Answer the handbook of the index as it is now; it takes seconds, and is kept."""
        with self._lock:
            version = self._site.shelf.version()
            if self._known is None or self._known[0] != version:
                with open_judge(self._site.shelf.path) as judge:
                    self._known = (version, handbook(judge, (), _MOST))
            return self._known[1]
