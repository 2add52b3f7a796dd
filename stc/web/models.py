"""The models: the champion, every move with its reasons, two evaluations compared, and a promotion through the gate of `stc promote`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from evaluator.compare import cells_of_difference, differences
from evaluator.evaluate import read_report, read_rows, report_in
from evaluator.page import model_of, plot, remarks
from stc.web.forms import Fields
from stc.web.site import Site, asked, given
from stparse.issue import BadInputError, StcError

if TYPE_CHECKING:
    from stc.promoting import Considered
    from store.db import Store

VERSIONS = "models"
"""The folder in the working folder that versions are copied to, as `stc promote` has it by default."""
_NAME = re.compile(r"\w[\w.-]{0,60}")
_WORST = 20


def routes(site: Site) -> list[Route]:
    """Answer the routes of these pages."""
    pages = _Pages(site)
    return [
        site.page("/models", pages.overview),
        site.page("/models/compare", pages.compare),
        site.page("/models/consider", pages.consider),
        site.form("/models/promote", pages.promote),
        site.form("/models/rollback", pages.roll_back),
    ]


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def overview(self, request: Request) -> Response:
        """All models, and every promotion and rollback."""
        from store.models import models, promotions

        with self._site.store(request) as store:
            found: dict[str, Any] = {"models": models(store), "moves": promotions(store), "person": store.person}
            evaluations = [name for name, _ in self._evaluations(store)]
        runs = [one.name for one in self._site.work.all("training")]
        promoted = request.query_params.get("promoted")
        return self._site.shown(
            request, "models.html", evaluations=evaluations, runs=runs, promoted=promoted, folder=self._site.work.folder, **found
        )

    def _evaluations(self, store: Store) -> list[tuple[str, Path]]:
        """Answer the evaluations that can be compared: of the working folder, and those that models were promoted with."""
        from stc.promoting import EVALUATION
        from store.models import models

        own = [(one.name, one.path) for one in self._site.work.all("evaluation")]
        return [*((f"model {one.name}", Path(one.path) / EVALUATION) for one in models(store)), *own]

    def _evaluation(self, store: Store, name: str) -> Path:
        found = dict(self._evaluations(store)).get(name)
        if found is None:
            raise HTTPException(404, f"there is no evaluation {name!r}")
        return found

    def compare(self, request: Request) -> Response:
        """Two evaluations of one suite, metric by metric, and the worst answers of both beside each other."""
        names = asked(request, "first"), asked(request, "second")
        with self._site.store(request) as store:
            first, second = (self._evaluation(store, name) for name in names)
        if read_report(first)["suite"]["digest"] != read_report(second)["suite"]["digest"]:
            raise BadInputError(f"{names[0]} and {names[1]} were evaluated on different suites; compare what answered the same prompts")
        rows, others = read_rows(first), read_rows(second)
        reports = report_in(first), report_in(second)
        found = differences(rows, others)
        texts = [{row.item: row.text for row in each if row.draw == 0} for each in (rows, others)]
        failed = {one.item: one for report in reversed(reports) for one in report.failures}
        failures = [replace(one, answer=texts[0].get(item)) for item, one in sorted(failed.items())][:_WORST]
        return self._site.shown(
            request,
            "compare.html",
            names=names,
            differences=[(one.verdict, cells_of_difference(one)) for one in found],
            reports=[(name, model_of(report), list(remarks(report)), _plot(report)) for name, report in zip(names, reports, strict=True)],
            failures=[(one, texts[1].get(one.item)) for one in failures],
        )

    def consider(self, request: Request) -> Response:
        """What the gate says of a training, reason by reason; where it passes, the form that promotes it."""
        run, evaluation = asked(request, "run"), asked(request, "evaluation")
        with self._site.store(request) as store:
            return self._considered(request, store, run, evaluation, name=request.query_params.get("name", ""))

    def _considered(
        self, request: Request, store: Store, run: str, evaluation: str, *, name: str = "", status: int = 200, said: str = ""
    ) -> Response:
        values: dict[str, Any] = {"run": run, "evaluation": evaluation, "name": name, "said": said, "found": None, "seen": ""}
        try:
            found = self._gate(store, run, evaluation)
            values |= {"found": found, "seen": _seen(found)}
        except StcError as error:
            values["said"], status = said or str(error), 422
        return self._site.shown(request, "consider.html", status, **values)

    def _gate(self, store: Store, run: str, evaluation: str) -> Considered:
        from stc.promoting import considered

        return considered(store, self._site.work.named("training", run).path, self._evaluation(store, evaluation))

    def promote(self, request: Request, fields: Fields) -> Response:
        """Promote what was looked at; where the gate says otherwise by now, that is shown, and nothing is moved."""
        from stc.promoting import promoted

        run, evaluation, name = given(fields, "run"), given(fields, "evaluation"), fields.get("name", "").strip()
        with self._site.store(request) as store:
            found = self._gate(store, run, evaluation)
            said = ""
            if not _NAME.fullmatch(name):
                said = "A name is of letters, digits, points and hyphens; versions are NAME-v1, NAME-v2 and so on."
            elif _seen(found) != fields.get("seen"):
                said = "Something has changed since this was shown: the adapter, the report or the champion. Look again."
            elif not found.passes:
                said = "The gate refuses it, and nothing was moved."
            elif fields.get("confirm") != "yes":
                said = "Nothing was moved: tick that it is to be the champion."
            if said:
                return self._considered(request, store, run, evaluation, name=name, status=422, said=said)
            place = self._site.work.folder / VERSIONS
            made = promoted(store, found, name=name, models=place, reason=fields.get("reason", "").strip())
        return RedirectResponse(f"/models?promoted={made}", 303)

    def roll_back(self, request: Request, fields: Fields) -> Response:
        """Make the champion again what it was before, or another model that has been it."""
        from stc.promoting import rolled_back

        reason = fields.get("reason", "").strip()
        if not reason or fields.get("confirm") != "yes":
            raise BadInputError("going back needs a reason, and the tick that says that it is meant; nothing was moved")
        with self._site.store(request) as store:
            made = rolled_back(store, reason, fields.get("to") or None)
        return RedirectResponse(f"/models?promoted={made.model}", 303)


def _seen(found: Considered) -> str:
    """Answer what a person has looked at, so that nothing else is promoted."""
    report = read_report(found.decision.evaluation)
    return f"{found.decision.digest} {report['digest']} {found.champion}"


def _plot(report: Any) -> str:
    return plot([one for one in report.scores if one.unit != "mean" and not one.part])
