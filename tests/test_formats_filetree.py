"""FileTree: the path says class and side, the first line the protocol, properties.json the class."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import codes, corpus_files, of_kind, read

from stparse.chunk import ChunkKind
from stparse.formats import FORMATS
from stparse.text import SourceFile

METHOD = "repository/Shop.package/Basket.class/instance/at.put..st"


@pytest.mark.parametrize(
    ("path", "class_name", "meta"),
    [
        (METHOD, "Basket", False),
        ("Basket.class/class/new.st", "Basket", True),
        ("Shop.package/Object.extension/instance/isBasket.st", "Object", False),
        ("Shop.package/TCount.trait/class/count.st", "TCount", True),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_method(path: str, class_name: str, meta: bool, end: str) -> None:
    text = f"accessing{end}foo{end}\t^ 1{end}"
    chunks, issues = read("filetree", text, path)
    assert issues == []
    (method,) = of_kind(chunks, ChunkKind.METHOD)
    assert (method.text, method.class_name, method.meta, method.category) == (f"foo{end}\t^ 1{end}", class_name, meta, "accessing")
    assert text[method.body :] == method.text


def test_a_class() -> None:
    text = """{
	"commentStamp" : "",
	"super" : "Object",
	"category" : "Shop-Model",
	"classinstvars" : [ "default" ],
	"pools" : [ ],
	"classvars" : [ "Limit" ],
	"instvars" : [ "items", "owner" ],
	"name" : "Basket",
	"type" : "normal"
}"""
    chunks, issues = read("filetree", text, "Shop.package/Basket.class/properties.json")
    assert issues == []
    definition = chunks[0].definition
    assert definition is not None
    assert (definition.name, definition.superclass, definition.category) == ("Basket", "Object", "Shop-Model")
    assert (definition.instance_variables, definition.class_variables) == (("items", "owner"), ("Limit",))
    assert definition.class_instance_variables == ("default",)


def test_what_stands_beside() -> None:
    chunks, _ = read("filetree", "I hold items.", "Basket.class/README.md")
    assert [(chunk.kind, chunk.class_name, chunk.text) for chunk in chunks] == [(ChunkKind.COMMENT, "Basket", "I hold items.")]
    chunks, _ = read("filetree", '{ "name" : "Object" }', "Object.extension/properties.json")
    assert [(chunk.kind, chunk.class_name, chunk.definition) for chunk in chunks] == [(ChunkKind.LAYOUT, "Object", None)]
    chunks, _ = read("filetree", '{ "name" : "TCount" }', "TCount.trait/properties.json")
    assert chunks[0].definition is not None
    assert chunks[0].definition.trait


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("", METHOD, "F411"),
        ("accessing\n\n", METHOD, "F411"),
        ("{ oops", "A.class/properties.json", "F412"),
        ("[1]", "A.class/properties.json", "F412"),
    ],
)
def test_broken_files_are_reported(text: str, path: str, code: str) -> None:
    chunks, issues = read("filetree", text, path)
    assert codes(issues) == [code]
    assert of_kind(chunks, ChunkKind.METHOD) == []


@pytest.mark.parametrize(
    ("path", "sure"),
    [(METHOD, 1.0), ("Basket.class/properties.json", 1.0), ("Basket.class.st", 0.0), ("class/instance/a.st", 0.0), ("A.package/x.st", 0.0)],
)
def test_sniff(path: str, sure: float) -> None:
    assert FORMATS["filetree"].sniff(SourceFile(path, "accessing\nfoo")) == sure


@given(st.text(max_size=60), st.sampled_from([METHOD, "A.class/properties.json", "A.class/README.md", "else.st"]))
def test_any_text_tiles(text: str, path: str) -> None:
    read("filetree", text, path)


def test_real_files(corpora: Path) -> None:
    if not (corpora / "Seaside").is_dir():
        pytest.skip("Seaside is not in STC_CORPORA")
    wanted = found = 0
    for path, text in corpus_files(corpora / "Seaside", ".st"):
        if "/instance/" in path or "/class/" in path:
            wanted += 1
            found += len(of_kind(read("filetree", text, path)[0], ChunkKind.METHOD))
    assert found == wanted > 0


def test_cypress_writes_the_protocol_into_a_comment() -> None:
    text = '"\nnotice: Copyright of the channel\ncategory: playout\n"\ncue ^cue'
    (method,) = of_kind(read("filetree", text, METHOD)[0], ChunkKind.METHOD)
    assert (method.text, method.category) == ("cue ^cue", "playout")
