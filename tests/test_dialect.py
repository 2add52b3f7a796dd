"""Dialects by evidence, and the folder's majority for files without any."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import corpus_files

from stparse.dialect import DIALECTS, best_dialect, detect_dialect, evidence_of, settle_dialects
from stparse.text import SourceFile


@pytest.mark.parametrize(
    ("path", "format_name", "text", "dialect"),
    [
        ("a.st", "chunk", "", "visualworks"),
        ("a.st", "chunk", "Object subclass: #Foo\n\tinstanceVariableNames: ''\n\tcategory: 'x'!", "visualworks"),
        ("a.st", "vwxml", "<st-source>", "visualworks"),
        ("a.app", "chunk", "Shop becomeDefault!\r\n!Foo publicMethodsFor: 'x'!\r\n", "visualworks"),
        ("a.st", "chunk", "Smalltalk.Shop defineClass: #Foo\r\tsuperclass: #{Core.Object}\r", "visualworks"),
        ("a.st", "chunk", "'From Squeak5.3 of 3 March 2020 [latest update: #19431]'!", "squeak"),
        ("a.st", "chunk", "!Foo methodsFor: 'x' stamp: 'ab 1/1/2001'!\rfoo\r\tx _ 3! !", "squeak"),
        ("a.pck.st", "chunk", "!provides: 'A' 1 0!", "squeak"),
        ("a.st", "tonel", "Class {\n\t#name : #Foo,\n\t#category : #Shop\n}", "pharo"),
        ("a.st", "gnu", "Object subclass: Foo [\n]", "gnu"),
        ("a.cls", "dolphin", '"Filed out from Dolphin Smalltalk 7"!', "dolphin"),
        ("a.st", "chunk", "\"{ Package: 'stx:libbasic' }\"\n\nObject subclass:#Foo", "stx"),
        ("a.st", "chunk", "!Foo class methodsFor:'x'!\n\nfoo\n%{ a %}\n! !", "stx"),
        ("package.st", "tonel", "Package {\n\t#name : 'A',\n\t#vaPrerequisites : ['B']\n}", "va"),
        ("a.gs", "topaz", "method: Foo\nbar ^1\n%\n", "gemstone"),
        ("a.st", "chunk", "Smalltalk createPackage: 'A'!\nObject subclass: #Foo\n\tpackage: 'A'!\n", "amber"),
        ("a.sources", "chunk", "'From Smalltalk-80, version 2, of April 1, 1983'!\rx _ 3", "smalltalk80"),
    ],
)
def test_evidence(path: str, format_name: str, text: str, dialect: str) -> None:
    assert detect_dialect(SourceFile(path, text), format_name) == dialect


def test_folders_decide() -> None:
    settled = settle_dialects(
        {
            "a/one.st": {"squeak": 12},
            "a/two.st": {"squeak": 12, "gnu": 8},
            "a/three.st": {},
            "a/b/four.st": {"pharo": 3},
            "c/five.st": {"pharo": 3},
            "c/six.st": {"gnu": 20},
            "d/seven.st": {},
        }
    )
    assert settled == {
        "a/one.st": "squeak",
        "a/two.st": "squeak",
        "a/three.st": "squeak",
        "a/b/four.st": "squeak",
        "c/five.st": "gnu",
        "c/six.st": "gnu",
        "d/seven.st": "squeak",
    }


def test_nothing_known() -> None:
    assert best_dialect({}) is None
    assert settle_dialects({"a.st": {}, "/x/b.st": {}}) == {"a.st": "visualworks", "/x/b.st": "visualworks"}
    assert settle_dialects({"x.st": {"pharo": 3}}) == {"x.st": "pharo"}


@given(st.text(), st.text())
def test_any_text_has_a_dialect(path: str, text: str) -> None:
    assert detect_dialect(SourceFile(path, text), "chunk") in DIALECTS


def test_corpora(corpora: Path) -> None:
    folders = {"CODE_META": "visualworks", "Cuis": "squeak", "smalltalk80": "smalltalk80", "gnu/kernel": "gnu"}
    for folder, dialect in folders.items():
        endings = (".st", ".app", ".changes", ".sources")
        evidence = {path: evidence_of(SourceFile(path, text), "chunk") for path, text in corpus_files(corpora / folder, *endings)}
        assert set(settle_dialects(evidence).values()) == {dialect}
