"""What was mined, in tables of the index file: written in one transaction, and of no use as soon as the index holds other text."""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from checker.style.corpus import Corpus, Owner
from checker.style.counts import Counts, Slot
from checker.style.evidence import Place
from checker.style.rules import Rule
from stparse.index.query import CodeIndex
from stparse.index.tool import digest_of_code
from stparse.issue import IndexFileError

_TABLES = ("meta", "texts", "owners", "counts", "rules", "places")
_SCHEMA = """
CREATE TABLE convention_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE convention_texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE convention_owners (           -- a method or a class that slots were read from
    id INTEGER PRIMARY KEY, class INTEGER NOT NULL, package INTEGER NOT NULL, root INTEGER NOT NULL, author INTEGER NOT NULL,
    weight REAL NOT NULL, shape INTEGER, is_class INTEGER NOT NULL,
    slots BLOB NOT NULL                    -- contexts, values, starts, ends: as many numbers of four bytes each, low byte first
);
CREATE TABLE convention_counts (           -- over the whole code base, weighted; contexts count for those above them too
    context INTEGER NOT NULL, value INTEGER NOT NULL, count REAL NOT NULL, PRIMARY KEY (context, value)
) WITHOUT ROWID;
CREATE TABLE convention_rules (
    id INTEGER PRIMARY KEY, scope TEXT NOT NULL, name TEXT NOT NULL, context TEXT NOT NULL, value TEXT NOT NULL, count REAL NOT NULL,
    kept REAL NOT NULL, classes INTEGER NOT NULL, packages INTEGER NOT NULL, lower REAL NOT NULL, lift REAL NOT NULL,
    author_share REAL NOT NULL, in_force INTEGER NOT NULL
);
CREATE TABLE convention_places (rule INTEGER NOT NULL, owner INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL);
CREATE INDEX convention_owners_by_shape ON convention_owners (shape);
CREATE INDEX convention_owners_by_class ON convention_owners (class);
CREATE INDEX convention_places_by_rule ON convention_places (rule);
"""


@cache
def miner_version() -> str:
    """Answer the digest of the code that mines, and of the background that it compares with."""
    return digest_of_code(Path(__file__).parent, Path(__file__).parents[1] / "conventions")


def write(index: CodeIndex, corpus: Corpus, counts: Counts, rules: Iterable[Rule], meta: dict[str, Any]) -> None:
    """Put what was mined into the index file, in place of what an earlier run has put there."""
    with closing(sqlite3.connect(index.path, isolation_level=None)) as db:
        # Asked before: while the transaction is under way, the index cannot be read.
        said = {"content": index.content_digest, "miner": miner_version(), **{key: json.dumps(value) for key, value in meta.items()}}
        db.execute("BEGIN IMMEDIATE")
        try:
            for table in _TABLES:
                db.execute(f"DROP TABLE IF EXISTS convention_{table}")
            for statement in _SCHEMA.split(";\n"):
                if statement.strip():
                    db.execute(statement)
            _fill(db, corpus, counts, rules)
            db.executemany("INSERT INTO convention_meta VALUES (?, ?)", sorted(said.items()))
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def _fill(db: sqlite3.Connection, corpus: Corpus, counts: Counts, rules: Iterable[Rule]) -> None:
    numbers = {text: number for number, text in enumerate(corpus.texts)}

    def number(text: str) -> int:
        return numbers.setdefault(text, len(numbers))

    columns = corpus.contexts, corpus.values, corpus.starts, corpus.ends
    owners = (
        (
            o.id, number(o.class_key), number(o.package), number(o.root), number(o.author), o.weight, o.shape, int(o.is_class),
            _packed(columns, *corpus.ranges[o.id]),
        )
        for o in corpus.owners.values()
    )  # fmt: skip
    db.executemany("INSERT INTO convention_owners VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", owners)
    counted = ((number(context), number(value), count) for context, values in counts.items() for value, count in values.items())
    db.executemany("INSERT INTO convention_counts VALUES (?, ?, ?)", counted)
    db.executemany("INSERT INTO convention_texts VALUES (?, ?)", ((at, text) for text, at in numbers.items()))
    for at, rule in enumerate(rules, 1):
        row = (
            at, rule.scope, rule.name, rule.context, rule.value, rule.count, rule.kept, rule.classes, rule.packages, rule.lower,
            rule.lift, rule.author_share, int(rule.in_force),
        )  # fmt: skip
        db.execute("INSERT INTO convention_rules VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.executemany("INSERT INTO convention_places VALUES (?, ?, ?, ?)", ((at, p.owner, p.start, p.end) for p in rule.places))


class Mined:
    """What was mined from an index, read back as far as it is asked for."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        self._values: dict[str, dict[str, float]] = {}
        self._texts: dict[int, str] = {}
        self.meta: dict[str, Any] = {}

    @classmethod
    def open(cls, index: CodeIndex) -> Mined:
        """Open what was mined from `index`. Raises IndexFileError if nothing was, or if the index or stc has changed since."""
        mined = cls(index.path)
        try:
            said = dict(mined._db.execute("SELECT key, value FROM convention_meta"))
        except sqlite3.Error:
            said = {}
        remedy = f"run: stc conventions mine --index {index.path}"
        if not said or said.get("content") != index.content_digest or said.get("miner") != miner_version():
            mined.close()
            reason = "has no mined conventions" if not said else "has conventions that were mined from other text, or by another stc"
            raise IndexFileError(f"{index.path} {reason}; {remedy}")
        mined.meta = {key: json.loads(value) for key, value in said.items() if key not in ("content", "miner")}
        return mined

    def close(self) -> None:
        self._db.close()

    def of(self, context: str) -> dict[str, float]:
        """Answer how often each value stands in `context`."""
        known = self._values.get(context)
        if known is None:
            query = (
                "SELECT v.text, c.count FROM convention_texts t JOIN convention_counts c ON c.context = t.id"
                " JOIN convention_texts v ON v.id = c.value WHERE t.text = ?"
            )
            known = self._values[context] = dict(self._db.execute(query, (context,)))
        return known

    def rules(self) -> Iterator[Rule]:
        """Yield the rules, in force or not, with the places that show them."""
        places: dict[int, list[Place]] = {}
        for rule, *place in self._db.execute("SELECT rule, owner, start, end FROM convention_places ORDER BY rowid"):
            places.setdefault(rule, []).append(Place(*place))
        for row in self._db.execute("SELECT * FROM convention_rules ORDER BY id"):
            yield Rule(
                row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], row[11], bool(row[12]),
                tuple(places.get(row[0], ())),
            )  # fmt: skip

    def owner(self, number: int) -> Owner | None:
        """Answer a method or class by its id in the index."""
        query = (
            "SELECT o.id, c.text, p.text, r.text, a.text, o.weight, o.shape, o.is_class FROM convention_owners o"
            " JOIN convention_texts c ON c.id = o.class JOIN convention_texts p ON p.id = o.package"
            " JOIN convention_texts r ON r.id = o.root JOIN convention_texts a ON a.id = o.author WHERE o.id = ?"
        )
        row = self._db.execute(query, (number,)).fetchone()
        return Owner(row[0], row[1], row[2], row[3], row[4], row[5], row[6], bool(row[7])) if row else None

    def owners_of(self, class_key: str) -> list[int]:
        """Answer the methods of a class, and the class."""
        query = "SELECT id FROM convention_owners WHERE class = (SELECT id FROM convention_texts WHERE text = ?)"
        return [one for (one,) in self._db.execute(query, (class_key,))]

    def relatives(self, shape: int | None, most: int) -> list[int]:
        """Answer the methods of a shape, of which one of them would be its own evidence."""
        if shape is None:
            return []
        return [one for (one,) in self._db.execute("SELECT id FROM convention_owners WHERE shape = ? LIMIT ?", (shape, most))]

    def slots(self, owner: int) -> list[Slot]:
        """Answer the slots of a method or class."""
        row = self._db.execute("SELECT slots FROM convention_owners WHERE id = ?", (owner,)).fetchone()
        return [(self._text(context), self._text(value)) for context, value, _, _ in _unpacked(row[0])] if row else []

    def places_of(self, value: str, context: str, without: Collection[int], most: int) -> list[Place]:
        """Answer places of owners with `value` in `context` or a more special one, other than `without`: exceptions, rare evidence."""
        query = "SELECT id FROM convention_texts WHERE text = ? OR (text >= ? AND text < ?)"
        contexts = {one for (one,) in self._db.execute(query, (context, f"{context} ", f"{context}!"))}
        said = self._db.execute("SELECT id FROM convention_texts WHERE text = ?", (value,)).fetchone()
        found: list[Place] = []
        if said is None:
            return found
        # The bytes of a number can be found across two numbers: then nothing comes of it.
        for owner, data in self._db.execute("SELECT id, slots FROM convention_owners WHERE instr(slots, ?)", (_bytes(array("i", said)),)):
            if owner not in without:
                found += [Place(owner, start, end) for one, other, start, end in _unpacked(data) if other == said[0] and one in contexts]
            if len(found) >= most:
                break
        return found[:most]

    def _text(self, number: int) -> str:
        known = self._texts.get(number)
        if known is None:
            (known,) = self._db.execute("SELECT text FROM convention_texts WHERE id = ?", (number,)).fetchone()
            self._texts[number] = known
        return known


def _packed(columns: Iterable[array[int]], first: int, last: int) -> bytes:
    return b"".join(_bytes(column[first:last]) for column in columns)


def _unpacked(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield (context, value, start, end) of each slot."""
    numbers = array("i", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    size = len(numbers) // 4
    return zip(numbers[:size], numbers[size : 2 * size], numbers[2 * size : 3 * size], numbers[3 * size :], strict=True)


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
