"""What a commit did, method by method and class by class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.history import Commit
from datagen.sample import Source
from datagen.subject import digest
from datagen.versions import Contents, FileVersion, Key, MethodVersion, contents_of


@dataclass(frozen=True, slots=True)
class Place:
    """A method, or a class definition, in a version of a file; `file` is what samples call that version."""

    file: str
    version: FileVersion
    found: MethodVersion


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to one method, or (without a selector) to the definition of a class: added, removed or changed."""

    class_name: str
    meta: bool
    selector: str
    before: Place | None
    after: Place | None

    @property
    def how(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def shown(self) -> str:
        """`Right class>>new`, or `Right` for its definition."""
        side = " class" if self.meta else ""
        return f"{self.class_name}{side}>>{self.selector}" if self.selector else self.class_name

    def source(self, place: Place) -> Source:
        """Answer what a sample says of the method as it stands at one of the two places."""
        side = " class" if self.meta else ""
        span = (place.found.span.start, place.found.span.end)
        return Source(place.file, f"{self.class_name}{side}", self.selector, span, digest(place.found.text))


def changes_of(commit: Commit) -> list[Change]:
    """Answer what a commit did, in the order of its files; a method that moves from one file to another is not changed by that."""
    before: dict[Key, Place] = {}
    after: dict[Key, Place] = {}
    doubled: set[Key] = set()
    for name, version in commit.versions():
        found, contents = before if name.endswith("^") else after, contents_of(version)
        doubled |= contents.doubled | {key for key in contents.methods if key in found}
        found.update((key, Place(name, version, method)) for key, method in _all(contents))
    keys = [key for key in dict.fromkeys((*after, *before)) if key not in doubled]
    found_changes = (Change(*key, before.get(key), after.get(key)) for key in keys)
    return [change for change in found_changes if _differs(change)]


def _all(contents: Contents) -> Iterator[tuple[Key, MethodVersion]]:
    yield from contents.methods.items()
    yield from (((name, False, ""), definition) for name, definition in contents.definitions.items())


def _differs(change: Change) -> bool:
    if change.before is None or change.after is None:
        return True
    return change.before.found.text.split() != change.after.found.text.split()
