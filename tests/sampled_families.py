"""A small code base of families: subclasses that are made alike, their comments and their tests."""

from __future__ import annotations

from pathlib import Path

from sampled_loaders import HEADER, class_text

from stparse.index.build import build_index
from stparse.index.query import CodeIndex

COLOURS = ("Red", "Blue", "Green", "White", "Black", "Brown", "Amber", "Violet", "Grey", "Pink", "Cyan", "Lime", "Gold", "Plum", "Rose")
SAID = {
    "Mail": "I carry a short message by post to a person who has agreed to be warned.",
    "Page": "I carry a message to the pager of a person who has agreed.",
    "Fax": "I carry a short message over the telephone to a person who has agreed to be warned.",
    "Wall": "I hang where every person of the studio passes. A WallNotice needs no telephone.",
}
POST = {
    "PostBag": ("Object", "Letters on their way, sorted by street and house number."),
    "PostRound": ("Object", "The way of a carrier along the houses of a street, with letters and parcels."),
    "PostCounter": ("Object", "Sells stamps, weighs parcels and takes letters from the street."),
    "Carrier": ("Model", "Brings letters and parcels, one street after the other."),
}
NOTICES = {
    "Mail": ("sender", "'A mail'"),
    "Page": ("sender", "'A page'"),
    "Fax": ("sender", "'A fax'"),
    "Wall": ("board", "'A paper on the wall'"),
}


def _notice(kind: str, variable: str, text: str) -> str:
    urgent = "" if kind == "Wall" else f"!{kind}Notice methodsFor: 'testing'!\n\nisUrgent\n\t^{variable} notNil! !\n\n"
    return (
        f"""!{kind}Notice methodsFor: '{"texts" if kind == "Page" else "accessing"}'!

text
	^{text}!

{variable}: aName
	{variable} := aName! !

!{kind}Notice class methodsFor: 'accessing'!

kindFor: a{kind}
	^#{kind.lower()}! !

"""
        + urgent
    )


FAMILIES = (
    HEADER
    + class_text("Notice", "Object")
    + "".join(class_text(f"{kind}Notice", "Notice", variable) for kind, (variable, _) in NOTICES.items())
    + """!Notice methodsFor: 'accessing'!

text
	self subclassResponsibility!

length
	^self subclassResponsibility! !

"""
    + "".join(_notice(kind, *rest) for kind, rest in NOTICES.items())
    + "".join(f"{kind}Notice comment: '{said}'!\n\n" for kind, said in SAID.items())
    + "".join(class_text(name, above).replace("'Rights'", "'Post'") for name, (above, _) in POST.items())
    + "".join(f"{name} comment: '{said}'!\n\n" for name, (_, said) in POST.items())
    + class_text("Lamp", "Object")
    + "".join(class_text(f"{colour}Lamp", "Lamp") for colour in COLOURS)
    + class_text("Sheet", "Object")
    + "".join(class_text(f"{kind}Sheet", "Sheet") for kind in ("Radio", "Film", "Sport", "Late"))
)


def open_families(folder: Path) -> CodeIndex:
    """Index the families and open the index."""
    source = folder / "src" / "Notices.st"
    source.parent.mkdir(parents=True)
    source.write_text(FAMILIES.replace("category: 'Rights'", "category: 'Notices'"), encoding="ascii", newline="\n")
    build_index([source.parent], folder / "index.sqlite", jobs=1)
    return CodeIndex.open(folder / "index.sqlite")
