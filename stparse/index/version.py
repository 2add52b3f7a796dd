"""The numbers and lists that the writer and the readers of an index share."""

from __future__ import annotations

SCHEMA_VERSION = "1"
"""Raised by hand when schema.sql changes; what fills the tables is covered by a digest of the code (build.py)."""

USE_KINDS = ("global", "free", "temporary", "argument", "block argument", "pseudo")
LITERAL_KINDS = ("symbol", "string", "number", "character")
