"""What people have decided not to hear: `"stc: ignore ST101 because ..."` in a method or class comment, and entries of stc.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from stparse.issue import Issue, Severity
from stparse.text import Span

_CODES = r"[A-Z]{1,2}\d{2,3}"
_MARK = re.compile(
    rf"\bstc:\s*ignore\s+(?P<codes>{_CODES}(?:\s*(?:,|\band\b)\s*{_CODES})*)(?P<rest>[^\"\n]*)",
)
_BECAUSE = re.compile(r"\s*(?:because|since|:|-)\s+(?P<reason>\S.*)")
_CODE = re.compile(_CODES)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One remark of the source: these codes are not to be reported here; `reason` is empty where none is given."""

    codes: tuple[str, ...]
    reason: str
    span: Span


class Placed(Protocol):
    """A finding that knows the class and method that it is about."""

    @property
    def issue(self) -> Issue: ...
    @property
    def class_name(self) -> str | None: ...
    @property
    def meta(self) -> bool | None: ...
    @property
    def selector(self) -> str | None: ...


_P = TypeVar("_P", bound=Placed)


@dataclass(frozen=True, slots=True)
class Ignore:
    """One entry of stc.toml: `rule` is not to be reported in `where` (`Foo>>bar`, `Foo`, or a category or package), for `reason`."""

    rule: str
    where: str
    reason: str

    def covers(self, finding: Placed, category: str | None = None) -> bool:
        """Answer whether the entry is about `finding`, whose class stands in `category`."""
        if finding.issue.code != self.rule:
            return False
        name = (finding.class_name or "").replace("::", ".")
        short = name.rpartition(".")[2]
        side = " class" if finding.meta else ""
        if self.where in (name, short):
            return bool(name)
        if finding.selector and self.where in (f"{name}{side}>>{finding.selector}", f"{short}{side}>>{finding.selector}"):
            return True
        return category is not None and (category == self.where or category.startswith(f"{self.where}-"))


def suppressions_of(text: str) -> tuple[Suppression, ...]:
    """Answer the remarks in the comments of a method's source, or in a class comment."""
    if "stc:" not in text:
        return ()
    found = []
    for match in _MARK.finditer(text):
        because = _BECAUSE.match(match["rest"])
        reason = because["reason"].strip() if because else ""
        found.append(Suppression(tuple(_CODE.findall(match["codes"])), reason, Span(match.start(), match.end("codes"))))
    return tuple(found)


def apply_suppressions(issues: Iterable[Issue], remarks: tuple[Suppression, ...], judged: Iterable[str]) -> list[Issue]:
    """Answer the issues that are left, and what is wrong with the remarks.

    `judged` are the codes of the rules that were run: a remark about another code may be of use elsewhere.
    """
    issues, judged = list(issues), frozenset(judged)
    if not remarks:
        return issues
    silent = {code for remark in remarks if remark.reason for code in remark.codes}
    present = {issue.code for issue in issues}
    left = [issue for issue in issues if issue.code not in silent]
    for remark in remarks:
        if not remark.reason:
            left.append(no_reason(remark))
            continue
        left += [unused(code, remark.span) for code in remark.codes if code in judged and code not in present]
    return left


def no_reason(remark: Suppression) -> Issue:
    """Answer the finding about a remark that does not say why."""
    codes = ", ".join(remark.codes)
    return Issue(
        "ST001",
        f"{codes} is to be ignored, but no reason is given",
        Severity.WARNING,
        remark.span,
        f"write: stc: ignore {codes} because ...",
    )


def unused(code: str, span: Span) -> Issue:
    """Answer the finding about a suppression that suppresses nothing."""
    return Issue("ST002", f"{code} is ignored here, but there is nothing to ignore", Severity.INFO, span, "remove the remark")


def without_ignored(
    findings: Iterable[_P], entries: Sequence[Ignore], categories: Mapping[str, str]
) -> tuple[list[_P], tuple[Ignore, ...]]:
    """Answer the findings that no entry of stc.toml takes away, and the entries that took none away.

    `categories` are those of the classes, by name (see `checker.lint.categories_of`).
    """
    left: list[_P] = []
    used: set[Ignore] = set()
    for finding in findings:
        covering = [entry for entry in entries if entry.covers(finding, categories.get(finding.class_name or ""))]
        used.update(covering)
        if not covering:
            left.append(finding)
    return left, tuple(entry for entry in entries if entry not in used)


def unused_entry(entry: Ignore) -> Issue:
    """Answer the finding about an entry of stc.toml that takes nothing away."""
    message = f"{entry.rule} is ignored in {entry.where}, but there is nothing to ignore"
    return Issue("ST002", message, Severity.INFO, Span(0, 0), "remove the entry")
