"""The house's own conventions: mine them, read them, check code against them, compare two versions, and say how far to trust it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from rich.console import Console

from stc.output import index_option, json_option

# The commands below are called one at a time; what they import is only loaded by the one that is called.


@click.group("conventions")
def command() -> None:
    """Mine the conventions of a code base, and check code against them.

    Nothing is assumed: what most of the code does in the same place, and other code bases do not, is a convention, with the places
    that show it. Every figure comes with the validity report of this very index.
    """


@command.command("mine")
@index_option
@click.option("--jobs", type=click.IntRange(1), help="How many processes read methods; as many as there are processors by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the validity report as one JSON object.")
def mine_command(index_path: Path, jobs: int | None, as_json: bool) -> None:
    """Mine the conventions of an index into its file; indexing other text makes them stale."""
    from checker.style.mine import mine
    from stc.progress import bars
    from stparse.index.query import CodeIndex

    with CodeIndex.open(index_path) as index, bars(Console(stderr=True)) as progress:
        house = mine(index, jobs or _processors(), progress)
    rules = sum(rule.in_force for rule in house.rules)
    if as_json:
        click.echo(json.dumps({"index": index_path.as_posix(), "rules": rules, **house.meta}, indent=2))
        return
    click.echo(f"{index_path}: {house.meta['methods']:,} methods, {house.meta['slots']:,} slots, {rules:,} conventions in force")
    click.echo(house.validity.line)
    click.echo(house.validity.verdict)


@command.command("show")
@index_option
@click.option(
    "--html", type=click.Path(path_type=Path), help="Write the handbook as one HTML page, in place of Markdown on standard output."
)
@click.option("--convention", "codes", multiple=True, metavar="CODE", help="Only this convention: C07. May be repeated.")
@click.option("--most", type=click.IntRange(1), default=8, show_default=True, help="How many rules of a convention are shown at most.")
@json_option
def show_command(index_path: Path, html: Path | None, codes: tuple[str, ...], most: int, as_json: bool) -> None:
    """Print the handbook of the house: each convention, how strong it is, where it can be seen, and its exceptions."""
    from stc.handbook import handbook, html_page, markdown, rule_objects
    from stc.output import print_array

    with _judge(index_path) as judge:
        if as_json:
            print_array(rule_objects(judge, codes))
            return
        page = handbook(judge, codes, most)
        if html is not None:
            html.write_text(html_page(page), encoding="utf-8", newline="\n")
        else:
            click.echo(markdown(page), nl=False)


@command.command("check")
@click.argument("targets", nargs=-1, metavar="[CLASS|CLASS>>SELECTOR|FILE|-]...")
@index_option
@click.option("--class", "class_reference", metavar="CLASS", help='The class that a method on standard input is for: Foo, "Foo class".')
@click.option("--protocol", help="The protocol that a method on standard input is for.")
@click.option("--all", "everything", is_flag=True, help="Tell every deviation, and not only those that are rare in the house itself.")
@click.option("--select", multiple=True, metavar="CODES", help="Only findings whose codes begin so: H07,H1. May be repeated.")
@click.option("--ignore", multiple=True, metavar="CODES", help="No findings whose codes begin so. May be repeated.")
@click.option("--sarif", metavar="FILE|-", help="Write the findings as SARIF 2.1.0, too; with - in place of the text.")
@click.option("--score", is_flag=True, help="Print how far each method keeps to the house, in place of the findings.")
@json_option
def check_command(
    targets: tuple[str, ...], index_path: Path, class_reference: str | None, protocol: str | None, everything: bool,
    select: tuple[str, ...], ignore: tuple[str, ...], sarif: str | None, score: bool, as_json: bool,
) -> None:  # fmt: skip
    """Check classes, methods, files or standard input against the house's conventions; without a target, the whole index.

    Each finding says what is usual, how often and where, and what stands here. Exit code: 0, also with findings; 2 usage or bad input.
    """
    from stc.findings import codes_of, show, wanted
    from stc.house_check import judged, score_lines, score_objects
    from stc.output import print_array

    if as_json and sarif == "-":
        raise click.UsageError("--json and --sarif - both want standard output")
    with _judge(index_path) as judge:
        found = judged(judge, targets, class_reference, protocol, everything=everything)
        if score:
            if as_json:
                print_array(score_objects(judge, found))
            else:
                click.echo("\n".join(score_lines(judge, found)))
            return
        selected, ignored = codes_of(select), codes_of(ignore)
        located = [one for each in found for one in each.located if wanted(one.issue.code, selected, ignored)]
        show(sorted(located, key=lambda one: one.order), len({one.file for one in found}), as_json=as_json, sarif=sarif)
        click.echo(judge.validity.line, err=True)


@command.command("diff")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@json_option
def diff_command(before: Path, after: Path, as_json: bool) -> None:
    """Compare the conventions of two indices: what is new, what is gone, what has turned, what has become stronger or weaker."""
    from stc.handbook import differences
    from stc.output import print_array

    with _judge(before) as old, _judge(after) as new:
        found = differences(old, new)
    if as_json:
        print_array(found)
        return
    for one in found:
        click.echo(f"{one['change']}: {one['about']}: {one['before'] or '-'} -> {one['after'] or '-'}")
    click.echo(f"{len(found)} differences", err=True)


@command.command("validate")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def validate_command(index_path: Path, as_json: bool) -> None:
    """Print the validity report of an index: how well its conventions tell its own held-out code from that of other houses."""
    with _judge(index_path) as judge:
        validity, meta = judge.validity, judge.mined.meta
        if as_json:
            click.echo(json.dumps({**validity.as_dict(), "verdict": validity.verdict, "weights": meta["weights"]}, indent=2))
            return
        from stc.handbook import validity_lines

        click.echo("\n".join(validity_lines(validity, meta)))


def _judge(path: Path):  # type: ignore[no-untyped-def]
    from stc.house_check import open_judge

    return open_judge(path)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
