"""What people have decided about conventions, each with a reason: pinned, muted, and patterns of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from checker.conventions import CONVENTIONS, MethodPage
from checker.style.rules import Rule
from stparse.issue import BadInputError
from stparse.pattern import Pattern

if TYPE_CHECKING:
    from checker.style.judge import Adherence


@dataclass(frozen=True, slots=True)
class Pin:
    """This is so, whatever is counted: in `context` of `convention` stands `value`."""

    convention: str
    context: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Nothing is said of `convention`, or of what begins as `context` in it."""

    convention: str
    context: str
    reason: str


@dataclass(frozen=True, slots=True)
class Added:
    """A convention of one's own: what `pattern`, Smalltalk with metavariables, matches is not written; `instead` says what is."""

    pattern: str
    instead: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that stc.toml says of conventions."""

    pinned: tuple[Pin, ...] = ()
    muted: tuple[Mute, ...] = ()
    added: tuple[Added, ...] = ()

    def checked(self) -> Wishes:
        """Answer the same, if each entry means something. Raises BadInputError for a convention that is none, and for a bad pattern."""
        named = [(pin.convention, pin.context) for pin in self.pinned] + [(mute.convention, mute.context) for mute in self.muted]
        for code, context in named:
            one = CONVENTIONS[code]
            if context and context.split(" ")[0] not in {key.partition("/")[0] for key in one.contexts}:
                raise BadInputError(f"{code} has no context {context!r}; there are {', '.join(one.contexts)}")
        for added in self.added:
            _pattern(added.pattern)
        return self

    def applied(self, rules: Iterable[Rule]) -> Iterator[Rule]:
        """Yield the rules as people want them: without those that are muted, and those that are pinned in force."""
        left = {(f"{pin.convention} {pin.context}"): pin for pin in self.pinned}
        for rule in rules:
            if self._is_muted(rule.context):
                continue
            pin = left.get(rule.context) if rule.scope == "all" else None
            if pin is None:
                yield rule
            else:
                del left[rule.context]
                kept = rule.kept if rule.value == pin.value else 0.0
                yield replace(rule, value=pin.value, kept=kept, in_force=True, places=rule.places if rule.value == pin.value else ())
        for context, pin in left.items():
            yield Rule("all", "", context, pin.value, 0.0, 0.0, 0, 0, 1.0, 1.0, 0.0, True)

    def pin_of(self, rule: Rule) -> Pin | None:
        """Answer the entry that has pinned a rule, None if it was counted."""
        return next((pin for pin in self.pinned if f"{pin.convention} {pin.context}" == rule.context), None)

    def _is_muted(self, context: str) -> bool:
        return any(f"{context} ".startswith(f"{mute.convention} {mute.context}".strip() + " ") for mute in self.muted)

    def with_patterns(self, found: Adherence, page: MethodPage) -> Adherence:
        """Answer `found`; conventions that people have added count as opportunities that were missed, each once."""
        first = ((added, next(_pattern(added.pattern).find(page.tree), None)) for added in self.added)
        missed = tuple((added, match.node.start, match.node.end) for added, match in first if match is not None)
        return replace(found, opportunities=found.opportunities + len(missed), missed=missed) if missed else found


@cache
def _pattern(text: str) -> Pattern:
    return Pattern(text)


NO_WISHES = Wishes()
