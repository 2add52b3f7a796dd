"""What differs between two indexes of a code base: by that, what was made from the one is told to be as good for the other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from stparse.index.model import DoIt, MethodDef
from stparse.index.noting import class_key, count_key, file_key, name_key, names_key
from stparse.index.query import CodeIndex
from stparse.index.reads import ANYTHING
from stparse.text import digest_of

_PLACE = ("id", "span", "start", "end", "line")
MOST = 0.2
"""Where a greater part of the files has changed, all has."""


def structure_of(index: CodeIndex) -> str:
    """Answer the digest of all that is not noted when it is read: classes, namespaces, shared variables, and how they were read.

    Where in its file each of them stands is left out, all but their order: whoever tells of a place has to note the file.
    """
    parts = [json.dumps([index.meta.get("tool"), index.meta.get("veil"), sorted(index.filed_classes)])]
    parts.extend(_plain(asdict(definition)) for definition in index.classes(stubs=True))
    parts.extend(_plain(space._asdict()) for space in index.namespaces())
    parts.extend(_plain(variable._asdict()) for variable in index.shared_variables())
    return digest_of("\n".join(parts).encode("utf-8", "surrogatepass"))


def _plain(row: dict[str, object]) -> str:
    return json.dumps({name: value for name, value in row.items() if name not in _PLACE}, default=str, sort_keys=True)


def changed_keys(old: CodeIndex, new: CodeIndex) -> frozenset[str] | None:
    """Answer the keys (see `stparse.index.reads`) of what is not the same in both; None where that is too much to be told apart."""
    before, after = ({file.path: (file.digest, file.dialect, file.format) for file in index.files()} for index in (old, new))
    # A file that changed while it was read has no digest.
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path) or not after[path][0]}
    if not paths:
        return frozenset()
    if len(paths) > max(1, MOST * len(after)):
        return None
    keys = {ANYTHING, *map(file_key, paths)}
    for index in (old, new):
        keys.update(_keys_in(index, paths))
    for kind, counts in _counts(old).items():
        others = _counts(new)[kind]
        keys.update(count_key(kind, name) for name in counts.keys() | others.keys() if counts.get(name) != others.get(name))
        if counts.keys() != others.keys():
            keys.add(names_key(kind))
    return frozenset(keys)


def _counts(index: CodeIndex) -> dict[str, dict[str, int]]:
    return {
        "implementors": dict(index.implemented_selectors),
        "senders": dict(index.sent_selectors),
        "uses": dict(index.global_names),
    }


def _keys_in(index: CodeIndex, paths: Iterable[str]) -> set[str]:
    """Answer the keys under which the methods and the do-its of these files are found."""
    paths = list(paths)
    methods, doits = list(index.methods_in(paths)), list(index.doits_in(paths))
    keys: set[str] = set()
    for method in methods:
        keys |= {class_key(method.class_name), f"implementors {method.selector}"}
        keys.update(f"pragma {selector}" for selector in index.pragmas_of(method))
    owners: list[MethodDef | DoIt] = [*methods, *doits]
    for owner in owners:
        keys.update(f"senders {send.selector}" for send in index.sends_of(owner))
        keys.update(name_key(use.name) for use in index.uses_of(owner))
        keys.update(f"literal {literal.value}" for literal in index.literals_of(owner))
    return keys
