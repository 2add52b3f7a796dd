"""Whether an example still fits the sources: what a newer data set, and the index beside it, say of what the example draws on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datagen.companions import COMPANIONS, companion_of
from datagen.layout import INDEX
from datagen.subject import class_source, digest, method_source
from stparse.index.query import CodeIndex


class Currency:
    """The sources of a data set by class and selector, and the questions that it answers."""

    def __init__(self, digests: dict[tuple[str, str | None], set[str]], companions: dict[str, str]) -> None:
        self._digests, self._companions = digests, companions
        self._ids: set[str] = set()
        self._asked: set[tuple[str, str]] = set()

    @classmethod
    def of(cls, folder: Path) -> Currency:
        """Answer what the index of the data set in `folder` knows."""
        digests: dict[tuple[str, str | None], set[str]] = {}
        with CodeIndex.open(folder / INDEX) as index:
            for source in (*map(method_source, index.methods()), *map(class_source, index.classes())):
                digests.setdefault((source.class_name, source.selector), set()).add(source.digest)
        beside = folder / COMPANIONS
        lines = beside.read_text(encoding="utf-8").splitlines() if beside.is_file() else []
        return cls(digests, {file.path: file.text for file in map(companion_of, lines)})

    def add(self, record: Mapping[str, Any]) -> None:
        """Take in a sample of the data set."""
        self._ids.add(record["id"])
        self._asked.add((record["kind"], _question(record)))

    def has(self, which: str) -> bool:
        return which in self._ids

    def objection(self, kind: str, question: str, record: Mapping[str, Any]) -> str | None:
        """Answer why an example that is not in the data set no longer fits, None if nothing speaks against it."""
        for source in record["sources"]:
            reason = self._changed(source)
            if reason:
                return reason
        if not record.get("corrected") and (kind, question) in self._asked:
            return "the same question has another answer now"
        return None

    def _changed(self, source: Mapping[str, Any]) -> str | None:
        file, start_end = source["file"], source["span"]
        if "@" in file:
            return None  # A commit stays what it was.
        if file in self._companions:
            same = digest(self._companions[file][start_end[0] : start_end[1]]) == source["digest"]
            return None if same else f"{file} has changed"
        shown = source["class"] if source["selector"] is None else f"{source['class']}>>{source['selector']}"
        found = self._digests.get((source["class"], source["selector"]))
        if found is None:
            return f"{shown} is gone"
        return None if source["digest"] in found else f"{shown} has changed"


def _question(record: Mapping[str, Any]) -> str:
    asked = record["prompt"] if "prompt" in record else record["messages"][:-1]
    return str(asked[-1]["content"])
