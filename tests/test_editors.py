"""The snippets of docs/editors.md in real editors, where there are any: a typing error, its fix, a definition, the bytes that are saved."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from indexing import write

from stparse.index.build import build_index

pytestmark = [
    pytest.mark.xdist_group("lsp"),
    pytest.mark.skipif(find_spec("pygls") is None, reason="editors need stc[lsp]"),
    pytest.mark.skipif(os.name == "nt", reason="the server is started by a shell script"),
]
TEXT = """Object subclass: #{name}
\tinstanceVariableNames: 'title'
\tclassVariableNames: ''
\tpoolDictionaries: ''
\tcategory: 'Editors'!

!{name} methodsFor: 'accessing'!

title
\t^title!

label
\t^'{said}' , title , self title printString! !
"""
FILES = {
    "Faces": ("\N{GRINNING FACE}\xe4\N{GRINNING FACE}", "utf-8", "\n"),
    "Umlauts": ("\xe4 \N{EN DASH} \xf6", "cp1252", "\r\n"),
}


def snippet(root: Path, language: str) -> str:
    """Answer what docs/editors.md tells to write."""
    found = re.search(rf"```{language}\n(.*?)```", (root / "docs" / "editors.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def told(words: list[str], tmp_path: Path) -> list[dict[str, Any]]:
    """Answer what an editor tells of each file. What it has saved must be what was there before, byte by byte."""
    source = write(tmp_path / "src")
    before = {}
    for name, (said, encoding, end) in FILES.items():
        before[source / f"{name}.st"] = TEXT.format(name=name, said=said).replace("\n", end).encode(encoding)
    for path, data in before.items():
        path.write_bytes(data)
    build_index([source], tmp_path / "code.sqlite", jobs=1)
    server = tmp_path / "bin" / "stc"
    server.parent.mkdir()
    server.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stc "$@"\n', encoding="utf-8")
    server.chmod(0o755)
    paths = {"PATH": f"{server.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(
        words,
        cwd=source,
        env={**os.environ, **paths, "STC_FILES": ":".join(map(str, before))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(found) == len(before), done.stdout + done.stderr
    for path, data in before.items():
        assert path.read_bytes() == data
    for one in found:
        assert (one["marked"], one["fixed"], one["cleared"], one["definition"].strip()) == ("titel", True, True, "title")
    return found


def test_neovim(tmp_path: Path, root: Path) -> None:
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("Neovim is not installed")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if tuple(map(int, version.lstrip("v").split("-")[0].split("."))) < (0, 11):
        pytest.skip(f"Neovim {version} is older than 0.11, which the snippet is for")
    (tmp_path / "init.lua").write_text(snippet(root, "lua"), encoding="utf-8")
    script = root / "fixtures" / "editors" / "neovim.lua"
    found = told([program, "--headless", "-n", "-u", str(tmp_path / "init.lua"), f"+luafile {script}"], tmp_path)
    assert [(one["encoding"], one["format"]) for one in found] == [("utf-8", "unix"), ("cp1252", "dos")]


def test_emacs(tmp_path: Path, root: Path) -> None:
    program = shutil.which("emacs")
    if program is None:
        pytest.skip("Emacs is not installed")
    has_eglot = ["--batch", "-f", "package-activate-all", "--eval", '(kill-emacs (if (locate-library "eglot") 0 1))']
    if subprocess.run([program, *has_eglot], capture_output=True, check=False).returncode != 0:
        pytest.skip("this Emacs has no eglot: version 29 has, an older one gets it as a package")
    (tmp_path / "init.el").write_text(snippet(root, "elisp"), encoding="utf-8")
    script = root / "fixtures" / "editors" / "emacs.el"
    words = [program, "--batch", "-f", "package-activate-all", "-l", str(tmp_path / "init.el"), "-l", str(script)]
    found = told(words, tmp_path)
    assert [one["encoding"] for one in found] == ["utf-8-unix", "iso-latin-1-dos"]
