"""Dolphin: classes, packages, categories that come after what they are about."""

from __future__ import annotations

from pathlib import Path

from readers import codes, corpus_files, of_kind, read

from stparse.chunk import ChunkKind
from stparse.formats import FORMATS
from stparse.text import SourceFile

CLASS = """"Filed out from Dolphin Smalltalk 7"!

Core.Object
	subclass: #'Shop.Basket'
	instanceVariableNames: 'items'
	classVariableNames: ''
	imports: #()
	classInstanceVariableNames: ''
	classConstants: {}!

Shop.Basket guid: (Core.GUID fromString: '{00000000-0000-0000-0000-000000000000}')!

Shop.Basket comment: 'I hold items!!'!

!Shop.Basket categoriesForClass!Shop-Model!Shop! !

!Shop.Basket methodsFor!

add: anItem
	^items add: anItem!

size
	^items size! !

!Shop.Basket categoriesForMethods!
add:!public!adding! !
size!public! !
!

!Shop.Basket class methodsFor!
new
	^super new! !
!Shop.Basket class categoriesFor: #new!instance creation!public! !
!Shop.Basket class categoriesFor: #gone!public! !
"""

PACKAGE = """| package |
package := Package name: 'Shop'.
package paxVersion: 1;
	basicComment: ''.

package!

"Class Definitions"!

Object subclass: #Basket
	instanceVariableNames: ''
	classVariableNames: ''
	poolDictionaries: ''
	classInstanceVariableNames: ''!

"Loose Methods"!

!Integer methodsFor!
plus
	^self + 1! !
!Integer categoriesFor: #plus!*Shop!public! !

"End of package definition"!
"""


def test_class() -> None:
    chunks, issues = read("dolphin", CLASS, "Basket.cls")
    assert codes(issues) == ["F701"]
    methods = of_kind(chunks, ChunkKind.METHOD)
    assert [(m.class_name, m.meta, m.text.split()[0], m.category) for m in methods] == [
        ("Shop.Basket", False, "add:", "adding"),
        ("Shop.Basket", False, "size", "public"),
        ("Shop.Basket", True, "new", "instance creation"),
    ]
    definition = of_kind(chunks, ChunkKind.DOIT)[0]
    assert (definition.class_name, definition.category) == ("Shop.Basket", "Shop-Model")
    stated = [(c.selector, c.category) for c in of_kind(chunks, ChunkKind.LAYOUT) if c.category and c.selector == "add:"]
    assert stated == [("add:", "public"), ("add:", "adding")]


def test_package() -> None:
    chunks, issues = read("dolphin", PACKAGE, "Shop.pax")
    assert not issues
    assert [m.category for m in of_kind(chunks, ChunkKind.METHOD)] == ["*Shop"]
    assert [c.text for c in of_kind(chunks, ChunkKind.COMMENT)] == [
        '"Class Definitions"', '"Loose Methods"', '"End of package definition"'
    ]  # fmt: skip


def test_sniff() -> None:
    def best(text: str, path: str) -> str:
        source = SourceFile(path, text)
        return max(("chunk", "dolphin", "gnu"), key=lambda name: FORMATS[name].sniff(source))

    assert best(CLASS, "a.st") == "dolphin"
    assert best(PACKAGE, "a.st") == "dolphin"
    assert best("!Foo methodsFor: 'x'!\nfoo ^1! !\n", "a.st") == "chunk"


def test_corpus(corpora: Path) -> None:
    """Each header of methods is found, and nearly every method has its category."""
    methods = without = headers = 0
    for path, text in corpus_files(corpora / "Dolphin" / "Core", ".cls"):
        chunks, _ = read("dolphin", text, path)
        headers += len(of_kind(chunks, ChunkKind.METHODS)) - text.count(" methodsFor!")
        methods += len(of_kind(chunks, ChunkKind.METHOD))
        without += sum(c.category is None for c in of_kind(chunks, ChunkKind.METHOD))
    assert methods > 10_000
    assert without < 50
    assert abs(headers) < 50
