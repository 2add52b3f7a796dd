"""The classes that a text itself defines, laid over those of the house: what its methods and do-its see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from checker.environment import House
from checker.names import Meaning, Names, nearest
from stparse.chunk import ClassDef
from stparse.definitions import ClassSideDef, Definition, NamespaceDef, SharedVariableDef
from stparse.index.classtable import path_of

_ROOTS = frozenset(("Object", "ProtoObject"))


@dataclass(slots=True)
class _OwnClass:
    """What the text says of one class. `defined` is false where it only adds to one (a class side, a shared variable)."""

    defined: bool = False
    superclass: str | None = None
    instance: set[str] = field(default_factory=set)
    class_instance: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    open_capitals: bool = False
    open_lower: bool = False


class OwnText:
    """The definitions of one text over a house. Several texts that belong together (an answer) can share one."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._classes: dict[str, _OwnClass] = {}
        self._globals: set[str] = set()
        self._script: set[str] = set()
        self._known: dict[tuple[str | None, bool, str | None], Names] = {}

    def add(self, definition: Definition) -> None:
        """Enter what the text defines."""
        self._known.clear()
        match definition:
            case ClassDef():
                self._add_class(definition)
            case ClassSideDef():
                self._of(definition.class_name).class_instance.update(definition.instance_variables)
            case NamespaceDef():
                self._globals.add(path_of(definition.name)[-1])
            case SharedVariableDef():
                self._of(definition.owner).shared.add(definition.name)
                if definition.owner == "Smalltalk" or path_of(definition.owner)[-1] not in self._classes:
                    self._globals.add(definition.name)
            case _:
                pass

    def add_script_names(self, names: Iterable[str]) -> None:
        """Enter variables that a do-it declares, which those behind it see."""
        self._known.clear()
        self._script.update(names)

    def defines_what(self, other: OwnText) -> bool:
        """Answer whether the two define the same, so that methods of classes see the same."""
        return self._classes == other._classes and self._globals == other._globals

    def defines(self, class_name: str | None) -> bool:
        """Answer whether the text defines the class."""
        own = self._classes.get(path_of(class_name)[-1]) if class_name else None
        return own is not None and own.defined

    @property
    def class_names(self) -> frozenset[str]:
        """The short names of the classes that the text defines."""
        return frozenset(name for name, own in self._classes.items() if own.defined)

    def environment(self, class_name: str | None, *, meta: bool = False, file: str | None = None) -> Names:
        """Answer the names in sight of a method of `class_name`, or of a do-it (None)."""
        if not self._classes and not self._globals and not self._script:
            return self.house.environment(class_name, meta=meta, file=file)
        key = (class_name, meta, file)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Layered(self, class_name, meta, file)
        return known

    def is_global(self, name: str) -> bool:
        """Answer whether the text defines a namespace or a shared variable of that name."""
        return name in self._globals

    @property
    def script_names(self) -> frozenset[str]:
        """The variables that its do-its share."""
        return frozenset(self._script)

    def chain(self, class_name: str | None) -> Iterator[tuple[str, _OwnClass]]:
        """Yield the classes of the text from `class_name` up, to the first that it does not define."""
        seen: set[str] = set()
        while class_name is not None:
            short = path_of(class_name)[-1]
            own = self._classes.get(short)
            if own is None or short in seen:
                return
            seen.add(short)
            yield class_name, own
            class_name = own.superclass if own.defined else None

    def _of(self, class_name: str) -> _OwnClass:
        return self._classes.setdefault(path_of(class_name)[-1], _OwnClass())

    def _add_class(self, definition: ClassDef) -> None:
        own = self._of(definition.name)
        if definition.kind == "namespace":
            self._globals.add(path_of(definition.name)[-1])
        if definition.kind != "extension":
            own.defined, own.superclass = True, definition.superclass
        own.instance.update(definition.instance_variables)
        own.class_instance.update(definition.class_instance_variables)
        own.shared.update(definition.class_variables)
        own.open_capitals = own.open_capitals or bool(definition.pools or definition.imports or definition.traits)
        own.open_lower = own.open_lower or bool(definition.traits)


class _Layered:
    """Names of one side of a class: what the text says first, then what the house knows (see `checker.names.Names`)."""

    def __init__(self, text: OwnText, class_name: str | None, meta: bool, file: str | None) -> None:
        self._text = text
        self._instance: set[str] = set()
        self._shared: set[str] = set()
        self._script = text.script_names if class_name is None else frozenset()
        self._open_capitals = self._open_lower = False
        own: _OwnClass | None = None
        last = class_name
        for name, own in text.chain(class_name):
            last = name
            self._instance |= own.class_instance if meta else own.instance
            self._shared |= own.shared
            self._open_capitals |= own.open_capitals
            self._open_lower |= own.open_lower
        house = text.house
        # What stands above the text; for a class that it only adds to, the class itself as the house knows it.
        above = last if own is None or not own.defined else own.superclass
        self._ends = own is not None and own.defined and not meta and (above is None or path_of(above)[-1] in _ROOTS)
        # The metaclass of a root inherits from Class.
        root = "Class" if meta and own is not None else None
        self._above = house.environment(above or root, meta=meta and above is not None, file=file)
        # Shared variables and pools of a class that the house knows too are still in sight.
        self._same = house.environment(class_name, meta=meta, file=file) if own is not None else self._above

    @property
    def underscores(self) -> bool:
        return self._above.underscores

    def meaning(self, name: str) -> Meaning:
        if name in self._instance:
            return Meaning.INSTANCE
        if name in self._shared:
            return Meaning.SHARED
        if not name.lstrip("_")[:1].isupper():
            return self._meaning_of_lower_case(name)
        if path_of(name)[-1] in self._text.class_names:
            return Meaning.CLASS
        if self._text.is_global(name) or name in self._script:
            return Meaning.GLOBAL
        found = self._above.meaning(name)
        if found in (Meaning.UNDECLARED, Meaning.UNKNOWN):
            same = self._same.meaning(name)
            found = same if same not in (Meaning.UNDECLARED, Meaning.INSTANCE) else found
        return Meaning.UNKNOWN if found is Meaning.UNDECLARED and self._open_capitals else found

    def _meaning_of_lower_case(self, name: str) -> Meaning:
        if name in self._script or self._text.is_global(name):
            return Meaning.GLOBAL
        found = self._above.meaning(name)
        if found is Meaning.UNKNOWN and self._ends:
            found = Meaning.UNDECLARED
        if found is Meaning.UNDECLARED and self._open_lower:
            return Meaning.UNKNOWN
        return found

    def near(self, name: str) -> tuple[str, ...]:
        own = self._text.class_names | self._shared if name[:1].isupper() else self._instance | self._shared
        return tuple(dict.fromkeys((*nearest(name, own), *self._above.near(name))))[:3]
