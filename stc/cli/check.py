"""Does it compile? Check files, a folder, an index, or a text on standard input; exit with 1 if anything is an error."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from click.core import ParameterSource

from checker.suppress import unused_entry, without_ignored
from checker.verdict import Located
from stc.config import CheckSettings, check_settings
from stc.findings import codes_of, show, wanted
from stc.output import index_option, json_option

_Found = tuple[list[Located], int]
_INPUT = "-"
_KINDS = ("method", "class", "expression", "fileout", "answer")


@dataclass(frozen=True, slots=True)
class _Options:
    """What the user asked for, apart from the paths and the output."""

    kind: str | None
    class_reference: str | None
    dialect: str | None
    undeclared: str
    base: Path | None
    lint: bool | None
    jobs: int | None
    selected: tuple[str, ...]
    ignored: tuple[str, ...]


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH...|-]", type=click.Path(allow_dash=True))
@click.option(
    "--as", "kind", type=click.Choice(_KINDS),
    help="What the text is: one method, a class definition, expressions, a whole file-out, or a model's answer with code in it. Only "
    "for standard input and single files; without it the text's own looks decide.",
)  # fmt: skip
@click.option("--class", "class_reference", metavar="CLASS", help='The class that a method is for: Foo, "Foo class", "Foo>>bar".')
@index_option
@click.option("--base", type=click.Path(path_type=Path), help="Base facts: what the image provides that the code stands on.")
@click.option("--dialect", help="Read everything as this dialect, whatever the evidence says.")
@click.option(
    "--undeclared", type=click.Choice(["error", "warn"]),
    help="Whether a name that nobody declares is an error or a warning; an error, unless stc.toml says otherwise.",
)  # fmt: skip
@click.option("--lint/--no-lint", default=None, help="Apply the lint rules; by default to files and not to standard input.")
@click.option("--select", multiple=True, metavar="CODES", help="Only findings whose codes begin so: ST101,C2. May be repeated.")
@click.option("--ignore", multiple=True, metavar="CODES", help="No findings whose codes begin so. May be repeated.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes check files; as many as there are processors by default.")
@click.option("--sarif", metavar="FILE|-", help="Write the findings as SARIF 2.1.0, too; with - in place of the text.")
@json_option
@click.pass_context
def command(
    context: click.Context, /, paths: tuple[str, ...], index_path: Path, select: tuple[str, ...], ignore: tuple[str, ...],
    sarif: str | None, as_json: bool, jobs: int | None, base: Path | None, undeclared: str | None, **options: object,
) -> None:  # fmt: skip
    """Check files, folders, or standard input (-) for what a compiler would refuse.

    Without PATH all that the index holds is checked. Files are judged with the index, where one is given or lies here, brought up to
    date with them; without one, with each other.

    Exit code: 0 no error, 1 an error, 2 usage or bad input.
    """
    settings = check_settings()
    base, undeclared = base or settings.base, undeclared or settings.undeclared
    asked = _Options(**options, base=base, undeclared=undeclared, jobs=jobs, selected=codes_of(select), ignored=codes_of(ignore))  # type: ignore[arg-type]
    if as_json and sarif == "-":
        raise click.UsageError("--json and --sarif - both want standard output")
    index = _index(context, index_path)
    found, files = _check(paths, index, asked)
    found = [one for one in found if wanted(one.issue.code, asked.selected, asked.ignored)]
    if settings.ignore:
        found = _without_ignored(found, settings, index, whole=_INPUT not in paths)
    show(found, files, as_json=as_json, sarif=sarif)


def _without_ignored(found: list[Located], settings: CheckSettings, index: Path | None, *, whole: bool) -> list[Located]:
    """Take away what stc.toml ignores; of a `whole` code base also say which entries are of no use."""
    categories: Mapping[str, str] = {}
    if index is not None:
        from checker.lint import categories_of
        from stparse.index.query import CodeIndex

        with CodeIndex.open(index) as opened:
            categories = categories_of(opened)
    left, idle = without_ignored(found, settings.ignore, categories)
    if whole:
        left += [Located(unused_entry(entry), str(settings.path), 1, 1, 1, 1) for entry in idle]
    return left


def _index(context: click.Context, path: Path) -> Path | None:
    """Answer the index to use; one that was only looked for by its usual name need not be there."""
    named = context.get_parameter_source("index_path") is not ParameterSource.DEFAULT
    return path if named or path.exists() else None


def _check(paths: tuple[str, ...], index: Path | None, asked: _Options) -> _Found:
    if _INPUT in paths and len(paths) > 1:
        raise click.UsageError("standard input (-) is checked alone, without other paths")
    if _INPUT in paths or asked.kind is not None:
        return _texts(paths, index, asked)
    if asked.class_reference is not None:
        raise click.UsageError("--class goes with a text: standard input (-), or a file with --as method or --as expression")
    return _files(paths, index, asked)


def _texts(paths: tuple[str, ...], index: Path | None, asked: _Options) -> _Found:
    from stc.texts import Context, check_text

    if not paths:
        raise click.UsageError("--as needs a text: give - for standard input, or a file")
    folders = [path for path in paths if path != _INPUT and Path(path).is_dir()]
    if folders:
        raise click.UsageError(f"{folders[0]} is a folder; --as is for standard input and single files")
    # One text and the process ends: there is nothing to collect.
    gc.disable()
    found: list[Located] = []
    with Context(index, asked.base, asked.dialect, bool(asked.lint)) as context:
        for path in paths:
            data = sys.stdin.buffer.read() if path == _INPUT else _read(path)
            found += check_text(data, path, context, asked.kind, asked.class_reference, asked.undeclared)
    return found, len(paths)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def _files(paths: tuple[str, ...], index: Path | None, asked: _Options) -> _Found:
    # Processes, the formats and the writer of indices: a text on standard input is spared their import.
    from rich.console import Console

    from checker.batch import Settings
    from checker.whole import codes_for
    from stc.checking import Run, check_index, check_paths
    from stc.progress import bars

    if not paths and index is None:
        raise click.UsageError("nothing to check: give files or folders, - for standard input, or --index FILE")
    jobs = asked.jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    settings = Settings(index or Path(), asked.base, asked.undeclared, asked.lint is not False, codes_for(asked.selected, asked.ignored))
    run = Run(paths, index, settings, asked.dialect, jobs)
    with bars(Console(stderr=True)) as progress:
        return check_paths(run, progress) if paths else check_index(run, progress)
