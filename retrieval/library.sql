-- The passages of an index: a file beside it that is made from it, and that can be deleted at any time.
--
-- A passage of Smalltalk has the id that the index gives to its method, class or comment; those of documents are above all these.

CREATE TABLE meta (             -- version (of the code that fills these tables), what was left out, the sources of the documents
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE files (            -- what stands here of each file of the index, and the ids of it
    path TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE documents (        -- texts that the index does not hold
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL
);

CREATE TABLE frequencies (      -- in how many passages a term stands
    term TEXT PRIMARY KEY,
    passages INTEGER NOT NULL
) WITHOUT ROWID;

-- Terms, split beforehand (retrieval/words.py). They are kept, so that they can be taken out, and ranked with, without being made again.
CREATE VIRTUAL TABLE words USING fts5(
    name, owner, comment, body, class UNINDEXED, package UNINDEXED, tokenize = "unicode61 remove_diacritics 0 tokenchars '_:'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
