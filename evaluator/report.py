"""What was measured, as a value: scores with their intervals, what is missing and why, and the worst answers."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from datagen.sample import line_of
from evaluator.buckets import BUCKETS
from evaluator.item import Suite
from evaluator.judging import Row
from evaluator.metrics import METRICS, Mark
from evaluator.statistics import Interval, bootstrap, pass_at_k, share_interval, wilson

FORMAT = 1
WORST = 20
PASSES = ("compile_rate", "adheres", "case_passed")
"""What an answer can pass, for pass@k."""


@dataclass(frozen=True, slots=True)
class Score:
    """A number with its interval; `n` answers of `clusters` classes, `missing` of them without an answer, which counts as a failure."""

    metric: str
    part: str
    value: float
    low: float
    high: float
    n: int
    clusters: int
    missing: int
    interval: str
    title: str
    better: str
    unit: str
    of: str
    source: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that failed: with what it broke, and the lines of code with carets."""

    item: str
    kind: str
    prompt: str
    answer: str | None
    reference: str
    broken: dict[str, str]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation. `model` is the identity of what was asked, `suite` says what was asked."""

    model: dict[str, Any]
    suite: dict[str, Any]
    settings: dict[str, Any]
    scores: tuple[Score, ...]
    pass_at: dict[str, dict[str, float]]
    kinds: dict[str, int]
    missing: dict[str, int]
    retries: int
    unmeasured: dict[str, str]
    failures: tuple[Failure, ...]
    rows: str
    validity: str = ""
    base: str = ""
    tool: str = ""
    format: int = FORMAT
    notes: tuple[str, ...] = field(default=())

    @property
    def digest(self) -> str:
        """A digest of all that it says."""
        return digest_of_report(self.to_json(digest=False))

    def to_json(self, *, digest: bool = True) -> dict[str, Any]:
        """Answer the object of report.json."""
        return {**asdict(self), **({"digest": self.digest} if digest else {})}

    def score(self, metric: str, part: str = "") -> Score | None:
        return next((one for one in self.scores if (one.metric, one.part) == (metric, part)), None)


def digest_of_report(said: Mapping[str, Any]) -> str:
    """Answer the SHA-256 of the object of report.json, its own digest left out."""
    # Read back from a file, tuples are lists: the text is the same.
    return hashlib.sha256(line_of({k: v for k, v in said.items() if k != "digest"}).encode("utf-8", "surrogatepass")).hexdigest()


def scores_of(rows: Sequence[Row], metrics: Sequence[str]) -> Iterator[Score]:
    """Yield the scores of all metrics that say something, parts behind their whole."""
    for name in metrics:
        by_part: defaultdict[str, list[tuple[Row, Mark]]] = defaultdict(list)
        for row in rows:
            for mark in row.marks.get(name, ()):
                by_part[mark.part].append((row, mark))
        for part in sorted(by_part):
            yield _score(name, part, by_part[part])


def _score(name: str, part: str, found: Sequence[tuple[Row, Mark]]) -> Score:
    metric = METRICS[name]
    data = [(row.cluster, mark.got, mark.of) for row, mark in found]
    of = sum(one for _, _, one in data)
    value = sum(one for _, one, _ in data) / of if of else 0.0
    yes_or_no = metric.unit == "share" and all(mark.of == 1.0 and mark.got in (0.0, 1.0) for _, mark in found)
    interval = share_interval(data) if yes_or_no else bootstrap(data)
    if interval.low == interval.high and metric.unit != "mean":
        # All draws are alike where all classes are: that is no certainty.
        interval = Interval(*wilson(value, interval.effective), "Wilson of classes", interval.effective)
    missing = sum(row.text is None and bool(row.trouble) for row, _ in found)
    return Score(
        name, part, value, interval.low, interval.high, len(found), len({row.cluster for row, _ in found}), missing, interval.method,
        metric.title, "neither" if part in BUCKETS else metric.better, metric.unit, metric.of, metric.source,
    )  # fmt: skip


def passes_at(rows: Sequence[Row], ks: Sequence[int] = (1, 2, 5, 10)) -> dict[str, dict[str, float]]:
    """Answer pass@k of what can be passed, for each k for which every item has draws enough: {"compile_rate": {"1": 0.9}}."""
    found: dict[str, dict[str, float]] = {}
    for name in PASSES:
        right: defaultdict[str, list[bool]] = defaultdict(list)
        for row in rows:
            if (value := row.value(name)) is not None:
                right[row.item].append(value == 1.0)
        least = min(map(len, right.values()), default=0)
        if least > 1:
            found[name] = {str(k): sum(pass_at_k(len(r), sum(r), k) for r in right.values()) / len(right) for k in ks if k <= least}
    return found


def failures_of(suite: Suite, rows: Sequence[Row], most: int = WORST) -> tuple[Failure, ...]:
    """Answer the worst answers: those that broke most metrics of yes and no, the first draw of each."""
    items = {item.id: item for item in suite.items}
    judged = [(row, _broken(row)) for row in rows if row.draw == 0]
    worst = sorted((pair for pair in judged if pair[1]), key=lambda pair: (-len(pair[1]), pair[0].kind, pair[0].item))[:most]
    return tuple(
        Failure(row.item, row.kind, items[row.item].prompt.text, row.text, items[row.item].reference, broken, tuple(shown(row)))
        for row, broken in worst
    )


def _broken(row: Row) -> dict[str, str]:
    counted = ("exact_match", "tree_match", "fim_exact", "edit_similarity")
    return {
        name: mark.why
        for name, marks in row.marks.items()
        for mark in marks
        if not mark.part and mark.why and name not in counted and (mark.got > 0) is (METRICS[name].better == "lower")
    }


def shown(row: Row) -> Iterator[str]:
    """Yield each finding as people read it: what, and the line with a caret below."""
    for one in row.findings:
        margin = "".join("\t" if letter == "\t" else " " for letter in one.text[: one.column - 1])
        yield f"line {one.line}: {one.message} ({one.code})\n{one.text}\n{margin}{'^' * min(one.width, 60)}"


def missing_of(rows: Sequence[Row]) -> Mapping[str, int]:
    """Answer how many answers are missing, by the reason."""
    return dict(sorted(Counter(row.trouble for row in rows if row.trouble).items()))
