"""An example as the page of the review shows it, and what the checker says of a correction before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.environment import House
from datagen.layout import written_of
from stc.web.carets import Caret, caret
from stc.web.cited import linked
from stc.web.diffs import Line, diff
from stc.web.highlight import highlighted
from stc.web.shelf import Opened
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from store.db import Store
    from store.examples import Example, Version
    from store.review import Decision


@dataclass(frozen=True, slots=True)
class ShownExample:
    """An example with its answer as HTML. `before` is a diff: of a correction from what it corrects, of a pair from the rejected text.

    `seen` is the newest decision of somebody else; who decides says what was seen, so that one who came between is noticed.
    """

    example: Example
    html: str
    is_code: bool
    before: tuple[str, list[Line]] | None
    decisions: list[Decision]
    versions: list[Version]
    seen: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A correction that was typed: its diff, why it cannot be taken, with carets where the places are known."""

    text: str
    lines: list[Line]
    refused: str
    carets: list[Caret]


def shown_example(store: Store, which: str) -> ShownExample:
    """Answer what the page shows of an example. Raises BadInputError if there is none."""
    from store.examples import example, versions
    from store.review import decisions

    one = example(store, which)
    made = decisions(store, one.id)
    is_code = one.form not in ("prose", "names")
    html = highlighted(one.answer, one.dialect, {}) if is_code else linked(one.answer)
    return ShownExample(one, html, is_code, _before(store, one), made, versions(store, one.id), seen_of(store, made))


def seen_of(store: Store, decisions: list[Decision]) -> int:
    """Answer the newest decision of somebody else than the speaker, 0 where there is none."""
    return max((one.id for one in decisions if one.reviewer != store.person), default=0)


def _before(store: Store, one: Example) -> tuple[str, list[Line]] | None:
    from store.examples import example

    if one.corrects is not None and one.origin == "correction":
        return "What the correction changes", diff(example(store, one.corrects).answer, one.answer)
    rejected = written_of(one.record).sample.rejected
    return None if rejected is None else ("From the rejected text to the chosen one", diff(rejected, one.answer))


def house_for(opened: Opened, one: Example) -> House | None:
    """Answer the code base to judge names in: the one that is served, where it has the class that the example is about."""
    sources = written_of(one.record).sample.sources
    name = sources[0].class_name.removesuffix(" class") if sources else ""
    return opened.house if name and opened.index.class_table.named(name) else None


def preview(old: Example, text: str, house: House | None) -> Preview:
    """Answer what would become of a correction; the same is judged once more when it is sent."""
    from store.corrections import correction_of

    return preview_of(old.answer, text, lambda: correction_of(old, text, house))


def preview_of(old: str, text: str, taken: Callable[[], object]) -> Preview:
    """Answer what would become of a text in the place of an old one; `taken` raises what refuses it."""
    from store.corrections import CorrectionRefusedError

    refused, carets = "", list[Caret]()
    try:
        taken()
    except CorrectionRefusedError as error:
        said = zip(error.places, error.findings, strict=False)
        refused, carets = "It does not compile.", [caret(text, *place, finding.partition(": ")[2]) for place, finding in said]
        if not error.places:
            refused = str(error)
    except BadInputError as error:
        refused = str(error)
    return Preview(text, diff(old, text), refused, carets)
