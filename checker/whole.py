"""The rules that look at more than one method: over all of an index, or over the classes of some of its files."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator

from checker.batch import Target, in_text
from checker.lint import lint_above, lint_class
from checker.rules import RULES
from checker.rules._code import CodeBase
from checker.rules._facts import MethodFacts
from checker.rules._text import TextOver
from checker.verdict import Located
from stparse.index.model import Finding, MethodDef
from stparse.index.query import CodeIndex


def codes_for(selected: tuple[str, ...], ignored: tuple[str, ...]) -> tuple[str, ...] | None:
    """Answer the rules to ask, chosen by how their codes begin; None, which is those that are on by default, where nobody chooses."""
    if not selected and not ignored:
        return None
    chosen = (code for code, rule in RULES.items() if (code.startswith(selected) if selected else rule.default))
    return tuple(code for code in chosen if not (ignored and code.startswith(ignored)))


def lint_together(
    index: CodeIndex, facts: Iterable[MethodFacts], selected: Collection[str] | None, selectors: Container[str] | None
) -> Iterator[Located]:
    """Yield what the rules about classes and about the code base find in an index; those about methods have been asked already.

    `facts` are those of all its methods.
    """
    yield from _located(lint_above(index, facts, selected, base_selectors=selectors), index)


def lint_classes_of(
    index: CodeIndex, files: Iterable[str], selected: Collection[str] | None, selectors: Container[str] | None
) -> Iterator[Located]:
    """Yield what the rules about classes find in the classes that `files` define. Rules about the whole code base are not asked."""
    codes, wanted = _above_methods(selected), frozenset(files)
    if not codes:
        return
    code = CodeBase(index, base_selectors=selectors)
    for group in index.class_table.groups:
        if any(definition.file in wanted for definition in group.definitions):
            found = (finding for finding in lint_class(group, code, codes) if finding.file in wanted)
            yield from _located(found, index)


def lint_classes_in(over: TextOver, selected: Collection[str] | None = None) -> Iterator[Finding]:
    """Yield what the rules about classes find in a text, in the classes that it defines; places count in the text."""
    codes = _above_methods(selected)
    for group in over.groups.values():
        yield from (finding for finding in lint_class(group, over, codes) if finding.file == over.file)


def shown(found: Iterable[Located], targets: Iterable[Target]) -> Iterator[Located]:
    """Yield the findings in `targets`, under the paths that the user knows."""
    names = {target.path: target.shown for target in targets}
    for one in found:
        if one.file in names:
            yield one.renamed(names[one.file])


def _above_methods(selected: Collection[str] | None) -> tuple[str, ...]:
    codes = [code for code, rule in RULES.items() if rule.default] if selected is None else selected
    return tuple(code for code in codes if RULES[code].scope != "method")


def _located(findings: Iterable[Finding], index: CodeIndex) -> Iterator[Located]:
    """Yield findings with their ends and their lines of source, which stand in the method."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    for path, found in by_file.items():
        methods = {(m.class_name, m.meta, m.selector): m for m in index.methods_in((path,))}
        yield from (_in_place(finding, methods) for finding in found)


def _in_place(finding: Finding, methods: dict[tuple[str, bool, str], MethodDef]) -> Located:
    method = methods.get((finding.class_name or "", bool(finding.meta), finding.selector or ""))
    if method is not None:
        one = in_text(finding.issue, method, finding.class_name, finding.meta, finding.selector)
        if (one.line, one.column) == (finding.line, finding.column):
            return one
    line, column = finding.line, finding.column
    meta = finding.meta if finding.selector else None
    return Located(finding.issue, finding.file, line, column, line, column, finding.class_name, meta, finding.selector)
