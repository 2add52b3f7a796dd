"""Bytes to text: every encoding that real files have, and line numbers with every line end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stparse.text import Lines, decode, digest_of, unify_line_ends

GERMAN = "prüfe: größe\n\t^übrig für später"
FRENCH = "élément: où\n\t^'déjà vu, garçon'"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "ascii"),
        (b"foo\n\t^1", "foo\n\t^1", "ascii"),
        (b"foo\x00\x00", "foo\x00\x00", "ascii"),
        (GERMAN.encode(), GERMAN, "utf-8"),
        (b"\xef\xbb\xbf" + GERMAN.encode(), GERMAN, "utf-8-sig"),
        (GERMAN.encode("cp1252"), GERMAN, "cp1252"),
        (FRENCH.encode("latin-1"), FRENCH, "cp1252"),
        (GERMAN.encode("mac_roman"), GERMAN, "mac_roman"),
        (FRENCH.replace("\n", "\r").encode("mac_roman"), FRENCH.replace("\n", "\r"), "mac_roman"),
        ("“it’s”… don’t – it’s".encode("mac_roman"), "“it’s”… don’t – it’s", "mac_roman"),
        ("“it’s”… don’t – it’s".encode("cp1252"), "“it’s”… don’t – it’s", "cp1252"),
        (GERMAN.encode("utf-16"), GERMAN, "utf-16"),
        (GERMAN.encode("utf-32"), GERMAN, "utf-32"),
        (b"'VisualWorks\xa8, 9.2 of 7. Januar'\r", "'VisualWorks®, 9.2 of 7. Januar'\r", "mac_roman"),
        (b"^ '\xa7Id: A.st'\n", "^ '§Id: A.st'\n", "cp1252"),
    ],
)
def test_decodes(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


def test_a_declaration_is_believed() -> None:
    text = "\"{ Encoding: utf8 }\"\n'ä'"
    assert decode(text.encode()) == (text, "utf-8")
    text = "\"{ Encoding: iso8859-1 }\"\n'ä'"
    assert decode(text.encode("latin-1")) == (text, "latin-1")
    text = "<?xml version=\"1.0\" encoding='iso-8859-1'?><st-source>Ã¤</st-source>"
    assert decode(text.encode("latin-1")) == (text, "iso-8859-1")


@pytest.mark.parametrize("name", ["utf-16", "hex", "rot13", "idna", "undefined", "nonsense", "unicode_escape"])
def test_a_declaration_that_cannot_be_is_not_believed(name: str) -> None:
    text = f"\"{{ Encoding: {name} }}\" 'abc'"
    assert decode(text.encode()) == (text, "ascii")


def test_a_wrong_declaration_does_not_lose_the_file() -> None:
    text, encoding = decode(b"\"{ Encoding: utf8 }\" 'gr\xfcn'")
    assert text.endswith("'grün'")
    assert encoding == "utf-8+cp1252"


def test_stray_bytes_cost_nothing_else() -> None:
    data = "größe und länge und käse".encode() + b"\nf\xfcr\n" + "spät".encode()
    assert decode(data) == ("größe und länge und käse\nfür\nspät", "utf-8+cp1252")
    assert decode(b"\xef\xbb\xbf" + data)[0] == "größe und länge und käse\nfür\nspät"


def test_a_byte_that_no_table_has_is_kept() -> None:
    assert decode(b"gr\xfcn \x81 \x9d") == ("grün \x81 \x9d", "cp1252")


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    text, encoding = decode(data)
    assert encoding
    assert data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or len(text) * 4 >= len(data) - 3


@given(st.binary(max_size=60), st.sampled_from([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b'"{ Encoding: utf8 }"']))
def test_no_bytes_raise_after_a_promise(data: bytes, promise: bytes) -> None:
    decode(promise + data)


def test_twelve_megabytes_are_quick() -> None:
    line = 'größe := 3. "für später"\n'.encode("cp1252")
    started = time.perf_counter()
    decode(line * (12_000_000 // len(line)))
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "starts"),
    [("", [0]), ("a\nb", [0, 2]), ("a\rb", [0, 2]), ("a\r\nb", [0, 3]), ("\r\r\n\n\r", [0, 1, 3, 4, 5]), ("a\n\rb", [0, 2, 3])],
)
def test_every_line_end_counts_once(text: str, starts: list[int]) -> None:
    lines = Lines(text)
    for number, start in enumerate(starts, 1):
        assert lines.line_column(start) == (number, 1)
    assert lines.line(len(text)) == len(starts)


@given(st.text(alphabet="ab\r\n", max_size=40))
def test_lines_are_those_of_the_unified_text(text: str) -> None:
    assert Lines(text).line(len(text)) == unify_line_ends(text).count("\n") + 1


def test_digest() -> None:
    assert digest_of(b"").startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize(
    ("corpus", "encodings"),
    [
        ("PDFtalk", {"utf-8", "mac_roman"}),
        ("CODE_META", {"ascii", "cp1252"}),
        ("smalltalk80", {"ascii"}),
        ("SmalltalkFit", {"utf-8"}),
    ],
)
def test_real_files(corpora: Path, corpus: str, encodings: set[str]) -> None:
    files = [path for path in (corpora / corpus).rglob("*") if path.is_file()]
    if not files:
        pytest.skip(f"{corpus} is not in STC_CORPORA")
    assert {decode(path.read_bytes())[1] for path in files} == encodings
