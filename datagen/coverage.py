"""How much of the code base the samples draw on, by class and by protocol, and what none of them does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from datagen.subject import is_generated
from datagen.tally import Tally
from stparse.index.query import CodeIndex

MOST = 100
LISTED = 40
"""So many classes and protocols are listed; the others are counted."""


@dataclass(slots=True)
class Part:
    """Methods of something, and how many of them a sample draws on."""

    methods: int = 0
    covered: int = 0

    def add(self, *, covered: bool) -> None:
        self.methods += 1
        self.covered += covered


@dataclass(slots=True)
class Coverage:
    """Classes and protocols with the part of them that is covered, and why methods are not."""

    methods: Part = field(default_factory=Part)
    classes: dict[str, Part] = field(default_factory=dict)
    defined: dict[str, bool] = field(default_factory=dict)
    protocols: dict[str, Part] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    def summary(self) -> dict[str, Any]:
        """Answer what the manifest says: numbers, and the largest gaps by name."""
        missed = sorted((p.covered - p.methods, name) for name, p in self.classes.items() if p.covered < p.methods)
        return {
            "methods": {"all": self.methods.methods, "covered": self.methods.covered},
            "classes": {"all": len(self.defined), "covered": sum(self.defined.values())},
            "protocols": {"all": len(self.protocols), "covered": sum(p.covered > 0 for p in self.protocols.values())},
            "by_protocol": [
                {"protocol": name, "methods": part.methods, "covered": part.covered}
                for name, part in sorted(self.protocols.items(), key=lambda item: (-item[1].methods, item[0]))[:LISTED]
            ],
            "uncovered_because": dict(sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))),
            "uncovered_classes": sorted(name for name, covered in self.defined.items() if not covered)[:MOST],
            "most_uncovered": [
                {"class": name, "methods": self.classes[name].methods, "covered": self.classes[name].covered} for _, name in missed[:MOST]
            ],
        }


def coverage_of(index: CodeIndex, tally: Tally) -> Coverage:
    """Compare what the samples draw on with all that the index holds."""
    found = Coverage()
    for definition in index.classes():
        name = definition.qualified
        found.defined[name] = found.defined.get(name, False) or bool(tally.classes & {name, definition.name})
    for method in index.methods():
        place = (method.file, method.span.start)
        covered = place in tally.methods
        owner = method.class_name
        found.methods.add(covered=covered)
        found.classes.setdefault(owner, Part()).add(covered=covered)
        found.protocols.setdefault(method.protocol or "(none)", Part()).add(covered=covered)
        if not covered:
            found.reasons[_reason(method.parsed, is_generated(method), tally.refused.get(place))] += 1
    return found


def _reason(parsed: bool, generated: bool, refused: str | None) -> str:
    if not parsed:
        return "it does not parse"
    if generated:
        return "a tool wrote it"
    return f"its sample was dropped: {refused}" if refused else "no generator drew it, or none has a question about it"
