"""GNU Smalltalk: bracket syntax, bang syntax, both mixed, broken files, and the reader held to grammar/gnu.lark."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark
from readers import codes, corpus_files, of_kind, read

from stparse.chunk import ChunkKind
from stparse.formats import FORMATS
from stparse.formats._patterns import selector_of
from stparse.text import SourceFile

BRACKETS = """"Not one's comment ["

Object subclass: Basket [
    | items "all of them" owner |
    <comment: 'I hold ''items'' > all!'>
    <category: 'Shop'>
    <shape: #pointer>
    <import: Shop.Parts>

    Count := nil.
    Blocks := [:x | x. x ].

    Basket class [ | default | ]

    Basket class >> new [
        <category: 'instance creation'>
        ^super new init
    ]

    add: anItem [
        "Shout! ]"
        <category: 'adding'>
        ^items add: ']!', (String with: $] with: $' with: $!)
    ]

    < other [ ^[:x | x < other] value: self ]
    | other [ ^self ]
]

Basket extend [ size [ ^items size ] ]
Basket class extend [ make [ ^self new ] ]
Basket class >> far: x [ ^x ]
Eval [ Basket new size printNl ]
Smalltalk at: #Shop put: [ 3 ] value.
Basket new
    add: 3.
Integer extend [ double [ ^self * 2 ] ]
"""

BANGS = """Object subclass: #Basket
    instanceVariableNames: 'items'
    category: nil!

!Basket methodsFor: 'adding'!

add: anItem
    "Shout!"
    ^items add: '!'!

size
    ^$! -> 1
! !

Basket new printNl!
"""


def test_brackets() -> None:
    chunks, issues = read("gnu", BRACKETS)
    assert not issues
    (basket,) = of_kind(chunks, ChunkKind.CLASS)
    assert basket.definition is not None
    definition = basket.definition
    assert (definition.name, definition.superclass, definition.kind) == ("Basket", "Object", "variable")
    assert (definition.instance_variables, definition.class_variables) == (("items", "owner"), ("Count", "Blocks"))
    assert (definition.class_instance_variables, definition.imports) == (("default",), ("Shop.Parts",))
    assert (definition.comment, definition.category) == ("I hold 'items' > all!", "Shop")
    methods = of_kind(chunks, ChunkKind.METHOD)
    assert [(m.class_name, m.meta, m.selector, m.category) for m in methods] == [
        ("Basket", True, "new", "instance creation"),
        ("Basket", False, "add:", "adding"),
        ("Basket", False, "<", None),
        ("Basket", False, "|", None),
        ("Basket", False, "size", None),
        ("Basket", True, "make", None),
        ("Basket", True, "far:", None),
        ("Integer", False, "double", None),
    ]
    for method in methods:
        # Offsets stay true: only the opening bracket is a blank, and the closing one is missing.
        stated = BRACKETS[method.body : method.body + len(method.text)]
        assert len(stated) == len(method.text)
        assert sum(a != b for a, b in zip(stated, method.text, strict=True)) == 1
    assert [c.text for c in of_kind(chunks, ChunkKind.DOIT)] == [
        "Basket new size printNl",
        "Smalltalk at: #Shop put: [ 3 ] value.\nBasket new\n    add: 3.",
    ]


def test_bangs_are_protected() -> None:
    chunks, issues = read("gnu", BANGS)
    assert not issues
    assert [m.text for m in of_kind(chunks, ChunkKind.METHOD)] == [
        "add: anItem\n    \"Shout!\"\n    ^items add: '!'",
        "size\n    ^$! -> 1",
    ]
    assert len(of_kind(chunks, ChunkKind.DOIT)) == 2


def test_a_comment_alone_ends_a_group_of_methods() -> None:
    chunks, issues = read("gnu", BANGS.replace("! !", '!\n"no more!"!\nBasket new!', 1))
    assert not issues
    assert len(of_kind(chunks, ChunkKind.METHOD)) == 2
    assert "Basket new" in [c.text for c in of_kind(chunks, ChunkKind.DOIT)]


def test_mixed() -> None:
    chunks, issues = read("gnu", BRACKETS + BANGS + BRACKETS)
    assert not issues
    assert len(of_kind(chunks, ChunkKind.METHOD)) == 18


def test_name_spaces() -> None:
    chunks, _ = read("gnu", "Namespace current: Shop [\nObject subclass: Foo [ a [ ^1 ] ]\n]\nObject subclass: Bar [ ]")
    assert [c.definition.namespace for c in of_kind(chunks, ChunkKind.CLASS) if c.definition] == ["Shop", None]
    chunks, _ = read("gnu", "Namespace current: Smalltalk.Shop.\nObject subclass: Foo [ a [ ^1 ] ]\n")
    assert [c.definition.namespace for c in of_kind(chunks, ChunkKind.CLASS) if c.definition] == ["Smalltalk.Shop"]


@pytest.mark.parametrize(
    ("text", "expected", "selectors"),
    [
        ("Object subclass: A [\n  a [ ^1 ]\n  b [ ^2 ]\n", ["F601"], ["a", "b"]),
        ("Object subclass: A [\n  a [ ^[1 ]\n  b [ ^2 ]\n]\n", ["F602"], ["a", "b"]),
        ("Object subclass: A [\n  a [ ^1 ] ]\n  b [ ^2 ]\n]\n", ["F603", "F604"], ["a", "b"]),
        ("Object subclass: A [\n  3 + 4.\n  b [ ^2 ]\n]\n", ["F605"], ["b"]),
        ("!A methodsFor: 'x'!\na ^'!\nb ^1! !\n!B methodsFor: 'y'!\nc ^'d'! !\n", ["F606"], ["a", "b", "c"]),
    ],
)
def test_broken_files(text: str, expected: list[str], selectors: list[str]) -> None:
    chunks, issues = read("gnu", text)
    assert codes(issues) == expected
    assert [selector_of(m.text) for m in of_kind(chunks, ChunkKind.METHOD)] == selectors


PIECES = st.lists(
    st.sampled_from(
        ["[", "]", "!", "'", '"', " ", "\n", "Object subclass: A [", "A extend [", "A class [", "Eval [", "foo [ ^1 ]", "| a |", "<a: 'b'>",
         "A := 3.", "x ", "A >> b: c [", "$", ".", "!A methodsFor: 'x'!", "Namespace current: B [", "<", "|", "3"]
    )
).map("".join)  # fmt: skip


@given(PIECES)
def test_any_text_tiles(text: str) -> None:
    read("gnu", text)


METHODS = ("method", "far_method", "eval", "bang_method")


def grammar_methods(root: Path, text: str) -> list[tuple[int, str]]:
    """Answer (where its text ends, class body or file) of each method and Eval that grammar/gnu.lark finds."""
    grammar = (root / "grammar/gnu.lark").read_text()
    tree = Lark(grammar, parser="lalr", propagate_positions=True).parse(text)
    return sorted((sub.meta.end_pos, str(sub.data)) for sub in tree.iter_subtrees() if sub.data in METHODS)


@pytest.mark.parametrize("text", [BRACKETS.replace('"all of them" ', ""), BANGS, "Namespace current: B [ A extend [ a: b [ ^b ] ] ]"])
def test_reader_agrees_with_grammar(root: Path, text: str) -> None:
    chunks, _ = read("gnu", text)
    found = [c.span.end for c in chunks if c.kind is ChunkKind.METHOD or text[c.span.start : c.span.end].lstrip().startswith("Eval")]
    assert found == [end for end, _ in grammar_methods(root, text)]


def test_sniff() -> None:
    def best(text: str) -> str:
        source = SourceFile("a.st", text)
        return max(("chunk", "dolphin", "gnu"), key=lambda name: FORMATS[name].sniff(source))

    assert best(BRACKETS) == "gnu"
    assert best(BANGS) == "gnu"
    said = BANGS.replace("printNl", "open")
    assert best(said) == "gnu", "single bangs stand in strings and comments"
    assert best(said.replace('!"', '"').replace("'!'", "'!!'").replace("$!", "$!!")) == "chunk"
    assert best(said.replace('Shout!"', "Shout")) == "chunk", "a quote that is not closed protects nothing"


UNITS = [
    "Object subclass: A [ a [ ^[:x | x] ] ]\n", "[", "]", "'", "a [\n", "Object subclass: A [\n", "x 'y' \"z\" ", "a [ ", "<a: b. ",
    "!A methodsFor: 'x'!\n'", "A extend [ <a: b. ", "A extend [ a: b ", "A class >> a: b ", "x. ", '"" ', "A extend [ <a: 'b'. ",
]  # fmt: skip


def test_speed() -> None:
    for unit in UNITS:
        text = (unit * (300_000 // len(unit)))[: 300_000 if len(unit) > 1 else 100_000]
        start = time.perf_counter()
        for _ in FORMATS["gnu"].read(SourceFile("a.st", text)):
            pass
        assert time.perf_counter() - start < 5, unit


def test_corpus(corpora: Path) -> None:
    """Every file of GNU's kernel reads without an issue, and each method begins with a pattern."""
    methods = 0
    for path, text in corpus_files(corpora / "gnu" / "kernel", ".st"):
        chunks, issues = read("gnu", text, path)
        assert not issues, path
        methods += len(of_kind(chunks, ChunkKind.METHOD))
        assert all(selector_of(m.text) for m in of_kind(chunks, ChunkKind.METHOD)), path
    assert methods > 4500


def test_a_blank_character_at_the_end_of_a_body_stays() -> None:
    chunks, _ = read("gnu", "Object subclass: Foo [\n    space [\n\t^out nextPut: $ ]\n]\n")
    (method,) = of_kind(chunks, ChunkKind.METHOD)
    assert method.text.endswith("nextPut: $ ")
