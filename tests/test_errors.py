"""Every example of grammar/errors.txt gives its own code, and its message and hint have no hole left."""

from __future__ import annotations

import re

import pytest

from stparse.diagnose import faults
from stparse.issue import Severity
from stparse.parser import parse_method

EXAMPLES = [(fault.code, example) for fault in faults().values() for example in fault.examples]


@pytest.mark.parametrize(("code", "example"), EXAMPLES)
def test_example(code: str, example: str) -> None:
    parsed = parse_method(example)
    assert parsed.tree is None
    (issue,) = parsed.issues
    assert issue.code == code, f"{issue.code} {issue.message}"
    assert issue.severity is Severity.ERROR
    assert 0 <= issue.span.start <= issue.span.end <= len(example)
    assert issue.hint
    assert not re.search(r"\{[a-z]+\}", issue.message + issue.hint)


def test_every_fault_has_examples() -> None:
    assert [fault.code for fault in faults().values() if not fault.examples] == ["P100"]
    assert len(EXAMPLES) > 60


def test_the_hint_names_the_line_of_the_opening_bracket() -> None:
    (issue,) = parse_method("foo\n\ta bar.\n\titems do: [:e |\n\t\te foo.\n\t^1").issues
    assert issue.hint == "`]` that closes line 3's `[` is missing"


def test_a_long_token_is_shortened_in_the_message() -> None:
    (issue,) = parse_method("foo ^a b " + "'" + "x" * 500 + "'").issues
    assert len(issue.message) < 100
