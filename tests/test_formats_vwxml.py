"""VisualWorks XML: elements, places, stubs, broken and hostile documents."""

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
from stparse.xmltext import file_offset, unescape

DOCUMENT = """<?xml version="1.0"?>

<st-source>
<!-- Name: Shop -->
<time-stamp>From VisualWorks, 9.0</time-stamp>

<name-space>
<name>Shop</name>
<environment>Smalltalk</environment>
<private>false</private>
<imports>
			private Smalltalk.*
			</imports>
<category>Shop</category>
</name-space>

<class>
<name>Basket</name>
<environment>Shop</environment>
<super>Core.Object</super>
<private>false</private>
<indexed-type>objects</indexed-type>
<inst-vars>items owner </inst-vars>
<class-inst-vars>default </class-inst-vars>
<imports>
			private Core.*
			</imports>
<category>Shop-Model</category>
</class>

<comment>
<class-id>Shop.Basket</class-id>
<body>I hold &lt;Item&gt;s.</body>
</comment>

<shared-variable>
<name>Limit</name>
<environment>Shop.Basket</environment>
<category>limits</category>
<initializer>3 &lt; 4</initializer>
</shared-variable>

<methods>
<class-id>Shop.Basket class</class-id> <category>instance creation</category>

<body package="Shop" selector="max:&lt;">max: a
	^a &lt; 3 &amp; true</body>

<body package="Shop">new
	^super new</body>
</methods>

<initialize>
<class-id>Shop.Basket</class-id>
</initialize>

<do-it>"Imported Classes:"</do-it>

<class>
<name>Object</name>
<environment>Core</environment>
<super>nil</super>
<indexed-type>none</indexed-type>
</class>
</st-source>
"""


def test_a_whole_document() -> None:
    chunks, issues = read("vwxml", DOCUMENT)
    assert issues == []
    basket, base = (chunk.definition for chunk in of_kind(chunks, ChunkKind.CLASS))
    assert basket is not None
    assert base is not None
    assert (basket.name, basket.superclass, basket.namespace, basket.kind) == ("Shop.Basket", "Core.Object", "Shop", "variable")
    assert (basket.instance_variables, basket.class_instance_variables, basket.imports) == (("items", "owner"), ("default",), ("Core.*",))
    assert (basket.category, basket.stub) == ("Shop-Model", False)
    assert (base.name, base.superclass, base.stub) == ("Core.Object", None, True)
    (space,) = of_kind(chunks, ChunkKind.NAMESPACE)
    assert space.class_name == "Smalltalk.Shop"
    (comment,) = of_kind(chunks, ChunkKind.COMMENT)
    assert (comment.class_name, comment.text) == ("Shop.Basket", "I hold <Item>s.")
    (variable,) = of_kind(chunks, ChunkKind.SHARED_VARIABLE)
    assert (variable.class_name, variable.selector, variable.text) == ("Shop.Basket", "Limit", "3 < 4")
    assert [chunk.text for chunk in of_kind(chunks, ChunkKind.DOIT)] == ["Shop.Basket initialize", '"Imported Classes:"']


def test_methods_and_their_places() -> None:
    chunks, _ = read("vwxml", DOCUMENT)
    first, second = of_kind(chunks, ChunkKind.METHOD)
    assert (first.class_name, first.meta, first.category, first.selector) == ("Shop.Basket", True, "instance creation", "max:<")
    assert first.text == "max: a\n\t^a < 3 & true"
    assert second.selector is None
    for method in (first, second):
        for index, char in enumerate(method.text):
            assert unescape(DOCUMENT[file_offset(DOCUMENT, method.body, index) :])[0] == char


def test_places_behind_emphasis() -> None:
    text = "<B>a: b\n\t</B>^<I>b</I> &lt; 3"
    places = [file_offset(text, 0, index) for index in range(len(unescape(text)))]
    assert "".join(unescape(text[place : place + 4])[0] for place in places) == unescape(text)


def test_no_entity_expands() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><st-source><do-it>&lol2;</do-it></st-source>'
    )
    chunks, issues = read("vwxml", bomb)
    assert codes(issues) == ["F305"]
    assert [chunk.text for chunk in of_kind(chunks, ChunkKind.DOIT)] == ["&lol2;"]


@pytest.mark.parametrize(
    ("body", "text", "escape"),
    [
        ("a &#65;&#x42;&quot;&apos;", "a AB\"'", "xml"),
        ("<![CDATA[a < b & c]]>", "a < b & c", "none"),
        ("a &lt; <![CDATA[<b> &amp;]]> &gt; c", "a < <b> &amp; > c", "xml"),
        ("<B>a: b\n\t</B>^<I>b</I> &lt; 3", "a: b\n\t^b < 3", "xml"),
        ("a &#0;&#xD800;&#x110000;&nbsp;", "a &#0;&#xD800;&#x110000;&nbsp;", "xml"),
    ],
)
def test_references_and_cdata(body: str, text: str, escape: str) -> None:
    chunks, _ = read("vwxml", f"<st-source><methods><class-id>A</class-id> <category>x</category><body>{body}</body></methods></st-source>")
    (method,) = of_kind(chunks, ChunkKind.METHOD)
    assert (method.text, method.escape) == (text, escape)


@pytest.mark.parametrize(
    ("inside", "code", "methods"),
    [
        ("<methods><class-id>A</class-id><body>a<body>b</body></methods>", "F302", ["a", "b"]),
        ("<methods><class-id>A</class-id><body>a ^1 < 2</body></methods>", "F303", ["a ^1 < 2"]),
        ("<methods><class-id>A</class-id><body>a</body> junk <body>b</body></methods>", "F301", ["a", "b"]),
        ("<methods><class-id>A</class-id><body>a</body><!-- b --><body>c</body></methods>", None, ["a", "c"]),
        ("<class><name>A</name><methods><class-id>A</class-id><body>a</body></methods>", "F302", ["a"]),
        ("<new-thing>x</new-thing><methods><class-id>A</class-id><body>a</body></methods>", "F304", ["a"]),
        ("<methods><class-id>A</class-id><body>a", "F302", ["a"]),
    ],
)
def test_what_is_broken_costs_nothing_else(inside: str, code: str | None, methods: list[str]) -> None:
    chunks, issues = read("vwxml", f"<st-source>{inside}</st-source>")
    assert (code in codes(issues)) if code else issues == []
    assert [chunk.text for chunk in of_kind(chunks, ChunkKind.METHOD)] == methods


@pytest.mark.parametrize(
    ("text", "sure"), [(DOCUMENT, 1.0), ("\ufeff<st-source>", 1.0), ("<?xml version='1.0'?><html>", 0.0), ("'<st-source>'!", 0.0)]
)
def test_sniff(text: str, sure: float) -> None:
    assert FORMATS["vwxml"].sniff(SourceFile("a.st", text)) == sure


PIECES = [
    "<st-source>",
    "</st-source>",
    "<methods>",
    "</methods>",
    "<body>",
    "<body selector='a'>",
    "</body>",
    "<class>",
    "</class>",
    "<name>",
]
PIECES += [
    "<class-id>",
    "</class-id>",
    "<do-it>",
    "</do-it>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE",
    "[",
    "]",
    "<",
    ">",
    "&",
    "&lt;",
    "a\r\n",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=30).map("".join))
def test_any_text_tiles(text: str) -> None:
    read("vwxml", text)


@pytest.mark.parametrize(
    "piece", ["<class>", "<methods><body>", "<!DOCTYPE [", "<body><![CDATA[", "<x", "<a>", "<methods>x</methods><body>", "&"]
)
def test_hostile_repetition_is_linear(piece: str) -> None:
    started = time.perf_counter()
    read("vwxml", "<st-source>" + piece * 20_000)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("corpus", "classes", "methods"),
    [
        ("SmalltalkFit", 1108, 5708),
        ("ExtraCatalogs", 12, 107),
        ("SUnitTools", 37, 160),
        ("ExternalEnumeration", 6, 51),
        ("cormas", 7, 79),
    ],
)
def test_real_files(corpora: Path, corpus: str, classes: int, methods: int) -> None:
    if not (corpora / corpus).is_dir():
        pytest.skip(f"{corpus} is not in STC_CORPORA")
    counted = {ChunkKind.CLASS: 0, ChunkKind.METHOD: 0}
    for path, text in corpus_files(corpora / corpus, ".st", ".pst"):
        chunks, issues = read("vwxml", text, path)
        assert issues == []
        assert len(of_kind(chunks, ChunkKind.METHOD)) == len(re.findall(r"<body package", text))
        for kind in counted:
            counted[kind] += len(of_kind(chunks, kind))
        for method in of_kind(chunks, ChunkKind.METHOD):
            assert method.selector is None or method.selector == _selector(method.text)
    assert counted == {ChunkKind.CLASS: classes, ChunkKind.METHOD: methods}


def _selector(source: str) -> str:
    pattern = re.match(r"\s*((?:\w+:\s*\w+\s*)+|[^\w\s\"]+(?=\s*\w)|\w+)", source)
    assert pattern is not None
    return "".join(re.findall(r"\w+:", pattern[1])) or pattern[1].strip()
