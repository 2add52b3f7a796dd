"""A folder that is replaced is there, whole, whenever the process is killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datagen.folders import put_back, replace_folder


def _folder(path: Path, said: str) -> Path:
    path.mkdir()
    for name in ("first", "last"):
        (path / name).write_text(said, encoding="utf-8")
    return path


def _said(path: Path) -> set[str]:
    return {(path / name).read_text(encoding="utf-8") for name in ("first", "last")}


@pytest.mark.parametrize("step", range(4))
def test_killed_at_each_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    out, partial = _folder(tmp_path / "out", "old"), _folder(tmp_path / ".out.partial", "new")
    left = iter(range(step + 1))
    rename, remove = Path.rename, shutil.rmtree

    def renamed(self: Path, target: Path) -> Path:
        if next(left, None) == step:
            raise KeyboardInterrupt
        return rename(self, target)

    def removed(path: Path, ignore_errors: bool = False) -> None:
        if next(left, None) == step:
            # Half of it is gone.
            (path / "first").unlink()
            raise KeyboardInterrupt
        remove(path, ignore_errors=ignore_errors)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", renamed)
        patch.setattr(shutil, "rmtree", removed)
        if step < 3:
            with pytest.raises(KeyboardInterrupt):
                replace_folder(partial, out)
        else:
            replace_folder(partial, out)
    put_back(out)
    assert _said(out) == ({"old"} if step < 2 else {"new"})
    shutil.rmtree(partial, ignore_errors=True)
    replace_folder(_folder(partial, "newer"), out)
    assert _said(out) == {"newer"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_nothing_is_there_before(tmp_path: Path) -> None:
    replace_folder(_folder(tmp_path / ".out.partial", "new"), tmp_path / "out")
    assert _said(tmp_path / "out") == {"new"}
