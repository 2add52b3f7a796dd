"""What commands print: JSON with the keys that other programs rely on, and lines for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click

from stparse.index.model import Finding, IndexedClass, MethodDef
from stparse.index.query import CodeIndex

DEFAULT_INDEX = "stc-index.sqlite"
Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON array for other programs.")


def index_option(command: Command) -> Command:
    """Add --index, which also comes from STC_INDEX."""
    option = click.option(
        "--index", "index_path", type=click.Path(path_type=Path), envvar="STC_INDEX", default=DEFAULT_INDEX, show_default=True,
        help="The index to ask; the environment variable STC_INDEX names another default.",
    )  # fmt: skip
    return option(command)


def print_array(items: Iterable[dict[str, Any]]) -> None:
    """Print one JSON array, an item a line, while the items come."""
    remaining = iter(items)
    before = "["
    # A call for each line would take as long as the questions to the index do.
    while batch := [json.dumps(item, ensure_ascii=False) for item in islice(remaining, 100)]:
        click.echo(before + "\n" + ",\n".join(batch), nl=False)
        before = ","
    click.echo("[]" if before == "[" else "\n]")


def class_object(definition: IndexedClass) -> dict[str, Any]:
    """Answer the JSON object of a class definition."""
    return {
        "name": definition.name,
        "namespace": definition.namespace,
        "superclass": definition.superclass,
        "instance_variables": list(definition.instance_variables),
        "class_variables": list(definition.class_variables),
        "class_instance_variables": list(definition.class_instance_variables),
        "category": definition.category,
        "comment": definition.comment,
        "file": definition.file,
        "line": definition.line,
    }


def method_place(method: MethodDef) -> dict[str, Any]:
    """Answer which method it is, and where: the beginning of its JSON object."""
    return {
        "class": method.class_name,
        "side": method.side,
        "selector": method.selector or None,
        "protocol": method.protocol,
        "file": method.file,
        "line": method.line,
    }


def method_objects(index: CodeIndex, methods: Iterable[MethodDef], source: bool) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of each method; `source` says whether the source goes in."""
    remaining = iter(methods)
    # What is asked for many methods at a time is answered in a fifth of the time.
    while batch := list(islice(remaining, 500)):
        sends, references = index.selectors_in(batch), index.globals_in(batch)
        for method in batch:
            yield {
                **method_place(method),
                "source": method.source if source else None,
                "issues": [finding_object(finding) for finding in index.findings_of(method)] if method.issues else [],
                "sends": list(sends.get(method.id, ())),
                "references": list(references.get(method.id, ())),
            }


def finding_object(finding: Finding) -> dict[str, Any]:
    """Answer the JSON object of an issue in its place."""
    return {
        "code": finding.issue.code,
        "severity": finding.issue.severity.value,
        "message": finding.issue.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "class": finding.class_name,
        "side": None if finding.meta is None else "class" if finding.meta else "instance",
        "selector": finding.selector or None,
    }
