"""Claims about faults: the text has exactly one, of this kind and in this place; or it has none.

A sample with claims of scope and of messages is judged by the checker among what these claims state, any other by the text alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from checker.names import Meaning
from datagen.claims import issues_said, text_claim
from datagen.claims.scope import stated_names
from datagen.claims.understood import stated_messages
from datagen.judging import Around, NotedNames, StatedNames, is_clean, judged, new_issues
from datagen.mutations import family_of, undone
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.subject import digest
from datagen.wording import message_of, parsed
from stparse.issue import Issue
from stparse.text import Lines

_MUST_BE = re.compile(r"it must be `([^`]+)`")


@lru_cache(maxsize=8)
def _issues(sample: Sample, text: str, dialect: str) -> tuple[Issue, ...]:
    """Answer what is wrong with a text, as far as the sample states what is around it; each claim of a sample asks it again."""
    names, code = stated_names(sample), _code(sample)
    if family_of(code) == "idiom" and names is None:
        return (*parsed(text, dialect).issues, *judged(text, dialect, Around(StatedNames({}), class_name=_class_name(sample)), "idiom"))
    if names is None:
        return parsed(text, dialect).issues
    return judged(text, dialect, Around(names, stated_messages(sample)), family_of(code))


def _code(sample: Sample) -> str:
    """Answer the code of the fault that the sample is about; of one that is right, a fault of names would be looked for."""
    return next((claim.code for claim in sample.claims if claim.kind == "fault" and claim.code), "C")


def _class_name(sample: Sample) -> str:
    return sample.sources[0].class_name.removesuffix(" class")


def _new(sample: Sample, text: str, dialect: str) -> list[Issue]:
    """Answer the issues of the mutant that its original does not have; of a method that is broken in the code base, all."""
    found, fault = _issues(sample, text, dialect), sample.fault
    if fault is None:
        return list(found)
    original = undone(text, fault.span[0], fault.was, fault.now)
    return new_issues(found, _issues(sample, original, dialect), fault.span[0], fault.was, fault.now)


def _unknown(sample: Sample, text: str, dialect: str) -> list[str]:
    """Answer the names that the verdict on a text rests on, and that the sample does not know either."""
    stated = stated_names(sample)
    if stated is None:
        return []
    names = NotedNames(stated)
    judged(text, dialect, Around(names), "names")
    return [name for name, meaning in names.asked.items() if meaning is Meaning.UNKNOWN]


def _faulty(sample: Sample) -> str:
    """Answer the text with the fault: what a pair rejects, else the code of the question."""
    return sample.rejected if sample.rejected is not None else (code_in(sample.prompt.text) or ("",))[0]


@text_claim("valid")
def valid(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The text of the question has no error, and the answer says so."""
    for text in code_in(sample.prompt.text) or ("",):
        found = _issues(sample, text, dialect)
        if parsed(text, dialect).tree is None or found:
            return f"it is not valid: {issues_said(found)}"
        unknown = _unknown(sample, text, dialect)
        if unknown:
            return f"nobody knows what {unknown[0]} is"
    return None if sample.answer.startswith("Yes") else "the answer is not yes"


@text_claim("fault")
def fault(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The mutant shows exactly the claimed code at the claimed place, and without the edit it shows nothing."""
    text = _faulty(sample)
    issues = _new(sample, text, dialect)
    name = claim.detail or "the fault"
    if [issue.code for issue in issues] != [claim.code]:
        return f"{name} should give {claim.code}, and gives {issues_said(issues)}"
    at = issues[0].span.start
    if claim.span is None or at != claim.span[0]:
        return f"{name} should show at {claim.span}, and shows at {at}"
    return _stated(sample, text, issues[0]) or _edit(sample, text, at, dialect) if sample.fault is not None else None


def _stated(sample: Sample, text: str, issue: Issue) -> str | None:
    """Answer how the fault that the sample states differs from what is found, or None."""
    fault = sample.fault
    assert fault is not None
    found = (issue.code, issue.message, Lines(text).line(issue.span.start))
    return None if (fault.code, fault.message, fault.line) == found else f"the fault is {issue.code} in line {found[2]}: {issue.message}"


def _edit(sample: Sample, text: str, at: int, dialect: str) -> str | None:
    fault = sample.fault
    assert fault is not None
    original = undone(text, fault.span[0], fault.was, fault.now)
    if text != sample.rejected or original != sample.chosen or digest(original) != sample.sources[0].digest:
        return "without the edit the text is not the source"
    # A string is blamed where it begins, a message at its first word, an idiom at its receiver.
    if fault.mutation != "N02" and family_of(fault.code) in ("syntax", "names") and at < len(text[: fault.span[0]].rstrip()):
        return f"it shows at {at}, before the edit at {fault.span[0]}"
    issues = _issues(sample, original, dialect)
    return None if is_clean(issues) else f"the original is not clean: {issues_said(issues)}"


@text_claim("diagnosis")
def diagnosis(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer names the code, says what the checker says, and names what the claim says was meant."""
    text = _faulty(sample)
    issues = [issue for issue in _new(sample, text, dialect) if issue.code == claim.code]
    said = sample.answer.split("\n", 1)[0]
    if not issues or f"({claim.code})" not in said:
        return f"the answer does not name {claim.code}"
    missing = [name for name in claim.names if name not in said]
    if missing:
        return f"the answer does not say that {missing[0]} was meant"
    strange = [word for told in claim.names for word in _must_be(told) if word not in (sample.chosen or "")]
    if strange:
        return f"the source has no {strange[0]}"
    words = (message_of(issues[0], text), issues[0].hint or "")
    return None if any(word and word.lower() in said.lower() for word in words) else "the answer does not say what is wrong"


def _must_be(told: str) -> list[str]:
    """Answer the words of what is told to be right; the keywords of a selector stand apart in the source."""
    found = _MUST_BE.search(told)
    return re.findall(r"[^\s:]+:?", found[1].removeprefix("#")) if found else []


@text_claim("same meaning")
def same_meaning(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """What the rule proposes, put in the place that it speaks of, says the same as the source does."""
    text = (code_in(sample.prompt.text) or ("",))[0]
    for issue in _new(sample, text, dialect):
        proposed = (issue.hint or "").removeprefix("write: ")
        before, behind = text[: issue.span.start], text[issue.span.end :]
        # The parentheses around an expression may have been its own.
        said = [parsed(f"{before}{one}{behind}", dialect).tree for one in (proposed, f"({proposed})")]
        if any(tree is not None and tree == parsed(sample.chosen or "", dialect).tree for tree in said):
            return None
    return "what the rule proposes is not the source"


@text_claim("repair")
def repair(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer holds one method, which a compiler accepts."""
    texts = code_in(sample.answer)
    if len(texts) != 1:
        return "the answer does not give one method"
    issues = _issues(sample, texts[0], dialect)
    accepted = parsed(texts[0], dialect).tree is not None and is_clean(issues)
    return None if accepted else f"the repaired method is not accepted: {issues_said(issues)}"
