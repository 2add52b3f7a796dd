"""The lint rules: one file a rule, its docstring says what, why, bad and good; the folder is the list.

A rule is written in one of three ways:

* as Smalltalk, with `pattern_rule(code, __doc__, {pattern: replacement}, message=...)`: the finding's hint then shows the
  replacement with the user's own names in it;
* as a function of one node, with `@rule(code, __doc__, on=("do:", Cascade), ...)`: it is called for the sends of those
  selectors and the nodes of those types only;
* as a function of a whole method (`on=()`), of a class (`scope="class"`) or of the code base (`scope="index"`).

A check yields what it has found; code, severity and words come from the head of the rule. A rule that is not certain is quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from checker.rules._facts import MethodFacts
from checker.rules._rewrite import Condition, Rewriting
from checker.rules._scene import Scene
from stparse.index.model import IndexedClass
from stparse.issue import Issue, Severity
from stparse.nodes import Node
from stparse.registry import Registry
from stparse.text import Span

Key = str | type[Node]


class Found:
    """What a check has found: a node of the method, or a method or a class of the code base; `words` fill message and hint."""

    __slots__ = ("place", "words")

    def __init__(self, place: Node | Span | MethodFacts | IndexedClass, /, **words: str) -> None:
        self.place = place
        self.words = words


Check = Callable[..., Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `tier` 1 is certain from the tree, 2 from the index; `default` is false for what has to be asked for by its code.

    `on` are the selectors and node types that `check` is called for; none: the whole method.
    """

    code: str
    severity: Severity
    scope: str
    tier: int
    on: tuple[Key, ...]
    message: str
    hint: str
    check: Check
    doc: str
    default: bool = True

    def issue(self, found: Found) -> Issue:
        """Answer the issue that says what was found."""
        place = found.place
        span = place if isinstance(place, Span) else Span(place.start, place.end) if isinstance(place, Node) else place.span
        hint = found.words.get("hint") or self.hint.format_map(found.words)
        return Issue(self.code, self.message.format_map(found.words), self.severity, span, hint or None)


RULES: Registry[Rule] = Registry("rule", "checker.rules")


def rule(
    code: str,
    doc: str | None,
    *,
    message: str,
    hint: str,
    on: tuple[Key, ...] = (),
    severity: Severity = Severity.WARNING,
    scope: str = "method",
    tier: int = 1,
    default: bool = True,
) -> Callable[[Check], Check]:
    """Answer a decorator that enters a check as the rule `code`; `doc` is the docstring of the rule's file."""

    def enter(check: Check) -> Check:
        check.__doc__ = check.__doc__ or doc
        RULES.register(code)(Rule(code, severity, scope, tier, on, message, hint, check, doc or "", default))
        return check

    return enter


def pattern_rule(
    code: str,
    doc: str | None,
    patterns: Mapping[str, str | tuple[str, ...] | None],
    *,
    message: str,
    hint: str = "",
    severity: Severity = Severity.INFO,
    when: Condition | None = None,
    default: bool = True,
) -> None:
    """Enter a rule that consists of patterns, each with its replacements, of which the first is shown that this code base can use.

    Where a pattern has replacements and none of them can be used here, there is no finding. `when` adds a condition.
    """
    rewriting = Rewriting(patterns, when)

    def check(node: Node, scene: Scene) -> Iterator[Found]:
        found = rewriting.find(node, scene)
        if found is not None:
            yield Found(node, **found)

    rule(code, doc, message=message, hint=hint, on=rewriting.keys, severity=severity, default=default)(check)
