"""An evaluation from a suite and a model to the report, and its files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datagen.complete import Complete, Progress
from datagen.judging import based_on
from datagen.layout import file_digest, write_whole
from datagen.sample import line_of
from evaluator.asking import answers, asked_of
from evaluator.item import Suite
from evaluator.judged import Bench, open_bench
from evaluator.judging import Finding, Row, judged_rows
from evaluator.metrics import METRICS, Mark
from evaluator.report import Failure, Report, Score, digest_of_report, failures_of, missing_of, passes_at, scores_of
from stparse.issue import BadInputError

COMPLETIONS, ROWS, REPORT, MARKDOWN, PAGE = "completions.jsonl", "rows.jsonl", "report.json", "report.md", "report.html"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evaluated: `draws` answers to each prompt, `metrics` ("" for all that can be measured), judged by `jobs` processes."""

    suite: Suite
    draws: int = 1
    metrics: tuple[str, ...] = ()
    jobs: int = 1
    conventions: bool = True
    no_conventions: str = "no conventions were mined (stc conventions mine --index INDEX)"
    """Why there are none, where there are none."""


def evaluate(complete: Complete, plan: Plan, out: Path, tool: str, show: Progress) -> Report:
    """Ask, judge, and write completions, rows and report.json into the folder `out`; what was asked before is not asked again."""
    out.mkdir(parents=True, exist_ok=True)
    suite = plan.suite
    with based_on(suite.base):
        bench = open_bench(suite.index, conventions=plan.conventions)
        metrics, unmeasured = _metrics(plan, complete, bench)
        found = answers(complete, asked_of(suite.items, plan.draws, ranks=complete.ranks), out / COMPLETIONS, show)
        rows = judged_rows(suite, found, metrics, plan.jobs, show)
        house = bench.house(suite.dialect)
    lines = "".join(line_of(asdict(row)) + "\n" for row in rows)
    write_whole(out / ROWS, lines)
    base = "unknown: names that only a base would know are not judged" if house.base is None else house.base.origin
    settings = {"draws": plan.draws, "metrics": list(metrics), "batch": complete.batch}
    report = Report(
        dict(complete.identity), suite_of(suite), settings, tuple(scores_of(rows, metrics)), passes_at(rows),
        dict(sorted(Counter(item.kind for item in suite.items).items())), dict(missing_of(rows)), sum(row.tries - 1 for row in rows),
        unmeasured, failures_of(suite, rows), file_digest(out / ROWS), bench.judge.validity.line if bench.judge else "", base, tool,
    )  # fmt: skip
    write_whole(out / REPORT, json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n")
    return report


def suite_of(suite: Suite) -> dict[str, Any]:
    """Answer what a report says of a suite."""
    leaked = None if suite.leaked is None else list(suite.leaked)
    return {
        "name": suite.name,
        "digest": suite.digest,
        "dataset": suite.dataset,
        "items": len(suite.items),
        "dialect": suite.dialect,
        "leaked": leaked,
    }


def _metrics(plan: Plan, complete: Complete, bench: Bench) -> tuple[tuple[str, ...], dict[str, str]]:
    """Answer the names of the metrics, and those that cannot be measured with the reason."""
    has = {"": True, "conventions": bench.judge is not None, "index": bench.index is not None, "likelihood": complete.ranks}
    reasons = {
        "conventions": plan.no_conventions,
        "index": "no index of the code is given",
        "likelihood": "what was asked cannot say how likely a text is",
    }
    chosen = plan.metrics or tuple(METRICS)
    used = [name for name in chosen if any(METRICS[name].applies(item) for item in plan.suite.items)]
    unmeasured = {name: reasons[METRICS[name].needs] for name in used if not has[METRICS[name].needs]}
    return tuple(name for name in used if name not in unmeasured), unmeasured


def read_report(folder: Path) -> dict[str, Any]:
    """Answer the report in a folder. Raises BadInputError where there is none, or where it or its rows are not as they were written.

    This notices a change, not a forger: who can write the file can write another digest too.
    """
    try:
        found: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8", errors="surrogateescape"))
        changed = file_digest(folder / ROWS) != found["rows"]
        edited = digest_of_report(found) != found["digest"]
    except (OSError, ValueError, KeyError) as error:
        raise BadInputError(f"{folder} holds no evaluation ({error}); make one: stc evaluate ... -o {folder}") from error
    if changed:
        raise BadInputError(f"{folder / ROWS} is not what the report was made from; evaluate again")
    if edited:
        raise BadInputError(f"{folder / REPORT} is not as it was written; evaluate again")
    return found


def read_rows(folder: Path) -> list[Row]:
    """Answer the rows of an evaluation."""
    with (folder / ROWS).open(encoding="utf-8", errors="surrogateescape") as file:
        return [_row(json.loads(line)) for line in file]


def _row(said: dict[str, Any]) -> Row:
    marks = {name: tuple(Mark(**mark) for mark in found) for name, found in said["marks"].items()}
    return Row(**{**said, "marks": marks, "findings": tuple(Finding(**one) for one in said["findings"])})


def measured(names: Sequence[str]) -> tuple[str, ...]:
    """Answer the metrics of these names. Raises BadInputError for one that is none."""
    for name in names:
        METRICS[name]
    return tuple(names)


def report_in(folder: Path) -> Report:
    """Answer the report in a folder as a value."""
    said = {key: value for key, value in read_report(folder).items() if key != "digest"}
    failures = tuple(Failure(**{**one, "shown": tuple(one["shown"])}) for one in said["failures"])
    return Report(**{**said, "scores": tuple(Score(**one) for one in said["scores"]), "failures": failures, "notes": tuple(said["notes"])})
