-- The vectors of the passages of an index: a file beside it that is made from it, and that can be deleted at any time.

CREATE TABLE IF NOT EXISTS meta (             -- encoder (what made the vectors), library (that of the passages below; none while they are being made)
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS vectors (          -- by the digest of a text, so that a passage which moves keeps its vector; float16, of length 1
    digest BLOB PRIMARY KEY,
    vector BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL
);
