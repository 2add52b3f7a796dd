"""Claims about faults: the text has exactly one, of this kind and in this place; or it has none."""

from __future__ import annotations

from datagen.claims import issues_said, text_claim
from datagen.mutations import undone
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.subject import digest
from datagen.wording import message_of, parsed


@text_claim("valid")
def valid(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The text of the question has no issue, and the answer says so."""
    for text in code_in(sample.prompt.text) or ("",):
        read = parsed(text, dialect)
        if read.tree is None or read.issues:
            return f"it does not parse: {issues_said(read.issues)}"
    return None if sample.answer.startswith("Yes") else "the answer is not yes"


@text_claim("fault")
def fault(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The mutant shows exactly the claimed code at the claimed place, and without the edit it shows nothing."""
    text = (code_in(sample.prompt.text) or ("",))[0]
    issues = parsed(text, dialect).issues
    name = claim.detail or "the fault"
    if [issue.code for issue in issues] != [claim.code]:
        return f"{name} should give {claim.code}, and gives {issues_said(issues)}"
    at = issues[0].span.start
    if claim.span is None or at != claim.span[0]:
        return f"{name} should show at {claim.span}, and shows at {at}"
    return _edit(sample, text, at, dialect) if sample.fault is not None else None


def _edit(sample: Sample, text: str, at: int, dialect: str) -> str | None:
    fault = sample.fault
    assert fault is not None
    original = undone(text, fault.span[0], fault.was, fault.now)
    if text != sample.rejected or original != sample.chosen or digest(original) != sample.sources[0].digest:
        return "without the edit the text is not the source"
    if fault.mutation != "N02" and at < len(text[: fault.span[0]].rstrip()):
        return f"it shows at {at}, before the edit at {fault.span[0]}"
    issues = parsed(original, dialect).issues
    return f"the original is not clean: {issues_said(issues)}" if issues else None


@text_claim("diagnosis")
def diagnosis(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer names the code and says what the parser says."""
    text = (code_in(sample.prompt.text) or ("",))[0]
    issues = parsed(text, dialect).issues
    said = sample.answer.lower()
    if not issues or f"({claim.code})" not in sample.answer:
        return f"the answer does not name {claim.code}"
    words = (message_of(issues[0], text), issues[0].hint or "")
    return None if any(word and word.lower() in said for word in words) else "the answer does not say what is wrong"


@text_claim("repair")
def repair(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer holds one method, which has no issue."""
    texts = code_in(sample.answer)
    if len(texts) != 1:
        return "the answer does not give one method"
    read = parsed(texts[0], dialect)
    return None if read.tree is not None and not read.issues else f"the repaired method does not parse: {issues_said(read.issues)}"
