"""Code against the house's conventions: what is to be judged, and what was found, for `stc conventions check`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from checker.conventions import ClassPage
from checker.style.background import OTHER
from checker.style.judge import Adherence, Judge
from checker.style.views import views_of
from checker.style.wording import Spots, located_of_class, located_of_method
from checker.verdict import Located
from stc.config import convention_settings
from stparse.index.build import build_index
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError
from stparse.nodes import Method
from stparse.parser import parse_method
from stparse.text import Span, unify_line_ends

INPUT = "-"


@dataclass(frozen=True, slots=True)
class Judged:
    """A method or class with what was found; `reference` is how Smalltalkers write it."""

    reference: str
    file: str
    line: int
    adherence: Adherence
    located: list[Located]


@contextmanager
def open_judge(path: Path) -> Iterator[Judge]:
    """Give a judge of the index at `path`, with what stc.toml says of conventions."""
    with CodeIndex.open(path) as index:
        judge = Judge(index, convention_settings())
        for pin in judge.unknown_pins():
            # It may be what nobody does yet; but a slip of the pen finds fault with everything.
            said = sorted(judge.mined.of(f"{pin.convention} {pin.context}").keys() - {OTHER})
            click.echo(
                f"stc.toml pins {pin.convention} {pin.context} to {pin.value!r}, which is nowhere in {path}"
                + (f"; there are {', '.join(said[:12])}" if said else ""),
                err=True,
            )
        try:
            yield judge
        finally:
            judge.mined.close()


def judged(judge: Judge, targets: Sequence[str], class_reference: str | None, protocol: str | None, *, everything: bool) -> list[Judged]:
    """Judge `targets`; all of the index where there is none. Raises BadInputError for a target that is nothing."""
    work = _Work(judge, everything)
    if not targets:
        return [*work.classes(None), *work.methods(judge.index.methods())]
    found: list[Judged] = []
    for target in targets:
        if target == INPUT:
            found += work.text(sys.stdin.read(), class_reference, protocol)
        elif Path(target).exists():
            found += work.file(Path(target))
        else:
            found += work.named(target)
    return found


def judged_names(judge: Judge, names: Sequence[str], *, everything: bool) -> list[Judged]:
    """Judge what the index has of `Foo`, `Foo class` or `Foo>>bar:`; no file is read. Raises BadInputError for a name that it has not."""
    work = _Work(judge, everything)
    return [one for name in names for one in work.named(name)]


def judged_text(judge: Judge, text: str, class_reference: str | None, protocol: str | None, *, everything: bool) -> list[Judged]:
    """Judge the text of one method. Raises BadInputError where it is none."""
    return list(_Work(judge, everything).text(text, class_reference, protocol))


class _Work:
    """One run: the judge, and how much is told."""

    def __init__(self, judge: Judge, everything: bool) -> None:
        self._judge = judge
        self._everything = everything
        self._spots = Spots(judge.index)

    def methods(self, methods: Iterator[MethodDef] | Sequence[MethodDef]) -> Iterator[Judged]:
        for method in methods:
            yield from self._method(method, None)

    def classes(self, names: frozenset[str] | None) -> Iterator[Judged]:
        for page in self._judge.views.pages():
            if names is None or page.view.key in names:
                yield self._class(page, None, page.definition.file)

    def _class(self, page: ClassPage, own: list[int] | None, shown: str) -> Judged:
        found = self._judge.class_of(page, own)
        definition = replace(page.definition, file=shown)
        located = located_of_class(definition, found, self._spots, everything=self._everything)
        return Judged(page.view.key, shown, definition.line, found, located)

    def named(self, target: str) -> Iterator[Judged]:
        """Judge `Foo`, `Foo class`, or `Foo>>bar:`."""
        name, arrow, selector = target.partition(">>")
        meta = name.strip().endswith(" class")
        name = name.strip().removesuffix(" class")
        index = self._judge.index
        definitions, methods = index.class_named(name), index.methods_of(name, meta=meta if arrow or meta else None)
        if arrow:
            methods = tuple(method for method in methods if method.selector == selector.strip())
        if not methods and (arrow or not definitions):
            raise BadInputError(f"{target} is no file, and no class or method of {index.path}; write Foo, Foo>>bar: or a path")
        if not arrow:
            yield from self.classes(frozenset(definition.qualified for definition in definitions))
        yield from self.methods(methods)

    def file(self, path: Path) -> Iterator[Judged]:
        """Judge the classes and methods of a file as it is now; what the index holds of them is no evidence."""
        with tempfile.TemporaryDirectory(prefix="stc-house-") as folder:
            build_index([path], Path(folder) / "index.sqlite", jobs=1, dialect=self._judge.mined.meta["dialect"] or None)
            with CodeIndex.open(Path(folder) / "index.sqlite") as index:
                views = views_of(index)
                for page in views.pages():
                    yield self._class(*self._as_in_house(page), _shown(path, page.definition.file))
                for method in list(index.methods()):
                    known = self._judge.index.class_named(method.class_name)
                    view = None if known else views.of(method.class_name, method.file)
                    yield from self._method(replace(method, file=_shown(path, method.file)), self._same(method), view)

    def _as_in_house(self, page: ClassPage) -> tuple[ClassPage, list[int]]:
        """Answer a class of a file with what the index knows of its relatives and of its methods in other files, and its ids there."""
        known = self._judge.views.named(page.view.key)
        if known is None:
            return page, []
        here = {(method.meta, method.selector) for method in page.methods}
        others = (method for method in known.methods if (method.meta, method.selector) not in here)
        return replace(known, definition=page.definition, methods=(*page.methods, *others)), [known.definition.id]

    def text(self, text: str, class_reference: str | None, protocol: str | None) -> Iterator[Judged]:
        """Judge one method."""
        source = unify_line_ends(text).strip("\n")
        name = (class_reference or "").strip()
        meta = name.endswith(" class")
        dialect = self._judge.mined.meta["dialect"] or "visualworks"
        tree = parse_method(source, dialect).tree
        if not isinstance(tree, Method):
            raise BadInputError("the text is no method that parses; `stc check -` says why")
        name = name.removesuffix(" class")
        file = next((definition.file for definition in self._judge.index.class_named(name)), INPUT)
        method = MethodDef(
            -1, name, meta, tree.selector, protocol, source, None, Span(0, len(source)), file, 1, 1, dialect, None, 0, 0, None, True
        )
        yield from self._method(method, self._same(method), shown=INPUT)

    def _same(self, method: MethodDef) -> list[int]:
        """Answer the ids of what the index holds of a method."""
        found = self._judge.index.methods_of(method.class_name, meta=method.meta)
        return [other.id for other in found if other.selector == method.selector]

    def _method(self, method: MethodDef, own: list[int] | None, view: Any = None, shown: str | None = None) -> Iterator[Judged]:
        found = self._judge.method(method, view, own)
        if found is not None:
            where = replace(method, file=shown) if shown else method
            located = located_of_method(where, found, self._spots, everything=self._everything)
            yield Judged(method.reference, where.file, method.line, found, located)


def _shown(path: Path, file: str) -> str:
    """Answer what a file is called that was found at `path`, which is it or a folder."""
    return str(path) if path.is_file() else (path / file).as_posix()


def score_objects(judge: Judge, found: Sequence[Judged]) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of each adherence; the validity report goes with each figure."""
    for one in found:
        adherence = one.adherence
        yield {
            "reference": one.reference,
            "file": one.file,
            "line": one.line,
            "slots": adherence.slots,
            "opportunities": adherence.opportunities,
            "kept": adherence.kept,
            "share": adherence.share,
            "probability": adherence.probability,
            "conventions": {code: {"kept": kept, "of": total} for code, (kept, total) in sorted(adherence.by_convention.items())},
            "validity": judge.validity.as_dict(),
        }


def score_lines(judge: Judge, found: Sequence[Judged]) -> Iterator[str]:
    """Yield a line for each adherence, and the validity report."""
    for one in found:
        adherence = one.adherence
        if adherence.share is None:
            yield f"{one.reference}: too little to say ({adherence.slots} slots, {adherence.opportunities} opportunities)"
        else:
            chance = "" if adherence.probability is None else f", this house's rather than another's: {adherence.probability:.0%}"
            yield f"{one.reference}: {adherence.kept} of {adherence.opportunities} conventions kept ({adherence.share:.0%}){chance}"
    yield judge.validity.line
