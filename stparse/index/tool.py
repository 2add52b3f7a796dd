"""Which tool filled an index: a digest of all code and grammars that decide what stands in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from grammar import FOLDER

_DECIDE = (".py", ".lark", ".txt", ".sql", ".json", ".gz", ".css")


@cache
def tool_version() -> str:
    """Answer the digest of the packages grammar and stparse; an index that another one made is made anew."""
    return digest_of_code(FOLDER, Path(__file__).parents[1])


def digest_of_code(*folders: Path) -> str:
    """Answer the digest of all that decides in the packages in `folders`: code, grammars, tables."""
    digest = hashlib.sha256()
    for folder in folders:
        for name, data in sorted(_contents(folder, folder.name)):
            digest.update(f"{name} {len(data)}\n".encode())
            digest.update(data)
    return digest.hexdigest()


def _contents(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _contents(entry, path)
        elif entry.name.endswith(_DECIDE):
            yield path, entry.read_bytes()
