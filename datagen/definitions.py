"""Class definitions as the message that defines the class: written from what the index knows, judged, and read again."""

from __future__ import annotations

from dataclasses import dataclass

from checker.classes import Surroundings, definition_faults
from checker.names import Names
from checker.snippet import judge
from stparse.chunk import ClassDef
from stparse.definitions import definitions_in
from stparse.index.classtable import path_of
from stparse.issue import Issue, Severity
from stparse.parser import parse_script

# Where the definition is written so, as browsers of the dialect show it; the others state classes outside of Smalltalk.
_LAST = {
    "visualworks": "category",
    "squeak": "category",
    "smalltalk80": "category",
    "gnu": "category",
    "stx": "category",
    "pharo": "package",
}


@dataclass(frozen=True, slots=True)
class DefinitionReading:
    """A definition's text, what it defines, the names above the class, and the variables that the superclasses have."""

    text: str
    dialect: str
    definition: ClassDef
    names: Names
    inherited: tuple[str, ...]


def definition_text(definition: ClassDef, dialect: str) -> str | None:
    """Answer the message that defines a class; None where classes of its kind or dialect are defined in another way."""
    if dialect not in _LAST or definition.superclass is None or definition.kind != "normal" or definition.traits or definition.imports:
        return None
    category = (definition.category or "").replace("'", "''")
    variables = f"instanceVariableNames: '{' '.join(definition.instance_variables)}'"
    if definition.namespace is None and not definition.class_instance_variables:
        first = f"{definition.superclass} subclass: #{definition.name}"
        shared = f"classVariableNames: '{' '.join(definition.class_variables)}'"
        return "\n\t".join(
            (first, variables, shared, f"poolDictionaries: '{' '.join(definition.pools)}'", f"{_LAST[dialect]}: '{category}'")
        )
    if definition.namespace is None or dialect != "visualworks" or definition.class_variables or definition.pools:
        return None
    first = f"Smalltalk.{definition.namespace} defineClass: #{path_of(definition.name)[-1]}"
    head = (first, f"superclass: #{{{definition.superclass}}}", "indexedType: #none", "private: false", variables)
    class_side = f"classInstanceVariableNames: '{' '.join(definition.class_instance_variables)}'"
    return "\n\t".join((*head, class_side, "imports: ''", f"category: '{category}'"))


def definition_in(text: str, dialect: str) -> ClassDef | None:
    """Answer the one class that a text defines, None if it defines none or more."""
    tree = parse_script(text, dialect).tree
    found = [one for one in definitions_in(tree) if isinstance(one, ClassDef)] if tree is not None else []
    return found[0] if len(found) == 1 else None


def judged_definition(text: str, dialect: str, names: Names) -> tuple[Issue, ...]:
    """Answer the errors and warnings of a text that must be a class definition, where these names are above the class."""
    parsed = parse_script(text, dialect)
    if parsed.tree is None:
        return parsed.issues
    faults = tuple(definition_faults(text, parsed.tree, dialect, Surroundings(names), strict=True))
    found = judge(text, "script", dialect, names, parsed=parsed, more=faults).issues
    return tuple(issue for issue in found if issue.severity is not Severity.INFO)
