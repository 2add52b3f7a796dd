"""Tonel: definitions, methods as the image holds them, broken files, and the reader held to grammar/tonel.lark."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Tree
from readers import codes, corpus_files, of_kind, read

from stparse.chunk import ChunkKind, ClassDef
from stparse.formats import FORMATS
from stparse.ston import StonError, read_ston
from stparse.text import SourceFile

CLASS = """"
I hold ""items"".

"
Class {
	#name : 'Basket',
	#superclass : 'Object',
	#traits : 'TCount + (TSum - {#sum}) @ {#a -> #B}',
	#instVars : [
		'items',
		'owner => WeakSlot'
	],
	#classVars : [ 'Limit' ],
	#classInstVars : [ 'default' ],
	#pools : [ 'Colors' ],
	#type : 'variable',
	#category : 'Shop-Model',
	#package : 'Shop'
}

{ #category : 'instance creation' }
Basket class >> max: a [

	^ self new max: a
]

{ #category : 'odd {one} \\'x\\'' }
Basket >> odd [
	"a ] and it''s" ^ #($[ $] $' $") , '] ''[' , [ #[ 1 2 ] ] value

]

Basket >> < other [ ^ items < other items ]
"""
OLD = (
    "Trait { #name : #TCount, #category: #'Shop-Traits' }\r\n\r\n{ #category: #counting }\r\nTCount classTrait >> count [\r\n\t^ 0\r\n]\r\n"
)
EXTENSION = "Extension { #name : 'Object' }\n\n{ #category : '*Shop' }\nObject >> asItem [\n\t^ Item on: self\n]\n"
QUOTING = """Class { #name : 'Writer', #superclass : 'Object' }

{ #category : 'tests' }
Writer >> source [
	^ '{ #category : ''x'' }
Writer >> inner [
	^ 1
]
Other >> inner [ '
]

{ #category : 'tests' }
Writer >> more [
	^ 2
]
"""
FIXTURES = [CLASS, OLD, EXTENSION, QUOTING, "Package { #name : 'Shop' }\n", "{\n\t#format : 'tonel'\n}", "Class { #name : 'A' }"]


@pytest.fixture(scope="module")
def grammar(root: Path) -> Lark:
    return Lark((root / "grammar" / "tonel.lark").read_text(encoding="utf-8"), parser="lalr", propagate_positions=True)


def test_a_class() -> None:
    chunks, issues = read("tonel", CLASS)
    assert issues == []
    (chunk,) = of_kind(chunks, ChunkKind.CLASS)
    start = CLASS.index("Class {")
    assert chunk.definition == ClassDef(
        name="Basket",
        superclass="Object",
        kind="variable",
        instance_variables=("items", "owner"),
        class_variables=("Limit",),
        class_instance_variables=("default",),
        pools=("Colors",),
        traits=("TCount", "TSum"),
        category="Shop-Model",
        comment='I hold "items".\n',
        span=type(chunk.span)(start, CLASS.index("}\n\n{ #category : 'instance") + 1),
        file="a.st",
    )
    assert of_kind(chunks, ChunkKind.COMMENT)[0].text == 'I hold "items".\n'


def test_methods_are_as_the_image_holds_them() -> None:
    chunks, _ = read("tonel", CLASS)
    first, second, third = of_kind(chunks, ChunkKind.METHOD)
    assert (first.text, first.meta, first.category) == ("max: a\n\n\t^ self new max: a", True, "instance creation")
    assert CLASS[first.body :].startswith("max: a [")
    assert (second.text.startswith('odd\n\t"a ] and'), second.text.endswith("] value\n")) == (True, True)
    assert second.category == "odd {one} 'x'"
    assert (third.text, third.meta, third.category) == ("< other ^ items < other items", False, None)


def test_older_spelling_and_carriage_returns() -> None:
    chunks, issues = read("tonel", OLD)
    assert issues == []
    definition = of_kind(chunks, ChunkKind.CLASS)[0].definition
    assert definition is not None
    assert (definition.name, definition.trait, definition.category, definition.superclass) == ("TCount", True, "Shop-Traits", None)
    (method,) = of_kind(chunks, ChunkKind.METHOD)
    assert (method.text, method.meta, method.category) == ("count\r\n\t^ 0", True, "counting")


def test_an_extension_defines_no_class() -> None:
    chunks, issues = read("tonel", EXTENSION)
    assert issues == []
    assert of_kind(chunks, ChunkKind.CLASS) == []
    (method,) = of_kind(chunks, ChunkKind.METHOD)
    assert (method.class_name, method.category) == ("Object", "*Shop")


def test_headers_in_strings_are_text() -> None:
    chunks, issues = read("tonel", QUOTING)
    assert issues == []
    assert [chunk.text.split()[0] for chunk in of_kind(chunks, ChunkKind.METHOD)] == ["source", "more"]


@pytest.mark.parametrize("text", FIXTURES)
def test_the_reader_agrees_with_the_grammar(grammar: Lark, text: str) -> None:
    _assert_same(grammar, text)


def _assert_same(grammar: Lark, text: str, path: str = "a.st") -> None:
    tree = grammar.parse(text)
    chunks, issues = read("tonel", text, path)
    assert issues == []
    methods = [child for child in tree.children if isinstance(child, Tree) and child.data == "method"]
    assert [chunk.span.end for chunk in of_kind(chunks, ChunkKind.METHOD)] == [method.meta.end_pos for method in methods]
    stated = [child.meta for child in tree.children if isinstance(child, Tree) and child.data == "definition"]
    found = [chunk.definition.span for chunk in of_kind(chunks, ChunkKind.CLASS) if chunk.definition]
    assert all((span.start, span.end) == (meta.start_pos, meta.end_pos) for span, meta in zip(found, stated, strict=False))


HEAD = "Class { #name : 'A' }\n\n"
GOOD = "{ #category : 'x' }\nA >> good [\n\t^ 1\n]\n\n"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("{ #category : 'x' }\nA >> bad [\n\t^ 'open\n]\n\n", "F403"),
        ("{ #category : 'x' }\nA >> bad [\n\t^ [ 1\n]\n\n", "F403"),
        ("{ #category : 'x' }\nA >> bad [\n\t\"open\n]\n\n", "F403"),
        ("{ #category : 'x' }\nA >> bad [\n\t^ 1 ] ]\n]\n\n", "F405"),
        ("{ #category : }\nA >> bad [\n\t^ 1\n]\n\n", "F404"),
        ("{ #category : 'x' \nA >> bad [\n\t^ 1\n]\n\n", "F404"),
        ("A >> bad\n\n", "F406"),
        ("what is this?\n\n", "F405"),
        ("<<<<<<< HEAD\n", "F405"),
    ],
)
def test_one_bad_method_costs_no_other(bad: str, code: str) -> None:
    chunks, issues = read("tonel", HEAD + GOOD + bad + GOOD)
    assert code in codes(issues)
    good = [chunk for chunk in of_kind(chunks, ChunkKind.METHOD) if chunk.text == "good\n\t^ 1"]
    assert [chunk.category for chunk in good] == ["x", "x"]


@pytest.mark.parametrize(("text", "code"), [("nothing", "F401"), ("Class { #name : [ }\n\nA >> b [\n]\n", "F402")])
def test_a_broken_definition_is_reported(text: str, code: str) -> None:
    assert code in codes(read("tonel", text)[1])


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (CLASS, 1.0),
        (OLD, 1.0),
        ("#!/bin/x\nClass {", 1.0),
        ("Object subclass: #A", 0.0),
        ("Class name", 0.0),
        ("{ #format : #tonel }", 1.0),
    ],
)
def test_sniff(text: str, sure: float) -> None:
    assert FORMATS["tonel"].sniff(SourceFile("a.st", text)) == sure


PIECES = [
    "Class ",
    "{",
    "}",
    "#name : 'A'",
    "{ #category : 'x' }\n",
    "\nA >> b [",
    "\nA class >> b: c [",
    "[",
    "]",
    "'",
    '"',
    "$",
    "\\",
    "\r\n",
    "\n",
    ",",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join))
def test_any_text_tiles(text: str) -> None:
    read("tonel", text)
    read("tonel", HEAD + text)


@pytest.mark.parametrize(
    "piece", ["\nA >> b [ '", "\nA >> b [ [", "\nB >> b [ '", "\nA >> b", "\n{ #category", "[", "{", "'", '"', "\n{", "}\n"]
)
def test_hostile_repetition_is_linear(piece: str) -> None:
    started = time.perf_counter()
    read("tonel", HEAD + piece * 20_000)
    read("tonel", "Class { " + piece * 20_000)
    assert time.perf_counter() - started < 5


def test_ston() -> None:
    text = '{ #a : \'x\\\'y\', #b:[1, 2.5, -3, nil, true, #c:d:, Foo { #q : 1 }], "e" : "\\u00e9" }rest'
    stated, end = read_ston(text)
    assert stated == {"a": "x'y", "b": [1, 2.5, -3, None, True, "c:d", {"q": 1}], "e": "é"}
    assert text[end:] == "rest"


@pytest.mark.parametrize("text", ["", "{", "]", "{ [1] : 2 }", "[ ( ]", "'open", "{ ]", ":"])
def test_ston_that_is_none(text: str) -> None:
    with pytest.raises(StonError):
        read_ston(text)


@given(st.text(alphabet="{}[]#:'\"\\,ab1- \n", max_size=60))
def test_any_text_is_ston_or_a_ston_error(text: str) -> None:
    try:
        _, end = read_ston(text)
    except StonError as error:
        end = max(1, error.offset)
    assert 0 < end <= max(1, len(text))


def test_ston_is_as_deep_as_you_like() -> None:
    read_ston("[" * 100_000 + "]" * 100_000)


@pytest.mark.parametrize(("corpus", "every", "methods"), [("pharo", 8, None), ("carrillon", 1, 908), ("Rowan", 4, None)])
def test_real_files(corpora: Path, grammar: Lark, corpus: str, every: int, methods: int | None) -> None:
    if not (corpora / corpus).is_dir():
        pytest.skip(f"{corpus} is not in STC_CORPORA")
    found = 0
    for index, (path, text) in enumerate(corpus_files(corpora / corpus, ".class.st", ".trait.st", ".extension.st")):
        if index % every == 0 and "/instance/" not in path and "/class/" not in path:
            chunks, _ = read("tonel", text, path)
            found += len(of_kind(chunks, ChunkKind.METHOD))
            if index % (every * 8) == 0:
                _assert_same(grammar, text, path)
    assert found == methods if methods else found > 1000
