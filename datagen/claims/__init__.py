"""Claims: each file of this folder proves some kinds of them, by another path than the generators take.

A claim about a text is proved from the sample alone (its code is parsed, its pieces are joined); a claim about the code base from the
sources, which datagen/scan.py has read again for it. A check answers None, or why the claim does not hold:

    @text_claim("method")
    def method(sample: Sample, claim: Claim, dialect: str) -> str | None: ...

    @source_claim("senders", wants="sent")
    def senders(sample: Sample, claim: Claim, oracle: Oracle) -> str | None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from datagen.oracle import Oracle
from datagen.sample import Claim, Sample
from stparse.issue import Issue
from stparse.registry import Registry

TextCheck = Callable[[Sample, Claim, str], str | None]
SourceCheck = Callable[[Sample, Claim, Oracle], str | None]
Subjects = Callable[[Claim], tuple[str, ...]]


def _about(claim: Claim) -> tuple[str, ...]:
    return (claim.about,)


@dataclass(frozen=True, slots=True)
class Check:
    """How a kind of claim is proved: from the text of the sample, or from the sources.

    `wants` names the field of scan.Wanted that the scan must be given, or the look that it must take; `subjects` answers what for.
    """

    text: TextCheck | None = None
    sources: SourceCheck | None = None
    wants: str | None = None
    subjects: Subjects = _about


CLAIMS: Registry[Check] = Registry("claim", __name__)


def text_claim(name: str) -> Callable[[TextCheck], TextCheck]:
    """Register what proves a claim from the sample alone."""

    def enter(check: TextCheck) -> TextCheck:
        CLAIMS.register(name)(Check(text=check))
        return check

    return enter


def source_claim(name: str, *, wants: str | None = None, subjects: Subjects = _about) -> Callable[[SourceCheck], SourceCheck]:
    """Register what proves a claim from the sources."""

    def enter(check: SourceCheck) -> SourceCheck:
        CLAIMS.register(name)(Check(sources=check, wants=wants, subjects=subjects))
        return check

    return enter


def issues_said(issues: Iterable[Issue]) -> str:
    """Answer issues as a reason names them."""
    return ", ".join(f"{issue.code} at {issue.span.start}" for issue in issues) or "nothing"
