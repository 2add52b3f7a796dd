"""One method as it is filed out under its protocol, which is how a house reads it; and what of it departs from the house's habits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from checker.conventions import MethodPage, Slot
from checker.style.extract import page_of
from datagen.answers import group_of
from datagen.family import ROOTS
from datagen.fileouts import DIALECTS
from datagen.habits import Habit, Habits, habits_of, page_in
from datagen.layers import Layer
from datagen.subject import class_shown, text_of
from datagen.ways import categories_of, category_of
from stparse.index.classtable import path_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import descendants_of
from stparse.nodes import Variable

_FILED = re.compile(r"!([\w.]+)( class)? methodsFor: '([^'!\n]+)'!\n\n([^!]+)! !")


@dataclass(frozen=True, slots=True)
class Filed:
    """What a filed method says: its class, its side, its protocol, its source, and where that begins in the text."""

    class_name: str
    meta: bool
    protocol: str
    source: str
    start: int


def filed_text(class_name: str, protocol: str, source: str, *, meta: bool) -> str:
    """Answer a method without bangs as it is filed out."""
    return f"!{class_name}{' class' if meta else ''} methodsFor: '{protocol}'!\n\n{source}! !"


def filed_in(text: str) -> Filed | None:
    """Answer what a text of that form says, None for any other."""
    found = _FILED.fullmatch(text)
    return Filed(found[1], found[2] is not None, found[3], found[4], found.start(4)) if found else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A habit and the slot of a method that it speaks of; `place` is where that stands in the filed text."""

    habit: Habit
    slot: Slot
    place: int

    @property
    def keeps(self) -> bool:
        return self.slot.value == self.habit.value


@dataclass(frozen=True, slots=True)
class Crossing:
    """A class that a method names although its package is above the method's; `place` is where, in the filed text."""

    layer: Layer
    class_name: str
    place: int

    code = "H20"


@dataclass(frozen=True, eq=False)
class FiledReading:
    """A filed method, what is known of the house, and what a mutation may put there: other protocols, and the kin of a class.

    `packages` are those of all classes by their short names; `kin` answers the subclasses and the siblings of a class by name.
    """

    text: str
    method: MethodDef
    page: MethodPage
    habits: Habits
    package: str
    protocols: tuple[str, ...]
    packages: dict[str, str]
    kin: Callable[[str], list[str]]

    @property
    def start(self) -> int:
        """Where the source begins in the text."""
        return len(self.text) - len(self.page.source) - len("! !")

    def kept(self) -> list[Kept]:
        """Answer the habits that speak of the method, those of its protocol at the protocol."""
        found = []
        for habit, slot in self.habits.of(self.page):
            at_protocol = habit.context.startswith("C01")
            place = self.text.index("'") + 1 if at_protocol else self.start + slot.start
            found.append(Kept(habit, slot, place))
        return found

    def crossings(self) -> list[Crossing]:
        """Answer the classes of packages above its own that the method names, each where it is named first."""
        above = {layer.upper: layer for layer in self.habits.above(self.package)} if self.package else {}
        found: dict[str, Crossing] = {}
        for node in self.references():
            layer = above.get(self.packages.get(path_of(node.name)[-1], ""))
            if layer is not None and node.name not in found:
                found[node.name] = Crossing(layer, node.name, self.start + node.start)
        return list(found.values())

    def references(self) -> Iterator[Variable]:
        """Yield the capitalised names of the method in the order of the text."""
        nodes = sorted(self.page.scene.nodes.get(Variable, ()), key=lambda node: node.start)
        yield from (node for node in nodes if isinstance(node, Variable) and node.name[:1].isupper())

    def departures(self) -> list[Kept | Crossing]:
        """Answer what departs from the house, each once at its place."""
        broken = sorted((one for one in self.kept() if not one.keeps), key=lambda one: one.place, reverse=True)
        return [*{one.place: one for one in broken}.values()][::-1] + self.crossings()

    def changed(self, text: str) -> FiledReading | None:
        """Answer the reading of another text of the same method; None where that does not parse, or is no filed method."""
        said = filed_in(text)
        if said is None:
            return None
        # Of another tree all must be read anew.
        page = page_of(replace(self.method, source=said.source, protocol=said.protocol), self.page.view)
        return replace(self, text=text, page=page) if page is not None else None


def filed_reading(index: CodeIndex, method: MethodDef) -> FiledReading | None:
    """Answer the reading of a method as it is filed out; None where it cannot be, or is of a dialect that does not file out so."""
    return _reading(index, method, habits_of(index))


# The negatives and the questions of one method come one after the other.
@remembered(4)
def _reading(index: CodeIndex, method: MethodDef, habits: Habits) -> FiledReading | None:
    protocol, source = method.protocol or "", text_of(method)
    if method.dialect not in DIALECTS or not protocol or protocol.startswith("*") or set("'!\n") & set(protocol) or "!" in source:
        return None
    page = page_in(index, replace(method, source=source))
    if page is None:
        return None
    text = filed_text(class_shown(index, method.class_name, method.file), protocol, source, meta=method.meta)
    used = tuple(one for one in _protocols(index, method.class_name, method.meta) if one != protocol)
    return FiledReading(text, method, page, habits, category_of(index, method), used, categories_of(index), partial(kin_of, index))


@remembered(500)
def kin_of(index: CodeIndex, name: str) -> list[str]:
    """Answer the subclasses of a class, or where it has none those of its superclass: what can stand in its place most of the time."""
    group = group_of(index, name)
    if group is None:
        return []
    below = [path_of(one.name)[-1] for one in descendants_of(index.class_table, group.name)]
    above = next(iter(group.superclass_names), "")
    beside = [] if path_of(above)[-1] in ROOTS else [one.path[-1] for one in index.class_table.subclasses_of(above)]
    return sorted({*(below or beside)} - {name})


@remembered(500)
def _protocols(index: CodeIndex, class_name: str, meta: bool) -> tuple[str, ...]:
    """Answer the protocols of a side of a class that a method may be filed under by mistake."""
    found = dict.fromkeys(one.protocol or "" for one in index.methods_of(class_name, meta=meta))
    return tuple(one for one in found if one and not one.startswith(("*", "private")) and not set("'!\n`") & set(one))
