"""A made-up house for the tests of conventions: every class has the same habits, but for what a test changes in it."""

from __future__ import annotations

from pathlib import Path

PACKAGES = ("Rights", "Parties", "Guide")
CLASSES = 12
THINGS = ("title", "price", "owner", "status", "channel")


def class_text(number: int, *, setter: str = "aString", blank: str = "\t", protocol: str = "accessing") -> str:
    """Answer a class of the house in a chunk file; the arguments say what it does otherwise."""
    name, package = f"BpThing{number}", f"Bp-{PACKAGES[number % len(PACKAGES)]}"
    lines = [
        "'From VisualWorks, Release 2.5.2 of 26 September 1995'!\n",
        (
            f"Object subclass: #{name}\n\tinstanceVariableNames: '{' '.join(THINGS)} items'\n\tclassVariableNames: ''\n"
            f"\tpoolDictionaries: ''\n\tcategory: '{package}'!\n"
        ),
        f"!{name} methodsFor: '{protocol}'!\n",
    ]
    for thing in THINGS:
        lines.append(f"{thing}\n{blank}^{thing}!\n")
        lines.append(f"{thing}: {setter}\n{blank}{thing} := {setter}!\n")
    lines[-1] = lines[-1].rstrip("\n") + " !\n"
    lines += [
        f"!{name} methodsFor: 'testing'!\n",
        f"isKnown{number}\n{blank}^items isNil not and: [items isEmpty not]! !\n",
        f"!{name} methodsFor: 'actions'!\n",
        (
            f"addAll{number}: aCollection\n{blank}| result |\n{blank}result := OrderedCollection new.\n"
            f"{blank}aCollection do: [:each | result add: each].\n{blank}items ifNil: [^self].\n{blank}^result! !\n"
        ),
    ]
    return "\n".join(lines)


def write_house(folder: Path, **changes: dict[str, str]) -> Path:
    """Write the house into `folder`; `changes` say of a class, by `thing3`, what it does otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(CLASSES):
        text = class_text(number, **changes.get(f"thing{number}", {}))
        (folder / f"BpThing{number}.st").write_text(text, encoding="utf-8")
    return folder
