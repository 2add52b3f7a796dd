"""The base facts that stc ships, made anew from indices of public code: names only, and where they come from.

    python benchmarks/shipped_bases.py FOLDER           FOLDER holds the indices that RECIPES names, as NAME.sqlite

A recipe whose indices are not all there is left out, and said. Names that code uses and nobody defines are known too
where the code is a whole image that runs: they come from parts of it that were not read.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from checker.base import BaseClass, BaseFacts, save_base
from checker.base_export import facts_of_index, merged
from stparse.index.query import CodeIndex

BASES = Path(__file__).resolve().parent.parent / "checker" / "bases"
_COMMON = "Smalltalk Transcript Processor Undeclared"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one base is made.

    `indices` are taken whole, after the table of the dialect if there is one in checker/bases. `attest` is how often a name must be used in
    `indices` to be known although nobody defines it (0: never). `certain` is false where the indices are one version of many:
    then only the table says which variables a class has.
    """

    dialect: str
    indices: tuple[str, ...]
    origin: str
    complete: bool
    globals: str = ""
    attest: int = 0
    certain: bool = True


RECIPES = (
    Recipe(
        "pharo", ("pharo", "pharo-spec+Spec", "pharo-spec+NewTools", "pillar-markup+Microdown", "pharo-vcs+iceberg"),
        "pharo-project/pharo with pharo-spec/Spec, pharo-spec/NewTools, pillar-markup/Microdown, pharo-vcs/iceberg (MIT)", True,
        f"{_COMMON} Sensor World ActiveWorld ActiveHand ActiveEvent Display SourceFiles SystemOrganization Author ImageImports", 2,
    ),
    Recipe(
        "squeak", ("Cuis7-0", "openqwaq"), "Cuis-Smalltalk/Cuis7-0 packages (MIT), OpenQwaq (GPL; names only)", False,
        f"{_COMMON} Sensor World ActiveWorld ActiveHand ActiveEvent Display SourceFiles SystemOrganization Author TextConstants References"
        " UISupervisor Preferences ScheduledControllers ImageImports Utilities", 2, certain=False,
    ),
    Recipe(
        "gnu", ("gnu-kernel", "gnu-packages"), "GNU Smalltalk kernel and packages (LGPL; names only)", True,
        f"{_COMMON} stdin stdout stderr Features Bigendian CSymbols KernelInitialized SymbolTable ExternalTree Version", 2,
    ),
    Recipe("dolphin", ("Dolphin",), "dolphinsmalltalk/Dolphin (MIT)", True,
           f"{_COMMON} SessionManager Sound Cursor Notification SystemColors SourceManager", 1),
    Recipe(
        "stx", ("stx-lib",), "Smalltalk/X, the lib* packages of stx (names only)", False,
        f"{_COMMON} Display Screen ProcessorSched Clipboard SystemChangeFile Language LanguageTerritory LanguageModifier", 2,
    ),
    Recipe("amber", ("amber",), "amber-smalltalk/amber (MIT)", False,
           f"{_COMMON} JSObjectProxy console document window jQuery global require process null undefined", 1),
    Recipe(
        "smalltalk80", ("st80",), "the Smalltalk-80 version 2 sources", True,
        f"{_COMMON} Display Sensor ScheduledControllers SourceFiles SystemOrganization TextConstants Disk FilePool FileConstants"
        " RemoteFile", 1,
    ),
    Recipe(
        "gemstone", ("Rowan",), "GemTalk Rowan (MIT): what it defines, extends and uses", False,
        f"{_COMMON} System SystemRepository UserGlobals Globals AllUsers AllGroups GsFile Published SessionTemps ObsoleteClasses", 2,
    ),
)  # fmt: skip


def facts_of(recipe: Recipe, folder: Path) -> BaseFacts:
    """Answer the base of one recipe."""
    found = [table_of(recipe.dialect)] if (BASES / f"{recipe.dialect}.txt").is_file() else []
    for name in recipe.indices:
        with CodeIndex.open(folder / f"{name}.sqlite") as index:
            facts = with_attested(index, facts_of_index(index, dialect=recipe.dialect), recipe.attest)
        if not recipe.certain:
            facts = replace(facts, classes={name: replace(facts.classes[name], partial=True) for name in facts.classes})
        found.append(facts)
    all_of_them = merged(found, dialect=recipe.dialect, origin=recipe.origin, complete=recipe.complete)
    return replace(
        all_of_them,
        classes={name: _without_test_variables(all_of_them.classes[name]) for name in all_of_them.classes},
        globals=all_of_them.globals | frozenset(name for name in recipe.globals.split() if name not in all_of_them.classes),
        selectors={selector: count for selector, count in all_of_them.selectors.items() if not _is_test(selector)},
    )


def _without_test_variables(known: BaseClass) -> BaseClass:
    """Answer a class of tests without its variables, for the same reason: hardly anybody subclasses those of the base."""
    if not (known.name.endswith(("Test", "Tests")) and known.instance):
        return known
    return replace(known, instance=(), partial=True)


def _is_test(selector: str) -> bool:
    """Answer whether a selector is that of a test, which nobody sends: they are many, and a base file should be small."""
    return selector.startswith("test") and selector[4:5].isupper() and ":" not in selector


def with_attested(index: CodeIndex, facts: BaseFacts, times: int) -> BaseFacts:
    """Answer `facts` with the names that the code uses at least `times` and nobody defines, as globals."""
    variables = {name for known in facts.classes.values() for name in known.shared}
    if not times:
        return facts
    used = {name for name, count in index.global_names.items() if count >= times and name not in variables and not facts.knows(name)}
    return replace(facts, globals=facts.globals | used)


def visualworks(folder: Path) -> BaseFacts:
    """Answer what is known of VisualWorks: the table in checker/bases, and what parcels say of the classes that they import."""
    table = table_of("visualworks")
    stubs: dict[str, BaseClass] = {}
    sent: dict[str, int] = {}
    own: set[str] = set()
    for name in ("SmalltalkFit", "ExtraCatalogs", "cormas", "SUnitTools-AutoTest", "ExternalEnumeration"):
        with CodeIndex.open(folder / f"{name}.sqlite") as index:
            facts = facts_of_index(index, dialect="visualworks")
            names = {definition.qualified for definition in index.classes()}
            stubs |= {
                definition.qualified: facts.classes[definition.qualified]
                for definition in index.classes(stubs=True)
                if definition.stub and definition.qualified not in names and not definition.qualified.startswith("Fit")
            }
            own |= index.implemented_selectors.keys()
            for selector in index.sent_selectors:
                sent[selector] = sent.get(selector, 0) + 1
    kept = {name: one for name, one in stubs.items() if name.split(".")[0] in table.namespaces}
    with CodeIndex.open(folder / "st80.sqlite") as index:
        # What Smalltalk-80 had and today's code still sends, VisualWorks kept.
        selectors = {selector: count for selector, count in index.implemented_selectors.items() if selector in sent}
    selectors |= {selector: 1 for selector, corpora in sent.items() if corpora > 1 and selector not in own and selector not in selectors}
    both = merged((table, BaseFacts("visualworks", "", classes=kept)), dialect="visualworks", origin="")
    origin = (
        f"{table.origin}; imported classes of the parcels SmalltalkFit, ExtraCatalogs, Opentalk of"
        " Cormas, SUnitToo(ls)-AutoTest, ExternalEnumeration"
    )
    return replace(both, origin=origin, selectors=selectors)


def table_of(dialect: str) -> BaseFacts:
    """Answer the base facts of the table of a dialect: classes, indented below their superclasses."""
    classes: dict[str, BaseClass] = {}
    names: list[str] = []
    above: list[str] = []
    for line in (BASES / f"{dialect}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("globals "):
            names += line.split()[1:]
            continue
        name, *variables = (part.strip() for part in line.split("|"))
        del above[len(line) - len(line.lstrip()) :]
        instance, class_instance = (tuple(part.split()) for part in (*variables, "", "")[:2])
        known = BaseClass(name, above[-1] if above else None, instance, class_instance, partial=not variables)
        above.append(name)
        if name not in classes or classes[name].partial:
            classes[name] = known
    return BaseFacts(dialect, f"public API by name (checker/bases/{dialect}.txt)", False, classes, frozenset(names))


def main() -> None:
    """Write every base whose indices are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("dialects", nargs="*", help="only these")
    options = parser.parse_args()
    for recipe in RECIPES:
        lacking = [name for name in recipe.indices if not (options.folder / f"{name}.sqlite").is_file()]
        if options.dialects and recipe.dialect not in options.dialects:
            continue
        if lacking:
            print(f"{recipe.dialect}: left out, there is no index {', '.join(lacking)}")
            continue
        write(facts_of(recipe, options.folder))
    if not options.dialects or "visualworks" in options.dialects:
        write(visualworks(options.folder))
    if not options.dialects or "va" in options.dialects:
        write(table_of("va"))


def write(facts: BaseFacts) -> None:
    """Write one base and say how large it is."""
    path = BASES / f"{facts.dialect}.json.gz"
    save_base(facts, path)
    certain = sum(not facts.classes[name].partial for name in facts.classes)
    print(
        f"{facts.dialect}: {path.stat().st_size:,} bytes, {len(facts.classes):,} classes ({certain:,} certain),"
        f" {len(facts.globals):,} globals, {len(facts.selectors):,} selectors, {'complete' if facts.complete else 'not complete'}"
    )


if __name__ == "__main__":
    main()
