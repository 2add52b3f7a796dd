"""Search by meaning, for who wants it: a vector for each passage, made by an encoder on this machine and kept in a file beside the index.

Passages are compared with a question one by one: 110,000 vectors of 384 numbers are one product of a matrix, and no structure is needed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Passage
from stparse.index.words import identifiers, split
from stparse.issue import StcError

LONGEST = 2_000
"""Characters of a passage that an encoder is given; most encoders read no more than 512 tokens."""
_AT_ONCE = 64
# Another process that made the vectors of another state of the index may have thrown some of ours away.
_LACKING = "SELECT 1 FROM passages WHERE digest NOT IN (SELECT digest FROM vectors) LIMIT 1"
_SQL = Path(__file__).with_suffix(".sql")
Matrix = NDArray[np.float32]
Progress = Callable[[str, int, int], None]


class Encode(Protocol):
    """Makes vectors of texts."""

    @property
    def identity(self) -> str:
        """What decides the vectors, besides the texts."""

    def __call__(self, texts: Sequence[str], *, question: bool) -> Matrix:
        """Answer a row of length 1 for each text; some encoders read a question otherwise than what answers it."""


def vectors_path(index: Path) -> Path:
    """Answer where the vectors of an index are kept."""
    return index.with_name(f"{index.name}.vectors")


def spelled(text: str) -> str:
    """Answer a text as words: names fall into theirs, since encoders learnt from prose, and what stands between names is left out."""
    return " ".join(word.lower() for name in identifiers(text) for word in split(name))


def text_of(passage: Passage) -> str:
    """Answer what an encoder is given of a passage."""
    return f"{spelled(passage.name)}. {spelled(passage.text[:LONGEST])}"[:LONGEST]


class Vectors:
    """The vectors of all passages, in memory: `ids` and the rows of `matrix` belong together."""

    def __init__(self, encode: Encode, ids: Sequence[int], matrix: Matrix) -> None:
        self._encode, self._ids, self._matrix = encode, ids, matrix

    @property
    def identity(self) -> str:
        """What made them."""
        return self._encode.identity

    def best(self, question: str, most: int) -> list[tuple[int, float]]:
        """Answer the ids of the passages that mean most nearly what the question does, with the cosine, the best first."""
        if not self._ids:
            return []
        likeness = self._matrix @ self._encode([spelled(question[:LONGEST])], question=True)[0]
        # All that are as near as the last of them; the lower id where two are alike, so that the order does not depend on how numpy sorts.
        least = np.partition(likeness, -most)[-most] if most < len(likeness) else -np.inf
        near = sorted((-float(likeness[place]), self._ids[place]) for place in np.flatnonzero(likeness >= least).tolist())
        return [(number, -value) for value, number in near[:most]]


def open_vectors(
    path: Path, encode: Encode, library: str, passages: Callable[[], Iterable[Passage]], show: Progress | None = None
) -> Vectors:
    """Answer the vectors of the `passages` of the library with that digest: read from the file at `path`, or made where they are missing.

    What was made stays when this is interrupted. Vectors of another encoder are thrown away. Raises StcError where the file cannot be
    written.
    """
    wanted = {"encoder": encode.identity, "library": library}
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            if _said(db) != wanted or db.execute(_LACKING).fetchone():
                _fill(db, encode, wanted, list(passages()), show or (lambda phase, done, total: None))
            rows = db.execute("SELECT p.id, v.vector FROM passages p JOIN vectors v USING (digest) ORDER BY p.id").fetchall()
    except (OSError, sqlite3.Error) as error:
        raise StcError(
            f"{path} cannot be read or written: {error}; delete it, or look whether the disk is full or the folder not yours"
        ) from error
    matrix = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float16).astype(np.float32)
    return Vectors(encode, [number for number, _ in rows], matrix.reshape(len(rows), len(matrix) // max(1, len(rows))))


def _said(db: sqlite3.Connection) -> dict[str, str]:
    """Answer what the file says it is; nothing where it is new."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return {}
    return dict(db.execute("SELECT key, value FROM meta"))


def _fill(db: sqlite3.Connection, encode: Encode, wanted: dict[str, str], passages: Sequence[Passage], show: Progress) -> None:
    said = _said(db)
    if not said:
        db.executescript(_SQL.read_text(encoding="utf-8"))
    with _transaction(db):
        if said.get("encoder") != wanted["encoder"]:
            db.execute("DELETE FROM vectors")
        db.execute("DELETE FROM meta")
        db.execute("INSERT INTO meta VALUES ('encoder', ?)", (wanted["encoder"],))
    digests = {one.id: hashlib.sha256(text_of(one).encode("utf-8", "surrogatepass")).digest() for one in passages}
    known = {digest for (digest,) in db.execute("SELECT digest FROM vectors")}
    # Texts of like length together: an encoder pads what it is given at once. Each text once.
    missing = {digests[one.id]: text_of(one) for one in passages if digests[one.id] not in known}
    ordered = iter(sorted(missing.items(), key=lambda item: (len(item[1]), item[0])))
    done = 0
    while part := list(islice(ordered, _AT_ONCE)):
        rows = encode([text for _, text in part], question=False).astype(np.float16)
        with _transaction(db):
            db.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?)", ((d, row.tobytes()) for (d, _), row in zip(part, rows, strict=True))
            )
        done += len(part)
        show("making vectors", done, len(missing))
    with _transaction(db):
        db.execute("DELETE FROM passages")
        db.executemany("INSERT INTO passages VALUES (?, ?)", digests.items())
        db.execute("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('library', ?)", (wanted["library"],))


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
