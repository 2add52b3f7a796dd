"""The pages as a program for a web server: all routes, and the guard before them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from stc.people import People
from stc.web import ask, browser, conventions, datasets, models, people, review, training, unanswered
from stc.web.guard import Guard
from stc.web.site import FOLDER, Site
from stparse.issue import StcError

PAGES = (browser, ask, review, conventions, datasets, training, models, unanswered, people)
"""Each has `routes(site)`."""


def build(index: Path, hosts: list[str], token: str | None, *, work: Path = Path(), named: People | None = None) -> Guard:
    """Answer what serves the pages of the index at `index` to whoever has `token`, or if there is none, asks for one of `hosts`.

    Where people are `named`, it is served to them, each with a token of their own. Trainings, evaluations and data sets are those in the
    folder `work`.
    """
    site = Site(index, work, named=named)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        yield
        site.close()

    app = Starlette(
        routes=[
            *(route for page in PAGES for route in page.routes(site)),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        exception_handlers=dict.fromkeys((HTTPException, StcError, ModuleNotFoundError), site.refused),
        lifespan=lifespan,
    )
    return Guard(app, hosts, token, named)
