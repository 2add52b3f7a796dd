"""The questions of `stc query`, each with its answer for programs and for people: what the command line and an agent's tool both ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from stc.output import class_object, method_objects, method_place
from stparse.index.model import DoItHit, Hierarchy, Hit, IndexedClass, MethodDef, Protocol, SearchHit, Site, VariableInfo
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """An answer: what was found, how it is told as JSON and in lines, what only people are told behind it, and what is said of nothing."""

    found: Iterable[T]
    objects: Callable[[Iterable[T]], Iterator[dict[str, Any]]]
    lines: Callable[[T], Iterator[str]]
    none: str
    more: Iterable[str] = ()


def implementors(index: CodeIndex, selector: str, class_name: str | None = None, *, source: bool = False) -> Reply[MethodDef]:
    """Answer the methods called `selector`."""
    return _methods(index, _only(index, index.implementors(selector), class_name), source)


def senders(index: CodeIndex, selector: str, class_name: str | None = None, *, source: bool = False) -> Reply[Hit]:
    """Answer the methods that send `selector`, with the places."""
    doits = () if class_name else index.doit_senders(selector)
    return _hits(index, _only_hits(index, index.senders(selector), class_name), doits, source)


def references(index: CodeIndex, name: str, class_name: str | None = None, *, source: bool = False) -> Reply[Hit]:
    """Answer the methods that use the class or variable `name`, with the places."""
    doits = () if class_name else index.doit_references(name)
    return _hits(index, _only_hits(index, index.references(name), class_name), doits, source)


def class_named(index: CodeIndex, name: str) -> Reply[IndexedClass]:
    """Answer every definition of every class that `name` can mean."""
    protocols = (f"  {'class' if p.meta else 'instance'} {_name_of(p)}: {' '.join(p.selectors)}" for p in index.protocols(name))
    none = f"no class {name} is defined in the index"
    return Reply(index.class_named(name), _class_objects, _class_lines, none, protocols)


def classes(index: CodeIndex) -> Reply[IndexedClass]:
    """Answer every class definition."""

    def lines(found: IndexedClass) -> Iterator[str]:
        yield f"{found.file}:{found.line}: {found.qualified} ({found.superclass or 'nil'})"

    return Reply(index.classes(), _class_objects, lines, "the index has no classes")


def methods(index: CodeIndex, class_name: str | None = None, *, source: bool = False) -> Reply[MethodDef]:
    """Answer every method, or those of one class."""
    return _methods(index, index.methods() if class_name is None else index.methods_of(class_name), source)


def method(index: CodeIndex, name: str, *, source: bool = True) -> Reply[MethodDef]:
    """Answer the method `Foo>>bar:` or `Foo class>>bar`, from every class that the name can mean. Raises BadInputError for no such name."""
    from checker.reference import read_reference

    about = read_reference(name)
    if about.selector is None:
        raise BadInputError(f"{name!r} names no method; write Foo>>bar: or Foo class>>bar")
    found = [m for m in index.methods_of(about.class_name, meta=about.meta) if m.selector == about.selector]
    return _methods(index, found, source)


def hierarchy(index: CodeIndex, name: str) -> Reply[Hierarchy]:
    """Answer the superclasses and all subclasses of the class `name`."""
    return Reply(
        index.hierarchy(name), lambda found: map(_hierarchy_object, found), _hierarchy_lines, f"the index knows nothing of a class {name}"
    )


def variables(index: CodeIndex, name: str) -> Reply[VariableInfo]:
    """Answer the variables of the class `name`, own and inherited, with the methods that read and write them."""
    return Reply(
        index.variables(name), lambda found: map(_variable_object, found), _variable_lines, f"no variables of a class {name} are known"
    )


def protocols(index: CodeIndex, name: str) -> Reply[Protocol]:
    """Answer the protocols of the class `name` with their selectors."""

    def objects(found: Iterable[Protocol]) -> Iterator[dict[str, Any]]:
        for p in found:
            yield {"side": "class" if p.meta else "instance", "protocol": p.name, "selectors": list(p.selectors)}

    def lines(p: Protocol) -> Iterator[str]:
        yield f"{_name_of(p)}{' (class side)' if p.meta else ''}: {' '.join(p.selectors)}"

    return Reply(index.protocols(name), objects, lines, f"no methods of a class {name} are known")


def search(index: CodeIndex, words: str, limit: int, *, source: bool = False) -> Reply[SearchHit]:
    """Answer methods and classes by words of their selectors, names, comments and code, the best first."""

    def objects(found: Iterable[SearchHit]) -> Iterator[dict[str, Any]]:
        hits = list(found)
        told = method_objects(index, [hit.method for hit in hits if hit.method], source)
        for hit in hits:
            about = next(told) if hit.method else class_object(hit.class_def or IndexedClass("", None))
            yield {"kind": "method" if hit.method else "class", "score": round(hit.score, 6), **about}

    def lines(hit: SearchHit) -> Iterator[str]:
        if hit.method:
            yield from _method_lines(hit.method, source)
        elif hit.class_def:
            yield f"{hit.class_def.file}:{hit.class_def.line}: {hit.class_def.qualified}"

    return Reply(index.search(words, limit), objects, lines, "nothing found")


# Methods and the places in them


def _only(index: CodeIndex, found: Iterable[MethodDef], class_name: str | None) -> list[MethodDef]:
    if class_name is None:
        return list(found)
    wanted = {method.id for method in index.methods_of(class_name)}
    return [method for method in found if method.id in wanted]


def _only_hits(index: CodeIndex, found: Iterable[Hit], class_name: str | None) -> list[Hit]:
    found = list(found)
    wanted = {method.id for method in _only(index, (hit.method for hit in found), class_name)}
    return [hit for hit in found if hit.method.id in wanted]


def _methods(index: CodeIndex, found: Iterable[MethodDef], source: bool) -> Reply[MethodDef]:
    return Reply(found, lambda some: method_objects(index, some, source), lambda one: _method_lines(one, source), "no such method")


def _hits(index: CodeIndex, found: list[Hit], doits: tuple[DoItHit, ...], source: bool) -> Reply[Hit]:
    def objects(some: Iterable[Hit]) -> Iterator[dict[str, Any]]:
        some = list(some)
        told = method_objects(index, (hit.method for hit in some), source)
        for about, hit in zip(told, some, strict=True):
            yield {**about, "sites": [_site_object(site) for site in hit.sites]}

    def lines(hit: Hit) -> Iterator[str]:
        yield f"{hit.method.file}:{hit.sites[0].line}: {hit.method.reference}{_sites(hit.sites)}"
        if source:
            yield hit.method.source + "\n"

    behind = tuple(f"{doit.doit.file}:{doit.sites[0].line}: do-it{_sites(doit.sites)}" for doit in doits)
    return Reply(found, objects, lines, "none", behind)


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


def _method_lines(method: MethodDef, source: bool) -> Iterator[str]:
    protocol = f"  [{method.protocol}]" if method.protocol else ""
    yield f"{method.file}:{method.line}: {method.reference}{protocol}"
    if source:
        yield method.source + "\n"


# Classes


def _class_objects(found: Iterable[IndexedClass]) -> Iterator[dict[str, Any]]:
    return map(class_object, found)


def _class_lines(definition: IndexedClass) -> Iterator[str]:
    yield f"{definition.file}:{definition.line}: {definition.qualified}"
    told = {
        "superclass": definition.superclass or "nil",
        "category": definition.category,
        "instance variables": " ".join(definition.instance_variables),
        "class variables": " ".join(definition.class_variables),
        "class instance variables": " ".join(definition.class_instance_variables),
        "traits": " ".join(definition.traits),
        "imports": " ".join(definition.imports),
    }
    yield from (f"  {label}: {value}" for label, value in told.items() if value)
    yield from (f"  | {line}" for line in (definition.comment or "").splitlines())


def _name_of(protocol: Protocol) -> str:
    return protocol.name or "(no protocol)"


def _hierarchy_object(found: Hierarchy) -> dict[str, Any]:
    return {
        "name": found.name,
        "classes": [class_object(definition) for definition in found.classes],
        "superclasses": [
            {"name": step.name, "outside": step.outside, "ambiguous": step.ambiguous, "cycle": step.cycle} for step in found.superclasses
        ],
        "subclasses": [{"name": below.name, "superclass": below.parent, "depth": below.depth} for below in found.subclasses],
    }


def _hierarchy_lines(found: Hierarchy) -> Iterator[str]:
    for depth, step in enumerate(reversed(found.superclasses)):
        marks = [word for word, true in (("not in the index", step.outside), ("ambiguous", step.ambiguous), ("cycle", step.cycle)) if true]
        yield f"{'  ' * depth}{step.name}{f' ({chr(44).join(marks)})' if marks else ''}"
    base = len(found.superclasses)
    yield f"{'  ' * base}{found.name}{'' if found.classes else ' (not in the index)'}"
    yield from (f"{'  ' * (base + below.depth)}{below.name}" for below in found.subclasses)


def _variable_object(info: VariableInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "kind": info.kind,
        "defined_in": info.defined_in,
        "inherited": info.inherited,
        "readers": [method_place(method) for method in info.readers],
        "writers": [method_place(method) for method in info.writers],
    }


def _variable_lines(info: VariableInfo) -> Iterator[str]:
    yield f"{info.name} ({info.kind} variable of {info.defined_in})"
    told = chain((("read", one) for one in info.readers), (("written", one) for one in info.writers))
    yield from (f"  {label} by {one.reference}  {one.file}:{one.line}" for label, one in told)
