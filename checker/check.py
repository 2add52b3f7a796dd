"""The verdict of one text: does it compile, with which names, and what is wrong with it.

    verdict = check("foo ^count + 1", class_name="Counter", house=House(CodeIndex.open("code.sqlite")))
    verdict.outcome, verdict.issues, verdict.undeclared

One House serves many checks. This is what the command line, the evaluator and the mutations call.
"""

from __future__ import annotations

from dataclasses import replace

from checker.environment import House
from checker.kinds import KINDS, SURE, format_of_text, kind_of
from checker.names import Names
from checker.snippet import judge
from checker.source import Lint, Memory, Reading, definition_issues_of, judge_source, verdict_of
from checker.surroundings import OwnText
from checker.verdict import Located, Outcome, Part, Verdict, is_undeclared, relaxed
from stparse.chunk import ClassDef
from stparse.definitions import definitions_in
from stparse.dialect import detect_dialect
from stparse.index.classtable import path_of
from stparse.issue import BadInputError, Issue, Severity
from stparse.nodes import Sequence
from stparse.parser import DEFAULT_DIALECT, parse_script
from stparse.text import SourceFile, Span

__all__ = ["CLASS_UNKNOWN", "Located", "Outcome", "Part", "Verdict", "check", "check_reading", "is_undeclared"]

CLASS_UNKNOWN = "C310"
_SCRIPTS = ("expression", "script")


def check(
    source: str,
    *,
    kind: str | None = "method",
    class_name: str | None = None,
    meta: bool = False,
    dialect: str = DEFAULT_DIALECT,
    house: House | None = None,
    names: Names | None = None,
    text: OwnText | None = None,
    undeclared: str = "error",
    file_format: str | None = None,
    path: str = "-",
) -> Verdict:
    """Judge a text as a `kind`: method, expression (or script), class, fileout; None: as what it looks like.

    `class_name` and `meta` say for which class a method or expression is meant. `names` replaces what `house` and
    `class_name` would give; `text` adds definitions that stand around the source. `undeclared="warn"` makes warnings of
    undeclared names. For a file-out `file_format` overrides the evidence, and `path` is the file in `Verdict.located`.
    Raises BadInputError for an unknown kind or dialect.
    """
    kind = kind or kind_of(source, dialect, in_class=class_name is not None)
    if kind not in (*KINDS, "script"):
        raise BadInputError(f"no kind of text {kind!r}; there are {', '.join(KINDS)}")
    text = text or OwnText(house or House())
    if kind == "fileout":
        found = SourceFile(path, source, dialect=dialect, format=file_format or format_of_text(source)[0])
        return check_reading(Reading(found), text, undeclared=undeclared)
    if kind == "class":
        verdict = _check_class(source, dialect, text, path)
    else:
        verdict = _check_code(source, kind, dialect, names, text, class_name, meta)
    return verdict if undeclared != "warn" else _relaxed(verdict, dialect)


def dialect_of(source: str, kind: str | None) -> str:
    """Answer the dialect that a text shows by itself; only file-outs show any."""
    if kind not in (None, "fileout"):
        return DEFAULT_DIALECT
    found, sure = format_of_text(source)
    if kind is None and sure < SURE:
        return DEFAULT_DIALECT
    return detect_dialect(SourceFile("text.st", source), found)


def _check_code(source: str, kind: str, dialect: str, names: Names | None, text: OwnText, class_name: str | None, meta: bool) -> Verdict:
    """Judge a method or a script."""
    missing = () if names is not None or class_name is None else _class_missing(text, class_name)
    if names is None:
        names = text.environment(class_name, meta=meta)
    verdict = replace(judge(source, "method" if kind == "method" else "script", dialect, names), kind=kind)
    return replace(verdict, issues=(*missing, *verdict.issues)) if missing else verdict


def _class_missing(text: OwnText, class_name: str) -> tuple[Issue, ...]:
    """Say that nobody knows the class that the user named."""
    if text.defines(class_name) or text.house.environment(class_name).class_known:
        return ()
    message = f"neither the index nor the base has a class {class_name}: names that may be its variables are not judged"
    hint = "is its name spelt right? Name the index of its code with --index FILE"
    near = text.house.environment(None).near(class_name) if class_name[:1].isupper() else ()
    if near:
        hint = f"is it {' or '.join(near)}?"
    return (Issue(CLASS_UNKNOWN, message, Severity.INFO, Span(0, 0), hint),)


def _check_class(source: str, dialect: str, text: OwnText, path: str) -> Verdict:
    """Judge a text that must be a class definition: a message, or the head of a file format that states classes."""
    bare = source.rstrip()
    while bare.endswith("!"):
        bare = bare[:-1].rstrip()
    parsed = parse_script(bare, dialect)
    if parsed.tree is None:
        found, sure = format_of_text(source)
        if sure >= SURE:
            return _check_stated_class(source, dialect, text, found, path)
        return replace(judge(bare, "script", dialect, text.environment(None), parsed=parsed), kind="class")
    assert isinstance(parsed.tree, Sequence)
    for definition in definitions_in(parsed.tree):
        text.add(definition)
    strict = definition_issues_of(bare, parsed.tree, dialect, text, strict=True)
    return replace(judge(bare, "script", dialect, text.environment(None), parsed=parsed, more=strict), kind="class")


def _check_stated_class(source: str, dialect: str, text: OwnText, file_format: str, path: str) -> Verdict:
    """Judge a class that is stated in brackets, STON or XML."""
    reading = Reading(SourceFile(path, source, dialect=dialect, format=file_format))
    reading.define(text)
    verdict = verdict_of(judge_source(reading, text, parts=True, strict=True), path, dialect)
    if not reading.stated and not any(_defines(unit.parsed.tree) for unit in reading.units):
        nothing = Issue("C301", "this defines no class", Severity.ERROR, Span(0, min(1, len(source))), "write the definition of a class")
        issues = (nothing, *verdict.issues)
        return replace(verdict, kind="class", issues=issues, located=(reading.locate(nothing), *verdict.located), outcome=Outcome.ERROR)
    return replace(verdict, kind="class")


def _defines(tree: object) -> bool:
    return isinstance(tree, Sequence) and any(isinstance(found, ClassDef) for found in definitions_in(tree))


def check_reading(
    reading: Reading,
    text: OwnText,
    *,
    file: str | None = None,
    lint: Lint | None = None,
    undeclared: str = "error",
    memory: Memory | None = None,
) -> Verdict:
    """Judge a file-out that has been read; `text` has what it defines, and takes more.

    `file`, `lint` and `memory` are those of `judge_source`.
    """
    path, dialect = reading.source.path, reading.source.dialect
    reading.define(text)
    verdict = verdict_of(judge_source(reading, text, file=file, lint=lint, parts=True, memory=memory), path, dialect)
    unknown = {
        path_of(unit.chunk.class_name)[-1]: unit
        for unit in reversed(reading.units)
        if unit.kind == "method" and unit.chunk.class_name and _class_missing(text, unit.chunk.class_name)
    }
    missing = [reading.locate(_class_missing(text, name)[0], unit) for name, unit in sorted(unknown.items())]
    located = tuple(sorted((*verdict.located, *missing), key=lambda one: one.order))
    if not reading.units and not reading.stated and verdict.outcome is not Outcome.ERROR:
        nothing = reading.locate(Issue("C311", "this file-out holds no code", Severity.ERROR, Span(0, 0), "it needs a method or a do-it"))
        located = (nothing, *located)
        verdict = replace(verdict, outcome=Outcome.ERROR)
    verdict = replace(verdict, located=located, issues=tuple(one.issue for one in located))
    return verdict if undeclared != "warn" else _relaxed(verdict, dialect)


def _relaxed(verdict: Verdict, dialect: str) -> Verdict:
    return replace(
        verdict,
        issues=relaxed(verdict.issues, dialect),
        parts=tuple(replace(part, verdict=_relaxed(part.verdict, dialect)) for part in verdict.parts),
        located=tuple(replace(one, issue=relaxed((one.issue,), dialect)[0]) for one in verdict.located),
    )
