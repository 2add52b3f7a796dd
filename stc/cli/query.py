"""Ask the index: senders, implementors, references, classes, methods, variables, search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stc import querying
from stc.output import index_option, json_option, print_array
from stc.querying import Reply
from stparse.index.query import CodeIndex

# Selectors such as -> look like options; a misspelt option is refused all the same, as one argument too many.
_SELECTOR = {"ignore_unknown_options": True}

source_option = click.option("--source", is_flag=True, help="Print the source too, as the image would hold it.")
class_option = click.option("--class", "class_name", metavar="NAME", help="Only methods of this class.")


@click.group("query")
def command() -> None:
    """Ask an index that `stc index` made.

    A name that several classes have is answered for all of them.
    """


@command.command("implementors", context_settings=_SELECTOR)
@click.argument("selector")
@class_option
@source_option
@json_option
@index_option
def implementors(selector: str, class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List the methods called SELECTOR."""
    _answer(index_path, lambda index: querying.implementors(index, selector, class_name, source=source), as_json)


@command.command("senders", context_settings=_SELECTOR)
@click.argument("selector")
@class_option
@source_option
@json_option
@index_option
def senders(selector: str, class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List the methods that send SELECTOR, with the places and what receives it; do-its come last, and not in JSON."""
    _answer(index_path, lambda index: querying.senders(index, selector, class_name, source=source), as_json)


@command.command("references", context_settings=_SELECTOR)
@click.argument("name")
@class_option
@source_option
@json_option
@index_option
def references(name: str, class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List the methods that use the class or variable NAME, with the places; do-its come last, and not in JSON."""
    _answer(index_path, lambda index: querying.references(index, name, class_name, source=source), as_json)


@command.command("class")
@click.argument("name")
@json_option
@index_option
def class_(name: str, as_json: bool, index_path: Path) -> None:
    """Show the class NAME: every definition of every class that the name can mean, with variables, comment and protocols."""
    _answer(index_path, lambda index: querying.class_named(index, name), as_json)


@command.command("classes")
@json_option
@index_option
def classes(as_json: bool, index_path: Path) -> None:
    """List every class definition."""
    _answer(index_path, querying.classes, as_json)


@command.command("methods")
@class_option
@source_option
@json_option
@index_option
def methods(class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List every method, or those of one class."""
    _answer(index_path, lambda index: querying.methods(index, class_name, source=source), as_json)


@command.command("method", context_settings=_SELECTOR)
@click.argument("name", metavar="CLASS>>SELECTOR")
@json_option
@index_option
def method(name: str, as_json: bool, index_path: Path) -> None:
    """Show one method with its source: "Foo>>bar:", "Foo class>>bar"."""
    _answer(index_path, lambda index: querying.method(index, name), as_json)


@command.command("hierarchy")
@click.argument("name")
@json_option
@index_option
def hierarchy(name: str, as_json: bool, index_path: Path) -> None:
    """Show the superclasses and all subclasses of the class NAME."""
    _answer(index_path, lambda index: querying.hierarchy(index, name), as_json)


@command.command("variables")
@click.argument("name")
@json_option
@index_option
def variables(name: str, as_json: bool, index_path: Path) -> None:
    """Show the variables of the class NAME, own and inherited, with the methods that read and write them."""
    _answer(index_path, lambda index: querying.variables(index, name), as_json)


@command.command("protocols")
@click.argument("name")
@json_option
@index_option
def protocols(name: str, as_json: bool, index_path: Path) -> None:
    """Show the protocols of the class NAME with their selectors."""
    _answer(index_path, lambda index: querying.protocols(index, name), as_json)


@command.command("search", context_settings=_SELECTOR)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most answers to give.")
@source_option
@json_option
@index_option
def search(words: tuple[str, ...], limit: int, source: bool, as_json: bool, index_path: Path) -> None:
    """Find methods and classes by WORDS of their selectors, names, comments and code; the best come first."""
    _answer(index_path, lambda index: querying.search(index, " ".join(words), limit, source=source), as_json)


def _answer(index_path: Path, ask: Callable[[CodeIndex], Reply[Any]], as_json: bool) -> None:
    with CodeIndex.open(index_path) as index:
        reply = ask(index)
        if as_json:
            print_array(reply.objects(reply.found))
            return
        nothing = True
        for one in reply.found:
            nothing = False
            for line in reply.lines(one):
                click.echo(line)
        for line in reply.more:
            nothing = False
            click.echo(line)
        if nothing:
            click.echo(reply.none, err=True)
