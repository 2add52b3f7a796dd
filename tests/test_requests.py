"""What a request for a method tells, what it does not ask for, and which pieces of a method are left out to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from sampled_loaders import HEADER, class_text
from sampling import proved, samples_of

from datagen.comments import is_in_words
from datagen.generators.completion_fim import HOLE
from datagen.phrase import code_in
from datagen.request import MOST_VARIABLES, class_context, is_guesswork, prompt_of
from stparse.index.build import build_index
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

MANY = [f"field{number}" for number in range(40)]
CODE = (
    HEADER
    + class_text("Form", "Object", " ".join(MANY), "Registry")
    + """!Form methodsFor: 'accessing'!

last
	^field39!

kind
	^#form!

label
	"Answer what lists show."
	^'A form', field1!

table
	^#(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35)!

flush: aNumber
	"Write what is left."
	<primitive: 60>
	^self!

letter
	"Answer the text of the letter."
	^'Dear reader, we are glad that you have asked for our form, and hope that you will fill it in before long.'!

fill: aStream
	aStream nextPutAll: 'Form'; tab; print: field1; cr; space; nextPut: $x; flush; close; yourself.
	^aStream contents!

empty!

fields
	field1 isNil ifTrue: [field1 := Array new: 40].
	field2 isNil ifTrue: [field2 := 'which stands nowhere else'].
	^field1! !
"""
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    folder = tmp_path_factory.mktemp("requests")
    (folder / "Form.st").write_text(CODE, encoding="ascii", newline="\n")
    build_index([folder / "Form.st"], folder / "index.sqlite", jobs=1)
    with CodeIndex.open(folder / "index.sqlite") as opened:
        yield opened


def method(index: CodeIndex, selector: str) -> MethodDef:
    return next(iter(index.implementors(selector)))


def told(index: CodeIndex, selector: str) -> str:
    """Answer the last part of the request for a method."""
    return prompt_of(index, Random(1), method(index, selector)).split("\n\n", 2)[2]


def test_variables_that_are_used_are_shown_and_the_cut_is_said(index: CodeIndex) -> None:
    said = class_context(index, method(index, "last"))
    assert said.startswith("Form is a subclass of Object with the instance variables field0, field1, ")
    assert "field22, field39 and others, and the class variable Registry." in said
    assert said.count("field") == MOST_VARIABLES


def test_what_a_request_tells(index: CodeIndex) -> None:
    assert told(index, "kind") == "It uses the literal `#form`."
    assert told(index, "label") == "Comment: \"Answer what lists show.\"\n\nIt uses the literal `'A form'`."
    assert told(index, "fields") == (
        "It refers to `Array`, sends `#isNil`, `#ifTrue:` and `#new:`, and uses the literals `40` and `'which stands nowhere else'`."
    )


def test_a_list_that_is_cut_says_so(index: CodeIndex) -> None:
    said = told(index, "fill:")
    assert said.startswith("It sends `#nextPutAll:`, `#tab`, ")
    assert said.endswith("`#close` and others, and uses the literal `'Form'`.")


@pytest.mark.parametrize(
    ("comment", "prose"),
    [
        ("Answer the day, creating it when it is missing", True),
        ("Long input, no delimiter found", True),
        ("Answer me.", True),
        ("(Form label: 'a4' size: 2) open", False),
        ("x := 3 foo", False),
        ("TODO: say more about it", False),
        ("FormTest new testAll", False),
        ("<primitive: 60>", False),
        ("obsolete", False),
        ("", False),
        (None, False),
    ],
)
def test_a_comment_that_says_something(comment: str | None, prose: bool) -> None:
    assert is_in_words(comment, "visualworks") is prose


def test_what_would_have_to_be_invented_is_not_asked_for(index: CodeIndex) -> None:
    found = {m.selector: is_guesswork(m) for m in index.methods()}
    assert [selector for selector, guesswork in found.items() if guesswork] == ["table", "flush:", "letter"]
    asked = {sample.claims[0].about.partition(">>")[2] for sample in samples_of(index, "completion.method_body")}
    assert asked == {"last", "kind", "label", "fill:", "fields"}


def test_pieces_that_can_be_found_again(index: CodeIndex) -> None:
    found = [s for seed in range(30) for s in samples_of(index, "completion.fim", seed)]
    assert found
    for sample in found:
        assert "Form is a subclass of Object with the instance variables" in sample.prompt.text
        assert "'which stands nowhere else'" not in sample.answer
        # Something must be left to go by.
        holed = code_in(sample.prompt.text)[0]
        assert len(holed.replace(HOLE, "").split()) > 1
    assert any("Array new: 40" in sample.answer for sample in found)


def test_a_message_is_a_piece_without_its_receiver(index: CodeIndex) -> None:
    found = {s.claims[0].detail: s for seed in range(60) for s in samples_of(index, "completion.fim", seed)}
    piece = found["cascaded message"]
    assert piece.answer in ("print: field1", "nextPut: $x")
    assert not [why for why in proved(index, [piece]) if why]
    alone = replace(piece, answer=f"aStream {piece.answer}")
    assert any(reason.startswith("join:") for reason in proved(index, [alone])[0])
