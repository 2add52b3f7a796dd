"""Walkbacks and crash dumps that people paste into a question: the frames, and the methods of the code base that they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.reference import NAME
from retrieval.lookup import Near, inherited
from retrieval.passage import Passage, method_passage
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

FEWEST, MOST, MOST_NEAR = 2, 40, 5
"""Fewer frames are no walkback but a method that is named; of more the upper ones are read; so many implementors are shown."""
_SELECTOR = r"(?:[^\W\d]\w*:(?:[^\W\d]\w*:)*|[^\W\d]\w*|[-+*/\\~<>=@%|&?,]{1,3})"
# VisualWorks: `optimized [] in Foo>>bar`, `Foo(Object)>>error:`; Squeak, Pharo: `[ :x | ... ] in Foo class(Behavior)>>new`;
# GNU: `Foo(Object)>>bar (a.st:12)`; VA: `  Foo>>#bar`; a number before the frame where a tool has counted them.
_FRAME = re.compile(
    rf"^[ \t]*(?:\(?\d+[.:)]?[ \t]+)?(?:[^\n]{{0,200}}?[ \t]in[ \t]+)?(?P<receiver>{NAME})(?P<meta>[ \t]class)?"
    rf"(?:\((?P<owner>{NAME})(?P<owner_meta>[ \t]class)?\))?[ \t]*>>[ \t]*#?(?P<selector>{_SELECTOR})(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_MISSING = re.compile(rf"(?:doesNotUnderstand:|not understood:?|did not understand)[ \t]*#?({_SELECTOR})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of a walkback: a `receiver` ran the method `selector` of the class `owner`; `method` is where the index has it."""

    text: str
    receiver: str
    owner: str
    meta: bool
    selector: str
    method: MethodDef | None

    @property
    def reports(self) -> bool:
        """Whether it is the image that tells of a message, so that the frame below is the first that matters."""
        return self.selector == "doesNotUnderstand:"


@dataclass(frozen=True, slots=True)
class Walkback:
    """The frames of a text, the innermost first, and the message that was not understood, where one was.

    `nearest` are its implementors, those near the first frame of the code base first; `missing_total` is how many there are.
    """

    frames: tuple[Frame, ...]
    missing: str | None
    nearest: tuple[Passage, ...]
    missing_total: int

    @property
    def own(self) -> tuple[Frame, ...]:
        """The frames whose method the index has, without those that only report what was not understood."""
        return tuple(frame for frame in self.frames if frame.method is not None and not frame.reports)


def walkback_in(index: CodeIndex, text: str) -> Walkback | None:
    """Answer the walkback in a text, None where there is none."""
    found = list(_frames(index, text))
    missing = _MISSING.search(text)
    if len(found) < FEWEST and not (found and missing):
        return None
    selector = missing[1] if missing else None
    own = next((frame for frame in found if frame.method is not None and not frame.reports), None)
    implementors = list(index.implementors(selector)) if selector else []
    nearest = Near(index, [own.owner] if own is not None else [])(implementors)[:MOST_NEAR]
    passages = tuple(method_passage(method).because(f"implements #{selector}, which was not understood") for method in nearest)
    return Walkback(tuple(found), selector, passages, len(implementors))


def without_frames(text: str) -> str:
    """Answer what somebody wrote around the frames of a walkback."""
    return _FRAME.sub(" ", text)


def _frames(index: CodeIndex, text: str) -> Iterator[Frame]:
    for place, found in enumerate(_FRAME.finditer(text)):
        if place == MOST:
            return
        owner = found["owner"] or found["receiver"]
        meta = (found["owner_meta"] or (None if found["owner"] else found["meta"])) is not None
        yield Frame(found[0].strip(), found["receiver"], owner, meta, found["selector"], _method(index, owner, meta, found["selector"]))


def _method(index: CodeIndex, owner: str, meta: bool, selector: str) -> MethodDef | None:
    """Answer the method of a class, or the one that it inherits: some images write the class of the receiver alone."""
    own = [method for method in index.methods_of(owner, meta=meta) if method.selector == selector]
    return own[0] if own else inherited(index, owner, meta, selector)
