"""The trainings of the working folder: each with its curves, which are drawn anew while it goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from stc.web.curves import LOSSES, SHARES, Point, chart
from stc.web.site import Site, asked
from stc.web.work import Piece
from stparse.issue import StcError
from trainer.folder import RunFolder
from trainer.live import points_in

_QUIET = 600
"""A training that wrote nothing for so many seconds may have ended without a word."""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A training: what run.json says, its points, and `quiet`, the seconds since it wrote one. `trouble` says why it cannot be read."""

    name: str
    record: dict[str, Any]
    points: Sequence[Point]
    quiet: float
    trouble: str = ""

    @property
    def status(self) -> str:
        """What is to be said of it: running, quiet, finished, or what run.json says."""
        said = str(self.record.get("status", "unknown"))
        return "quiet" if said == "running" and self.quiet > _QUIET else said

    @property
    def base(self) -> str:
        """The name of the base model, "–" where run.json has none."""
        found = self.record.get("base")
        return str(found.get("name", "–")) if isinstance(found, dict) else "–"

    @property
    def place(self) -> tuple[str, str]:
        """The stage, and how far it is: "12 of 100"."""
        if not self.points:
            return "–", "–"
        last = self.points[-1]
        step, of = last.get("step", "–"), last.get("of")
        return str(last.get("stage", "–")), f"{step} of {of}" if of else f"{step}"

    def last(self, name: str) -> float | None:
        """Answer the newest value of a curve."""
        found = next((point[name] for point in reversed(self.points) if name in point), None)
        return float(found) if isinstance(found, int | float) else None


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [
        site.page("/training", pages.overview),
        site.page("/training/run", pages.run),
        site.page("/training/curves", pages.curves),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def overview(self, request: Request) -> Response:
        """All trainings, the newest first."""
        runs = [_shown(one) for one in self._site.work.all("training")[:200]]
        return self._site.shown(request, "training.html", runs=runs, folder=self._site.work.folder)

    def run(self, request: Request) -> Response:
        """One training."""
        return self._site.shown(request, "run.html", **self._values(request))

    def curves(self, request: Request) -> Response:
        """What of that page changes while the training goes on."""
        return HTMLResponse(self._site.text(request, "curves.html", **self._values(request)))

    def _values(self, request: Request) -> dict[str, Any]:
        shown = _shown(self._site.work.named("training", asked(request, "name")))
        charts = [chart(shown.points, LOSSES, "Loss over the steps"), chart(shown.points, SHARES, "Shares over the steps")]
        spec = json.dumps(shown.record.get("spec", {}), ensure_ascii=False, indent=1)
        return {"run": shown, "charts": charts, "losses": LOSSES, "shares": SHARES, "spec": spec}


def _shown(one: Piece) -> ShownRun:
    try:
        record, trouble = RunFolder(one.path).record, ""
    except StcError as error:
        record, trouble = {}, str(error)
    return ShownRun(one.name, record, points_in(one.path), _quiet(one), trouble)


def _quiet(one: Piece) -> float:
    written = [path.stat().st_mtime for path in one.path.glob("stages/*/*") if path.is_file()]
    return time.time() - max([one.at, *written])
