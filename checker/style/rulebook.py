"""Which rule speaks for a slot: the most special context that is known, and in it the narrowest scope with enough support."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from checker.style.counts import upwards
from checker.style.rules import Rule
from checker.style.tally import SCOPES


class Names(NamedTuple):
    """The names of the scopes that a method is in."""

    class_key: str
    root: str
    package: str


class Rulebook:
    """The rules of a house by scope, name and context."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_key = {(rule.scope, rule.name, rule.context): rule for rule in self.rules}

    def decide(self, context: str, names: Names) -> Rule | None:
        """Answer the rule in force for `context`; None where nothing is known, or where what is known is not one thing."""
        scoped = tuple(zip(SCOPES, (names.class_key, names.root, names.package, ""), strict=True))
        for one in upwards(context):
            for scope, name in scoped:
                rule = self._by_key.get((scope, name, one))
                if rule is not None:
                    return rule if rule.in_force else None
        return None

    def find(self, scope: str, name: str, context: str) -> Rule | None:
        """Answer the rule of just this scope and context."""
        return self._by_key.get((scope, name, context))

    @property
    def in_force(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.in_force]
