"""House conventions, mined and never assumed: one file a convention, its docstring says what, why and an example; the folder is the list.

A convention reads *slots* out of a method or a class: in this context (what is to be named, placed, chosen) stands this value.
It says nothing of what is right. What the house does is counted over all slots (checker.style), and only what is counted is spoken of.

A context is words with single spaces between them, from the general to the special: `form setter name:` stands under `form setter`, and
that under `form`. Where little is known of a context, what is known of the one above it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from checker.conventions._class_page import ClassPage
from checker.conventions._page import MethodPage
from stparse.registry import Registry

__all__ = ["CONVENTIONS", "ClassPage", "Convention", "MethodPage", "Slot", "convention"]


class Slot(NamedTuple):
    """In `context` stands `value`; `start` and `end` are offsets in the method's source, both 0 for a class."""

    context: str
    value: str
    start: int = 0
    end: int = 0


MethodSlots = Callable[[MethodPage], Iterator[Slot]]
ClassSlots = Callable[[ClassPage], Iterator[Slot]]
_F = TypeVar("_F", bound=Callable[..., Iterator[Slot]])


@dataclass(frozen=True, slots=True)
class Convention:
    """One convention. `contexts` say in words what a context is about, by its first word: `{0}` is the second word, `{last}` the last.

    `block/1` is about contexts with one word behind `block`. What has no words is no rule: it is counted for what stands below it.
    `tolerated` are values that are never found fault with: they say something of their own.
    `voice` is how certain a rule must be (its Wilson bound) before a single deviation from it is worth a word.
    `absent` are values that say that there is nothing: most often that is no habit.
    `values` say in words what a value is, where the value itself does not. `of_class` tells that slots are read from classes.
    What begins as one of `silent` is counted for the score only: it tells houses apart, and nobody would call it a rule. One of `vague`
    is no rule either, but what stands below it can be one.
    """

    code: str
    title: str
    contexts: Mapping[str, str]
    slots: Callable[..., Iterator[Slot]]
    doc: str
    of_class: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()
    voice: float = 0.88

    @property
    def finding_code(self) -> str:
        """The code of a finding about it: H07 for C07."""
        return "H" + self.code[1:]

    def speaks_of(self, context: str) -> bool:
        """Answer whether `context` can have a rule."""
        if context in self.vague or not self._template(context):
            return False
        return not any(context == one or context.startswith(f"{one} ") for one in self.silent)

    def about(self, context: str) -> str:
        """Answer in words what `context` is about."""
        rest = context.split(" ")[1:]
        template = self._template(context) or context
        return template.format(*(rest or [""]), *[""] * 3, last=rest[-1] if rest else "").strip()

    def _template(self, context: str) -> str:
        first, *rest = context.split(" ")
        return self.contexts.get(f"{first}/{len(rest)}") or self.contexts.get(first, "")

    def named(self, value: str) -> str:
        """Answer `value` in words."""
        return self.values.get(value, value)


CONVENTIONS: Registry[Convention] = Registry("convention", "checker.conventions")


def convention(
    code: str,
    doc: str | None,
    *,
    title: str,
    contexts: Mapping[str, str],
    values: Mapping[str, str] | None = None,
    silent: tuple[str, ...] = (),
    vague: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    tolerated: tuple[str, ...] = (),
    voice: float = 0.88,
    of_class: bool = False,
) -> Callable[[_F], _F]:
    """Answer a decorator that enters what reads the slots as the convention `code`; `doc` is the docstring of its file."""

    def enter(slots: _F) -> _F:
        slots.__doc__ = slots.__doc__ or doc
        CONVENTIONS.register(code)(
            Convention(code, title, contexts, slots, doc or "", of_class, values or {}, silent, vague, absent, tolerated, voice)
        )
        return slots

    return enter
