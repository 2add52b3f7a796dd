"""Base facts: the classes, variables, globals and selectors of the image that a code base stands on. Names only.

A base file is JSON, gzipped or not; docs/base-facts.md describes it. Lists of names are one string with single spaces,
and what is empty is left out:

    {"stc_base": 1, "dialect": "visualworks", "origin": "where the names come from", "complete": true,
     "classes": {"Core.Object": {"superclass": null, "instance": "", "class_instance": "", "shared": "Dependents", "pools": "",
                                 "partial": true}},
     "globals": "Transcript Graphics.Zero", "selectors": {"412": "printOn:", "1": "foo bar:"}}

`complete` says that the image has nothing else: only then is a name that is neither here nor in the index undeclared.
`partial` says that a class may have more variables, or a superclass, than stand here. A selector stands under the
number of methods that it has. So written, a base of 10,000 classes loads in a few hundredths of a second.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from stparse.index.classtable import path_of
from stparse.issue import BadInputError
from stparse.lazy import lazy_module

# Only for writing a base.
_tempfile = lazy_module("tempfile")
_SHIPPED = Path(__file__).parent / "bases"

VERSION = 1
_LISTS = ("instance", "class_instance", "shared", "pools")


@dataclass(frozen=True, slots=True)
class BaseClass:
    """What is known of a base class; `superclass` is None for a root, qualified otherwise."""

    name: str
    superclass: str | None
    instance: tuple[str, ...] = ()
    class_instance: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    partial: bool = False


class _Classes(Mapping[str, BaseClass]):
    """The classes as the file has them; a BaseClass is made when it is asked for, because few of the thousands are."""

    def __init__(self, said: dict[str, dict[str, Any]]) -> None:
        self._said = said

    def __getitem__(self, name: str) -> BaseClass:
        one = self._said[name]
        instance, class_instance, shared, pools = (tuple(one.get(key, "").split()) for key in _LISTS)
        return BaseClass(name, one.get("superclass"), instance, class_instance, shared, pools, bool(one.get("partial", False)))

    def __contains__(self, name: object) -> bool:
        return name in self._said

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


class _Selectors(Mapping[str, int]):
    """The selectors as the file has them, taken apart when the first one is asked for."""

    def __init__(self, said: dict[str, str]) -> None:
        self._said = said

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {selector: int(count) for count, selectors in self._said.items() for selector in selectors.split()}

    def __getitem__(self, selector: str) -> int:
        return self._counts[selector]

    def __contains__(self, selector: object) -> bool:
        return selector in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


@dataclass(frozen=True)
class BaseFacts:
    """What an image provides. Selectors map to how many methods they have there."""

    dialect: str
    origin: str
    complete: bool = False
    classes: Mapping[str, BaseClass] = field(default_factory=dict)
    globals: frozenset[str] = frozenset()
    selectors: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def _short(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.classes:
            found.setdefault(short_name(name), []).append(name)
        return found

    @cached_property
    def _short_globals(self) -> frozenset[str]:
        return frozenset(map(short_name, self.globals))

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The first parts of the qualified names: the namespaces of the base."""
        names = (*self.classes, *self.globals)
        return frozenset(path_of(name)[0] for name in names if "." in name or "::" in name)

    def class_named(self, name: str) -> BaseClass | None:
        """Answer the class that `name`, short or qualified, means; of several the one without the most namespaces.

        A name in a namespace of the base also finds the class in another one, because classes move between versions;
        a name in a namespace that the base does not know means nothing here.
        """
        if name in self.classes:
            return self.classes[name]
        path = path_of(name)
        candidates = self._short.get(path[-1], ())
        found = [known for known in candidates if _fits(path, path_of(known))]
        if not found and path[0] in self.namespaces:
            found = [*candidates]
        return self.classes[min(found, key=lambda known: (known.count("."), known))] if found else None

    def knows(self, name: str) -> bool:
        """Answer whether `name`, short or qualified, is a class or another global of the base."""
        if name in self.globals or name in self.classes:
            return True
        path = path_of(name)
        if len(path) == 1:
            return path[0] in self._short_globals or path[0] in self._short
        if self.class_named(name) is not None:
            return True
        if any(_fits(path, path_of(known)) for known in self.globals if short_name(known) == path[-1]):
            return True
        owner = self.class_named(".".join(path[:-1]))
        return owner is not None and path[-1] in owner.shared

    @cached_property
    def names(self) -> frozenset[str]:
        """The short names of all classes and globals, for hints."""
        return self._short_globals | frozenset(self._short)


def short_name(name: str) -> str:
    """Answer the last part of a qualified name."""
    return name.rpartition(".")[2].rpartition("::")[2]


def _fits(asked: tuple[str, ...], known: tuple[str, ...]) -> bool:
    shorter = min(len(asked), len(known))
    return asked[-shorter:] == known[-shorter:]


def load_base(path: Path) -> BaseFacts:
    """Read a base file. Raises BadInputError, naming the file and the remedy, where it is none."""
    try:
        return _from_bytes(path.read_bytes())
    except (OSError, EOFError, ValueError, TypeError, AttributeError) as error:
        raise BadInputError(f"{path}: no base facts ({error}); write them with: stc base export INDEX -o {path}") from error


def _from_bytes(data: bytes) -> BaseFacts:
    said = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    if not isinstance(said, dict) or said.get("stc_base") != VERSION:
        raise ValueError(f'"stc_base" is not {VERSION}')
    classes, selectors = said.get("classes", {}), said.get("selectors", {})
    if not all(isinstance(one, dict) for one in classes.values()) or not all(isinstance(names, str) for names in selectors.values()):
        raise ValueError("a class is an object, and the selectors of one count are one string")
    return BaseFacts(
        said.get("dialect", ""),
        said.get("origin", ""),
        bool(said.get("complete", False)),
        _Classes(classes),
        frozenset(said.get("globals", "").split()),
        _Selectors(selectors),
    )


def base_bytes(facts: BaseFacts, *, compressed: bool = False) -> bytes:
    """Answer the file of `facts`. The same facts give the same bytes."""
    counted: dict[int, list[str]] = {}
    for selector, count in facts.selectors.items():
        counted.setdefault(count, []).append(selector)
    said = {
        "stc_base": VERSION,
        "dialect": facts.dialect,
        "origin": facts.origin,
        "complete": facts.complete,
        "classes": {name: _class_object(facts.classes[name]) for name in sorted(facts.classes)},
        "globals": " ".join(sorted(facts.globals)),
        "selectors": {str(count): " ".join(sorted(counted[count])) for count in sorted(counted, reverse=True)},
    }
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(data, mtime=0) if compressed else data


def _class_object(known: BaseClass) -> dict[str, Any]:
    lists = {key: " ".join(getattr(known, key)) for key in _LISTS if getattr(known, key)}
    return {"superclass": known.superclass, **lists, **({"partial": True} if known.partial else {})}


def save_base(facts: BaseFacts, path: Path) -> None:
    """Write a base file, whole or not at all; gzipped where its name ends in .gz."""
    data = base_bytes(facts, compressed=path.suffix == ".gz")
    try:
        with _tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(data)
        written = Path(file.name)
        # A temporary file is for its owner alone; the base file is for whoever may read in this folder.
        written.chmod(0o644)
        written.replace(path)
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror or error}") from error


def shipped_dialects() -> tuple[str, ...]:
    """Answer the dialects that stc has base facts of, sorted."""
    return tuple(sorted(path.name.removesuffix(".json.gz") for path in _SHIPPED.glob("*.json.gz")))


def shipped_base(dialect: str) -> BaseFacts | None:
    """Answer the base facts that come with stc for a dialect, or None."""
    path = _SHIPPED / f"{dialect}.json.gz"
    return _from_bytes(path.read_bytes()) if path.is_file() else None


def base_for(dialect: str, given: Path | None = None) -> BaseFacts | None:
    """Answer the base to judge with: the file `given` by the user, else the one that comes with stc for the dialect."""
    return load_base(given) if given is not None else shipped_base(dialect)
