"""The questions that an index answers: open it read-only, ask; the file is read only as far as a question needs."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from stparse.index import rows, search, structure
from stparse.index.classtable import ClassGroup, ClassPart, ClassTable, path_of
from stparse.index.counts import statistics_of
from stparse.index.model import (
    DoIt,
    DoItHit,
    FileComment,
    FileEntry,
    Finding,
    Hierarchy,
    Hit,
    IndexedClass,
    Literal,
    MethodDef,
    Namespace,
    Outline,
    Protocol,
    SearchHit,
    SendSite,
    SharedVariable,
    Site,
    Skipped,
    Statistics,
    VariableInfo,
    VariableUse,
)
from stparse.index.version import LITERAL_KINDS, SCHEMA_VERSION, USE_KINDS
from stparse.issue import IndexFileError, Issue, Severity
from stparse.text import Span


class _Found(NamedTuple):
    """A row of sends or uses: whose it is, and the place."""

    owner: int
    site: Site


class CodeIndex:
    """A code base in one SQLite file. All answers come in the order (file path, offset) unless said otherwise.

    Names of classes may be short or qualified. Where a name can mean several classes the answer covers all of them.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._db = connection
        self._texts: dict[int, str] = {}

    @classmethod
    def open(cls, path: str | Path, *, shared: bool = False) -> CodeIndex:
        """Open the index file at `path`, read-only. Raises IndexFileError if it is missing, broken or of another version.

        A `shared` one may go from thread to thread, one at a time.
        """
        path = Path(path)
        if not path.is_file():
            raise IndexFileError(f"there is no index at {path}; make one with: stc index SOURCE... -o {path}")
        try:
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=not shared)
            row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        except sqlite3.Error as error:
            raise IndexFileError(f"{path} is not an index of stc ({error}); make it anew with: stc index SOURCE... -o {path}") from error
        if row is None or row[0] != SCHEMA_VERSION:
            connection.close()
            raise IndexFileError(f"{path} was made by another version of stc; bring it up to date with: stc index SOURCE... -o {path}")
        return cls(connection, path)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> CodeIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # What there is

    @cached_property
    def meta(self) -> dict[str, str]:
        """What the index says of itself: schema, tool, roots (JSON), dialect asked for."""
        return dict(self._db.execute("SELECT key, value FROM meta"))

    @cached_property
    def content_digest(self) -> str:
        """The digest of what was read, file by file, and of the tool that read it: what is derived from the index goes by it."""
        digest = hashlib.sha256(json.dumps([self.meta.get("tool"), self.meta.get("veil")]).encode())
        for row in self._db.execute("SELECT path, digest, dialect FROM files ORDER BY path"):
            digest.update("\0".join(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def files(self) -> Iterator[FileEntry]:
        """Yield the files that were read."""
        yield from (
            FileEntry(*row)
            for row in self._db.execute(
                "SELECT path, digest, format, dialect, encoding, size, lines,"
                " (SELECT count(*) FROM classes c WHERE c.file = f.id), (SELECT count(*) FROM methods m WHERE m.file = f.id)"
                " FROM files f ORDER BY path"
            )
        )

    def ranges(self) -> dict[str, tuple[str, int, int]]:
        """Answer for each file what tells its text and reading from others, and the first and the last of its ids."""
        found = self._db.execute("SELECT path, digest || ' ' || dialect, first_id, last_id FROM files ORDER BY path")
        return {path: (key, first, last) for path, key, first, last in found}

    def skipped(self) -> Iterator[Skipped]:
        """Yield the files and folders that were not read, with the reason."""
        yield from (Skipped(*row) for row in self._db.execute("SELECT path, reason FROM skipped ORDER BY path"))

    def namespaces(self) -> Iterator[Namespace]:
        """Yield the namespace definitions."""
        yield from map(rows.namespace_of, self._db.execute(rows.NAMESPACE_QUERY))

    def shared_variables(self) -> Iterator[SharedVariable]:
        """Yield the definitions of shared variables."""
        yield from map(rows.shared_of, self._db.execute(rows.SHARED_QUERY))

    def doits(self) -> Iterator[DoIt]:
        """Yield the statements that are run when a file is read."""
        yield from map(rows.doit_of, self._db.execute(f"{rows.DOIT_QUERY} ORDER BY f.path, d.start"))

    def doits_in(self, paths: Iterable[str]) -> Iterator[DoIt]:
        """Yield the statements that are run when one of the files at `paths` is read."""
        query = f"{rows.DOIT_QUERY} WHERE f.path IN (SELECT value FROM json_each(?)) ORDER BY f.path, d.start"
        yield from map(rows.doit_of, self._db.execute(query, (json.dumps(list(paths)),)))

    def comments(self) -> Iterator[FileComment]:
        """Yield the comments that stand on their own in a file."""
        yield from map(rows.comment_of, self._db.execute(rows.COMMENT_QUERY))

    def issues(self) -> Iterator[Finding]:
        """Yield all that is wrong, by file and line."""
        yield from map(rows.finding_of, self._db.execute(rows.ISSUE_QUERY))

    def findings_of(self, method: MethodDef) -> tuple[Finding, ...]:
        """Answer what is wrong with a method, with the places in its file."""
        return tuple(map(rows.finding_of, self._db.execute(rows.ISSUES_OF_OWNER, (method.id,))))

    def statistics(self) -> Statistics:
        """Count everything."""
        return statistics_of(self._db)

    @cached_property
    def dialects(self) -> tuple[tuple[str, int], ...]:
        """How many files each dialect has, the most frequent first."""
        return tuple(self._db.execute("SELECT dialect, count(*) FROM files GROUP BY 1 ORDER BY 2 DESC, 1"))

    # Classes

    @cached_property
    def class_table(self) -> ClassTable:
        """All classes, to find out which one a name means."""
        # A shared variable whose environment is a class is what other dialects call a class variable.
        parts = self._db.execute(
            "SELECT p.class, p.part, p.text, f.path, p.id FROM class_parts p JOIN files f ON p.file = f.id"
            " UNION ALL SELECT v.environment, 'class_variables', v.name, f.path, v.id FROM shared_variables v JOIN files f ON v.file = f.id"
            " WHERE v.environment NOT NULL ORDER BY 4, 5"
        )
        return ClassTable(map(rows.class_of, self._db.execute(rows.CLASS_QUERY)), (ClassPart(*row[:4]) for row in parts))

    def classes(self, *, stubs: bool = False) -> Iterator[IndexedClass]:
        """Yield every class definition; those that only say what the code stands on come with `stubs`."""
        found = (definition for group in self.class_table.groups for definition in group.definitions)
        yield from sorted((d for d in found if stubs or not d.stub), key=lambda d: (d.file, d.span.start, d.id))

    def class_named(self, name: str) -> tuple[IndexedClass, ...]:
        """Answer all definitions of all classes that `name` can mean."""
        return tuple(definition for group in self.class_table.named(name) for definition in group.definitions)

    def hierarchy(self, name: str) -> tuple[Hierarchy, ...]:
        """Answer superclasses and subclasses of each class that `name` can mean; none if the index knows nothing of it."""
        return structure.hierarchies_of(self.class_table, name)

    def root_of(self, class_name: str) -> str:
        """Answer the topmost class inside the index above `class_name`, or `class_name` itself where that is not known."""
        groups = self.class_table.meant(class_name)
        return structure.lineage_of(self.class_table, groups[0])[-1].name if len(groups) == 1 else class_name

    def variables(self, name: str) -> tuple[VariableInfo, ...]:
        """Answer own and inherited variables of each class that `name` can mean, with the methods that read and write them."""
        return tuple(info for group in self.class_table.named(name) for info in self._variables_of(group))

    def protocols(self, name: str) -> tuple[Protocol, ...]:
        """Answer the protocols of a class, instance side first, sorted by name."""
        found: dict[tuple[bool, str | None], dict[str, None]] = {}
        for method in self.methods_of(name):
            found.setdefault((method.meta, method.protocol), {})[method.selector] = None
        ordered = sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or ""))
        return tuple(Protocol(protocol, meta, tuple(selectors)) for (meta, protocol), selectors in ordered)

    # Methods

    def methods(self) -> Iterator[MethodDef]:
        """Yield every method; a method that is defined twice comes twice."""
        yield from self._methods(self._db.execute(f"{rows.METHODS_IN_ORDER} ORDER BY f.path, m.start, m.id"))

    def methods_in(self, paths: Iterable[str]) -> Iterator[MethodDef]:
        """Yield the methods of the files at `paths`."""
        query = f"{rows.METHODS_IN_ORDER} WHERE f.path IN (SELECT value FROM json_each(?)) ORDER BY f.path, m.start, m.id"
        yield from self._methods(self._db.execute(query, (json.dumps(list(paths)),)))

    def outlines(self) -> Iterator[Outline]:
        """Yield every method that parsed, without its source."""
        yield from map(rows.outline_of, self._db.execute(rows.OUTLINE_QUERY))

    def implementors_in_outline(self, selector: str) -> tuple[Outline, ...]:
        """Answer the methods called `selector` without their sources: a third of the work, which counts where there are many."""
        return self._outlines("m.selector = ?", self._id(selector))

    def senders_in_outline(self, selector: str) -> tuple[Outline, ...]:
        """Answer the methods that send `selector` without their sources."""
        return self._outlines("m.id IN (SELECT owner FROM sends WHERE selector = ?)", self._id(selector))

    def references_in_outline(self, name: str) -> tuple[Outline, ...]:
        """Answer the methods that `references` answers without their sources."""
        users = "SELECT owner FROM uses WHERE kind < 2 AND name IN (SELECT value FROM json_each(?))"
        return self._outlines(f"m.id IN ({users})", json.dumps(self._spelled_ids(name)))

    def methods_with(self, ids: Iterable[int]) -> list[MethodDef]:
        """Answer the methods with these ids."""
        return self._by_ids(ids)

    def methods_of(self, name: str, *, meta: bool | None = None) -> tuple[MethodDef, ...]:
        """Answer the methods of each class that `name` can mean, of one side or of both, extensions in other files included."""
        groups = self.class_table.named(name)
        if not groups:
            found = self._methods_in(self._spellings.get(path_of(name)[-1], ()), name)
        else:
            found = [method for group in groups for method in self._methods_of_group(group)]
        unique = {method.id: method for method in found if meta is None or method.meta is meta}
        return tuple(sorted(unique.values(), key=_place))

    def implementors(self, selector: str) -> tuple[MethodDef, ...]:
        """Answer the methods called `selector`."""
        query = f"{rows.METHODS_BY_ID} WHERE m.selector = ?"
        return tuple(sorted(self._methods(self._db.execute(query, (self._id(selector),))), key=_place))

    def senders(self, selector: str) -> tuple[Hit, ...]:
        """Answer the methods that send `selector`, with the places and the kinds of receiver."""
        return tuple(self._hits(self._sends(selector)))

    def doit_senders(self, selector: str) -> tuple[DoItHit, ...]:
        """Answer the do-its that send `selector`."""
        return tuple(self._doit_hits(self._sends(selector)))

    def references(self, name: str) -> tuple[Hit, ...]:
        """Answer the methods that read or write the global, class, shared, pool or instance variable `name`.

        A short name also finds its qualified spellings (`Object`: `Core.Object`), a qualified one only what can mean it.
        """
        return tuple(self._hits(self._uses(name)))

    def doit_references(self, name: str) -> tuple[DoItHit, ...]:
        """Answer the do-its that reference `name`."""
        return tuple(self._doit_hits(self._uses(name)))

    def literal_users(self, value: str, kind: str = "symbol") -> tuple[Hit, ...]:
        """Answer the methods that hold the literal `value` of that kind; each with its first place (line 0: not recorded)."""
        query = "SELECT owner, at FROM literals WHERE value = ? AND kind = ?"
        found = self._db.execute(query, (self._id(value), LITERAL_KINDS.index(kind)))
        return tuple(self._hits(_Found(owner, Site(at, 0)) for owner, at in found))

    def literal_count(self, value: str, *kinds: str) -> int:
        """Answer how many methods hold the literal `value`, as one of those kinds."""
        wanted = json.dumps([LITERAL_KINDS.index(kind) for kind in kinds])
        return int(self._db.execute(rows.LITERAL_COUNT, (self._id(value), wanted)).fetchone()[0])

    def pragma_users(self, selector: str) -> tuple[MethodDef, ...]:
        """Answer the methods with the pragma `selector`."""
        query = f"{rows.METHODS_BY_ID} JOIN pragmas p ON p.owner = m.id WHERE p.selector = ?"
        return tuple(sorted(self._methods(self._db.execute(query, (self._id(selector),))), key=_place))

    def clones(self, minimum_tokens: int = 20) -> Iterator[tuple[MethodDef, ...]]:
        """Yield groups of methods of equal shape, the largest groups first."""
        query = "SELECT group_concat(id) FROM methods WHERE shape IS NOT NULL AND tokens >= ? GROUP BY shape HAVING count(*) > 1"
        groups = [tuple(self._by_ids(map(int, ids.split(",")))) for (ids,) in self._db.execute(query, (minimum_tokens,))]
        yield from sorted(groups, key=lambda group: (-len(group), _place(group[0])))

    # What a method holds; `owner` is a method or a do-it

    def sends_of(self, owner: MethodDef | DoIt) -> tuple[SendSite, ...]:
        """Answer the sends of a method in the order of the text."""
        query = (
            "SELECT s.text, coalesce(r.text, 'other'), at, line FROM sends JOIN names s ON s.id = selector"
            " LEFT JOIN names r ON r.id = receiver WHERE owner = ? ORDER BY at"
        )
        return tuple(SendSite(*row) for row in self._db.execute(query, (owner.id,)))

    def uses_of(self, owner: MethodDef | DoIt) -> tuple[VariableUse, ...]:
        """Answer the reads and writes of variables of a method in the order of the text."""
        query = "SELECT n.text, kind, write, at, line FROM uses JOIN names n ON n.id = name WHERE owner = ? ORDER BY at"
        found = self._db.execute(query, (owner.id,))
        return tuple(VariableUse(name, USE_KINDS[kind], bool(write), at, line) for name, kind, write, at, line in found)

    def literals_of(self, owner: MethodDef | DoIt) -> tuple[Literal, ...]:
        """Answer the different literals of a method in the order of the text."""
        query = "SELECT kind, n.text, at FROM literals JOIN names n ON n.id = value WHERE owner = ? ORDER BY at"
        return tuple(Literal(LITERAL_KINDS[kind], value, at) for kind, value, at in self._db.execute(query, (owner.id,)))

    def pragmas_of(self, owner: MethodDef) -> tuple[str, ...]:
        """Answer the selectors of the pragmas of a method."""
        query = "SELECT n.text FROM pragmas JOIN names n ON n.id = selector WHERE owner = ? ORDER BY at"
        return tuple(text for (text,) in self._db.execute(query, (owner.id,)))

    def selectors_in(self, owners: Iterable[MethodDef | DoIt]) -> dict[int, tuple[str, ...]]:
        """Answer by id the selectors that each of the methods sends, sorted, each once; a method that sends nothing is left out."""
        query = "SELECT DISTINCT owner, n.text FROM sends JOIN names n ON n.id = selector WHERE owner IN (SELECT value FROM json_each(?))"
        return self._texts_by_owner(query, owners)

    def globals_in(self, owners: Iterable[MethodDef | DoIt]) -> dict[int, tuple[str, ...]]:
        """Answer by id the capitalised names that each of the methods references, sorted, each once."""
        query = (
            "SELECT DISTINCT owner, n.text FROM uses JOIN names n ON n.id = name"
            f" WHERE owner IN (SELECT value FROM json_each(?)) AND kind = {USE_KINDS.index('global')}"
        )
        return self._texts_by_owner(query, owners)

    def _texts_by_owner(self, query: str, owners: Iterable[MethodDef | DoIt]) -> dict[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        for owner, text in self._db.execute(query, (json.dumps([owner.id for owner in owners]),)):
            found.setdefault(owner, []).append(text)
        return {owner: tuple(sorted(texts)) for owner, texts in found.items()}

    # Names over the whole code base

    @cached_property
    def sent_selectors(self) -> Mapping[str, int]:
        """How often each selector is sent, sorted by selector."""
        return self._counts("SELECT n.text, count(*) FROM sends s JOIN names n ON n.id = s.selector GROUP BY s.selector ORDER BY 1")

    @cached_property
    def implemented_selectors(self) -> Mapping[str, int]:
        """How many methods each selector has, sorted by selector."""
        return self._counts("SELECT n.text, count(*) FROM methods m JOIN names n ON n.id = m.selector GROUP BY m.selector ORDER BY 1")

    @cached_property
    def global_names(self) -> Mapping[str, int]:
        """How often each capitalised name is used, sorted by name."""
        return self._counts("SELECT n.text, count(*) FROM uses u JOIN names n ON n.id = u.name WHERE kind = 0 GROUP BY u.name ORDER BY 1")

    @cached_property
    def filed_classes(self) -> frozenset[str]:
        """The names of the classes that methods are filed for, as their headers write them."""
        return frozenset(name for spelled in self._spellings.values() for name in spelled)

    def _counts(self, query: str) -> dict[str, int]:
        return dict(self._db.execute(query))

    # Search

    def search(self, text: str, limit: int = 20) -> tuple[SearchHit, ...]:
        """Answer the methods and classes that have words of `text`, the best first; words of a selector count most, then of a class."""
        scores = search.scores_of(self._db, text, limit)
        hits = [SearchHit(scores[method.id], method=method) for method in self._by_ids(scores)]
        if len(hits) < len(scores):
            scored = search.with_comments(self._db, self.class_table, scores)
            hits += [SearchHit(scored[number], class_def=one) for number, one in self.class_table.by_id.items() if number in scored]
        return tuple(sorted(hits, key=lambda hit: (-round(hit.score, 9), _place(hit.method or hit.class_def)))[:limit])

    # Rows to values

    @cached_property
    def _issues_by_owner(self) -> dict[int, tuple[Issue, ...]]:
        found: dict[int, tuple[Issue, ...]] = {}
        query = "SELECT owner, code, message, severity, start, end, hint FROM issues WHERE owner NOT NULL ORDER BY owner, start, code, id"
        for owner, code, message, severity, start, end, hint in self._db.execute(query):
            found[owner] = (*found.get(owner, ()), Issue(code, message, Severity(severity), Span(start, end), hint))
        return found

    @cached_property
    def _spellings(self) -> dict[str, tuple[str, ...]]:
        """The class names that method headers write, by short name."""
        found: dict[str, tuple[str, ...]] = {}
        for (name,) in self._db.execute("SELECT n.text FROM (SELECT DISTINCT class FROM methods) JOIN names n ON n.id = class ORDER BY 1"):
            short = path_of(name)[-1]
            found[short] = (*found.get(short, ()), name)
        return found

    def _id(self, text: str) -> int:
        row = self._db.execute("SELECT id FROM names WHERE text = ?", (text,)).fetchone()
        return row[0] if row else 0

    def _methods(self, found: Iterable[rows.Row]) -> Iterator[MethodDef]:
        issues = self._issues_by_owner
        return (rows.method_of(row, issues.get(row[0], ())) for row in found)

    def _outlines(self, condition: str, value: int | str) -> tuple[Outline, ...]:
        found = self._db.execute(f"{rows.OUTLINE_BY_ID} WHERE {condition} ORDER BY f.path, m.start, m.id", (value,)).fetchall()
        # Hundreds of methods share few names: to join them to each row would be half of the work.
        wanted = json.dumps([*({number for row in found for number in row[:3]} - self._texts.keys())])
        self._texts.update(self._db.execute("SELECT id, text FROM names WHERE id IN (SELECT value FROM json_each(?))", (wanted,)))
        text = self._texts.get
        return tuple(Outline(n, text(c, ""), m == 1, text(s, ""), text(p), *rest) for c, s, p, n, m, *rest in found)

    def _by_ids(self, ids: Iterable[int]) -> list[MethodDef]:
        query = f"{rows.METHODS_BY_ID} WHERE m.id IN (SELECT value FROM json_each(?))"
        return sorted(self._methods(self._db.execute(query, (json.dumps(list(ids)),))), key=_place)

    def _methods_in(self, spellings: Iterable[str], asked: str) -> list[MethodDef]:
        wanted = path_of(asked)
        fitting = [s for s in spellings if path_of(s)[-len(wanted) :] == wanted[-len(path_of(s)) :]]
        query = f"{rows.METHODS_BY_ID} WHERE m.class IN (SELECT id FROM names WHERE text IN (SELECT value FROM json_each(?)))"
        return list(self._methods(self._db.execute(query, (json.dumps(fitting),))))

    def _methods_of_group(self, group: ClassGroup) -> Iterator[MethodDef]:
        table = self.class_table
        for method in self._methods_in(self._spellings.get(group.path[-1], ()), group.name):
            if group in table.meant(method.class_name, method.file):
                yield method

    def _variables_of(self, group: ClassGroup) -> Iterator[VariableInfo]:
        table = self.class_table
        below = (step.name for step in structure.descendants_of(table, group.name))
        inside = {each.path for name in (group.name, *below) for each in table.named(name)}
        for kind, name, owner in structure.variables_in_sight(table, group):
            readers, writers = self._users(name, inside) if kind != "pool" else ((), ())
            yield VariableInfo(name, kind, owner.name, owner is not group, readers, writers)

    def _users(self, name: str, inside: set[tuple[str, ...]]) -> tuple[tuple[MethodDef, ...], tuple[MethodDef, ...]]:
        """Answer the methods of the classes at some paths that read a variable of a name, and those that write it.

        Whose method it is, is looked at first: below a root there may be all methods of an image, and of a name in all of them.
        """
        within: dict[tuple[str, str], bool] = {}
        used: tuple[set[int], set[int]] = (set(), set())
        for owner, write, spelt, file in self._db.execute(rows.USES_QUERY, (self._id(name),)):
            if (spelt, file) not in within:
                within[spelt, file] = any(each.path in inside for each in self.class_table.meant(spelt, file))
            if within[spelt, file]:
                used[write].add(owner)
        return tuple(self._by_ids(used[0])), tuple(self._by_ids(used[1]))

    def _sends(self, selector: str) -> list[_Found]:
        query = (
            "SELECT s.owner, s.at, s.line, coalesce(r.text, 'other') FROM sends s LEFT JOIN names r ON r.id = s.receiver"
            " WHERE s.selector = ?"
        )
        found = self._db.execute(query, (self._id(selector),))
        return [_Found(owner, Site(at, line, receiver)) for owner, at, line, receiver in found]

    def _uses(self, name: str) -> list[_Found]:
        query = "SELECT owner, at, line, write FROM uses WHERE kind < 2 AND name IN (SELECT value FROM json_each(?))"
        found = self._db.execute(query, (json.dumps(self._spelled_ids(name)),))
        return [_Found(owner, Site(at, line, None, bool(write))) for owner, at, line, write in found]

    @cached_property
    def _qualified(self) -> dict[str, list[tuple[int, str]]]:
        """The qualified names that code uses, by their last part."""
        found: dict[str, list[tuple[int, str]]] = {}
        query = "SELECT id, text FROM names WHERE (text LIKE '%.%' OR text LIKE '%::%') AND text NOT GLOB '*[^A-Za-z0-9_.:]*'"
        for number, text in self._db.execute(query):
            found.setdefault(path_of(text)[-1], []).append((number, text))
        return found

    def _spelled_ids(self, name: str) -> list[int]:
        """Answer the ids of a name and of the spellings that say the same with more or with fewer namespaces."""
        wanted = path_of(name)
        found = [number for number, text in self._qualified.get(wanted[-1], ()) if text != name and path_of(text)[-len(wanted) :] == wanted]
        if len(wanted) == 1 and name != wanted[0]:
            found.append(self._id(wanted[0]))
        return [self._id(name), *found]

    def _hits(self, found: Iterable[_Found]) -> Iterator[Hit]:
        sites = _by_owner(found)
        yield from (Hit(method, sites[method.id]) for method in self._by_ids(sites))

    def _doit_hits(self, found: Iterable[_Found]) -> Iterator[DoItHit]:
        sites = _by_owner(found)
        query = f"{rows.DOIT_QUERY} WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY f.path, d.start"
        for row in self._db.execute(query, (json.dumps(list(sites)),)):
            yield DoItHit(rows.doit_of(row), sites[row[0]])


def _place(of: MethodDef | IndexedClass | None) -> tuple[str, int, int]:
    assert of is not None
    return of.file, of.span.start, of.id


def _by_owner(found: Iterable[_Found]) -> dict[int, tuple[Site, ...]]:
    sites: dict[int, list[Site]] = {}
    for owner, site in found:
        sites.setdefault(owner, []).append(site)
    return {owner: tuple(sorted(of_one, key=lambda site: site.at)) for owner, of_one in sites.items()}
