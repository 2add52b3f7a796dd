"""Base facts: the classes, variables, globals and selectors of the image that a code base stands on. Names only.

A base file is JSON, gzipped or not:

    {"stc_base": 1, "dialect": "visualworks", "origin": "where the names come from", "complete": true,
     "classes": {"Core.Object": {"superclass": null, "instance": [], "class_instance": [], "shared": ["Dependents"]}},
     "globals": ["Transcript"], "selectors": {"printOn:": 412}}

`complete` says that the image has nothing else: only then is a name that is neither here nor in the index undeclared.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from stparse.issue import BadInputError

VERSION = 1


@dataclass(frozen=True, slots=True)
class BaseClass:
    """What is known of a base class; `superclass` is None for a root, qualified otherwise."""

    name: str
    superclass: str | None
    instance: tuple[str, ...] = ()
    class_instance: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


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
    def _short(self) -> dict[str, list[BaseClass]]:
        found: dict[str, list[BaseClass]] = {}
        for name, known in self.classes.items():
            found.setdefault(short_name(name), []).append(known)
        return found

    def class_named(self, name: str) -> BaseClass | None:
        """Answer the class that `name`, short or qualified, means; of several the one without the most namespaces."""
        exact = self.classes.get(name)
        if exact is not None:
            return exact
        found = self._short.get(short_name(name))
        return min(found, key=lambda known: (known.name.count("."), known.name)) if found else None

    def knows(self, name: str) -> bool:
        """Answer whether `name` is a class or another global of the base."""
        return name in self.globals or short_name(name) in self._short

    @property
    def names(self) -> frozenset[str]:
        """The short names of all classes and globals, for hints."""
        return self.globals | frozenset(self._short)


def short_name(name: str) -> str:
    """Answer the last part of a qualified name."""
    return name.rpartition(".")[2].rpartition("::")[2]


def load_base(path: Path) -> BaseFacts:
    """Read a base file. Raises BadInputError, naming the file and the remedy, where it is none."""
    try:
        data = path.read_bytes()
        said = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    except (OSError, EOFError, ValueError) as error:
        raise BadInputError(f"{path}: no base facts ({error}); write them with: stc base export INDEX -o {path}") from error
    return _from_json(said, str(path))


def _from_json(said: object, where: str) -> BaseFacts:
    if not isinstance(said, dict) or said.get("stc_base") != VERSION:
        raise BadInputError(f'{where}: "stc_base" is not {VERSION}; write the file anew with: stc base export INDEX -o FILE')
    classes = {
        name: BaseClass(
            name,
            one.get("superclass"),
            tuple(one.get("instance", ())),
            tuple(one.get("class_instance", ())),
            tuple(one.get("shared", ())),
        )
        for name, one in said.get("classes", {}).items()
    }
    return BaseFacts(
        said.get("dialect", ""),
        said.get("origin", ""),
        bool(said.get("complete", False)),
        classes,
        frozenset(said.get("globals", ())),
        dict(said.get("selectors", {})),
    )


def save_base(facts: BaseFacts, path: Path) -> None:
    """Write a base file, whole or not at all; gzipped where its name ends in .gz. The same facts give the same bytes."""
    said = {
        "stc_base": VERSION,
        "dialect": facts.dialect,
        "origin": facts.origin,
        "complete": facts.complete,
        "classes": {
            known.name: {
                "superclass": known.superclass,
                **{
                    key: list(getattr(known, key)) for key in ("instance", "class_instance", "shared") if getattr(known, key)
                },
            }
            for known in sorted(facts.classes.values(), key=lambda known: known.name)
        },
        "globals": sorted(facts.globals),
        "selectors": dict(sorted(facts.selectors.items())),
    }
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(data)
    Path(file.name).replace(path)


def shipped_base(dialect: str) -> BaseFacts | None:
    """Answer the base facts that come with stc for a dialect, or None."""
    resource = files("checker").joinpath("bases", f"{dialect}.json.gz")
    if not resource.is_file():
        return None
    return _from_json(json.loads(gzip.decompress(resource.read_bytes())), f"{dialect}.json.gz")
