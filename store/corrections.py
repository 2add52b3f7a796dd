"""A correction: the parser looks at it first, and it becomes an example and a pair (chosen: it, rejected: the old text)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from checker.answers import check_answer
from checker.check import check
from checker.environment import House
from checker.verdict import Located, Verdict
from datagen.layout import part_of, record_of, written_of
from datagen.phrase import code_in
from datagen.sample import Sample, line_of
from store.db import clean
from store.examples import Example
from stparse.issue import BadInputError, Severity
from stparse.text import Lines

PAIR = "preference.correction"
LONGEST = 100_000
_NO_CODE = "no code"


class CorrectionRefusedError(BadInputError):
    """A correction that the checker does not let pass; `findings` say why, `places` are the lines and columns, where they are known."""

    def __init__(self, findings: tuple[str, ...], places: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__("the correction was not taken, it does not compile:\n" + "\n".join(findings))
        self.findings, self.places = findings, places


@dataclass(frozen=True, slots=True)
class Correction:
    """What is stored for a correction: its record and that of the pair (None for what is a pair already), and what the checker said."""

    record: dict[str, Any]
    pair: dict[str, Any] | None
    compiles: str


def correction_of(old: Example, answer: str, house: House | None = None) -> Correction:
    """Answer the correction of `old` by `answer`.

    Raises CorrectionRefusedError if its code does not compile, BadInputError if it says nothing new.
    """
    answer = clean(answer)
    if not answer.strip() or answer.strip() == old.answer.strip():
        raise BadInputError("the correction says nothing new; verify the example if it is right as it is")
    if len(answer) > LONGEST:
        raise BadInputError(f"the correction has {len(answer):,} characters, more than {LONGEST:,}")
    compiles = checked(answer, old, house or House())
    written = written_of(old.record)
    sample = written.sample
    corrected = replace(sample, answer=answer, claims=(), fault=None, chosen=answer if part_of(sample.kind) == "preference" else None)
    if corrected.chosen is None:
        corrected = replace(corrected, rejected=None)
    pair = None
    if part_of(sample.kind) != "preference":
        pair = replace(sample, kind=PAIR, answer=answer, chosen=answer, rejected=sample.answer, claims=(), fault=None)
    return Correction(_record(corrected, written.system), None if pair is None else _record(pair, written.system), compiles)


def checked(answer: str, old: Example, house: House) -> str:
    """Answer what the checker says of the code in an answer of the form that `old` has. Raises CorrectionRefusedError.

    Names are judged where the code base is known and the code is a whole method or class; a piece of one stands among names of others.
    """
    class_name, meta = _class_of(old)
    strict = house.index is not None and class_name is not None and old.form in ("method", "class")
    undeclared = "error" if strict else "warn"
    if code_in(answer):
        return compiling(answer, dialect=old.dialect, house=house, strict=strict, class_name=class_name, meta=meta)
    if old.form in ("names", "prose") or old.kind.startswith("negative."):
        return _NO_CODE
    kind = {"method": "method", "class": "class"}.get(old.form, "expression")
    verdict = check(answer, kind=kind, class_name=class_name, meta=meta, dialect=old.dialect, house=house, undeclared=undeclared)
    if not verdict.compiles(undeclared_is_error=strict):
        raise _refusal(verdict, answer)
    return verdict.outcome.value


def compiling(
    answer: str, *, dialect: str, house: House | None, strict: bool, class_name: str | None = None, meta: bool = False
) -> str:  # fmt: skip
    """Answer what the checker says of the code in an answer, where `strict` of its names too. Raises CorrectionRefusedError."""
    undeclared = "error" if strict else "warn"
    found = check_answer(answer, dialect=dialect, house=house, class_name=class_name, meta=meta, undeclared=undeclared)
    if not found.compiles(undeclared_is_error=strict):
        errors = [one for one in found.located if one.issue.severity is Severity.ERROR]
        raise CorrectionRefusedError(tuple(map(_said, errors)), tuple((one.line, one.column) for one in errors))
    return found.outcome.value


def _class_of(old: Example) -> tuple[str | None, bool]:
    """Answer the class that an example is about, and whether its class side is meant; None where it draws on no method or class."""
    sources = written_of(old.record).sample.sources
    if not sources:
        return None, False
    name = sources[0].class_name
    return name.removesuffix(" class"), name.endswith(" class")


def _refusal(verdict: Verdict, text: str) -> CorrectionRefusedError:
    lines = Lines(text)
    errors = [(issue, lines.line_column(issue.span.start)) for issue in verdict.issues if issue.severity is Severity.ERROR]
    findings = (f"line {line}: {i.message} ({i.code})" + (f"; {i.hint}" if i.hint else "") for i, (line, _) in errors)
    return CorrectionRefusedError(tuple(findings), tuple(place for _, place in errors))


def _said(one: Located) -> str:
    return f"line {one.line}: {one.issue.message} ({one.issue.code})" + (f"; {one.issue.hint}" if one.issue.hint else "")


def _record(sample: Sample, system: str | None) -> dict[str, Any]:
    return {**record_of(sample, system=system), "corrected": True}


def line_for(record: dict[str, Any]) -> str:
    """Answer the record as a line, as PostgreSQL takes it."""
    return line_of(record).encode("utf-8", "backslashreplace").decode("utf-8")
