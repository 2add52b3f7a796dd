"""What a class can lack without a compiler minding: the method that goes with another, one that is demanded, a super send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from checker.rules import RULES
from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts, MethodFacts, facts_of
from datagen.reading import shuffled
from stparse.index.classtable import ClassGroup, Path, path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.issue import Issue
from stparse.nodes import Method, Send, Variable
from stparse.parser import parse_method

LAWS = ("ST401", "ST408", "ST412", "ST429")
_BESIDE = ("ST402", "ST403", "ST404", "ST405")
"""What else a method that is taken away can leave behind: a variable that nobody reads any more."""


@dataclass(frozen=True, slots=True)
class Omission:
    """A method that is taken away, or its text without the super send; `methods` are those of the class then.

    `above` is the class whose method of that name it implements or calls, empty where none does.
    """

    method: MethodDef
    now: str | None
    methods: tuple[MethodDef, ...]
    issue: Issue
    above: str


class Lookup(CodeBase):
    """A code base of which few classes are asked: who makes instances of one is looked up, and not gathered for all.

    What is known of a class is remembered from one look-up to the next, since all stand below the same few roots.
    """

    def facts(self, group: ClassGroup) -> ClassFacts:
        return _class_facts(self.index, group.name)

    def implementors_below(self, group: ClassGroup, selector: str) -> dict[Path, MethodFacts]:
        return _implementors_below(self.index, group.name, selector)

    def makers_of(self, name: str) -> list[MethodFacts]:
        found = {hit.method.id: hit.method for hit in self.index.references(name)}
        return [facts for method in found.values() if name in (facts := _facts(method)).instantiated]


def omissions(index: CodeIndex, group: ClassGroup, methods: Sequence[MethodDef], random: Random) -> Iterator[Omission]:
    """Yield what can be left out of a class so that exactly one rule speaks, which was quiet before."""
    code = Lookup(index)
    before = _found(ClassFacts(group, tuple(map(_facts, methods))), code)
    for method in shuffled(random, list(methods)):
        now = _without_super(method)
        if now is None and not _is_wanted(method, methods, group, code):
            continue
        changed = [] if now is None else [replace(method, source=now)]
        rest = [each for one in methods for each in ([one] if one is not method else changed)]
        after = _found(ClassFacts(group, tuple(map(_facts, rest))), code)
        new = list((Counter(after) - Counter(before)).elements())
        if len(new) == 1 and new[0].code in LAWS and new[0].code not in {issue.code for issue in before}:
            inherited = code.inherited(group, method.selector)
            yield Omission(method, now, tuple(rest), new[0], path_of(inherited.class_name)[-1] if inherited is not None else "")


@remembered(1000)
def _class_facts(index: CodeIndex, name: str) -> ClassFacts:
    return ClassFacts(_group(index, name), tuple(_facts(method) for method in index.methods_of(name)))


@remembered(100)
def _implementors_below(index: CodeIndex, name: str, selector: str) -> dict[Path, MethodFacts]:
    return CodeBase(index).implementors_below(_group(index, name), selector)


def _group(index: CodeIndex, name: str) -> ClassGroup:
    path = path_of(name)
    return next(group for group in index.class_table.named(name) if group.path == path)


def _facts(method: MethodDef) -> MethodFacts:
    tree = parse_method(method.source, method.dialect).tree
    return facts_of(method, tree if isinstance(tree, Method) else None)


def _found(facts: ClassFacts, code: CodeBase) -> list[Issue]:
    """Answer what the rules say; of the place only that it is in this class counts, since lines move."""
    rules = (RULES[name] for name in (*LAWS, *_BESIDE))
    return [replace(rule.issue(found), span=facts.group.definitions[0].span) for rule in rules for found in rule.check(facts, code)]


def _is_wanted(method: MethodDef, methods: Sequence[MethodDef], group: ClassGroup, code: CodeBase) -> bool:
    """Whether the class may need the method: the hash beside an `=`, or what a superclass demands."""
    if method.meta:
        return False
    if method.selector == "hash":
        return any(one.selector == "=" for one in methods)
    above = code.inherited(group, method.selector)
    return above is not None and above.is_abstract


def _without_super(method: MethodDef) -> str | None:
    """Answer the text of an initialize, setUp or tearDown without the super send that it begins or ends with, None for any other."""
    tree = method.tree
    if method.meta or method.selector not in ("initialize", "setUp", "tearDown") or tree is None or len(tree.body.statements) < 2:
        return None
    first, *_, before, last = (tree.body.statements[0], *tree.body.statements)
    if _is_super(first, method.selector):
        return method.source[: first.start] + method.source[tree.body.statements[1].start :]
    if _is_super(last, method.selector):
        return method.source[: before.end] + method.source[last.end :]
    return None


def _is_super(node: object, selector: str) -> bool:
    return isinstance(node, Send) and node.selector == selector and isinstance(node.receiver, Variable) and node.receiver.name == "super"
