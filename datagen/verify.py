"""The oracle: every claim of a sample is proved from the text of the sample and from a scan of the sources.

Nothing here calls a generator or a query that a generator uses. `local` claims need the sample alone (code is parsed, faults
are looked for, pieces are joined); the others need the evidence that datagen/scan.py finds in the sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from datagen.mutations import undone
from datagen.phrase import MOST_SHOWN, code_in
from datagen.sample import Claim, Sample, Source
from datagen.scan import ClassFacts, Evidence, Found, Wanted, short_of
from datagen.subject import class_source, digest
from datagen.wording import message_of, parsed
from stparse.index.query import CodeIndex
from stparse.issue import Issue
from stparse.parser import DEFAULT_DIALECT, parse_script

_HOLE = "<FILL_ME>"
_TICKED = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Oracle:
    """All that claims are proved from."""

    evidence: Evidence
    classes: ClassFacts
    dialects: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, index: CodeIndex, evidence: Evidence) -> Oracle:
        return cls(evidence, ClassFacts(index.classes(stubs=True)), dialects_of(index))


def dialects_of(index: CodeIndex) -> dict[str, str]:
    """Answer the dialect of each file."""
    return {file.path: file.dialect for file in index.files()}


# What is wanted of the scan


def wanted_of(samples: Iterable[Sample]) -> Wanted:
    """Answer what a scan must look for to prove `samples`."""
    collector = WantedCollector()
    for sample in samples:
        collector.add(sample)
    return collector.wanted()


class WantedCollector:
    """Gathers what claims are about, sample by sample."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {name: set() for name in ("implemented", "sent", "symbols", "globals", "variables", "classes")}
        self._quoted: set[tuple[str, int]] = set()

    def add(self, sample: Sample) -> None:
        self._quoted.update((source.file, source.span[0]) for source in sample.sources if source.selector is not None)
        for claim in sample.claims:
            wants = _WANTS.get(claim.kind)
            if wants is not None:
                self._names[wants].add(_subject(claim))

    def join(self, wanted: Wanted) -> None:
        """Take in what another collector has gathered."""
        for name, found in self._names.items():
            found.update(getattr(wanted, name))
        self._quoted |= wanted.quoted

    def wanted(self) -> Wanted:
        return Wanted(**{name: frozenset(found) for name, found in self._names.items()}, quoted=frozenset(self._quoted))


_WANTS = {
    "implementors": "implemented",
    "implements": "implemented",
    "senders": "sent",
    "sends": "sent",
    "symbol": "symbols",
    "references": "globals",
    "readers": "variables",
    "writers": "variables",
    "protocols": "classes",
    "protocol": "classes",
}


def _subject(claim: Claim) -> str:
    if claim.kind in ("readers", "writers"):
        return claim.about.rsplit(".", 1)[-1]
    if claim.kind in ("protocols", "protocol"):
        return short_of(claim.about.removesuffix(" class"))
    return short_of(claim.about) if claim.kind == "references" else claim.about


# Proving


def failures(sample: Sample, oracle: Oracle) -> list[str]:
    """Answer why a sample is not what it claims to be; nothing if every claim holds."""
    return [*local_failures(sample, oracle.dialects), *global_failures(sample, oracle)]


def local_failures(sample: Sample, dialects: dict[str, str]) -> list[str]:
    """Answer the failures that the sample shows by itself."""
    dialect = dialects.get(sample.sources[0].file, DEFAULT_DIALECT) if sample.sources else DEFAULT_DIALECT
    found = [(claim, LOCAL[claim.kind](sample, claim, dialect)) for claim in sample.claims if claim.kind in LOCAL]
    return [f"{claim.kind}: {reason}" for claim, reason in found if reason]


def global_failures(sample: Sample, oracle: Oracle) -> list[str]:
    """Answer the failures that only the sources can show."""
    reasons = [f"source: {reason}" for source in sample.sources if (reason := _source(source, oracle))]
    for claim in sample.claims:
        if not _is_about(sample, claim):
            reasons.append(f"{claim.kind}: the sample is not about {claim.about}")
        if claim.kind in GLOBAL:
            reason = GLOBAL[claim.kind](sample, claim, oracle)
            if reason:
                reasons.append(f"{claim.kind}: {reason}")
        elif claim.kind not in LOCAL:
            reasons.append(f"nobody can check a claim {claim.kind!r}")
    if not sample.claims or not sample.sources:
        reasons.append("it claims nothing, or has no source")
    return reasons


def _is_about(sample: Sample, claim: Claim) -> bool:
    """A claim is about what the question names, or about the method that the sample quotes."""
    if not sample.kind.startswith("qa."):
        source = sample.sources[0] if sample.sources else None
        return source is not None and _short_method(claim.about) == _short_method(f"{source.class_name}>>{source.selector}")
    wanted = claim.about.rsplit(".", 1) if claim.kind in ("readers", "writers") else claim.about.split(" ")
    # A name ends where the punctuation of the sentence begins; selectors may be nothing but punctuation themselves.
    return all(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w:])", sample.prompt.text) for name in wanted)


def _source(source: Source, oracle: Oracle) -> str | None:
    if source.selector is None:
        facts = oracle.classes.facts(_path_of(source.class_name, oracle))
        if any(class_source(fact.definition) == source for fact in facts):
            return None
        return f"the definition of {source.class_name} is not what it was"
    found = oracle.evidence.digests.get((source.file, source.span[0]))
    return None if found == source.digest else f"{source.class_name}>>{source.selector} in {source.file} is not what it was"


def _path_of(name: str, oracle: Oracle) -> tuple[str, ...]:
    paths = oracle.classes.paths(short_of(name))
    exact = [path for path in paths if ".".join(path) == name or path[-len(name.split(".")) :] == tuple(name.split("."))]
    return exact[0] if exact else paths[0] if len(paths) == 1 else (name,)


# Claims that the sample shows by itself


def _method(sample: Sample, claim: Claim, dialect: str) -> str | None:
    read = parsed(sample.answer, dialect)
    if read.tree is None or read.issues:
        return f"the answer does not parse: {_said(read.issues)}"
    selector = getattr(read.tree, "selector", "")
    return None if claim.about.endswith(f">>{selector}") else f"the answer is the method {selector}"


def _is_source(sample: Sample, claim: Claim, dialect: str) -> str | None:
    texts = {"completion": (sample.answer,), "negative": code_in(sample.answer) or code_in(sample.prompt.text)}
    found = texts.get(sample.kind.split(".", 1)[0], ())
    if not found or any(digest(text) != sample.sources[0].digest for text in found):
        return "the code is not that of its source"
    return None


def _join(sample: Sample, claim: Claim, dialect: str) -> str | None:
    blocks = code_in(sample.prompt.text)
    if len(blocks) != 1 or blocks[0].count(_HOLE) != 1:
        return "there is not exactly one place to fill"
    whole = blocks[0].replace(_HOLE, sample.answer)
    if digest(whole) != sample.sources[0].digest:
        return "prefix, middle and suffix are not the source"
    return None if parsed(whole, dialect).tree is not None else "the whole does not parse"


def _fragment(sample: Sample, claim: Claim, dialect: str) -> str | None:
    read = parse_script(sample.answer, dialect)
    return None if read.tree is not None and not read.issues else f"the piece does not parse by itself: {_said(read.issues)}"


def _valid(sample: Sample, claim: Claim, dialect: str) -> str | None:
    for text in code_in(sample.prompt.text) or ("",):
        read = parsed(text, dialect)
        if read.tree is None or read.issues:
            return f"it does not parse: {_said(read.issues)}"
    return None if sample.answer.startswith("Yes") else "the answer is not yes"


def _fault(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The mutant shows exactly the claimed code at the claimed place, and without the edit it shows nothing."""
    text = (code_in(sample.prompt.text) or ("",))[0]
    issues = parsed(text, dialect).issues
    name = claim.detail or "the fault"
    if [issue.code for issue in issues] != [claim.code]:
        return f"{name} should give {claim.code}, and gives {_said(issues)}"
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
    return f"the original is not clean: {_said(issues)}" if issues else None


def _diagnosis(sample: Sample, claim: Claim, dialect: str) -> str | None:
    text = (code_in(sample.prompt.text) or ("",))[0]
    issues = parsed(text, dialect).issues
    said = sample.answer.lower()
    if not issues or f"({claim.code})" not in sample.answer:
        return f"the answer does not name {claim.code}"
    words = (message_of(issues[0], text), issues[0].hint or "")
    return None if any(word and word.lower() in said for word in words) else "the answer does not say what is wrong"


def _repair(sample: Sample, claim: Claim, dialect: str) -> str | None:
    texts = code_in(sample.answer)
    if len(texts) != 1:
        return "the answer does not give one method"
    read = parsed(texts[0], dialect)
    return None if read.tree is not None and not read.issues else f"the repaired method does not parse: {_said(read.issues)}"


def _said(issues: Iterable[Issue]) -> str:
    return ", ".join(f"{issue.code} at {issue.span.start}" for issue in issues) or "nothing"


# Claims that the sources show


def _methods(found: Found | None, sample: Sample, claim: Claim, *, numbers: bool = False) -> str | None:
    """The claimed methods are those that the scan found, in its order, and the answer lists them and no others."""
    found = found or Found()
    if found.count != claim.count:
        return f"{claim.count} methods are claimed, the sources have {found.count}"
    expected = [(_short_method(place.name), place.where) for place in found.places[:MOST_SHOWN]]
    if [(_short_method(n), w) for n, w in zip(claim.names, claim.places, strict=True)] != expected:
        return "the methods are not those of the sources"
    if numbers and list(claim.numbers) != found.numbers[:MOST_SHOWN]:
        return "the numbers are not those of the sources"
    return _shown(sample, claim)


def _shown(sample: Sample, claim: Claim) -> str | None:
    """The answer names each claimed name with its place, and as many places as are claimed."""
    missing = [f"{n} ({w})" for n, w in zip(claim.names, claim.places, strict=True) if f"`{n}` ({w}" not in sample.answer]
    if missing:
        return f"the answer does not say {missing[0]}"
    listed = len(re.findall(r"^- `", sample.answer, re.MULTILINE))
    if len(claim.names) > 1 and listed != len(claim.names):
        return f"the answer lists {listed}, not {len(claim.names)}"
    left = claim.count - len(claim.names)
    return "the answer does not say how many more there are" if left > 0 and f"- and {left:,} more" not in sample.answer else None


def _short_method(name: str) -> str:
    class_name, _, selector = name.partition(">>")
    side = " class" if class_name.endswith(" class") else ""
    return f"{short_of(class_name.removesuffix(' class'))}{side}>>{selector}"


def _implementors(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    return _methods(oracle.evidence.implemented.get(claim.about), sample, claim)


def _senders(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    found = oracle.evidence.sent.get(claim.about)
    total = sum(found.numbers) if found else 0
    reason = _methods(found, sample, claim, numbers=True)
    if reason is None and found and 1 < found.count <= MOST_SHOWN and total != found.count and " in all:" not in sample.answer:
        return "the answer does not say how often in all"
    return reason


def _example(table: Callable[[Oracle], dict[str, Found]]) -> Callable[[Sample, Claim, Oracle], str | None]:
    def check(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
        found = table(oracle).get(claim.about, Found())
        first = [(_short_method(place.name), place.where) for place in found.places[:1]]
        if found.count != claim.count or [(_short_method(n), w) for n, w in zip(claim.names, claim.places, strict=True)] != first:
            return "the example is not that of the sources"
        return None if f"`{claim.names[0]}` ({claim.places[0]})" in sample.answer else "the answer does not give the example"

    return check


def _symbol(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    found = oracle.evidence.symbols.get(claim.about)
    return None if (found.count if found else 0) == claim.count else "the symbol does not occur as often"


def _references(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    return _methods(oracle.evidence.globals.get(short_of(claim.about)), sample, claim, numbers=True)


def _which(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    paths = oracle.classes.paths(short_of(claim.about))
    if len(paths) != claim.count or any(tuple(_parts(name)) not in paths for name in claim.names):
        return f"{claim.count} classes are claimed, the sources have {len(paths)}"
    return _shown(sample, claim)


def _parts(name: str) -> list[str]:
    parts = [part for part in name.replace("::", ".").split(".") if part]
    return parts[1:] if len(parts) > 1 and parts[0] in ("Root", "Smalltalk") else parts


def _superclasses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    path = _path_of(claim.about, oracle)
    chain = oracle.classes.chain(path)
    names = [step[-1] for step in chain]
    last = oracle.classes.superclass_name(chain[-1] if chain else path)
    if last is not None:
        names.append(short_of(last))
    if [short_of(name) for name in claim.names] != names:
        return f"the chain is {' '.join(names) or 'empty'}"
    outside = [step[-1] for step in chain if not _is_defined(step, oracle)] + ([names[-1]] if last is not None else [])
    if [short_of(name) for name in (claim.detail or "").split()] != outside or ("outside" in sample.answer) != bool(outside):
        return f"outside of the code are {' '.join(outside) or 'none'}"
    ticked = [name for name in _TICKED.findall(sample.answer) if name != claim.about]
    repeated = [name for name in (claim.detail or "").split() if len(claim.names) > 1]
    return None if ticked == [*claim.names, *repeated] else "the answer names other classes"


def _subclasses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    path = _path_of(claim.about, oracle)
    direct = [p for p in oracle.classes.below(path) if _is_defined(p, oracle)]
    found = direct
    if claim.kind == "subclasses.deeper":
        found = [p for p in oracle.classes.all_below(path) if p not in direct and _is_defined(p, oracle)]
    names = {short_of(name) for name in claim.names}
    if f"`{claim.about}`" not in sample.answer:
        return f"the answer is not about {claim.about}"
    if len(found) != claim.count or not names <= {p[-1] for p in found}:
        return f"{claim.count} subclasses are claimed, the sources have {len(found)}"
    if len(claim.names) != min(claim.count, MOST_SHOWN):
        return "the list is not as long as it should be"
    missing = [n for n, w in zip(claim.names, claim.places, strict=True) if f"- `{n}` ({w})" not in sample.answer]
    return f"the answer does not name {missing[0]}" if missing else None


def _is_defined(path: tuple[str, ...], oracle: Oracle) -> bool:
    return any(not fact.definition.stub for fact in oracle.classes.facts(path))


_ATTRIBUTES = (
    ("instance", "instance_variables"),
    ("class instance", "class_instance_variables"),
    ("class", "class_variables"),
)


def _variables(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    path = _path_of(claim.about, oracle)
    owners = [path] if claim.kind == "variables.own" else oracle.classes.chain(path)
    expected: set[tuple[str, str]] = set()
    seen = set() if claim.kind == "variables.own" else _declared(path, oracle, claim)
    for owner in owners:
        here = _declared(owner, oracle, claim) - seen
        expected |= {(name, f"{owner[-1]}: {kind}") for kind, name in here}
        seen |= here
    owned = [(name, *where.split(":", 1)) for name, where in zip(claim.names, claim.places, strict=True)]
    claimed = {(name, f"{short_of(owner)}:{kind}") for name, owner, kind in owned}
    if claimed != expected or len(claim.names) != claim.count:
        return "the variables are not those of the definitions"
    missing = [name for name in claim.names if f"`{name}`" not in sample.answer]
    return f"the answer does not name {missing[0]}" if missing else _no_other_name(sample)


def _no_other_name(sample: Sample) -> str | None:
    known = {name for claim in sample.claims for name in (*claim.names, claim.about)}
    other = [name for name in _TICKED.findall(sample.answer) if name not in known]
    return f"the answer also names {other[0]}" if other else None


def _declared(path: tuple[str, ...], oracle: Oracle, claim: Claim) -> set[tuple[str, str]]:
    attributes = _ATTRIBUTES[:1] if claim.detail == "instance" else _ATTRIBUTES
    facts = oracle.classes.facts(path)
    return {(kind, name) for kind, attribute in attributes for fact in facts for name in getattr(fact.definition, attribute)}


def _accesses(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    class_name, _, variable = claim.about.rpartition(".")
    path = _path_of(class_name, oracle)
    inside = {path[-1], *(below[-1] for below in oracle.classes.all_below(path))}
    found = Found()
    for access in oracle.evidence.variables.get(variable, ()):
        if short_of(access.class_name) in inside and (access.writes if claim.kind == "writers" else access.reads):
            found.add(access.place, 1)
    return _methods(found, sample, claim)


def _protocols(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    members = _members(claim, oracle)
    expected: dict[str, set[str]] = {}
    for protocol, selector in members:
        expected.setdefault(protocol, set()).add(selector)
    if dict(zip(claim.names, claim.numbers, strict=True)) != {name: len(found) for name, found in expected.items()}:
        return "the protocols are not those of the sources"
    missing = [name for name in claim.names if f"`{name}`" not in sample.answer]
    return f"the answer does not name {missing[0]}" if missing else _no_other_name(sample)


def _protocol(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    expected = {selector for protocol, selector in _members(claim, oracle) if protocol == claim.detail}
    if len(expected) != claim.count or not set(claim.names) <= expected or len(claim.names) != min(claim.count, MOST_SHOWN):
        return f"{claim.count} methods are claimed, the sources have {len(expected)}"
    ticked = [name.removeprefix("#") for name in _TICKED.findall(sample.answer)]
    return None if ticked == list(claim.names) else "the answer names other methods"


def _members(claim: Claim, oracle: Oracle) -> list[tuple[str, str]]:
    meta = claim.about.endswith(" class")
    members = oracle.evidence.classes.get(short_of(claim.about.removesuffix(" class")), ())
    return [(member.protocol or "", member.selector) for member in members if member.meta is meta]


Local = Callable[[Sample, Claim, str], str | None]
Global = Callable[[Sample, Claim, Oracle], str | None]

LOCAL: dict[str, Local] = {
    "method": _method,
    "source": _is_source,
    "join": _join,
    "fragment": _fragment,
    "valid": _valid,
    "fault": _fault,
    "diagnosis": _diagnosis,
    "repair": _repair,
}
GLOBAL: dict[str, Global] = {
    "implementors": _implementors,
    "senders": _senders,
    "implements": _example(lambda oracle: oracle.evidence.implemented),
    "sends": _example(lambda oracle: oracle.evidence.sent),
    "symbol": _symbol,
    "references": _references,
    "which": _which,
    "superclasses": _superclasses,
    "subclasses.direct": _subclasses,
    "subclasses.deeper": _subclasses,
    "variables.own": _variables,
    "variables.inherited": _variables,
    "readers": _accesses,
    "writers": _accesses,
    "protocols": _protocols,
    "protocol": _protocol,
}
