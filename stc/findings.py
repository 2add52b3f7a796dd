"""Findings for people, for other programs, and for code hosts: text with carets, JSON, SARIF; and the exit code."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from checker.verdict import Located
from stc.output import print_array
from stparse.issue import Severity
from stparse.text import Span

_WIDTH = 160
_BEFORE = 60


def wanted(code: str, selected: tuple[str, ...], ignored: tuple[str, ...]) -> bool:
    """Answer whether findings of `code` are to be shown; codes are named whole or by how they begin."""
    return (not selected or code.startswith(selected)) and not (ignored and code.startswith(ignored))


def codes_of(options: Iterable[str]) -> tuple[str, ...]:
    """Answer the codes in options that may each list several: `ST101,C2`."""
    return tuple(code.strip().upper() for option in options for code in option.split(",") if code.strip())


def located_object(one: Located) -> dict[str, Any]:
    """Answer the JSON object of a finding."""
    return {
        "code": one.issue.code,
        "severity": one.issue.severity.value,
        "message": one.issue.message,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "class": one.class_name,
        "side": None if one.meta is None else "class" if one.meta else "instance",
        "selector": one.selector,
        "end_line": one.end_line,
        "end_column": one.end_column,
        "hint": one.issue.hint,
    }


def show(found: list[Located], files: int, *, as_json: bool, sarif: str | None) -> None:
    """Print findings, and end the process with 1 if one of them is an error."""
    if sarif is not None:
        _write_sarif(found, sarif)
    if as_json:
        print_array(map(located_object, found))
    elif sarif != "-":
        for one in found:
            click.echo("\n".join(text_lines(one)))
    if not as_json:
        click.echo(_summary(found, files), err=True)
    if any(one.issue.severity is Severity.ERROR for one in found):
        sys.exit(1)


def text_lines(one: Located) -> list[str]:
    """Answer a finding as lines: the place and the message, the line of source with carets under the very span, the hint."""
    issue = one.issue
    lines = [f"{one.file}:{one.line}:{one.column}: {issue.severity.value} {issue.code} {issue.message}{_in(one)}"]
    if one.text.strip() and issue.span != Span(0, 0):
        lines += _with_carets(one)
    if issue.hint:
        lines.append(f"    hint: {issue.hint}")
    return lines


def _with_carets(one: Located) -> list[str]:
    at = min(one.column - 1, len(one.text))
    end = min(one.end_column - 1, len(one.text)) if one.end_line == one.line else len(one.text)
    first = 0 if at < _WIDTH - 20 else at - _BEFORE
    line = one.text[first : first + _WIDTH]
    before = "".join("\t" if character == "\t" else " " for character in line[: at - first])
    carets = "^" * max(1, min(end, first + _WIDTH) - at)
    return [f"    {line}", f"    {before}{carets}"]


def _in(one: Located) -> str:
    if one.class_name is None:
        return ""
    if one.meta is None and one.selector is None:
        return f" (in {one.class_name})"
    return f" (in {one.class_name}{' class' if one.meta else ''}>>{one.selector or '?'})"


def _summary(found: list[Located], files: int) -> str:
    counts = Counter(one.issue.severity for one in found)
    said = (_plural(files, "file"), _plural(counts[Severity.ERROR], "error"), _plural(counts[Severity.WARNING], "warning"))
    return f"{', '.join(said)}, {_plural(counts[Severity.INFO], 'note')}"


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _write_sarif(found: list[Located], place: str) -> None:
    # Few runs want it, and each has to start fast.
    from checker.codes import descriptions
    from stc.sarif import sarif_text

    text = sarif_text(found, descriptions())
    if place == "-":
        click.echo(text, nl=False)
    else:
        Path(place).write_text(text, encoding="utf-8", newline="\n")
