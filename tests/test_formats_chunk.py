"""The bang format: headers of all dialects, broken files, round trips, and the reader held to grammar/chunk.lark."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token
from readers import codes, corpus_files, of_kind, read

from stparse.chunk import ChunkKind
from stparse.formats import FORMATS
from stparse.formats._headers import Role, parse_header
from stparse.formats._patterns import selector_of
from stparse.text import SourceFile

FILE_OUT = """'From VisualWorks, Release 7.9'!

"It's a comment with one quote, ends here"!

Object subclass: #Basket
	instanceVariableNames: 'items '
	classVariableNames: ''
	poolDictionaries: ''
	category: 'Shop'!

!Basket methodsFor: 'adding'!

add: anItem
	"Shout!!"
	^items add: anItem, '!!'!

blank
	^$ ! !

!Basket class methodsFor: 'instance creation' stamp: 'ab 1/2/2003 04:05'!
new
	^super new! !

Basket initialize!
"""


def test_file_out() -> None:
    chunks, issues = read("chunk", FILE_OUT)
    assert not issues
    methods = of_kind(chunks, ChunkKind.METHOD)
    assert [(m.class_name, m.meta, m.category, m.stamp) for m in methods] == [
        ("Basket", False, "adding", None),
        ("Basket", False, "adding", None),
        ("Basket", True, "instance creation", "ab 1/2/2003 04:05"),
    ]
    assert methods[0].text == "add: anItem\n\t\"Shout!\"\n\t^items add: anItem, '!'"
    assert methods[1].text == "blank\n\t^$ "
    assert FILE_OUT[methods[0].body :].startswith("add: anItem")
    assert [c.text.split()[0] for c in of_kind(chunks, ChunkKind.DOIT)] == ["'From", "Object", "Basket"]
    assert len(of_kind(chunks, ChunkKind.COMMENT)) == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Foo methodsFor: 'p'", ("Foo", False, "p", None)),
        ("Foo class methodsFor:'p'", ("Foo", True, "p", None)),
        ("Foo instance methodsFor: 'p'", ("Foo", False, "p", None)),
        ("Core.SmallInteger methodsFor: 'it''s'", ("Core.SmallInteger", False, "it's", None)),
        ("A::B class publicMethodsFor: 'p'", ("A::B", True, "p", None)),
        ("Foo privateMethodsFor: 'p'", ("Foo", False, "p", None)),
        ("Foo methodsForUndefined: 'p'", ("Foo", False, "p", None)),
        ("Foo methodsFor", ("Foo", False, None, None)),
        ("Foo publicMethods ", ("Foo", False, None, None)),
        ("Foo methodsFor: nil", ("Foo", False, None, None)),
        ("Foo methodsFor: #p", ("Foo", False, "p", None)),
        ("Foo methodsFor: 'p' stamp: 's' prior: 0", ("Foo", False, "p", "s")),
        ("Foo methodsFor: 'p' stamp: 's' overrides: 16827435", ("Foo", False, "p", "s")),
        ("Foo methodsFor: 'p' library: 'L'", ("Foo", False, "p", None)),
        ("Foo class\n\tmethodsFor: 'p'\n\tifTrue: (Bar respondsTo: #x) not", ("Foo", True, "p", None)),
        ("(Smalltalk at: #Foo) class methodsFor: 'p'", ("Foo", True, "p", None)),
        ("Grüße methodsFor: 'ä'", ("Grüße", False, "ä", None)),
    ],
)
def test_headers(header: str, expected: tuple[str, bool, str | None, str | None]) -> None:
    chunks, issues = read("chunk", f"!{header}!\nfoo ^1! !\n")
    assert not issues
    (method,) = of_kind(chunks, ChunkKind.METHOD)
    assert (method.class_name, method.meta, method.category, method.stamp) == expected


def test_header_with_computed_class() -> None:
    chunks, issues = read("chunk", "!(Java classForName: 'x.Y') methodsFor: 'p'!\nfoo ^1! !\n")
    assert codes(issues) == ["F202"]
    assert of_kind(chunks, ChunkKind.METHOD)[0].class_name is None


def test_no_header() -> None:
    assert parse_header("Foo reorganize", introduced=False) is None
    assert parse_header("Foo bar: 'methodsFor: x'", introduced=True) is None
    note = parse_header("provides: 'Shop' 1 2", introduced=True)
    assert note is not None
    assert note.role is Role.NOTE


def test_squeak() -> None:
    text = """!provides: 'Shop' 1 2!
!Foo commentStamp: 'ab 1/2' prior: 0!
My comment; it's free.!
]style[(3 4)f1b,f1!
!Foo methodsFor: 'p' stamp: 's'!
bar
	x _ 1! !
!Foo reorganize!
('p' bar)
!
!methodRemoval: Foo #baz stamp: 's'!
baz ^1!
----QUIT----(1 May 2024) x.image priorSource: 0!
Foo removeSelector: #baz!
"""
    chunks, issues = read("chunk", text.replace("\n", "\r"))
    assert not issues
    assert [(c.class_name, c.text) for c in of_kind(chunks, ChunkKind.COMMENT)] == [
        ("Foo", "My comment; it's free."),
        (None, "baz ^1"),
        (None, "----QUIT----(1 May 2024) x.image priorSource: 0"),
    ]
    assert [c.text for c in of_kind(chunks, ChunkKind.METHOD)] == ["bar\r\tx _ 1"]
    assert [c.text for c in of_kind(chunks, ChunkKind.DOIT)] == ["Foo removeSelector: #baz"]


def test_smalltalk_x() -> None:
    text = """"{ Package: 'shop' }"

Object subclass:#Foo
	instanceVariableNames:''
	privateIn:Bar
!

!Foo primitiveDefinitions!
%{
#if !defined(X)
%}
! !

!Foo class methodsFor:'c code'!

notEqual
%{
    if (a != b) { RETURN (true); }
%}.
    ^ false
!

version
    ^ '$Header$'
! !
"""
    chunks, issues = read("chunk", text)
    assert not issues
    methods = of_kind(chunks, ChunkKind.METHOD)
    assert [selector_of(m.text) for m in methods] == ["notEqual", "version"]
    assert "a != b" in methods[0].text


def test_envy() -> None:
    text = """((Shop createSubApplication: #ShopParts in: 'true') isNil)
    ifTrue: [self error: 'no']!\r\n\r\nShopParts becomeDefault!\r\n
!Basket class publicMethodsFor: 'x'!\r\n\r\nempty!\r\n\r\nfull\r\n\t^1! !\r\n
Basket initializeAfterLoad!\r\nShopParts loaded!"""
    chunks, issues = read("chunk", text, "a.app")
    assert not issues
    assert [m.text for m in of_kind(chunks, ChunkKind.METHOD)] == ["empty", "full\r\n\t^1"]
    assert len(of_kind(chunks, ChunkKind.DOIT)) == 4


def test_imported_classes_are_stubs() -> None:
    chunks, _ = read("chunk", "\"Imported Classes:\"!\nnil subclass: #Object\n\tinstanceVariableNames: 'a b'\n\tcategory: 'K'!\n")
    stub = of_kind(chunks, ChunkKind.DOIT)[0].definition
    assert stub is not None
    assert (stub.name, stub.superclass, stub.instance_variables, stub.stub) == ("Object", None, ("a", "b"), True)


def test_broken_files() -> None:
    chunks, issues = read("chunk", "!Foo methodsFor: 'p'!\nfoo ^1!\nObject subclass: #Bar instanceVariableNames: ''!\nBar new")
    assert codes(issues) == ["F203", "F201"]
    assert [c.kind for c in chunks if c.kind is not ChunkKind.LAYOUT] == [
        ChunkKind.METHODS, ChunkKind.METHOD, ChunkKind.DOIT, ChunkKind.DOIT
    ]  # fmt: skip
    chunks, issues = read("chunk", "!Foo methodsFor: 'p'!\nfoo ^1! !!Bar methodsFor: 'q'!\nbar ^1! !")
    assert [m.class_name for m in of_kind(chunks, ChunkKind.METHOD)] == ["Foo", "Bar"]
    chunks, issues = read("chunk", "!STB 0 F\x01\x02\x03\x04\x05 Package!Foo new!" + "\0" * 50)
    assert codes(issues) == ["F206"]
    assert [c.kind for c in chunks][1:] == [ChunkKind.UNKNOWN, ChunkKind.DOIT, ChunkKind.LAYOUT]


PIECES = st.lists(
    st.sampled_from(
        ["!", "!!", " ", "\n", "\r", "'", '"', "foo ^1", "Foo methodsFor: 'x'", "Foo class methodsFor", "%{", "%}", "Foo commentStamp: ''",
         "Object subclass: #A", "]style[", "----", "\0", "Foo categoriesForMethods", "Foo reorganize", "$"]
    )
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), PIECES))
def test_any_text_tiles(text: str) -> None:
    for name in ("chunk", "dolphin", "gnu"):
        read(name, text)
        assert 0.0 <= FORMATS[name].sniff(SourceFile("a.st", text)) <= 1.0


METHOD_TEXT = st.text(alphabet="abcXY:^'\"!$ \n\t.[]#", max_size=40).map(lambda body: ("m1 " + body).rstrip(" \t\n") + ".")


@given(st.lists(METHOD_TEXT, max_size=5))
def test_write_and_read_back(sources: list[str]) -> None:
    written = "!Foo methodsFor: 'p'!\n\n" + "!\n\n".join(source.replace("!", "!!") for source in sources)
    chunks, _ = read("chunk", written + ("! !\n" if sources else " !\n"))
    assert [c.text for c in chunks if c.kind is ChunkKind.METHOD] == sources


def grammar_kinds(root: Path, text: str) -> list[tuple[ChunkKind, int, int]]:
    """Answer (kind, start, end) of each token that grammar/chunk.lark finds."""
    tree = Lark((root / "grammar/chunk.lark").read_text(), parser="lalr", propagate_positions=True).parse(text)
    kinds = {"METHODS_FOR": ChunkKind.METHODS, "method": ChunkKind.METHOD, "doit": ChunkKind.DOIT, "comment": ChunkKind.COMMENT}
    found: list[tuple[ChunkKind, int, int]] = []
    for rule in tree.iter_subtrees():
        for token in rule.children:
            if isinstance(token, Token) and token.start_pos is not None and token.end_pos is not None:
                is_text = token.type in ("CODE", "REST")
                kind = kinds.get(rule.data if is_text else token.type, ChunkKind.LAYOUT)
                found.append((kind, token.start_pos, token.end_pos))
    return sorted(found, key=lambda each: each[1])


@pytest.mark.parametrize(
    "text",
    [
        FILE_OUT.replace('"It\'s a comment with one quote, ends here"!\n', ""),
        "!Foo commentStamp: 'x' prior: 0!\ntext!\n\n!Foo methodsFor!\na ^1!\nb ^2! !\n",
        "!Foo class categoriesForMethods!\na!x!public! !\nb!y! !\n!\n\nFoo new!",
        "!Foo categoriesFor: #a!x!public! !\n!Foo categoriesForClass!K! !\n",
        "Foo new! !\n!Foo privateMethodsFor: 'x'! !\n",
    ],
)
def test_reader_agrees_with_grammar(root: Path, text: str) -> None:
    chunks, _ = read("chunk", text)
    assert [(c.kind, c.span.start, c.span.end) for c in chunks] == grammar_kinds(root, text)


def test_speed() -> None:
    """A 12 MB file takes seconds, and neither bangs, quotes nor inline C make it slower than in proportion."""
    for unit in ("!Foo methodsFor: 'x'!\nfoo\n\t^self bar: '!!'! !\n", "!", "!!", "'\"", "\n%{ a!", " \n", "Foo class methodsFor: ' "):
        text = unit * (3_000_000 // len(unit))
        start = time.perf_counter()
        for _ in FORMATS["chunk"].read(SourceFile("a.st", text[: 300_000 if len(unit) < 3 else None])):
            pass
        FORMATS["chunk"].sniff(SourceFile("a.st", text))
        assert time.perf_counter() - start < 20


def test_corpora(corpora: Path) -> None:
    """CODE_META as an independent counter counts it; elsewhere the headers that a plain search finds."""
    total = {ChunkKind.METHODS: 0, ChunkKind.METHOD: 0}
    for path, text in corpus_files(corpora / "CODE_META", ".app"):
        chunks, issues = read("chunk", text, path)
        assert not issues
        for kind in total:
            total[kind] += len(of_kind(chunks, kind))
    assert total == {ChunkKind.METHODS: 1528, ChunkKind.METHOD: 8220}
    for folder in ("openqwaq", "Cuis", "smalltalk80", "PDFtalk"):
        for path, text in corpus_files(corpora / folder, ".st", ".cs", ".changes", ".sources"):
            chunks, _ = read("chunk", text, path)
            plain = re.findall(r"(?<!!)![\w.:]+(?: class)? methodsFor: ?'", text)
            assert len(of_kind(chunks, ChunkKind.METHODS)) == len(plain), path
            assert all(selector_of(method.text) for method in of_kind(chunks, ChunkKind.METHOD)), path
