"""The language, and nothing but grammars: the base text, the file formats, the dialects, and the examples of errors."""
