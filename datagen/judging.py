"""What the checker says of a method among the names and messages around it, and which of it is new in a mutant.

Both come from the index and the base facts where a sample is made, and from the sample's own claims where it is
proved: each time through the same small windows, `Names` and `Messages` of the checker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from checker.base import BaseFacts, base_for
from checker.check import check
from checker.environment import House
from checker.lint import lint_method
from checker.messages import CodeMessages, Known, Messages, message_faults
from checker.names import Meaning, Names, nearest
from datagen.siblings import Variables, class_of, variables_beside, variables_of
from datagen.wording import parsed
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import Issue, Severity
from stparse.nodes import Method, Node
from stparse.text import Span

_NOBODYS = frozenset((Meaning.UNDECLARED, Meaning.UNKNOWN))


@dataclass(frozen=True, slots=True)
class StatedNames:
    """Names as a claim states them. What it does not state is unknown, so that no fault can be made of it."""

    meanings: Mapping[str, Meaning]

    # A method in which "_" is a fault has been refused where the names were those of the index.
    underscores = True

    def meaning(self, name: str) -> Meaning:
        return self.meanings.get(name, Meaning.UNKNOWN)

    def near(self, name: str) -> tuple[str, ...]:
        return nearest(name, (known for known, meaning in self.meanings.items() if meaning not in _NOBODYS))


@dataclass(frozen=True, slots=True)
class NotedNames:
    """Names that remember what they were asked: that, and no more, is what a verdict rests on."""

    known: Names
    asked: dict[str, Meaning] = field(default_factory=dict)

    @property
    def underscores(self) -> bool:
        return self.known.underscores

    def meaning(self, name: str) -> Meaning:
        found = self.known.meaning(name)
        self.asked[name] = found
        return found

    def near(self, name: str) -> tuple[str, ...]:
        return self.known.near(name)


@dataclass(frozen=True, slots=True)
class StatedMessages:
    """Messages as a claim states them; a super send stands there as "super foo". What it does not state is unknown."""

    known: Mapping[str, Known]
    meta: bool

    complete = True

    def implemented(self, selector: str) -> Known:
        return self.known.get(selector, Known.UNKNOWN)

    def inherited(self, selector: str) -> Known:
        return self.known.get(f"super {selector}", Known.UNKNOWN)

    def near(self, selector: str) -> tuple[str, ...]:
        return nearest(selector, (one for one, known in self.known.items() if known is not Known.NOBODY and " " not in one))


@dataclass(frozen=True, slots=True)
class NotedMessages:
    """Messages that remember what they were asked."""

    source: Messages
    asked: dict[str, Known] = field(default_factory=dict)

    @property
    def meta(self) -> bool:
        return self.source.meta

    @property
    def complete(self) -> bool:
        return self.source.complete

    def implemented(self, selector: str) -> Known:
        found = self.asked[selector] = self.source.implemented(selector)
        return found

    def inherited(self, selector: str) -> Known:
        found = self.asked[f"super {selector}"] = self.source.inherited(selector)
        return found

    def near(self, selector: str) -> tuple[str, ...]:
        return self.source.near(selector)


class _Given:
    """The user's own base file, which a process judges everything with: those that come with stc where there is none."""

    base: Path | None = None


def use_base(path: Path | None) -> None:
    """Judge with the base facts of a file from now on in this process; None: with those that come with stc."""
    if path != _Given.base:
        _Given.base = path
        base_of.cache_clear()
        house_of.cache_clear()


@contextmanager
def based_on(path: Path | None) -> Iterator[None]:
    """Judge with the base facts of a file, and then as before."""
    before = _Given.base
    use_base(path)
    try:
        yield
    finally:
        use_base(before)


@lru_cache(maxsize=16)
def base_of(dialect: str) -> BaseFacts | None:
    """Answer the base facts that a method of a dialect is judged with. Raises BadInputError if the user's file is none."""
    return base_for(dialect, _Given.base)


@lru_cache(maxsize=16)
def house_of(index: CodeIndex, dialect: str) -> House:
    """Answer the code base with the base facts of one of its dialects; the last few are kept."""
    return House(index, base_of(dialect))


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a method: the names in sight, what is understood, its class; and what its mutations may take from there.

    `variables` answers the instance variables that its class declares, `siblings` those of the classes beside it (see
    `datagen.siblings`): only when they are asked for, since all those classes have to be read.
    """

    names: Names
    messages: Messages | None = None
    class_name: str = ""
    variables: Callable[[], Variables] = dict
    siblings: Callable[[], Variables] = dict


def around_of(index: CodeIndex, method: MethodDef) -> Around:
    """Answer what stands around a method of the code base."""
    around = Around(names_of(index, method), messages_of(index, method), method.class_name)
    path = class_of(index, method)
    if path is None:
        return around
    return replace(around, variables=partial(variables_of, index, path), siblings=partial(variables_beside, index, path))


def names_of(index: CodeIndex, method: MethodDef) -> Names:
    """Answer the names in sight of a method."""
    return house_of(index, method.dialect).environment(method.class_name, meta=method.meta, file=method.file)


def messages_of(index: CodeIndex, method: MethodDef) -> Messages:
    """Answer the messages that are understood around a method."""
    house = house_of(index, method.dialect)
    return _messages_of(house, index, method.class_name, method.meta, method.file)


@lru_cache(maxsize=256)
def _messages_of(house: House, index: CodeIndex, class_name: str, meta: bool, file: str) -> CodeMessages:
    return CodeMessages(house, index, class_name, meta=meta, file=file)


def judged(text: str, dialect: str, around: Around, family: str) -> tuple[Issue, ...]:
    """Answer what is wrong with a method's text as far as faults of a family go (datagen/mutations): errors and warnings, or idioms."""
    tree = parsed(text, dialect).tree
    if family == "idiom":
        return tuple(idioms(text, dialect, around.class_name, tree))
    found = check(text, dialect=dialect, names=around.names).issues
    if family == "messages" and around.messages is not None and isinstance(tree, Method):
        found = (*found, *message_faults(tree, around.names, around.messages))
    return tuple(issue for issue in found if issue.severity is not Severity.INFO)


def idioms(text: str, dialect: str, class_name: str, tree: Node | None) -> list[Issue]:
    """Answer what the rules about single methods find in a text, as far as they can tell without a code base."""
    if not isinstance(tree, Method):
        return []
    span = Span(0, len(text))
    method = MethodDef(0, class_name, False, tree.selector, None, text, None, span, "", 1, 1, dialect, None, 0, 0, None, True)
    return lint_method(method, tree)


def is_clean(issues: Iterable[Issue]) -> bool:
    """Whether a compiler accepts what has these issues."""
    return not any(issue.severity is Severity.ERROR for issue in issues)


def new_issues(issues: Iterable[Issue], before: Iterable[Issue], start: int, was: str, now: str) -> list[Issue]:
    """Answer the issues that were not there before `now` took the place of `was` at `start`."""
    moved = len(now) - len(was)
    known = Counter((i.code, i.span.start + (moved if i.span.start >= start + len(was) else 0)) for i in before)
    found = []
    for issue in issues:
        key = (issue.code, issue.span.start)
        if known[key]:
            known[key] -= 1
        else:
            found.append(issue)
    return found
