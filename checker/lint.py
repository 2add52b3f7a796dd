"""Run the lint rules: over one method, one class, or a whole index. Pure: the same text and index give the same findings.

Each tree is parsed once and walked once; a rule is called only for the nodes that it asked for. What a rule raises becomes
a finding about the rule (ST003) and costs no other rule anything.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeVar

from checker.rules import RULES, Rule
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts, MethodFacts, facts_of
from checker.rules._scene import Scene
from checker.suppress import Suppression, apply_suppressions, no_reason, suppressions_of, unused
from stparse.index.classtable import ClassGroup
from stparse.index.model import Finding, IndexedClass, MethodDef
from stparse.index.place import line_starts
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity
from stparse.nodes import Method, Node, Send
from stparse.parser import parse_method
from stparse.text import Span


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rules of a run, by what they are called for."""

    codes: frozenset[str]
    by_selector: dict[str, tuple[Rule, ...]]
    by_type: dict[type[Node], tuple[Rule, ...]]
    whole: tuple[Rule, ...]
    classes: tuple[Rule, ...]
    index: tuple[Rule, ...]


def selected_codes(selected: Iterable[str] | None = None) -> frozenset[str]:
    """Answer the codes to run: those given, or all that are on by default. Raises BadInputError for a code that is none."""
    if selected is None:
        return frozenset(code for code, rule in RULES.items() if rule.default)
    return frozenset(RULES[code].code for code in selected)


@cache
def _plan(codes: frozenset[str]) -> _Plan:
    by_selector: dict[str, list[Rule]] = {}
    by_type: dict[type[Node], list[Rule]] = {}
    rules = [rule for code, rule in RULES.items() if code in codes]
    for rule in rules:
        for key in rule.on:
            if isinstance(key, str):
                by_selector.setdefault(key, []).append(rule)
            else:
                by_type.setdefault(key, []).append(rule)
    return _Plan(
        codes,
        {key: tuple(found) for key, found in by_selector.items()},
        {key: tuple(found) for key, found in by_type.items()},
        tuple(rule for rule in rules if rule.scope == "method" and not rule.on),
        tuple(rule for rule in rules if rule.scope == "class"),
        tuple(rule for rule in rules if rule.scope == "index"),
    )


# One method


class MethodLinter:
    """The rules about methods that a run selects, for one method after another."""

    def __init__(self, code: CodeBase | None = None, selected: Collection[str] | None = None) -> None:
        self._code = code
        self._plan = _plan(selected_codes(selected))
        self._judged = frozenset(each for each in self._plan.codes if RULES[each].scope == "method")

    def scene(self, method: MethodDef, tree: Method) -> Scene:
        """Answer the method as the rules meet it."""
        return Scene(method, tree, self._code)

    def issues(self, scene: Scene) -> list[Issue]:
        """Answer what the rules find in a method: at most one issue a rule, in the order of the text."""
        issues = _first_findings(scene, self._plan)
        return _in_order(apply_suppressions(issues, suppressions_of(scene.method.source), self._judged))


def lint_method(
    method: MethodDef, tree: Method | None, index: CodeIndex | None = None, selected: Collection[str] | None = None
) -> list[Issue]:
    """Answer what the method rules find in a method; `index` lets hints speak this code base's language."""
    if tree is None:
        return []
    linter = MethodLinter(CodeBase(index) if index is not None else None, selected)
    return linter.issues(linter.scene(method, tree))


def _in_order(issues: Iterable[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: (issue.span.start, issue.span.end, issue.code))


def _first_findings(scene: Scene, plan: _Plan) -> list[Issue]:
    first: dict[str, Issue] = {}
    for selector, sends in scene.sends.items():
        for rule in plan.by_selector.get(selector, ()):
            _try(rule, sends, scene, first)
    for kind, nodes in scene.nodes.items():
        for rule in plan.by_type.get(kind, ()):
            _try(rule, nodes, scene, first)
    for rule in plan.whole:
        _try(rule, (scene.tree,), scene, first)
    return list(first.values())


def _try(rule: Rule, nodes: Iterable[Node] | Iterable[Send], scene: Scene, first: dict[str, Issue]) -> None:
    """Enter the first finding of a rule among `nodes`, which come in the order of the text."""
    try:
        for node in nodes:
            found = next(iter(rule.check(node, scene)), None)
            if found is None:
                continue
            issue = rule.issue(found)
            known = first.get(rule.code)
            if known is None or issue.span.start < known.span.start:
                first[rule.code] = issue
            return
    except Exception as error:  # noqa: BLE001 - one bad rule must not cost the others
        first[rule.code] = _broken(rule, error, scene.method.reference, scene.pattern_span)


def _broken(rule: Rule, error: Exception, where: str, span: Span) -> Issue:
    message = f"rule {rule.code} failed on {where}: {type(error).__name__}: {error}"
    return Issue("ST003", message, Severity.INFO, span, "this is a fault of stc; please report it with the code")


# Classes and the whole index


def lint_class(group: ClassGroup, index: CodeIndex | CodeBase, selected: Collection[str] | None = None) -> list[Finding]:
    """Answer what the class rules find in a class and its methods."""
    plan = _plan(selected_codes(selected))
    code = CodeBase(index) if isinstance(index, CodeIndex) else index
    return sorted(_class_findings(code.facts(group), code, plan), key=_place)


def lint_index(
    index: CodeIndex, selected: Collection[str] | None = None, *, base_selectors: Container[str] | None = None
) -> Iterator[Finding]:
    """Yield what all rules find in a code base, by file and line; nothing else is judged, and one process does it.

    `base_selectors` are what the base image implements, for the rules that need to know.
    """
    linter = MethodLinter(CodeBase(index), selected)
    findings: list[Finding] = []
    facts: list[MethodFacts] = []
    for method in index.methods():
        tree = parse_method(method.source, method.dialect).tree if method.parsed else None
        if isinstance(tree, Method):
            scene = linter.scene(method, tree)
            facts.append(facts_of(method, tree, scene.nodes))
            findings += _in_file(method, linter.issues(scene))
        else:
            facts.append(facts_of(method, None))
    findings += lint_above(index, facts, selected, base_selectors=base_selectors)
    yield from one_failure_a_rule(sorted(findings, key=_place))


def lint_above(
    index: CodeIndex, facts: Iterable[MethodFacts], selected: Collection[str] | None = None, *, base_selectors: Container[str] | None = None
) -> list[Finding]:
    """Answer what the rules about classes and about the whole code base find; `facts` are those of all methods of the index."""
    plan = _plan(selected_codes(selected))
    if not plan.classes and not plan.index:
        return []
    in_order = sorted(facts, key=lambda method: (method.file, method.id))
    code = CodeBase(index, base_selectors=base_selectors, given=in_order)
    findings = [finding for group in index.class_table.groups for finding in _class_findings(code.facts(group), code, plan)]
    return findings + [finding for rule in plan.index for finding in _guarded(rule, code)]


def asks_above(selected: Collection[str] | None) -> bool:
    """Answer whether a rule about classes or about the whole code base is among those selected."""
    plan = _plan(selected_codes(selected))
    return bool(plan.classes or plan.index)


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.file, finding.line, finding.column, finding.issue.code, finding.selector or ""


class _Found(Protocol):
    @property
    def issue(self) -> Issue: ...


F = TypeVar("F", bound=_Found)


def one_failure_a_rule(findings: Iterable[F]) -> Iterator[F]:
    """Yield `findings` without all failures of a rule but the first."""
    seen: set[str] = set()
    for finding in findings:
        if finding.issue.code == "ST003":
            rule = finding.issue.message.split()[1]
            if rule in seen:
                continue
            seen.add(rule)
        yield finding


def _in_file(method: MethodDef, issues: list[Issue]) -> Iterator[Finding]:
    starts = line_starts(method.source)
    for issue in issues:
        row = bisect_right(starts, issue.span.start) - 1
        column = issue.span.start - starts[row] + 1
        yield Finding(issue, method.file, method.source_line + row, column, method.class_name, method.meta, method.selector)


# What class rules and index rules find


def _class_findings(facts: ClassFacts, code: CodeBase, plan: _Plan) -> list[Finding]:
    """Answer one finding for each class or method and rule, without those that remarks in the source take away."""
    if all(definition.stub for definition in facts.group.definitions):
        return []
    found = [finding for rule in plan.classes for finding in _guarded(rule, facts, code)]
    judged = {rule.code for rule in plan.classes}
    remarks = [(method, method.suppressions) for method in facts.methods if method.suppressions]
    left = list(found)
    for method, suppressions in remarks:
        left = _without(left, suppressions, lambda f, m=method: (f.selector, f.meta, f.file) == (m.selector, m.meta, m.file))  # type: ignore[misc]
        present = {f.issue.code for f in found if (f.selector, f.meta) == (method.selector, method.meta)}
        left += [
            _finding_at(unused(each, remark.span), method)
            for remark in suppressions
            if remark.reason
            for each in remark.codes
            if each in judged and each not in present
        ]
    for definition in facts.group.definitions:
        suppressions = suppressions_of(definition.comment or "")
        left = _without(left, suppressions, lambda f: f.selector is None)
        present = {f.issue.code for f in found}
        for remark in suppressions:
            issues = [unused(each, definition.span) for each in remark.codes if each in judged and each not in present]
            left += [_finding_at(issue, definition) for issue in (issues if remark.reason else [no_reason(remark)])]
    return left


def _without(findings: list[Finding], remarks: tuple[Suppression, ...], covers: Callable[[Finding], bool]) -> list[Finding]:
    silent = {code for remark in remarks if remark.reason for code in remark.codes}
    return [finding for finding in findings if finding.issue.code not in silent or not covers(finding)]


def _guarded(rule: Rule, *asked: object) -> list[Finding]:
    """Answer what a class rule or an index rule finds, the first of each class or method; its failure is one finding."""
    first: dict[tuple[str | None, bool | None, str | None, str], Finding] = {}
    try:
        for found in rule.check(*asked):
            assert isinstance(found.place, MethodFacts | IndexedClass)
            finding = _finding_at(rule.issue(found), found.place)
            first.setdefault((finding.class_name, finding.meta, finding.selector, finding.file), finding)
    except Exception as error:  # noqa: BLE001 - one bad rule must not cost the others
        facts = asked[0]
        where = facts.name if isinstance(facts, ClassFacts) else "the code base"
        definition = facts.group.definitions[0] if isinstance(facts, ClassFacts) else None
        issue = _broken(rule, error, where, Span(0, 0))
        return [_finding_at(issue, definition) if definition else Finding(issue, "", 1, 1)]
    return list(first.values())


def _finding_at(issue: Issue, place: MethodFacts | IndexedClass) -> Finding:
    if isinstance(place, IndexedClass):
        return Finding(issue, place.file, place.line, 1, place.qualified)
    return Finding(issue, place.file, place.line, 1, place.class_name, place.meta, place.selector)


def categories_of(index: CodeIndex) -> Mapping[str, str]:
    """Answer the category of each class, by its short name and by its qualified one: for the entries of stc.toml."""
    found: dict[str, str] = {}
    for definition in index.classes():
        for name in (definition.name, definition.qualified):
            if definition.category:
                found.setdefault(name, definition.category)
    return found
