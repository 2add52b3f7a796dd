"""Helpers of the index tests: small code bases written into a folder, and an index as text that can be compared."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from stparse.index.build import build_index
from stparse.index.query import CodeIndex

CONTRACT = """'From VisualWorks, Release 2.5.2 of 26 September 1995'!

Object subclass: #Contract
\tinstanceVariableNames: 'title items'
\tclassVariableNames: 'Registry'
\tpoolDictionaries: ''
\tcategory: 'Rights'!

Contract comment: 'I know what may be broadcast.'!

!Contract methodsFor: 'accessing'!

title
\t"Answer the title."
\t^title!

title: aString
\ttitle := aString.
\tself changed: #title; yourself! !

!Contract methodsFor: 'printing'!

printOn: aStream
\tsuper printOn: aStream.
\taStream nextPutAll: 'it''s!!'; nextPutAll: title.
\titems do: [:each | each printOn: aStream]! !

!Contract class methodsFor: 'instance creation'!

new
\t^super new initialize!

register
\tRegistry := Dictionary new.
\t^Registry at: #one put: self new! !

Contract register!
"""

RIGHTS = """'From VisualWorks, Release 2.5.2 of 26 September 1995'!

Contract subclass: #LicenceContract
\tinstanceVariableNames: 'licence'
\tclassVariableNames: ''
\tpoolDictionaries: ''
\tcategory: 'Rights'!

!LicenceContract methodsFor: 'accessing'!

licence
\t^licence ifNil: [licence := OrderedCollection new]!

title
\t^super title , items size printString! !

!LicenceContract methodsFor: 'broken'!

broken
\t^(title! !

!Object methodsFor: '*rights'!

isContract
\t^Contract new isKindOf: self class! !
"""


def write(folder: Path, **files: str) -> Path:
    """Write `files` (name without `.st`: text) into `folder`; answer the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.st").write_text(text, encoding="utf-8", newline="")
    return folder


def many(folder: Path, files: int, methods: int = 12) -> Path:
    """Write `files` files of one class each; answer the folder."""
    for number in range(files):
        header = f"Object subclass: #Thing{number}\n\tinstanceVariableNames: 'a'\n\tclassVariableNames: ''\n\tcategory: 'Things'!\n\n"
        bodies = "!\n\n".join(
            f"do{index}: aThing{index}\n\ta := aThing{index} value: {index} with: 'x'.\n\t^Thing{number + 1} new do{index}: a"
            for index in range(methods)
        )
        write(folder, **{f"Thing{number}": f"{header}!Thing{number} methodsFor: 'doing'!\n\n{bodies}! !\n"})
    return folder


def index_of(folder: Path, out: Path, jobs: int = 1) -> CodeIndex:
    """Answer the index of `folder`, opened."""
    build_index([folder], out, jobs=jobs)
    return CodeIndex.open(out)


_OWNER = (
    "(SELECT f.path || ':' || m.start FROM methods m JOIN files f ON f.id = m.file WHERE m.id = {0}"
    " UNION ALL SELECT f.path || ':' || d.start FROM doits d JOIN files f ON f.id = d.file WHERE d.id = {0})"
)
_SELECT = {
    "meta": "SELECT * FROM meta",
    "files": "SELECT path, digest, format, dialect, detected, encoding, size, lines, last_id - first_id FROM files",
    "skipped": "SELECT * FROM skipped",
    "sends": f"SELECT {_OWNER.format('t.owner')}, at, s.text, r.text, line FROM sends t JOIN names s ON s.id = t.selector"
    " LEFT JOIN names r ON r.id = t.receiver",
    "uses": f"SELECT {_OWNER.format('t.owner')}, at, n.text, kind, write, line FROM uses t JOIN names n ON n.id = t.name",
    "literals": f"SELECT {_OWNER.format('t.owner')}, kind, n.text, at FROM literals t JOIN names n ON n.id = t.value",
    "pragmas": f"SELECT {_OWNER.format('t.owner')}, at, n.text FROM pragmas t JOIN names n ON n.id = t.selector",
    "issues": f"SELECT f.path, {_OWNER.format('t.owner')}, t.path, code, severity, message, hint, start, end, line, column"
    " FROM issues t LEFT JOIN files f ON f.id = t.file",
    "methods": "SELECT f.path, c.text, meta, s.text, p.text, stamp, start, end, line, source_line, parsed, t.lines, tokens, shape, comment,"
    " source FROM methods t JOIN files f ON f.id = t.file JOIN names c ON c.id = t.class LEFT JOIN names s ON s.id = t.selector"
    " LEFT JOIN names p ON p.id = t.protocol",
    "words": "SELECT term, doc, cnt FROM words",
}
_PLAIN = ("classes", "class_parts", "namespaces", "shared_variables", "doits", "comments")


def dump(path: Path) -> dict[str, list[str]]:
    """Answer every table of the index at `path` with names instead of ids, sorted: equal for equal indices."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, row)")
    tables = {name: connection.execute(query).fetchall() for name, query in _SELECT.items()}
    for name in _PLAIN:
        found = connection.execute(f"SELECT f.path, t.* FROM {name} t JOIN files f ON f.id = t.file").fetchall()
        tables[name] = [(row[0], *row[3:]) for row in found]
    connection.close()
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}
