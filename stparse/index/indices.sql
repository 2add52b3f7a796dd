-- Indices on what is asked, made after the rows: that is faster than keeping them up while 100,000 methods come in.
CREATE INDEX IF NOT EXISTS classes_by_name ON classes (name);
CREATE INDEX IF NOT EXISTS classes_by_file ON classes (file, start);
CREATE INDEX IF NOT EXISTS methods_by_file ON methods (file, start);
CREATE INDEX IF NOT EXISTS methods_by_selector ON methods (selector);
CREATE INDEX IF NOT EXISTS methods_by_class ON methods (class, meta);
CREATE INDEX IF NOT EXISTS methods_by_shape ON methods (shape);
CREATE INDEX IF NOT EXISTS sends_by_selector ON sends (selector);
CREATE INDEX IF NOT EXISTS uses_by_name ON uses (name) WHERE kind < 2;
CREATE INDEX IF NOT EXISTS literals_by_value ON literals (value, kind);
CREATE INDEX IF NOT EXISTS pragmas_by_selector ON pragmas (selector);
CREATE INDEX IF NOT EXISTS issues_by_owner ON issues (owner);
CREATE INDEX IF NOT EXISTS issues_by_file ON issues (file);
