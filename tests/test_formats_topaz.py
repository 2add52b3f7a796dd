"""Topaz: commands line by line, code to the per cent sign."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import codes, corpus_files, of_kind, read

from stparse.chunk import ChunkKind
from stparse.formats import FORMATS
from stparse.text import SourceFile

FILE = """! Baskets
fileformat utf8
set compile_env: 0
! ------------------- Class definition
doit
(Object
	subclass: 'Basket'
	instVarNames: #( items owner )
	classVars: #( Limit )
	classInstVars: #(  )
	poolDictionaries: #()
	inDictionary: Shop
	options: #()
)
		category: 'Shop-Model';
		immediateInvariant.
true.
%

removeallmethods Basket
removeallclassmethods Basket

category: 'instance creation'
classmethod: Basket
max: a

	^ self new max: a % 7
%
category: 'it''s'
method: 'Basket'
odd
	^ items size
    \\\\ 2 = 1
%
set class Basket
method
even
	^ self odd not
%
  run
	Basket initialize
%
	commit
expectvalue 42
"""


def test_a_file() -> None:
    chunks, issues = read("topaz", FILE, "a.gs")
    assert issues == []
    methods = [(chunk.class_name, chunk.meta, chunk.category, chunk.text) for chunk in of_kind(chunks, ChunkKind.METHOD)]
    assert methods == [
        ("Basket", True, "instance creation", "max: a\n\n\t^ self new max: a % 7"),
        ("Basket", False, "it's", "odd\n\t^ items size\n    \\\\ 2 = 1"),
        ("Basket", False, "it's", "even\n\t^ self odd not"),
    ]
    (definition,) = of_kind(chunks, ChunkKind.CLASS)
    assert definition.text.startswith("(Object\n\tsubclass: 'Basket'")
    assert [chunk.text for chunk in of_kind(chunks, ChunkKind.DOIT)] == ["\tBasket initialize"]
    for chunk in chunks:
        assert FILE[chunk.body :].startswith(chunk.text)


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_other_line_ends(end: str) -> None:
    chunks, issues = read("topaz", FILE.replace("\n", end), "a.gs")
    assert issues == []
    assert [chunk.text.split(end)[0] for chunk in of_kind(chunks, ChunkKind.METHOD)] == ["max: a", "odd", "even"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("doit\n1 foo\n", "F501"), ("method:\nfoo\n%\n", "F502"), ("method: A\nfoo\n%\nxyzzy 1\nmethod: A\nbar\n%\n", "F503")],
)
def test_broken_files_are_reported(text: str, code: str) -> None:
    assert codes(read("topaz", text)[1]) == [code]


@pytest.mark.parametrize(
    ("path", "text", "sure"),
    [
        ("a.gs", FILE, 1.0),
        ("a.st", FILE, 0.7),
        ("a.st", "foo\n%\n", 0.0),
        ("a.gs", "Object subclass: #A", 0.0),
        ("a.tpz", " omit pushonly\n run\n1\n%", 1.0),
    ],
)
def test_sniff(path: str, text: str, sure: float) -> None:
    assert FORMATS["topaz"].sniff(SourceFile(path, text)) == sure


@given(
    st.lists(
        st.one_of(st.sampled_from(["doit\n", "%\n", "method: A\n", "category: 'x'\r", "! c\r\n", "%", "\n"]), st.text(max_size=5))
    ).map("".join)
)
def test_any_text_tiles(text: str) -> None:
    read("topaz", text)


@pytest.mark.parametrize("piece", ["doit\n", "method: A\n%\n", "x", "x\n", "\n", "%", "doit\n%x\r", "' "])
def test_hostile_repetition_is_linear(piece: str) -> None:
    started = time.perf_counter()
    read("topaz", piece * 20_000)
    assert time.perf_counter() - started < 5


def test_real_files(corpora: Path) -> None:
    if not (corpora / "Rowan").is_dir():
        pytest.skip("Rowan is not in STC_CORPORA")
    found = wanted = 0
    for path, text in corpus_files(corpora / "Rowan", ".gs", ".tpz"):
        chunks, issues = read("topaz", text, path)
        assert issues == []
        found += len(of_kind(chunks, ChunkKind.METHOD))
        # Behind a `%` line and perhaps a category: what begins so elsewhere stands in a method's string.
        wanted += len(re.findall(r"^(?:class)?method: ", text, re.MULTILINE))
    assert 0 <= wanted - found <= 8
    assert found > 10_000
