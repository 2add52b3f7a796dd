"""Claims about code that an answer holds: it parses, it is the source, it fits into its place."""

from __future__ import annotations

from datagen.claims import issues_said, text_claim
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.subject import digest
from datagen.wording import parsed
from stparse.parser import parse_script

_HOLE = "<FILL_ME>"


@text_claim("method")
def method(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer is one method without an issue, and the one that is asked for."""
    read = parsed(sample.answer, dialect)
    if read.tree is None or read.issues:
        return f"the answer does not parse: {issues_said(read.issues)}"
    selector = getattr(read.tree, "selector", "")
    return None if claim.about.endswith(f">>{selector}") else f"the answer is the method {selector}"


@text_claim("source")
def is_source(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The code of the sample is the text of its source; a question may quote its second source too, and so on."""
    quoted = code_in(sample.prompt.text)
    texts = {"completion": (sample.answer,), "preference": (sample.answer,), "negative": code_in(sample.answer) or quoted, "qa": quoted}
    found = texts.get(sample.kind.split(".", 1)[0], ())
    sources = sample.sources if sample.kind.startswith("qa.") else (sample.sources[0],) * len(found)
    if not found or [digest(text) for text in found] != [source.digest for source in sources[: len(found)]]:
        return "the code is not that of its source"
    return None


@text_claim("join")
def join(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """Prefix, answer and suffix are the text of the source."""
    blocks = code_in(sample.prompt.text)
    if len(blocks) != 1 or blocks[0].count(_HOLE) != 1:
        return "there is not exactly one place to fill"
    whole = blocks[0].replace(_HOLE, sample.answer)
    if digest(whole) != sample.sources[0].digest:
        return "prefix, middle and suffix are not the source"
    return None if parsed(whole, dialect).tree is not None else "the whole does not parse"


@text_claim("fragment")
def fragment(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer is whole statements by itself, or a message behind a receiver."""
    behind = "self " if claim.detail in ("message", "cascaded message") else ""
    read = parse_script(behind + sample.answer, dialect)
    return None if read.tree is not None and not read.issues else f"the piece does not parse by itself: {issues_said(read.issues)}"


@text_claim("pattern")
def pattern(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer, put before the quoted body, gives the source, and is a selector pattern."""
    body = (code_in(sample.prompt.text) or ("",))[0]
    if digest(sample.answer + (claim.detail or "") + body) != sample.sources[0].digest:
        return "with the pattern the method is not its source"
    return None if claim.names == (sample.answer,) and parsed(sample.answer, dialect).tree is not None else "the answer is no pattern"
