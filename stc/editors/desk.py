"""The texts that are open, the index over which they lie, and the answers to what an editor asks; it knows nothing of the protocol."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from checker.verdict import Located
from stc.checking import settled
from stc.editors.checks import Checks, Halted
from stc.editors.code import MOST, Code, View, Where, in_index
from stc.editors.cursor import NAME, SELECTOR, Under, under
from stc.editors.document import Snapshot
from stc.editors.hover import hover, meant
from stc.editors.positions import AS_AGREED, Counting, Positions
from stc.web.browse import found_for
from stparse.dialect import evidence_of
from stparse.index.classtable import path_of
from stparse.index.model import Finding, Hit
from stparse.index.query import CodeIndex
from stparse.index.survey import format_of, read_bytes
from stparse.issue import StcError
from stparse.nodes import Assign, Variable, walk
from stparse.text import SourceFile, decode, digest_of


@dataclass(frozen=True, slots=True)
class Named:
    """A class or method with its place."""

    kind: str
    name: str
    container: str
    where: Where


class Desk:
    """Everything for one editor. Texts are changed by one thread; the questions come from one other, checks from a third."""

    def __init__(self, index: Path, roots: Sequence[Path], counting: Counting = AS_AGREED) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="stc-lsp-")
        self._counting = counting
        self.code = Code(index, roots, counting, Path(self._temporary.name))
        self.texts: dict[str, Snapshot] = {}
        self._locations: dict[str, str] = {}
        self._retired: list[Snapshot] = []
        self._checks: tuple[CodeIndex | None, Checks] | None = None
        self._of_classes: dict[str, list[Finding]] = {}
        self._known: tuple[tuple[int, int], dict[str, tuple[str, str, str]], str | None] = ((-1, -1), {}, None)

    # Texts

    def opened(self, uri: str, location: str, text: str, version: int | None) -> Snapshot:
        """Take a text that the editor has opened, or has anew."""
        files, of_house = self._files()
        path = in_index(location, files)
        if path is None:
            plain = SourceFile(location, text)
            form = format_of(plain).name
            dialect = settled({location: evidence_of(plain, form)}, None, of_house)[location]
            source, indexed = SourceFile(location, text, dialect=dialect, format=form), False
        else:
            self.code.learn(location.replace("\\", "/"), path)
            digest, form, dialect = files[path]
            source = SourceFile(path, text, digest=digest, dialect=dialect, format=form)
            indexed = _is_saved(location, text, digest)
        before = self.texts.get(uri)
        self._retire(uri)
        self._locations[uri] = location
        folder = Path(self._temporary.name)
        self.texts[uri] = Snapshot(uri, source, version, self._counting, folder, indexed=indexed, before=before)
        return self.texts[uri]

    def changed(
        self, uri: str, location: str, changes: Sequence[tuple[tuple[int, int, int, int] | None, str]], version: int | None
    ) -> None:
        """Apply changes, each a range (None: all of it) and its new text. A text that is not open begins empty."""
        snapshot = self.texts.get(uri) or self.opened(uri, location, "", version)
        text, positions = snapshot.source.text, snapshot.positions
        for number, (place, new) in enumerate(changes):
            if place is None:
                text = new
                continue
            if number:
                positions = Positions(text, self._counting)
            start, end = positions.offset(*place[:2]), positions.offset(*place[2:])
            text = text[:start] + new + text[max(start, end) :]
        self.opened(uri, location, text, version)

    def closed(self, uri: str) -> None:
        """Forget a text."""
        self._of_classes.pop(uri, None)
        self._retire(uri)

    def _retire(self, uri: str) -> None:
        if uri in self.texts:
            # A question may be about it; the next one closes it.
            self._retired.append(self.texts.pop(uri))

    def refreshed(self) -> None:
        """Look at the open texts again, because the index is another."""
        for uri, one in list(self.texts.items()):
            self.opened(uri, self._locations[uri], one.source.text, one.version)

    def _files(self) -> tuple[dict[str, tuple[str, str, str]], str | None]:
        """Answer digest, format and dialect of the files of the index, and the dialect of most."""
        version = self.code.version()
        if self._known[0] != version:
            files, first = {}, None
            with suppress(StcError), CodeIndex.open(self.code.path) as index:
                files = {one.path: (one.digest, one.format, one.dialect) for one in index.files()}
                first = next((name for name, _ in index.dialects), None)
            if files:
                self.code.seek(next(iter(files)))
            self._known = version, files, first
        return self._known[1], self._known[2]

    # Answers

    def findings(self, snapshot: Snapshot) -> list[Located]:
        """Answer what is wrong with a text; of its classes what was found the last time (see `judge_classes`)."""
        with self._checked() as checks:
            checks.forget({one.path for one in (snapshot, *self.texts.copy().values())})
            return checks.findings(snapshot) + checks.placed(snapshot, self._of_classes.get(snapshot.uri, ()))

    def judge_classes(self, snapshot: Snapshot, halted: threading.Event) -> bool:
        """Ask the rules about classes about a text, for the next `findings`; answer False where `halted` was set meanwhile."""
        with self._checked() as checks:
            try:
                self._of_classes[snapshot.uri] = checks.of_classes(snapshot, halted)
            except Halted:
                return False
        return True

    @contextmanager
    def _checked(self) -> Iterator[Checks]:
        with self.code.index(checking=True) as index:
            if self._checks is None or self._checks[0] is not index:
                self._checks = index, Checks(index)
            yield self._checks[1]

    def hover(self, snapshot: Snapshot, offset: int) -> tuple[str, Under] | None:
        """Answer what is told of what is under the cursor."""
        found = under(snapshot, offset)
        with self._view() as view:
            said = hover(view, found) if found is not None else None
        return (said, found) if said is not None and found is not None else None

    def definition(self, snapshot: Snapshot, offset: int) -> list[Where]:
        """Answer where a class is defined, or the methods that a message can run: the one where the text tells which."""
        found = under(snapshot, offset)
        if found is None:
            return []
        with self._view() as view:
            if found.kind == SELECTOR:
                one = meant(view, found)
                return _there([view.pattern(*one)]) if one is not None else _implementors(view, found.text)
            local = _declaration(snapshot, found)
            return [local] if local is not None else _there(view.definition(*each) for each in view.classes(found.text))

    def implementations(self, snapshot: Snapshot, offset: int) -> list[Where]:
        """Answer the implementors of a selector, or the subclasses of a class."""
        found = under(snapshot, offset)
        if found is None:
            return []
        with self._view() as view:
            if found.kind == SELECTOR:
                return _implementors(view, found.text)
            below = [step.name for one in (view.index.hierarchy(found.text) if view.index else ()) for step in one.subclasses]
            return _there(view.definition(*each) for name in below[:MOST] for each in view.classes(name))

    def references(self, snapshot: Snapshot, offset: int, *, declarations: bool) -> list[Where]:
        """Answer the senders of a selector and who holds it as a symbol, or who names a class or a variable of it."""
        found = under(snapshot, offset)
        if found is None:
            return []
        with self._view() as view:
            if found.kind == SELECTOR:
                hits, doits, width = view.senders(found.text), view.doit_senders(found.text), len(found.text.partition(":")[0])
                width += ":" in found.text
            else:
                if _declaration(snapshot, found) is not None:
                    return [(snapshot.uri, *span) for span in self.highlights(snapshot, offset)]
                hits, doits, width = view.references(found.text), view.doit_references(found.text), len(found.text)
                if not found.text[:1].isupper():
                    users = _users(view, found)
                    hits = [(hit, text) for hit, text in hits if path_of(hit.method.class_name)[-1] in users]
                    doits = []
            places = [view.place(hit.method, site.at, site.at + width, text) for hit, text in hits[:MOST] for site in hit.sites]
            places += [view.place(hit.doit, site.at, site.at + width, text) for hit, text in doits[:MOST] for site in hit.sites]
            if found.kind == SELECTOR:
                places += [_symbol_place(view, hit, found.text, text) for hit, text in view.symbol_users(found.text)[:MOST]]
            if declarations:
                places += (
                    _implementors(view, found.text) if found.kind == SELECTOR else [view.definition(*e) for e in view.classes(found.text)]
                )
            return _there(places)

    def highlights(self, snapshot: Snapshot, offset: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Answer where in the same unit the same name or selector stands."""
        found = under(snapshot, offset)
        if found is None or found.unit is None or found.unit.parsed.tree is None:
            return []
        spans = set()
        for use in walk(found.unit.parsed.tree):
            if found.kind == NAME:
                node = use.target if isinstance(use, Assign) else use
                if isinstance(node, Variable) and node.name == found.text:
                    spans.add((node.start, node.end))
            elif getattr(use, "selector", None) == found.text:
                at = getattr(use, "at", use.start)
                spans.add((at, at + len(found.text.partition(":")[0]) + (":" in found.text)))
        placed = (snapshot.span(found.unit, *span) for span in sorted(spans))
        return [(snapshot.positions.place(start), snapshot.positions.place(end)) for start, end in placed]

    def symbols(self, query: str, most: int = 200) -> list[Named]:
        """Answer the classes and methods whose names have the words; `Foo>>bar` asks for both."""
        owner, arrow, selector = query.partition(">>")
        wanted, owner = (selector.strip(), owner.strip().lower()) if arrow else (query.strip(), "")
        found: list[Named] = []
        with self._view() as view:
            indexes = [text.index() for text in view.open_texts] + ([view.index] if view.index is not None else [])
            classes: dict[str, None] = {}
            selectors: dict[str, None] = {}
            for index in indexes:
                named = found_for(index, wanted, most, words=False)
                classes |= dict.fromkeys(group.name for group in named.classes)
                selectors |= dict.fromkeys(named.selectors)
            for name in () if arrow else classes:
                for one, text in view.classes(name)[:2]:
                    where = view.definition(one, text)
                    if where is not None:
                        found.append(Named("class", one.qualified, one.category or "", where))
            for name in selectors:
                for method, text in view.implementors(name):
                    if len(found) >= most:
                        return found
                    where = view.pattern(method, text) if owner in method.class_name.lower() else None
                    if where is not None:
                        found.append(Named("method", method.reference, method.protocol or "", where))
        return found

    def _view(self) -> AbstractContextManager[View]:
        while self._retired:
            self._retired.pop().close()
        return self.code.view(list(self.texts.values()))

    def close(self) -> None:
        """Close what is open, and leave nothing behind."""
        for one in (*self._retired, *self.texts.values()):
            one.close()
        self.code.close()
        self._temporary.cleanup()


def _implementors(view: View, selector: str) -> list[Where]:
    return _there(view.pattern(*each) for each in view.implementors(selector)[:MOST])


def _symbol_place(view: View, hit: Hit, selector: str, text: Snapshot | None) -> Where | None:
    at = hit.sites[0].at
    end = at + len(selector) + hit.method.source.startswith("#", at)
    return view.place(hit.method, at, end, text)


def _there(places: Iterable[Where | None]) -> list[Where]:
    return list(dict.fromkeys(where for where in places if where is not None))[:MOST]


def _users(view: View, found: Under) -> set[str]:
    """Answer the short names of the classes that see the same variable: the class of the method, those above and those below."""
    name = found.unit.chunk.class_name if found.unit is not None else None
    if name is None:
        return set()
    names = set(view.chain(name))
    for one in view.index.hierarchy(name) if view.index is not None else ():
        names |= {path_of(step.name)[-1] for step in one.subclasses}
    return names


def _declaration(snapshot: Snapshot, found: Under) -> Where | None:
    """Answer where the method itself declares a name."""
    tree = found.unit.parsed.tree if found.unit is not None else None
    if tree is None or found.unit is None:
        return None
    for node in walk(tree):
        declared = (*getattr(node, "temporaries", ()), *getattr(node, "parameters", ()))
        declared += tuple(getattr(node, "arguments", ())) if node is tree else ()
        for one in declared:
            if isinstance(one, Variable) and one.name == found.text:
                start, end = snapshot.span(found.unit, one.start, one.end)
                return snapshot.uri, snapshot.positions.place(start), snapshot.positions.place(end)
    return None


def _is_saved(location: str, text: str, digest: str) -> bool:
    """Answer whether a text is what the index has read, sign by sign."""
    try:
        data = read_bytes(location)
    except (OSError, ValueError):
        return False
    return digest_of(data) == digest and decode(data)[0] == text
