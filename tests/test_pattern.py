"""Patterns with metavariables: what each kind of metavariable takes, and what it refuses."""

from __future__ import annotations

import pytest

from stparse.issue import BadInputError
from stparse.nodes import Method, Node
from stparse.parser import parse_method
from stparse.pattern import Pattern
from stparse.unparse import to_source


def tree_of(source: str) -> Method:
    tree = parse_method(source).tree
    assert isinstance(tree, Method)
    return tree


def found(pattern: str, source: str) -> list[str]:
    return [to_source(match.node) for match in Pattern(pattern).find(tree_of(source))]


@pytest.mark.parametrize(
    ("pattern", "body", "expected"),
    [
        ("`@x isNil ifTrue: `@block", "^contract isNil ifTrue: [0]", ["contract isNil ifTrue: [0]"]),
        ("`@x isNil ifTrue: `@block", "^contract notNil ifTrue: [0]", []),
        ("`x size = 0", "^lines size = 0 and: [self lines size = 0]", ["lines size = 0"]),
        ("`@x size = 0", "^lines size = 0 and: [self lines size = 0]", ["lines size = 0", "self lines size = 0"]),
        ("`#literal = `@x", "^3 = count | (count = 3)", ["3 = count"]),
        ("`@x = `@x", "^a b = a b or: [a = b]", ["a b = a b"]),
        ("super `@message: `@arguments", "super at: 1 put: 2. super size. self at: 1", ["super at: 1 put: 2", "super size"]),
        ("`@x `unary", "^slot start", ["slot start"]),
        ("[:each | `.@statements]", "lines do: [:each | each foo. each bar]", ["[:each |\n\teach foo.\n\teach bar]"]),
        ("[:`@names | `.@statements]", "lines inject: 0 into: [:a :b | a]", ["[:a :b | a]"]),
        ("`var := `@value", "| a | a := 3. ^a", ["a := 3"]),
    ],
)
def test_find(pattern: str, body: str, expected: list[str]) -> None:
    assert found(pattern, f"run\n\t{body}") == expected


def test_bindings_name_what_was_taken() -> None:
    tree = tree_of("run\n\t^self slots detect: [:s | s isFree] ifNone: [nil]")
    (match,) = Pattern("`@receiver detect: `@test ifNone: `@default").find(tree)
    receiver = match.bindings["receiver"]
    assert isinstance(receiver, Node)
    assert to_source(receiver) == "self slots"


def test_rows_of_statements_backtrack() -> None:
    pattern = Pattern("| `@temporaries | `.@before. `var := nil. `.@after. ^`var")
    tree = tree_of("run\n\t| a b | a := 1. b := nil. a foo. ^b")
    match = pattern.match(tree.body)
    assert match is not None
    before = match.bindings["before"]
    assert isinstance(before, tuple)
    assert [to_source(node) for node in before] == ["a := 1"]


def test_method_pattern_finds_getters() -> None:
    pattern = Pattern("`selector ^`var", method=True)
    match = pattern.match(tree_of("title\n\t^title"))
    assert match is not None
    assert match.bindings["selector"] == "title"
    assert pattern.match(tree_of("title\n\t^self title")) is None
    assert pattern.match(tree_of("title: aString\n\t^title")) is None


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(BadInputError, match="remedy"):
        Pattern("`@x foo: ")
