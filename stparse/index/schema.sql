-- The index of a code base: one file that answers every question about it, and that can be deleted and rebuilt at any time.
--
-- Ids: classes, methods, do-its, comments, namespaces and shared variables draw their ids from one sequence, and those of
-- one file are contiguous (files.first_id .. files.last_id). So `owner` in the facts below names a method or a do-it, a file
-- is taken out with one range, and the full-text rows share the ids. Ids differ between a cold and an incremental build;
-- the order that is promised is (file path, offset). Selectors, variable names and literals are interned in `names`.
-- "Offset in the source" counts characters of methods.source or doits.source; start, end are offsets in the file's text.

CREATE TABLE meta (            -- version (of this schema and of the code that fills it), tool, roots, dialect
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE names (           -- every selector, name and literal once; 0 is never an id
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE, -- posix, relative to the root given
    digest TEXT NOT NULL,      -- SHA-256 of the bytes; empty when the file changed while it was read, so that it is read again
    format TEXT NOT NULL,
    dialect TEXT NOT NULL,
    detected TEXT NOT NULL,    -- the evidence of this file alone, as JSON; lets the dialects be settled again without reading
    encoding TEXT NOT NULL,
    size INTEGER NOT NULL,     -- bytes
    lines INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL   -- first_id - 1 when the file holds nothing
);

CREATE TABLE skipped (         -- what the scan met and did not read, with the reason
    path TEXT PRIMARY KEY,
    reason TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE classes (         -- one row for each definition: a class that is defined twice has two
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    name TEXT NOT NULL,
    namespace TEXT,
    superclass TEXT,           -- as written; NULL for a root
    kind TEXT NOT NULL,        -- normal, variable, bytes, words, weak, ...
    instance_variables TEXT NOT NULL,        -- names with single spaces between them, as are the next five
    class_variables TEXT NOT NULL,
    class_instance_variables TEXT NOT NULL,
    pools TEXT NOT NULL,
    imports TEXT NOT NULL,
    traits TEXT NOT NULL,
    category TEXT,
    comment TEXT,
    stub INTEGER NOT NULL,     -- 1: says only what the code stands on
    trait INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    line INTEGER NOT NULL
);

CREATE TABLE class_parts (     -- what a statement apart from the definition says of a class (`C comment: '...'`)
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    class TEXT NOT NULL,
    part TEXT NOT NULL,        -- comment, class_instance_variables, class_variables, instance_variables
    text TEXT NOT NULL,
    line INTEGER NOT NULL
);

CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    name TEXT NOT NULL,
    parent TEXT,
    imports TEXT NOT NULL,
    category TEXT,
    comment TEXT,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    line INTEGER NOT NULL
);

CREATE TABLE shared_variables (-- VisualWorks' defineSharedVariable:, in a class or a namespace
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    name TEXT NOT NULL,
    environment TEXT,          -- the class or namespace that holds it
    initializer TEXT,
    category TEXT,
    comment TEXT,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    line INTEGER NOT NULL
);

CREATE TABLE methods (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    class INTEGER NOT NULL REFERENCES names (id),     -- the name as the file writes it
    meta INTEGER NOT NULL,     -- 1: class side
    selector INTEGER REFERENCES names (id),           -- NULL when not even the pattern can be read
    protocol INTEGER REFERENCES names (id),
    stamp TEXT,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    line INTEGER NOT NULL,     -- of the first character of the selector pattern
    source_line INTEGER NOT NULL,                     -- of the first character of source
    parsed INTEGER NOT NULL,   -- 0: there is no tree, the issues say why
    lines INTEGER NOT NULL,
    tokens INTEGER NOT NULL,   -- Smalltalk tokens, comments not counted
    shape INTEGER,             -- 63-bit hash of the body with locals numbered and literals blanked: equal for clones
    comment TEXT,              -- the first comment, where a method's own comment stands
    source TEXT NOT NULL       -- as the image would hold it: bangs undoubled, line ends LF
);

CREATE TABLE doits (           -- statements of a file that are run when it is read
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    line INTEGER NOT NULL,
    parsed INTEGER NOT NULL,
    source TEXT NOT NULL
);

CREATE TABLE comments (        -- comments that stand on their own in a file
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    class TEXT,                -- where the file says whose it is
    text TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    line INTEGER NOT NULL
);

CREATE TABLE sends (
    owner INTEGER NOT NULL,    -- methods.id or doits.id
    at INTEGER NOT NULL,       -- offset of the selector in the source
    selector INTEGER NOT NULL REFERENCES names (id),
    receiver INTEGER NOT NULL, -- names.id of `self`, `super` or the capitalised variable that receives it; 0: something else
    line INTEGER NOT NULL,     -- in the file
    PRIMARY KEY (owner, at, selector)
) WITHOUT ROWID;

CREATE TABLE uses (            -- reads and writes of variables
    owner INTEGER NOT NULL,
    at INTEGER NOT NULL,       -- of a local or pseudo variable only its first read and its first write are kept
    name INTEGER NOT NULL REFERENCES names (id),
    kind INTEGER NOT NULL,     -- 0 capitalised: global, class, shared or pool variable; 1 free lower-case: instance variable
                               -- or undeclared; 2 temporary; 3 method argument; 4 block argument; 5 pseudo variable
    write INTEGER NOT NULL,
    line INTEGER NOT NULL,
    PRIMARY KEY (owner, at, name)
) WITHOUT ROWID;

CREATE TABLE literals (        -- one row for each different literal of an owner, at its first place
    owner INTEGER NOT NULL,
    kind INTEGER NOT NULL,     -- 0 symbol, 1 string, 2 number, 3 character
    value INTEGER NOT NULL REFERENCES names (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (owner, kind, value)
) WITHOUT ROWID;

CREATE TABLE pragmas (
    owner INTEGER NOT NULL,
    at INTEGER NOT NULL,
    selector INTEGER NOT NULL REFERENCES names (id),
    PRIMARY KEY (owner, at, selector)
) WITHOUT ROWID;

CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    file INTEGER REFERENCES files (id),               -- NULL: about something that could not be read at all
    owner INTEGER,             -- the method or do-it, if it is in one
    path TEXT,                 -- only where file is NULL
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    hint TEXT,
    start INTEGER NOT NULL,    -- offsets in the source of the owner, or in the file where there is no owner
    end INTEGER NOT NULL,
    line INTEGER NOT NULL,     -- in the file
    "column" INTEGER NOT NULL
);

-- Words of methods and classes, split beforehand (stparse/index/words.py); nothing but the words is stored here.
-- Their places are kept (detail = full), because bm25() is 0 for everything without them.
CREATE VIRTUAL TABLE search USING fts5(
    selector, class, words, content = '', tokenize = "unicode61 tokenchars '_:'"
);
