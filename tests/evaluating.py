"""Helpers of the tests of evaluation: real methods as items, and faults of known kinds to put into them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from datagen.sample import ask
from evaluator.item import Item, Suite
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

MINI = Path(__file__).resolve().parent.parent / "fixtures" / "projects" / "whatson-mini"
SUITE = MINI.parent.parent / "suites" / "whatson-mini.json"
FAULTS: dict[str, Callable[[str], str]] = {
    "P112": lambda text: f"{text} ]",
    "P101": lambda text: f"{text}. 'open",
    "P121": lambda text: f"{text}. self at:",
    "C114": lambda text: f"{text}. ^1. self foo",
    "C106": lambda text: f"{text}. self := 3",
}
"""A fault by the code that the checker has for it."""


def suite_of(index: Path, most: int = 100_000) -> Suite:
    """Answer a suite of the methods of an index that parse: each is asked for, and is its own reference."""
    with CodeIndex.open(index) as opened:
        methods = [method for method in opened.methods() if method.tree is not None and not method.issues]
        step = max(1, len(methods) // most)
        items = tuple(
            Item(
                f"m{method.id}",
                "completion.method_body",
                ask(f"Write {method.reference}"),
                method.class_name,
                method.dialect,
                "method",
                class_name=method.class_name,
                meta=method.meta,
                selector=method.selector,
                must_compile=True,
                reference=method.source.strip(),
                written=((method.class_name, method.meta, method.selector),),
            )
            for method in methods[::step][:most]
        )
    return Suite("methods", "0" * 64, items, items[0].dialect, index=index)


def index_of(folder: Path, out: Path) -> Path:
    """Build an index of a folder."""
    build_index([folder], out, jobs=1)
    return out
