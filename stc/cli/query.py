"""Ask the index: senders, implementors, references, classes, methods, variables, search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from stc.output import class_object, index_option, json_option, method_objects, method_place, print_array
from stparse.index.model import DoItHit, Hierarchy, Hit, IndexedClass, MethodDef, Site
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
    with CodeIndex.open(index_path) as index:
        _print_methods(index, _only(index, index.implementors(selector), class_name), source, as_json)


@command.command("senders", context_settings=_SELECTOR)
@click.argument("selector")
@class_option
@source_option
@json_option
@index_option
def senders(selector: str, class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List the methods that send SELECTOR, with the places and what receives it; do-its come last, and not in JSON."""
    with CodeIndex.open(index_path) as index:
        doits = () if class_name or as_json else index.doit_senders(selector)
        _print_hits(index, _only_hits(index, index.senders(selector), class_name), doits, source, as_json)


@command.command("references", context_settings=_SELECTOR)
@click.argument("name")
@class_option
@source_option
@json_option
@index_option
def references(name: str, class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List the methods that use the class or variable NAME, with the places; do-its come last, and not in JSON."""
    with CodeIndex.open(index_path) as index:
        doits = () if class_name or as_json else index.doit_references(name)
        _print_hits(index, _only_hits(index, index.references(name), class_name), doits, source, as_json)


@command.command("class")
@click.argument("name")
@json_option
@index_option
def class_(name: str, as_json: bool, index_path: Path) -> None:
    """Show the class NAME: every definition of every class that the name can mean, with variables, comment and protocols."""
    with CodeIndex.open(index_path) as index:
        found = index.class_named(name)
        if as_json:
            print_array(map(class_object, found))
            return
        for definition in found:
            _print_class(definition)
        for protocol in index.protocols(name):
            side = "class" if protocol.meta else "instance"
            click.echo(f"  {side} {protocol.name or '(no protocol)'}: {' '.join(protocol.selectors)}")
        _say_if_none(found, f"no class {name} is defined in the index")


@command.command("classes")
@json_option
@index_option
def classes(as_json: bool, index_path: Path) -> None:
    """List every class definition."""
    with CodeIndex.open(index_path) as index:
        if as_json:
            print_array(map(class_object, index.classes()))
            return
        for definition in index.classes():
            click.echo(f"{definition.file}:{definition.line}: {definition.qualified} ({definition.superclass or 'nil'})")


@command.command("methods")
@class_option
@source_option
@json_option
@index_option
def methods(class_name: str | None, source: bool, as_json: bool, index_path: Path) -> None:
    """List every method, or those of one class."""
    with CodeIndex.open(index_path) as index:
        found = index.methods() if class_name is None else index.methods_of(class_name)
        _print_methods(index, found, source, as_json)


@command.command("hierarchy")
@click.argument("name")
@json_option
@index_option
def hierarchy(name: str, as_json: bool, index_path: Path) -> None:
    """Show the superclasses and all subclasses of the class NAME."""
    with CodeIndex.open(index_path) as index:
        found = index.hierarchy(name)
        if as_json:
            print_array(map(_hierarchy_object, found))
            return
        for one in found:
            _print_hierarchy(one)
        _say_if_none(found, f"the index knows nothing of a class {name}")


@command.command("variables")
@click.argument("name")
@json_option
@index_option
def variables(name: str, as_json: bool, index_path: Path) -> None:
    """Show the variables of the class NAME, own and inherited, with the methods that read and write them."""
    with CodeIndex.open(index_path) as index:
        found = index.variables(name)
        if as_json:
            print_array(
                {
                    "name": info.name, "kind": info.kind, "defined_in": info.defined_in, "inherited": info.inherited,
                    "readers": [method_place(method) for method in info.readers],
                    "writers": [method_place(method) for method in info.writers],
                }
                for info in found
            )  # fmt: skip
            return
        for info in found:
            click.echo(f"{info.name} ({info.kind} variable of {info.defined_in})")
            for label, users in (("read", info.readers), ("written", info.writers)):
                for method in users:
                    click.echo(f"  {label} by {method.reference}  {method.file}:{method.line}")
        _say_if_none(found, f"no variables of a class {name} are known")


@command.command("protocols")
@click.argument("name")
@json_option
@index_option
def protocols(name: str, as_json: bool, index_path: Path) -> None:
    """Show the protocols of the class NAME with their selectors."""
    with CodeIndex.open(index_path) as index:
        found = index.protocols(name)
        if as_json:
            print_array({"side": "class" if p.meta else "instance", "protocol": p.name, "selectors": list(p.selectors)} for p in found)
            return
        for protocol in found:
            side = " (class side)" if protocol.meta else ""
            click.echo(f"{protocol.name or '(no protocol)'}{side}: {' '.join(protocol.selectors)}")
        _say_if_none(found, f"no methods of a class {name} are known")


@command.command("search", context_settings=_SELECTOR)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most answers to give.")
@source_option
@json_option
@index_option
def search(words: tuple[str, ...], limit: int, source: bool, as_json: bool, index_path: Path) -> None:
    """Find methods and classes by WORDS of their selectors, names, comments and code; the best come first."""
    with CodeIndex.open(index_path) as index:
        hits = index.search(" ".join(words), limit)
        if as_json:
            objects = method_objects(index, [hit.method for hit in hits if hit.method], source)
            print_array(
                {"kind": "method", "score": round(hit.score, 6), **next(objects)}
                if hit.method
                else {"kind": "class", "score": round(hit.score, 6), **class_object(hit.class_def or IndexedClass("", None))}
                for hit in hits
            )
            return
        for hit in hits:
            if hit.method:
                _print_method(hit.method, source)
            elif hit.class_def:
                click.echo(f"{hit.class_def.file}:{hit.class_def.line}: {hit.class_def.qualified}")
        _say_if_none(hits, "nothing found")


def _only(index: CodeIndex, found: Iterable[MethodDef], class_name: str | None) -> list[MethodDef]:
    if class_name is None:
        return list(found)
    wanted = {method.id for method in index.methods_of(class_name)}
    return [method for method in found if method.id in wanted]


def _only_hits(index: CodeIndex, found: Iterable[Hit], class_name: str | None) -> list[Hit]:
    found = list(found)
    wanted = {method.id for method in _only(index, (hit.method for hit in found), class_name)}
    return [hit for hit in found if hit.method.id in wanted]


def _print_methods(index: CodeIndex, found: Iterable[MethodDef], source: bool, as_json: bool) -> None:
    if as_json:
        print_array(method_objects(index, found, source))
        return
    count = 0
    for count, method in enumerate(found, 1):  # noqa: B007 - the last count is told
        _print_method(method, source)
    _say_if_none(range(count), "no such method")


def _print_hits(index: CodeIndex, found: list[Hit], doits: tuple[DoItHit, ...], source: bool, as_json: bool) -> None:
    if as_json:
        objects = method_objects(index, (hit.method for hit in found), source)
        print_array({**about, "sites": [_site_object(site) for site in hit.sites]} for about, hit in zip(objects, found, strict=True))
        return
    for hit in found:
        click.echo(f"{hit.method.file}:{hit.sites[0].line}: {hit.method.reference}{_sites(hit.sites)}")
        if source:
            click.echo(hit.method.source + "\n")
    for doit in doits:
        click.echo(f"{doit.doit.file}:{doit.sites[0].line}: do-it{_sites(doit.sites)}")
    _say_if_none((*found, *doits), "none")


def _site_object(site: Site) -> dict[str, Any]:
    about: dict[str, Any] = {"line": site.line, "receiver": site.receiver}
    return about if site.receiver is not None else {**about, "write": site.write}


def _sites(sites: tuple[Site, ...]) -> str:
    """Answer what there is to say of the places: receivers that tell something, writes, and how many there are."""
    told = [site.receiver if site.receiver != "other" else "" for site in sites if site.receiver is not None]
    told += ["write" if site.write else "" for site in sites if site.receiver is None]
    words = [*dict.fromkeys(word for word in told if word)]
    if len(sites) > 1:
        words.append(f"{len(sites)} places")
    return f"  ({', '.join(words)})" if words else ""


def _print_method(method: MethodDef, source: bool) -> None:
    protocol = f"  [{method.protocol}]" if method.protocol else ""
    click.echo(f"{method.file}:{method.line}: {method.reference}{protocol}")
    if source:
        click.echo(method.source + "\n")


def _print_class(definition: IndexedClass) -> None:
    click.echo(f"{definition.file}:{definition.line}: {definition.qualified}")
    told = {
        "superclass": definition.superclass or "nil",
        "category": definition.category,
        "instance variables": " ".join(definition.instance_variables),
        "class variables": " ".join(definition.class_variables),
        "class instance variables": " ".join(definition.class_instance_variables),
        "traits": " ".join(definition.traits),
        "imports": " ".join(definition.imports),
    }
    for label, value in told.items():
        if value:
            click.echo(f"  {label}: {value}")
    for line in (definition.comment or "").splitlines():
        click.echo(f"  | {line}")


def _hierarchy_object(found: Hierarchy) -> dict[str, Any]:
    return {
        "name": found.name,
        "classes": [class_object(definition) for definition in found.classes],
        "superclasses": [
            {"name": step.name, "outside": step.outside, "ambiguous": step.ambiguous, "cycle": step.cycle} for step in found.superclasses
        ],
        "subclasses": [{"name": below.name, "superclass": below.parent, "depth": below.depth} for below in found.subclasses],
    }


def _print_hierarchy(found: Hierarchy) -> None:
    for depth, step in enumerate(reversed(found.superclasses)):
        marks = [word for word, true in (("not in the index", step.outside), ("ambiguous", step.ambiguous), ("cycle", step.cycle)) if true]
        click.echo(f"{'  ' * depth}{step.name}{f' ({chr(44).join(marks)})' if marks else ''}")
    base = len(found.superclasses)
    click.echo(f"{'  ' * base}{found.name}{'' if found.classes else ' (not in the index)'}")
    for below in found.subclasses:
        click.echo(f"{'  ' * (base + below.depth)}{below.name}")


def _say_if_none(found: Iterable[object], message: str) -> None:
    if not any(True for _ in found):
        click.echo(message, err=True)
