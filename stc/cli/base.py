"""Base facts: what the image provides that the code base stands on. Export them, or show what is known."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from checker.base import BaseFacts, base_bytes, load_base, save_base, shipped_base, shipped_dialects
from checker.base_export import facts_of_index, facts_of_list
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError
from stparse.parser import DEFAULT_DIALECT


@click.group("base")
def command() -> None:
    """Base facts: names of classes, variables, globals and selectors of the image below a code base; never source.

    The checker judges a name that the code base does not define against them. stc comes with some for most dialects;
    docs/image-export.md tells how to write them from your own image, which is always better.
    """


@command.command("export")
@click.argument("index", required=False, type=click.Path(path_type=Path))
@click.option("--classes", "listed", type=click.Path(path_type=Path), help="A plain list instead of an index: one class or global a line.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write, gzipped if it ends in .gz; else it is printed.")
@click.option("--origin", help="Where the names come from, for whoever reads the file later.")
@click.option("--complete", is_flag=True, help="Say that the image has nothing else: every other name is undeclared.")
@click.option("--dialect", help="The dialect of the image; by default that of most files of the index.")
def export(index: Path | None, listed: Path | None, out: Path | None, origin: str | None, complete: bool, dialect: str | None) -> None:
    """Write the base facts of INDEX, or of a list of names: names and counts only."""
    if (index is None) == (listed is None):
        raise click.UsageError("give an INDEX (stc index makes one) or --classes LIST, one of the two")
    if listed is not None:
        facts = facts_of_list(_read(listed), dialect=dialect or DEFAULT_DIALECT, origin=origin or f"list {listed.name}", complete=complete)
    else:
        assert index is not None
        with CodeIndex.open(index) as opened:
            facts = facts_of_index(opened, dialect=dialect, origin=origin, complete=complete)
    if out is None:
        click.echo(base_bytes(facts).decode())
        return
    save_base(facts, out)
    click.echo(f"{out}: {_sum_up(facts)}", err=True)


@command.command("show")
@click.argument("which", required=False, metavar="[FILE|DIALECT]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, or an array of them for all that come with stc.")
def show(which: str | None, as_json: bool) -> None:
    """Show what a base file holds, or the base facts that come with stc: of one DIALECT, or of all."""
    found = [_named(which)] if which is not None else [facts for name in shipped_dialects() if (facts := shipped_base(name)) is not None]
    objects = [_object(facts) for facts in found]
    if as_json:
        click.echo(json.dumps(objects if which is None else objects[0], ensure_ascii=False, indent=2))
        return
    for facts in found:
        click.echo(f"{facts.dialect}: {_sum_up(facts)}\n  from {facts.origin}")


def _named(which: str) -> BaseFacts:
    if which in shipped_dialects():
        facts = shipped_base(which)
        assert facts is not None
        return facts
    if not Path(which).exists():
        raise BadInputError(f"{which} is no file, and no dialect that stc has base facts of: {', '.join(shipped_dialects())}")
    return load_base(Path(which))


def _object(facts: BaseFacts) -> dict[str, Any]:
    return {"dialect": facts.dialect, "origin": facts.origin, "complete": facts.complete, **_counts(facts)}


def _counts(facts: BaseFacts) -> dict[str, int]:
    partial = Counter(facts.classes[name].partial for name in facts.classes)
    return {
        "classes": len(facts.classes),
        "partial_classes": partial[True],
        "globals": len(facts.globals),
        "selectors": len(facts.selectors),
    }


def _sum_up(facts: BaseFacts) -> str:
    counts = _counts(facts)
    told = ", ".join(f"{number:,} {what.replace('_', ' ')}" for what, number in counts.items())
    return f"{told}; {'complete' if facts.complete else 'not complete'}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read as a list of names: {error}") from error
