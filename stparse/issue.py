"""Findings as values, and the few errors that stc raises."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from stparse.text import Span


class Severity(Enum):
    """How bad a finding is; `error` is what a compiler refuses."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about a text, whoever found it: parser (P), semantics (C), rule (ST), convention (H), file (F).

    `span` counts in the text that was judged (a method's source, or a whole file); `hint` says what to do.
    """

    code: str
    message: str
    severity: Severity
    span: Span
    hint: str | None = None


class StcError(Exception):
    """An error that the user can mend; its text says where it is and how."""


class BadInputError(StcError):
    """What was given cannot be used: a path, an option, a name."""


class IndexFileError(StcError):
    """The index file is missing, broken, or of another version."""
