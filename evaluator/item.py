"""One thing that a model is asked, and all that judges its answer: class, reference, patterns, names, fault."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from datagen.sample import Fault, Prompt

USES = ("generation", "migration", "architecture", "debugging")
"""What the seed of this project wants a model for; a case of a suite may say for which it is."""


class Way(Enum):
    """How a pattern is written."""

    TEXT = "text"
    REGEX = "regex"
    SMALLTALK = "smalltalk"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that must stand in an answer (or, of `Item.refused`, must not)."""

    way: Way
    text: str

    def __str__(self) -> str:
        return self.text if self.way is Way.TEXT else f"{self.way.value} {self.text}"


@dataclass(frozen=True, slots=True)
class Item:
    """A prompt with what is known about its answer; what is not known is empty, and then nothing is measured by it.

    `cluster` is the class that it is about: items of one class are no independent witnesses. `hole` are prefix and suffix of a
    text to be filled in, `names` those that an answer must give (the first 30 of `names_count`), `given` those that the question names.
    `fault` with `diagnosis` is what is wrong with the code of the question; `yes` is the answer to a question whether it is valid.
    `written` are the methods (class, whether its class side, selector) and the definitions (None for a selector) that are to be written
    or mended: who shows passages with the question keeps these back.
    """

    id: str
    kind: str
    prompt: Prompt
    cluster: str
    dialect: str
    form: str = "prose"
    use: str = ""
    class_name: str | None = None
    meta: bool = False
    selector: str | None = None
    protocol: str | None = None
    must_compile: bool = False
    reference: str = ""
    expected: tuple[Expected, ...] = ()
    refused: tuple[Expected, ...] = ()
    hole: tuple[str, str] | None = None
    names: tuple[str, ...] | None = None
    names_count: int = 0
    given: tuple[str, ...] = ()
    fault: Fault | None = None
    diagnosis: tuple[str, ...] = ()
    yes: bool | None = None
    pair: tuple[str, str] | None = None
    written: tuple[tuple[str, bool, str | None], ...] = ()

    @property
    def is_case(self) -> bool:
        """Whether it is a test case: its reference is one right answer of many, and not what the house wrote."""
        return self.kind.partition(".")[0] == "case"

    @property
    def is_code(self) -> bool:
        """Whether the answer as a whole is to be code that compiles."""
        return self.must_compile and self.hole is None


@dataclass(frozen=True, slots=True)
class Suite:
    """Items to be answered, in their order. `digest` is that of all that judges them; `dataset` that of the data set they come
    from, "" if none.

    `index` is the code base that answers are judged in, `base` the user's own base facts. `leaked` names the items whose answer a
    training text
    shows; None where nobody looked.
    """

    name: str
    digest: str
    items: tuple[Item, ...]
    dialect: str
    dataset: str = ""
    index: Path | None = None
    base: Path | None = None
    leaked: tuple[str, ...] | None = None

    @property
    def under_test(self) -> frozenset[tuple[str, bool, str]]:
        """The methods that are asked for, as class, whether it is its class side, and selector: what only they say, nobody could learn."""
        asked = ((item.class_name, item.meta, item.selector) for item in self.items if item.is_code)
        return frozenset((name, meta, selector) for name, meta, selector in asked if name is not None and selector is not None)
