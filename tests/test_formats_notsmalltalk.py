"""Files that are not Smalltalk: each kind is named, and no Smalltalk is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import codes, read

from stparse.formats import FORMATS
from stparse.text import SourceFile, decode


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F901"),
        (b" \r\n\x00\x00", "F901"),
        (b"PK\x03\x04rest", "F902"),
        (bytes(range(256)) * 8, "F902"),
        (b"!STB 0 F\x00\x01", "F902"),
        (b"<!DOCTYPE html>\n<html></html>", "F903"),
        (b"\n<div class='x'>{{ name }}</div>", "F903"),
        (b"<?xml version='1.0'?><svg/>", "F903"),
        (b"#!/usr/bin/env python3\nprint(1)", "F904"),
        (b'{\n  "name": "x"\n}', "F904"),
        (b"#include <stdio.h>", "F904"),
        (b"/* config.st: settings for a port */\n#define HAVE_X 1", "F904"),
        (b"; project file\n;\nmain.c", "F904"),
        (b"# $Header$\n#\n# the modules to load\nlibui", "F904"),
        (b"%\n% a class of documents\n\\NeedsTeXFormat{LaTeX2e}\n", "F904"),
    ],
)
def test_named(data: bytes, code: str) -> None:
    text, _ = decode(data)
    assert FORMATS["notsmalltalk"].sniff(SourceFile("a.st", text)) >= 0.8
    assert codes(read("notsmalltalk", text)[1]) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Object subclass: #A",
        "<?xml version='1.0'?><st-source></st-source>",
        "< other\n\t^ true",
        "\"a\" !A methodsFor: 'x'!",
        "#!/usr/bin/gst -f\n1 printNl",
        "#!/usr/bin/gemstone/topaz\nrun\n1\n%",
        "'From Squeak'!\x00\x00",
        "import: x\n\t^ x",
        "% other\n\t^self rem: other",
        "#(1 2) size",
    ],
)
def test_smalltalk_is_left_alone(text: str) -> None:
    assert FORMATS["notsmalltalk"].sniff(SourceFile("a.st", text)) == 0.0


@given(st.text(max_size=60))
def test_any_text_tiles(text: str) -> None:
    FORMATS["notsmalltalk"].sniff(SourceFile("a.st", text))
    read("notsmalltalk", text)
