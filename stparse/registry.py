"""A folder of plug-ins: each file registers itself under a name, and is imported when somebody asks."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from types import ModuleType
from typing import Generic, TypeVar

from stparse.issue import BadInputError

T = TypeVar("T")


class Registry(Generic[T]):
    """The plug-ins of one package, by name, in the order of their names.

    `noun` is what one is called in messages ("rule"); the package is imported on the first look-up, file by file.
    """

    def __init__(self, noun: str, package: str) -> None:
        self._noun = noun
        self._package = package
        self._entries: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Answer a decorator that enters what it decorates under `name`; a name is taken once."""

        def enter(entry: T) -> T:
            if name in self._entries:
                raise ValueError(f"two {self._noun}s are called {name!r}")
            self._entries[name] = entry
            return entry

        return enter

    def __getitem__(self, name: str) -> T:
        self._load()
        try:
            return self._entries[name]
        except KeyError:
            near = get_close_matches(name, self._entries, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(self._entries))}"
            raise BadInputError(f"no {self._noun} {name!r}{hint}") from None

    def __contains__(self, name: str) -> bool:
        self._load()
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        self._load()
        return len(self._entries)

    def items(self) -> Iterator[tuple[str, T]]:
        """Yield (name, entry), sorted by name."""
        for name in self:
            yield name, self._entries[name]

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        package: ModuleType = importlib.import_module(self._package)
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            if not module.name.startswith("_"):
                importlib.import_module(f"{self._package}.{module.name}")
