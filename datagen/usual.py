"""What is usual of a selector: each value that its methods have of something, how often, and the first with the most frequent one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from datagen.answers import cited
from datagen.phrase import listed, ticked
from datagen.sample import Claim
from datagen.subject import method_shown, place
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Usual:
    """The values, the most frequent first, each with its count; how many methods there are, and the first that has the first value."""

    ordered: tuple[tuple[str, int], ...]
    total: int
    example: MethodDef

    @classmethod
    def of(cls, methods: Sequence[MethodDef], values: Sequence[str]) -> Usual:
        """Answer what is usual of methods, at least one, whose values these are."""
        ordered = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
        return cls(tuple(ordered), len(methods), methods[values.index(ordered[0][0])])

    def claim(self, kind: str, selector: str, index: CodeIndex) -> Claim:
        """Answer the claim that so many methods of the selector have each of these values."""
        shown = self.ordered[: MOST_OTHERS + 1]
        names, numbers = tuple(value for value, _ in shown), tuple(n for _, n in shown)
        return Claim(kind, selector, names, (place(self.example),), numbers, self.total, detail=method_shown(index, self.example))

    def cited(self, index: CodeIndex) -> str:
        """Answer the example as an answer cites it."""
        return f"for example {cited(index, self.example)}"

    @property
    def others_said(self) -> str:
        """The other values with their counts, as a list in a sentence."""
        others = self.ordered[1:]
        said = [f"{ticked(value)} ({count:,})" for value, count in others[:MOST_OTHERS]]
        return listed([*said, f"{len(others) - MOST_OTHERS:,} more"] if len(others) > MOST_OTHERS else said)
