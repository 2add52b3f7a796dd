"""Folders that are replaced whole: what a user has under a name is there before, and there after, whenever the process is killed."""

from __future__ import annotations

import shutil
from pathlib import Path


def replace_folder(partial: Path, out: Path) -> None:
    """Put the folder `partial`, which lies beside `out`, in its place. Raises OSError; then `out` is what it was, now or after put_back."""
    put_back(out)
    old = _aside(out)
    if out.exists():
        out.rename(old)
    partial.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def put_back(out: Path) -> None:
    """Mend what was left when a process was killed while it replaced `out`: the old one goes back where no new one came, else it goes."""
    old = _aside(out)
    if not old.exists():
        return
    if out.exists():
        shutil.rmtree(old)
    else:
        old.rename(out)


def _aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")
