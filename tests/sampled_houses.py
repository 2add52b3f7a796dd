"""A code base that has a style: protocols, names of arguments, layers and tests that are all alike, with a few that are not."""

from __future__ import annotations

from pathlib import Path

from stparse.index.build import build_index
from stparse.index.query import CodeIndex

HEADER = "'From VisualWorks, Release 2.5.2 of 26 September 1995'!\n\n"
PACKAGES = ("Shop-Base", "Shop-Desk", "Shop-Store")
KINDS = (
    "Chair",
    "Table",
    "Lamp",
    "Shelf",
    "Desk",
    "Bench",
    "Stool",
    "Couch",
    "Board",
    "Crate",
    "Chest",
    "Frame",
    "Panel",
    "Screen",
    "Tray",
    "Stand",
)


def class_text(name: str, superclass: str, category: str, variables: str = "") -> str:
    return (
        f"{superclass} subclass: #{name}\n\tinstanceVariableNames: '{variables}'\n\tclassVariableNames: ''\n"
        f"\tpoolDictionaries: ''\n\tcategory: '{category}'!\n\n"
    )


BASE = (
    class_text("ShopModel", "Object", "Shop-Base", "parts")
    + class_text("ShopThing", "ShopModel", "Shop-Base", "title shelf")
    + class_text("ShopRule", "Object", "Shop-Base")
    + """!ShopThing methodsFor: 'accessing'!

title
	^title!

title: aString
	title := aString.
	self changed: #title!

shelf
	^shelf!

shelf: aShopThing
	shelf := aShopThing! !

!ShopThing methodsFor: 'constants'!

height
	^75!

isForSale
	^true! !

!ShopThing class methodsFor: 'instance creation'!

new
	^super new initialize! !

!ShopModel methodsFor: 'private-checking'!

kindOf: anObject
	^anObject isKindOf: ShopThing! !

!ShopModel methodsFor: 'initialize-release'!

initialize
	parts := OrderedCollection new! !

!ShopRule methodsFor: 'checking'!

check: anObject
	(anObject isKindOf: ShopThing) ifFalse: [self refuse: anObject]! !

"""
)
ODD = (
    class_text("ShopOddThing", "ShopThing", "Shop-Desk")
    + """!ShopOddThing methodsFor: 'setting up'!

initialize
	super initialize.
	title := 'odd'! !

"""
)


def thing_text(kind: str, category: str, lines: int) -> str:
    """Answer a class whose methods have some lines more, so that they are no near duplicates of those of other classes."""
    more = "\n\tself changed: #price." * lines
    return (
        class_text(f"Shop{kind}", "ShopThing", category, "price")
        + f"""!Shop{kind} methodsFor: 'initialize-release'!

initialize
	super initialize.{more}
	price := {len(kind)}! !

!Shop{kind} methodsFor: 'accessing'!

heavyParts{more}
	^parts select: [:each | each weight > {len(kind)}]! !

!Shop{kind} methodsFor: 'pricing'!

priceFor: theCustomer{more}
	^theCustomer discount * price!

validate
	self validateWith: ShopRule new!

validateWith: theRule
	theRule check: price.
	ShopRule new check: title! !

"""
    )


def test_text(kind: str) -> str:
    return (
        class_text(f"Shop{kind}Test", "TestCase", "Shop-Tests")
        + f"""!Shop{kind}Test methodsFor: 'testing'!

testPrice
	self assert: (Shop{kind} new priceFor: 1) = 5!

testWeight
	self assert: Shop{kind} new weight = 0!

testParts
	| aThing |
	aThing := Shop{kind} new.
	self assert: aThing heavyParts isEmpty! !

"""
    )


def houses() -> str:
    """Answer the text of the code base: 49 classes below one, in two packages that stand on a third."""
    things = "".join(
        thing_text(f"{kind}{size}", PACKAGES[1 + at % 2], at % 6) for at, kind in enumerate(KINDS) for size in ("", "Large", "Small")
    )
    return HEADER + BASE + things + ODD + "".join(test_text(kind) for kind in KINDS[:5])


def open_houses(folder: Path) -> CodeIndex:
    """Index the code base and open the index."""
    source = folder / "src" / "Shop.st"
    source.parent.mkdir(parents=True)
    source.write_text(houses(), encoding="ascii", newline="\n")
    build_index([source.parent], folder / "index.sqlite", jobs=1)
    return CodeIndex.open(folder / "index.sqlite")
