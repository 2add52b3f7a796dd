"""Does it compile? Print what is wrong with files; exit with 1 if anything is an error."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path

import click

from stc.output import finding_object, index_option, json_option, print_array
from stparse.dialect import settle_dialects
from stparse.index.extract import findings_of
from stparse.index.model import Finding
from stparse.index.place import line_starts
from stparse.index.query import CodeIndex
from stparse.index.scan import ScannedFile, scan
from stparse.index.survey import Survey, read_bytes, survey
from stparse.index.work import Job, rows_of
from stparse.issue import Issue, Severity
from stparse.text import Span, decode

_INPUT = "-"


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH...|-]", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dialect", help="Read every file as this dialect, whatever the evidence says.")
@json_option
@index_option
def command(paths: tuple[Path, ...], dialect: str | None, as_json: bool, index_path: Path) -> None:
    """Check files, folders, or standard input (-) for what a compiler would refuse.

    The index says which dialect the code base is in; without one, each file's own evidence has to do.
    """
    contents, findings = _read([str(path) for path in paths] or [_INPUT])
    dialects = _dialects(contents, dialect, index_path)
    for path, (data, seen) in contents.items():
        job = Job(path, path, len(data), seen.digest, seen.format, dialects[path])
        findings.extend(findings_of(rows_of(job, data)))
    findings.sort(key=lambda finding: (finding.file, finding.line, finding.column, finding.issue.code))
    if as_json:
        print_array(map(finding_object, findings))
    else:
        _print(findings, {path: data for path, (data, _) in contents.items()})
    if any(finding.issue.severity is Severity.ERROR for finding in findings):
        sys.exit(1)


def _read(paths: list[str]) -> tuple[dict[str, tuple[bytes, Survey]], list[Finding]]:
    """Answer bytes and survey of each file by the path to show, and what cannot be read."""
    contents: dict[str, tuple[bytes, Survey]] = {}
    if _INPUT in paths:
        data = sys.stdin.buffer.read()
        contents[_INPUT] = data, survey(_INPUT, data)
    named = [path for path in paths if path != _INPUT]
    found = scan(named) if named else None
    findings = [_unread(problem.path, problem.reason) for problem in (found.problems if found else ())]
    for file in found.files if found else ():
        path = _shown(file)
        try:
            data = read_bytes(file.location)
        except OSError as error:
            findings.append(_unread(path, error.strerror or str(error)))
        else:
            contents[path] = data, survey(path, data)
    return contents, findings


def _shown(file: ScannedFile) -> str:
    """Answer the path to print: one that opens from here."""
    relative = os.path.relpath(file.location)
    path = file.location if relative.startswith("..") else relative
    return path.replace(os.sep, "/").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unread(path: str, reason: str) -> Finding:
    return Finding(Issue("F001", f"cannot be read: {reason}", Severity.ERROR, Span(0, 0)), path, 1, 1)


def _dialects(contents: dict[str, tuple[bytes, Survey]], dialect: str | None, index_path: Path) -> dict[str, str]:
    if dialect is not None:
        return dict.fromkeys(contents, dialect)
    evidence = {path: seen.evidence for path, (_, seen) in contents.items()}
    if index_path.exists():
        with CodeIndex.open(index_path) as index:
            first = next(iter(index.statistics().dialects), None)
        if first is not None:
            # The house's dialect decides where a file shows next to nothing itself.
            evidence = {path: points if sum(points.values()) >= 3 else {first[0]: 3} for path, points in evidence.items()}
    return settle_dialects(evidence)


def _print(findings: list[Finding], contents: dict[str, bytes]) -> None:
    lines: dict[str, list[str]] = {}
    for finding in findings:
        issue = finding.issue
        click.echo(f"{finding.file}:{finding.line}:{finding.column}: {issue.severity.value} {issue.code} {issue.message}{_in(finding)}")
        if finding.file in contents:
            if finding.file not in lines:
                lines[finding.file] = _lines(contents[finding.file])
            _print_line(lines[finding.file], finding)
        if issue.hint:
            click.echo(f"    hint: {issue.hint}")
    errors = sum(finding.issue.severity is Severity.ERROR for finding in findings)
    click.echo(f"{len(contents)} files, {errors} errors, {len(findings) - errors} other issues", err=True)


def _in(finding: Finding) -> str:
    if finding.class_name is None:
        return ""
    return f" (in {finding.class_name}{' class' if finding.meta else ''}>>{finding.selector or '?'})"


def _lines(data: bytes) -> list[str]:
    text = decode(data)[0]
    starts = [*line_starts(text), len(text)]
    return [text[start:end].rstrip("\r\n") for start, end in pairwise(starts)]


def _print_line(lines: list[str], finding: Finding) -> None:
    if not 0 < finding.line <= len(lines):
        return
    line = lines[finding.line - 1]
    before = "".join("\t" if character == "\t" else " " for character in line[: finding.column - 1])
    click.echo(f"    {line[:200]}\n    {before}^" if finding.column <= 200 else f"    {line[:200]} ...")
