"""What the pages of the browser show: packages, a class, a selector, what refers to a name, and what a search finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stc.web.highlight import class_link, highlighted, selector_link
from stparse.index.classtable import ClassGroup, path_of
from stparse.index.model import Hierarchy, Hit, IndexedClass, MethodDef, VariableInfo
from stparse.index.query import CodeIndex

NO_PACKAGE = "(no package)"
MOST_SHOWN = 200
"""So many lines of a list stand on a page; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package or category, and how many classes it has."""

    name: str
    classes: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A method with its source as HTML; `anchor` is its place on the page."""

    method: MethodDef
    html: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Side:
    """The protocols of one side of a class, each with its methods in the order of their names."""

    title: str
    protocols: tuple[tuple[str, tuple[Shown, ...]], ...]


@dataclass(frozen=True, slots=True)
class ClassPage:
    """All that a page of a class shows; `definitions` are several where it is defined more than once."""

    name: str
    definitions: tuple[IndexedClass, ...]
    hierarchy: Hierarchy | None
    variables: tuple[VariableInfo, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class SelectorPage:
    """Who implements a selector and who sends it; `more` are the senders that are not shown."""

    selector: str
    implementors: tuple[Shown, ...]
    senders: tuple[Hit, ...]
    symbols: tuple[Hit, ...]
    more: int


def packages_of(index: CodeIndex) -> list[Package]:
    """Answer the packages by name, those of no package last."""
    counts = Counter(_package(group) for group in index.class_table.groups if _is_defined(group))
    return [Package(name, counts[name]) for name in sorted(counts, key=lambda name: (name == NO_PACKAGE, name.lower()))]


def classes_in(index: CodeIndex, package: str) -> list[ClassGroup]:
    """Answer the classes of a package by name."""
    found = (group for group in index.class_table.groups if _is_defined(group) and _package(group) == package)
    return sorted(found, key=lambda group: group.path[-1].lower())


def _is_defined(group: ClassGroup) -> bool:
    return not all(definition.stub for definition in group.definitions)


def _package(group: ClassGroup) -> str:
    return next((definition.category for definition in group.definitions if definition.category), NO_PACKAGE)


def class_pages(index: CodeIndex, name: str) -> list[ClassPage]:
    """Answer a page for each class that `name` can mean; none where nobody defines or extends one."""
    groups = index.class_table.named(name)
    if not groups:
        methods = index.methods_of(name)
        return [ClassPage(name, (), _hierarchy(index, name), (), _sides(index, methods))] if methods else []
    return [_page(index, group) for group in groups]


def _page(index: CodeIndex, group: ClassGroup) -> ClassPage:
    variables = tuple(info for info in index.variables(group.name) if info.kind != "pool")
    return ClassPage(group.name, group.definitions, _hierarchy(index, group.name), variables, _sides(index, index.methods_of(group.name)))


def _hierarchy(index: CodeIndex, name: str) -> Hierarchy | None:
    return next(iter(index.hierarchy(name)), None)


def _sides(index: CodeIndex, methods: Sequence[MethodDef]) -> tuple[Side, ...]:
    sides = []
    for title, meta in (("instance side", False), ("class side", True)):
        protocols: dict[str, list[MethodDef]] = {}
        for method in methods:
            if method.meta is meta:
                protocols.setdefault(method.protocol or "(no protocol)", []).append(method)
        if protocols:
            shown = (
                (name, tuple(shown_method(index, one) for one in sorted(found, key=lambda one: one.selector)))
                for name, found in sorted(protocols.items())
            )
            sides.append(Side(title, tuple(shown)))
    return tuple(sides)


def shown_method(index: CodeIndex, method: MethodDef) -> Shown:
    """Answer a method with links to the selectors that it sends and the classes that it names."""
    links = {use.at: class_link(use.name) for use in index.uses_of(method) if use.kind == "global"}
    links |= {site.at: selector_link(site.selector) for site in index.sends_of(method)}
    return Shown(method, highlighted(method.source, method.dialect, links), f"m{method.id}")


def selector_page(index: CodeIndex, selector: str) -> SelectorPage:
    """Answer what the page of a selector shows."""
    senders, symbols = index.senders(selector), index.literal_users(selector)
    implementors = index.implementors(selector)
    shown = tuple(shown_method(index, method) for method in implementors[:MOST_SHOWN])
    return SelectorPage(selector, shown, senders[:MOST_SHOWN], symbols[:MOST_SHOWN], max(0, len(senders) - MOST_SHOWN))


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds: classes and selectors by their names, methods by their words."""

    classes: tuple[ClassGroup, ...]
    selectors: tuple[str, ...]
    methods: tuple[MethodDef, ...]

    @property
    def only(self) -> str | None:
        """The address of the one thing that is called just so, where nothing else is."""
        if len(self.classes) == 1 and not self.selectors:
            return class_link(self.classes[0].name)
        return selector_link(self.selectors[0]) if len(self.selectors) == 1 and not self.classes else None


def found_for(index: CodeIndex, text: str, limit: int = 60, *, words: bool = True) -> Found:
    """Answer what is called so, exactly first, or begins so, or (with `words`) has these words."""
    wanted = text.strip().removeprefix("#")
    low = wanted.lower()
    if not low:
        return Found((), (), ())
    groups = (group for group in index.class_table.groups if low in group.path[-1].lower())
    classes = sorted(groups, key=lambda group: _order(group.path[-1], wanted))[:limit]
    named = (selector for selector in index.implemented_selectors.keys() | index.sent_selectors.keys() if low in selector.lower())
    selectors = sorted(named, key=lambda selector: _order(selector, wanted))[:limit]
    methods = tuple(hit.method for hit in index.search(wanted, limit if words else 0) if hit.method is not None)
    return Found(tuple(classes), tuple(selectors), methods)


def _order(name: str, wanted: str) -> tuple[bool, bool, int, str]:
    low = name.lower()
    return (name != wanted, not low.startswith(wanted.lower()), len(name), low)


def short(name: str) -> str:
    """Answer the last part of a qualified name."""
    return path_of(name)[-1]
