"""The data sets of the working folder: each with the report that `stc compile-dataset` writes beside it."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from datagen.manifest import needed_manifest
from datagen.report import report_body
from stc.web.site import Site, asked
from stparse.issue import BadInputError


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [site.page("/data", pages.overview), site.page("/data/set", pages.dataset)]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def overview(self, request: Request) -> Response:
        """All data sets, the newest first."""
        rows = [(one.name, *_size(one.path)) for one in self._site.work.all("data set")[:200]]
        return self._site.shown(request, "datasets.html", rows=rows, folder=self._site.work.folder)

    def dataset(self, request: Request) -> Response:
        """The report of one."""
        one = self._site.work.named("data set", asked(request, "name"))
        try:
            body = report_body(one.path.name, needed_manifest(one.path))
        except (KeyError, TypeError, AttributeError) as error:
            raise BadInputError(f"{one.name} was written by another version of stc ({error!r}); compile it anew") from error
        return self._site.shown(request, "dataset.html", name=one.name, body=body)


def _size(folder: Path) -> tuple[int | None, int, str]:
    """Answer how many samples a data set has, of how many kinds, and its digest; None where its manifest cannot be read."""
    try:
        manifest = needed_manifest(folder)
        rows = manifest["samples"]
        return sum(sum(row.values()) for row in rows.values()), len(rows), str(manifest["digest"])
    except (BadInputError, KeyError, TypeError, AttributeError, ValueError):
        return None, 0, ""
