"""Two folders, file by file."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path


def contents(folder: Path, *but: str) -> dict[str, bytes]:
    """Answer the bytes of each file under a folder by its path there, without the names `but`."""
    found = ((path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file())
    return {name: path.read_bytes() for name, path in found if name not in but}


def check_same(one: dict[str, bytes], two: dict[str, bytes]) -> None:
    """Fail with the first line that differs. A plain == has pytest compare megabytes line with line: hours, where nothing cuts it short."""
    assert one.keys() == two.keys()
    for name in (name for name in one if one[name] != two[name]):
        pairs = zip_longest(one[name].splitlines(keepends=True), two[name].splitlines(keepends=True))
        for number, (left, right) in enumerate(pairs, 1):
            if left != right:
                raise AssertionError(f"{name}, line {number}:\n{left!r}\n{right!r}")
