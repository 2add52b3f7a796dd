"""Whole answers of models: what is taken as code and what is not, in the many ways in which they write."""

from __future__ import annotations

import pytest

from checker.answers import check_answer, extract
from checker.verdict import Outcome

DEFINITION = (
    "Object subclass: #Account\n\tinstanceVariableNames: 'balance'\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n\tcategory: 'Bank'"
)
FILEOUT = DEFINITION + "!\n\n!Account methodsFor: 'accessing'!\n\nbalance\n\t^balance! !\n"

# name: (answer, the pieces as (kind, class, first line), outcome)
ANSWERS: dict[str, tuple[str, list[tuple[str, str | None, str]], str]] = {
    "bare method": ("double: n\n\t^n * 2", [("method", None, "double: n")], "COMPILES"),
    "bare method, unary": ("answer\n\t^42", [("method", None, "answer")], "COMPILES"),
    "bare method, spaces": ("answer\n    ^42\n", [("method", None, "answer")], "COMPILES"),
    "bare binary method": ("+ other\n\t^other", [("method", None, "+ other")], "COMPILES"),
    "bare method with a comment": ('answer\n\t"Answer the answer."\n\n\t^42', [("method", None, "answer")], "COMPILES"),
    "method with a long comment of prose": (
        'answer\n\t"This is the answer to everything.\n\tNote that the method returns a number.\n\n\tIt is easy."\n\n\t^42',
        [("method", None, "answer")],
        "COMPILES",
    ),
    "method with blank lines": ("foo\n\t| a |\n\ta := 1.\n\n\ta := a + 1.\n\n\t^a", [("method", None, "foo")], "COMPILES"),
    "fenced": ("```smalltalk\nanswer\n\t^42\n```", [("method", None, "answer")], "COMPILES"),
    "fenced st": ("```st\nanswer\n\t^42\n```", [("method", None, "answer")], "COMPILES"),
    "fenced Smalltalk": ("```Smalltalk\nanswer\n\t^42\n```", [("method", None, "answer")], "COMPILES"),
    "fenced without a mark": ("```\nanswer\n\t^42\n```", [("method", None, "answer")], "COMPILES"),
    "fenced with tildes": ("~~~smalltalk\nanswer\n\t^42\n~~~", [("method", None, "answer")], "COMPILES"),
    "fence not closed": ("```smalltalk\nanswer\n\t^42", [("method", None, "answer")], "COMPILES"),
    "prose, fence, prose": (
        "Sure! Here's the method:\n\n```smalltalk\nanswer\n\t^42\n```\n\nThis method returns 42.",
        [("method", None, "answer")],
        "COMPILES",
    ),
    "two fences": (
        "First:\n\n```smalltalk\none\n\t^1\n```\n\nSecond:\n\n```smalltalk\ntwo\n\t^2\n```\n",
        [("method", None, "one"), ("method", None, "two")],
        "COMPILES",
    ),
    "fence in a list": (
        "1. Add this:\n\n   ```smalltalk\n   answer\n       ^42\n   ```\n",
        [("method", None, "   answer")],
        "COMPILES",
    ),
    "another language beside": (
        "```python\ndef answer(): return 42\n```\n\nIn Smalltalk:\n\n```smalltalk\nanswer\n\t^42\n```",
        [("method", None, "answer")],
        "COMPILES",
    ),
    "output beside": (
        "```smalltalk\nanswer\n\t^42\n```\n\nOutput:\n\n```\nThis is the output of the method.\n```",
        [("method", None, "answer")],
        "COMPILES",
    ),
    "bare method between prose": (
        "Here is the method that you asked for:\n\nanswer\n\t^42\n\nIt returns the answer to everything.",
        [("method", None, "answer")],
        "COMPILES",
    ),
    "explanation first": (
        "To double a number, multiply it by two.\n\ndouble: n\n\t^n * 2",
        [("method", None, "double: n")],
        "COMPILES",
    ),
    "explanation last": (
        "double: n\n\t^n * 2\n\nThis method takes a number and returns its double.",
        [("method", None, "double: n")],
        "COMPILES",
    ),
    "inline code in prose": ("You can use the method `double:` of the class `Number` for this.", [], "ERROR"),
    "header on the pattern": ("```smalltalk\nAccount>>answer\n\t^42\n```", [("method", "Account", "answer")], "COMPILES"),
    "header with blanks": ("```smalltalk\nAccount >> answer\n\t^42\n```", [("method", "Account", "answer")], "COMPILES"),
    "header of the class side": ("Account class >> answer\n\t^42", [("method", "Account class", "answer")], "COMPILES"),
    "header with keywords": ("Account>>add: n to: m\n\t^n + m", [("method", "Account", "add: n to: m")], "COMPILES"),
    "header with a selector, then the method": (
        "```smalltalk\nAccount>>add:to:\nadd: n to: m\n\t^n + m\n```",
        [("method", "Account", "add: n to: m")],
        "COMPILES",
    ),
    "header said twice": ("```smalltalk\nAccount>>answer\nanswer\n\t^42\n```", [("method", "Account", "answer")], "COMPILES"),
    "header as a comment": ('```smalltalk\n"Account>>answer"\nanswer\n\t^42\n```', [("method", "Account", "answer")], "COMPILES"),
    "header in the prose before": (
        "Define `Account>>answer` like this:\n```smalltalk\nanswer\n\t^42\n```",
        [("method", "Account", "answer")],
        "COMPILES",
    ),
    "several headers": (
        "```smalltalk\nAccount>>one\n\t^1\n\nAccount class>>two\n\t^2\n\nAccount>>three: x\n\t^x\n```",
        [("method", "Account", "one"), ("method", "Account class", "two"), ("method", "Account", "three: x")],
        "COMPILES",
    ),
    "several methods": (
        "```smalltalk\none\n\t^1\n\ntwo\n\t^2\n\nthree: x\n\t^x\n```",
        [("method", None, "one"), ("method", None, "two"), ("method", None, "three: x")],
        "COMPILES",
    ),
    "several methods that return nothing": (
        "one\n\tself two\n\ntwo\n\tself one",
        [("method", None, "one"), ("method", None, "two")],
        "COMPILES",
    ),
    "several methods with comments above": (
        'one\n\t^1\n\n"the second"\ntwo\n\t^2',
        [("method", None, "one"), ("method", None, '"the second"')],
        "COMPILES",
    ),
    "class definition": (f"```smalltalk\n{DEFINITION}\n```", [("class", None, "Object subclass: #Account")], "COMPILES"),
    "class and methods": (
        f"```smalltalk\n{DEFINITION}.\n\nbalance\n\t^balance\n\ndeposit: n\n\tbalance := balance + n\n```",
        [("class", None, "Object subclass: #Account"), ("method", "Account", "balance"), ("method", "Account", "deposit: n")],
        "COMPILES",
    ),
    "class and headed methods": (
        f"{DEFINITION}\n\nAccount>>balance\n\t^balance\n\nAccount>>deposit: n\n\tbalance := balance + n",
        [("class", None, "Object subclass: #Account"), ("method", "Account", "balance"), ("method", "Account", "deposit: n")],
        "COMPILES",
    ),
    "class in one fence, methods in another": (
        f"The class:\n```smalltalk\n{DEFINITION}\n```\nThe method:\n```smalltalk\nAccount>>balance\n\t^balance\n```",
        [("class", None, "Object subclass: #Account"), ("method", "Account", "balance")],
        "COMPILES",
    ),
    "class with a wrong method": (
        f"```smalltalk\n{DEFINITION}\n\nAccount>>balance\n\t^balence\n```",
        [("class", None, "Object subclass: #Account"), ("method", "Account", "balance")],
        "UNDECLARED",
    ),
    "file-out": (FILEOUT, [("fileout", None, "Object subclass: #Account")], "COMPILES"),
    "fenced file-out": (f"Here it is:\n```smalltalk\n{FILEOUT}```", [("fileout", None, "Object subclass: #Account")], "COMPILES"),
    "brackets": (
        "```smalltalk\nObject subclass: Account [\n\t| balance |\n\tbalance [ ^balance ]\n]\n```",
        [("fileout", None, "Object subclass: Account [")],
        "COMPILES",
    ),
    "Tonel": (
        (
            "```\nClass {\n\t#name : #Account,\n\t#superclass : #Object,\n\t#instVars : [ 'balance' ]\n}\n\n{ #category : #x }\n"
            "Account >> balance [\n\t^ balance\n]\n```"
        ),
        [("fileout", None, "Class {")],
        "COMPILES",
    ),
    "methods in brackets": ("```smalltalk\nAccount >> answer [\n\t^42\n]\n```", [("fileout", None, "Account >> answer [")], "COMPILES"),
    "expression": ("```smalltalk\nTranscript show: 'Hello'; cr.\n```", [("expression", None, "Transcript show: 'Hello'; cr.")], "COMPILES"),
    "script": (
        "```smalltalk\n| sum |\nsum := 0.\n1 to: 10 do: [:i | sum := sum + i].\nsum\n```",
        [("expression", None, "| sum |")],
        "COMPILES",
    ),
    "bare expression": ("OrderedCollection new", [("expression", None, "OrderedCollection new")], "COMPILES"),
    "bare script": ("| a |\na := 3 + 4.\na printString", [("expression", None, "| a |")], "COMPILES"),
    "ellipsis": ("```smalltalk\nfoo\n\t...\n\t^1\n```", [("method", None, "foo")], "COMPILES"),
    "a missing bracket": ("```smalltalk\nfoo\n\t^(1 + 2\n```", [("method", None, "foo")], "ERROR"),
    "Python in a Smalltalk fence": ("```smalltalk\ndef foo(self):\n    return 1\n```", [("expression", None, "def foo(self):")], "ERROR"),
    "refusal": ("I'm sorry, but I cannot help with that.", [], "ERROR"),
    "greeting": ("Hello world", [], "ERROR"),
    "yes": ("Yes.", [], "ERROR"),
    "empty": ("", [], "ERROR"),
    "only another language": ("```python\nprint(1)\n```\nNo.", [], "ERROR"),
    "headings and lists": (
        "## Solution\n\n- **Step 1**: write it\n- **Step 2**: test it\n\n```smalltalk\nanswer\n\t^42\n```\n\n### Notes\n\n* Fast.\n",
        [("method", None, "answer")],
        "COMPILES",
    ),
    "tags": ("<answer>\nanswer\n\t^42\n</answer>", [("method", None, "answer")], "COMPILES"),
    "lines between methods": (
        "```st\nAccount>>one\n\t^1\n\n----------\n\nAccount>>two\n\t^2\n```",
        [("method", "Account", "one"), ("method", "Account", "two")],
        "COMPILES",
    ),
    "class side variables": (
        "Account class\n\tinstanceVariableNames: 'default'\n\nAccount class >> default\n\t^default",
        [("class", None, "Account class"), ("method", "Account class", "default")],
        "COMPILES",
    ),
    "senders in a list": ("The senders are:\n- Account>>one\n- Account>>two", [], "ERROR"),
    "indented as Markdown": ("The method:\n\n    double: n\n        ^n * 2\n\nDone.", [("method", None, "    double: n")], "COMPILES"),
    "list behind the method": (
        "double: n\n\t^n * 2\n\nExplanation:\n- `n` is the number\n- it is multiplied by two",
        [("method", None, "double: n")],
        "COMPILES",
    ),
    "CRLF": ("Here it is:\r\n\r\n```smalltalk\r\nanswer\r\n\t^42\r\n```\r\n", [("method", None, "answer")], "COMPILES"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answer(name: str) -> None:
    text, expected, outcome = ANSWERS[name]
    found = check_answer(text)
    pieces = [one.piece for one in found.pieces]
    shown = [(p.kind, f"{p.class_name} class" if p.meta else p.class_name, p.text.splitlines()[0]) for p in pieces]
    assert shown == expected
    assert found.outcome is Outcome[outcome], [issue for one in found.pieces for issue in one.verdict.issues]


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_is_silent(name: str) -> None:
    """Every piece is the text at its place and has a finding; every word outside is told to be outside, or is a fence or a header."""
    text = ANSWERS[name][0]
    found = check_answer(text)
    covered = [False] * len(text)
    for one in found.pieces:
        span = one.piece.span
        assert text[span.start : span.end] == one.piece.text
        assert one.piece.why
        covered[span.start : span.end] = [True] * (span.end - span.start)
    for left in found.left:
        assert text[left.span.start : left.span.end] == left.text
        assert left.why
        covered[left.span.start : left.span.end] = [True] * (left.span.end - left.span.start)
    rest = "".join(" " if taken else character for character, taken in zip(text, covered, strict=True))
    assert [word for word in rest.split() if not is_mark(word)] == []
    codes = [one.issue.code for one in found.located]
    assert codes.count("C402") == len(found.pieces)
    assert codes.count("C403") + codes.count("C404") == len(found.left)
    assert ("C401" in codes) is (not found.pieces)


def is_mark(word: str) -> bool:
    """Answer whether a word belongs to a fence, or to a header that was taken off."""
    return word.startswith(("```", "~~~", "Account", '"Account')) or word in (
        "class",
        ">>",
        "class>>two",
        "class>>",
        "!",
        "<answer>",
        "</answer>",
        "----------",
    )


def test_there_are_enough() -> None:
    assert len(ANSWERS) >= 40


def test_extract() -> None:
    (piece,) = extract("Look:\n```smalltalk\nAccount class>>answer\n\t^42\n```")
    assert (piece.kind, piece.class_name, piece.meta, piece.text) == ("method", "Account", True, "answer\n\t^42")
    assert "Account class>> was taken off" in piece.why


def test_places_are_those_of_the_answer() -> None:
    text = "Look:\n\n```smalltalk\nAccount>>answer\n\t^zork: (3\n```"
    error = next(one for one in check_answer(text).located if one.issue.severity.value == "error")
    assert (error.line, error.text) == (5, "\t^zork: (3")
    assert (error.class_name, error.meta, error.selector) == ("Account", False, "answer")


def test_the_class_that_was_asked_about() -> None:
    found = check_answer("answer\n\t^42", class_name="Account", meta=True)
    assert (found.pieces[0].piece.class_name, found.pieces[0].piece.meta) == ("Account", True)


def test_code_outside_of_the_fences_is_told() -> None:
    found = check_answer("Add count := 0 first:\n\n\tcount := 0.\n\n```smalltalk\nanswer\n\t^42\n```")
    assert [left.suspicious for left in found.left] == [True]
    assert [one.issue.severity.value for one in found.located if one.issue.code == "C404"] == ["warning"]


def test_code_that_is_left_out_is_told() -> None:
    found = [one for one in check_answer("```st\nfoo\n\t...\n\t^1\n```").located if one.issue.code == "C405"]
    assert [(one.line, one.issue.severity.value) for one in found] == [(3, "warning")]


def test_undeclared_names_can_be_warnings() -> None:
    text = "```smalltalk\nfoo\n\t^zork\n```"
    assert not check_answer(text).compiles()
    assert check_answer(text).compiles(undeclared_is_error=False)
    assert all(one.issue.severity.value != "error" for one in check_answer(text, undeclared="warn").located)
