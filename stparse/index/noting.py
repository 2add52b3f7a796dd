"""An index that notes what it is asked (see `stparse.index.reads`).

Classes, namespaces and shared variables are not noted: what was made with others is not compared at all
(`stparse.index.changes.structure_of`). Nor is what a method holds: who has the method has noted how it was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from stparse.index.classtable import path_of
from stparse.index.model import DoIt, DoItHit, FileComment, FileEntry, Finding, Hit, MethodDef, Outline, SearchHit, Statistics, VariableInfo
from stparse.index.query import CodeIndex
from stparse.index.reads import ANYTHING, note, note_all, remembered


class Counts(Mapping[str, int]):
    """Counts by name, which note each name that is asked for; `kind` is what their keys begin with."""

    def __init__(self, counts: Mapping[str, int], kind: str) -> None:
        self._counts, self._kind = counts, kind

    def __getitem__(self, name: str) -> int:
        note(count_key(self._kind, name))
        return self._counts[name]

    def get(self, name: str, default: int = 0) -> int:  # type: ignore[override]
        note(count_key(self._kind, name))
        return self._counts.get(name, default)

    def __contains__(self, name: object) -> bool:
        note(count_key(self._kind, str(name)))
        return name in self._counts

    def __iter__(self) -> Iterator[str]:
        note(names_key(self._kind))
        return iter(self._counts)

    def __len__(self) -> int:
        note(names_key(self._kind))
        return len(self._counts)


def count_key(kind: str, name: str) -> str:
    """Answer the key of how often there is something of this name."""
    return f"#{kind} {name}"


def names_key(kind: str) -> str:
    """Answer the key of all names of a kind."""
    return f"#{kind}"


def file_key(path: str) -> str:
    """Answer the key of what stands in a file."""
    return f"file {path}"


def class_key(name: str) -> str:
    """Answer the key of the methods of the classes with the last name of `name`."""
    return f"class {path_of(name)[-1]}"


def name_key(name: str) -> str:
    """Answer the key of the uses of what has the last name of `name`."""
    return f"uses {path_of(name)[-1]}"


class NotingIndex(CodeIndex):
    """A CodeIndex whose every answer about methods is noted by the keys that it rests on."""

    def files(self) -> Iterator[FileEntry]:
        note(ANYTHING)
        return super().files()

    def doits(self) -> Iterator[DoIt]:
        note(ANYTHING)
        return super().doits()

    def doits_in(self, paths: Iterable[str]) -> Iterator[DoIt]:
        paths = list(paths)
        note_all(map(file_key, paths))
        return super().doits_in(paths)

    def comments(self) -> Iterator[FileComment]:
        note(ANYTHING)
        return super().comments()

    def issues(self) -> Iterator[Finding]:
        note(ANYTHING)
        return super().issues()

    def statistics(self) -> Statistics:
        note(ANYTHING)
        return super().statistics()

    @cached_property
    def dialects(self) -> tuple[tuple[str, int], ...]:
        raise NotImplementedError("nothing that is made may rest on the number of files")

    def variables(self, name: str) -> tuple[VariableInfo, ...]:
        return _variables(self, name)

    def methods(self) -> Iterator[MethodDef]:
        note(ANYTHING)
        return super().methods()

    def methods_in(self, paths: Iterable[str]) -> Iterator[MethodDef]:
        paths = list(paths)
        note_all(map(file_key, paths))
        return super().methods_in(paths)

    def outlines(self) -> Iterator[Outline]:
        note(ANYTHING)
        return super().outlines()

    def methods_of(self, name: str, *, meta: bool | None = None) -> tuple[MethodDef, ...]:
        note(class_key(name))
        return _methods_of(self, name, meta)

    def implementors(self, selector: str) -> tuple[MethodDef, ...]:
        note(f"implementors {selector}")
        return super().implementors(selector)

    def implementors_in_outline(self, selector: str) -> tuple[Outline, ...]:
        note(f"implementors {selector}")
        return super().implementors_in_outline(selector)

    def senders_in_outline(self, selector: str) -> tuple[Outline, ...]:
        note(f"senders {selector}")
        return super().senders_in_outline(selector)

    def references_in_outline(self, name: str) -> tuple[Outline, ...]:
        note(name_key(name))
        return super().references_in_outline(name)

    def senders(self, selector: str) -> tuple[Hit, ...]:
        note(f"senders {selector}")
        return super().senders(selector)

    def doit_senders(self, selector: str) -> tuple[DoItHit, ...]:
        note(f"senders {selector}")
        return super().doit_senders(selector)

    def references(self, name: str) -> tuple[Hit, ...]:
        note(name_key(name))
        return super().references(name)

    def doit_references(self, name: str) -> tuple[DoItHit, ...]:
        note(name_key(name))
        return super().doit_references(name)

    def literal_users(self, value: str, kind: str = "symbol") -> tuple[Hit, ...]:
        note(f"literal {value}")
        return super().literal_users(value, kind)

    def literal_count(self, value: str, *kinds: str) -> int:
        note(f"literal {value}")
        return super().literal_count(value, *kinds)

    def pragma_users(self, selector: str) -> tuple[MethodDef, ...]:
        note(f"pragma {selector}")
        return super().pragma_users(selector)

    def clones(self, minimum_tokens: int = 20) -> Iterator[tuple[MethodDef, ...]]:
        note(ANYTHING)
        return super().clones(minimum_tokens)

    def search(self, text: str, limit: int = 20) -> tuple[SearchHit, ...]:
        note(ANYTHING)
        return super().search(text, limit)

    @cached_property
    def sent_selectors(self) -> Mapping[str, int]:
        """See CodeIndex."""
        return Counts(super().sent_selectors, "senders")

    @cached_property
    def implemented_selectors(self) -> Mapping[str, int]:
        """See CodeIndex."""
        return Counts(super().implemented_selectors, "implementors")

    @cached_property
    def global_names(self) -> Mapping[str, int]:
        """See CodeIndex."""
        return Counts(super().global_names, "uses")


# The kinds of samples ask for the same class one after the other.
@remembered(16)
def _variables(index: NotingIndex, name: str) -> tuple[VariableInfo, ...]:
    found = CodeIndex.variables(index, name)
    note_all(name_key(info.name) for info in found)
    return found


@lru_cache(64)
def _methods_of(index: NotingIndex, name: str, meta: bool | None) -> tuple[MethodDef, ...]:
    return CodeIndex.methods_of(index, name, meta=meta)
