"""Definitions of every dialect, read from their syntax trees."""

from __future__ import annotations

from pathlib import Path

import pytest
from readers import corpus_files, of_kind, read

from stparse.chunk import ChunkKind, ClassDef
from stparse.definitions import (
    ClassSideDef,
    CommentDef,
    Definition,
    NamespaceDef,
    SharedVariableDef,
    definition_issues,
    definition_of,
    definitions_in,
    kind_of,
)
from stparse.nodes import Node, Send, String, Symbol, Variable
from stparse.parser import parse_script


def tree_of(text: str, dialect: str = "visualworks") -> Node:
    parsed = parse_script(text, dialect)
    assert parsed.tree is not None, parsed.issues
    return parsed.tree


def defined(text: str, dialect: str = "visualworks") -> Definition | None:
    return definition_of(tree_of(text, dialect))


def class_of(text: str, dialect: str = "visualworks") -> ClassDef:
    found = defined(text, dialect)
    assert isinstance(found, ClassDef), found
    return found


def test_from_nodes() -> None:
    """The tree alone counts, whoever built it."""
    node = Send(0, 9, Variable(0, 6, "Object"), "subclass:instanceVariableNames:", (Symbol(0, 0, "Foo"), String(0, 0, " a  b ")))
    found = definition_of(node)
    assert isinstance(found, ClassDef)
    assert (found.name, found.superclass, found.instance_variables, found.span.end) == ("Foo", "Object", ("a", "b"), 9)


def test_classic() -> None:
    found = class_of("Object subclass: #Foo instanceVariableNames: 'a b ' classVariableNames: 'C' poolDictionaries: 'P Q' category: 'Shop'")
    assert (found.name, found.superclass, found.namespace, found.kind) == ("Foo", "Object", None, "normal")
    assert (found.instance_variables, found.class_variables, found.pools, found.category) == (("a", "b"), ("C",), ("P", "Q"), "Shop")


def test_envy() -> None:
    found = class_of(
        "Object subclass: #Foo classInstanceVariableNames: 'm ' instanceVariableNames: 'a' classVariableNames: '' poolDictionaries: ''"
    )
    assert (found.class_instance_variables, found.instance_variables, found.category) == (("m",), ("a",), None)


def test_visualworks_seven() -> None:
    found = class_of(
        "Smalltalk.Shop defineClass: #Foo superclass: #{Core.Object} indexedType: #objects private: false instanceVariableNames: 'a '"
        " classInstanceVariableNames: 'm' imports: 'private Shop.Parts.* Core.Set' category: 'Shop'"
    )
    assert (found.name, found.namespace, found.superclass, found.kind) == ("Shop.Foo", "Shop", "Core.Object", "variable")
    assert (found.imports, found.class_instance_variables) == (("Shop.Parts.*", "Core.Set"), ("m",))


def test_visualworks_name_space_and_shared_variable() -> None:
    found = defined("Smalltalk defineNameSpace: #Shop private: false imports: 'private Smalltalk.*' category: 'Shop'")
    assert isinstance(found, NamespaceDef)
    assert (found.name, found.environment, found.imports, found.private) == ("Shop", "Smalltalk", ("Smalltalk.*",), False)
    shared = defined("Shop.Foo defineSharedVariable: #Max private: true constant: true category: 'c' initializer: '3 + 4'")
    assert isinstance(shared, SharedVariableDef)
    assert (shared.owner, shared.name, shared.initializer, shared.constant, shared.private) == ("Shop.Foo", "Max", "3 + 4", True, True)


@pytest.mark.parametrize(
    ("keyword", "kind"),
    [
        ("variableSubclass", "variable"),
        ("variableByteSubclass", "bytes"),
        ("variableDoubleByteSubclass", "doublebytes"),
        ("variableWordSubclass", "words"),
        ("variableLongSubclass", "longs"),
        ("variableFloatSubclass", "floats"),
        ("variableDoubleSubclass", "doubles"),
        ("weakSubclass", "weak"),
        ("immediateSubclass", "immediate"),
        ("byteSubclass", "bytes"),
        ("indexableSubclass", "variable"),
    ],
)
def test_layouts(keyword: str, kind: str) -> None:
    assert class_of(f"Object {keyword}: #Foo instanceVariableNames: ''").kind == kind


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("nil subclass: #Foo instanceVariableNames: ''", "squeak", ClassDef("Foo", None)),
        (("Object subclass: 'Foo' instVarNames: #(a b) classVars: #(C) classInstVars: #(m) poolDictionaries: #() inDictionary: Shop"
         " options: #()"),
         "gemstone", ClassDef("Foo", "Object", "Shop", "normal", ("a", "b"), ("C",), ("m",))),
        (("Object subclass: #'Shop.Foo' instanceVariableNames: 'a' classVariableNames: '' imports: #(#{Shop.Parts})"
         " classInstanceVariableNames: '' classConstants: {}"),
         "dolphin", ClassDef("Shop.Foo", "Object", instance_variables=("a",), imports=("Shop.Parts",))),
        ("Object subclass:#Row instanceVariableNames:'a' classVariableNames:'' poolDictionaries:'' privateIn:Foo",
         "stx", ClassDef("Foo::Row", "Object", "Foo", "normal", ("a",))),
        ("Object subclass: #Foo instanceVariableNames: 'a' package: 'Shop'", "amber",
         ClassDef("Foo", "Object", instance_variables=("a",), category="Shop")),
        ("Object subclass: #Foo uses: TA + TB instanceVariableNames: ''", "squeak", ClassDef("Foo", "Object", traits=("TA", "TB"))),
        ("Trait named: #TFoo uses: {TA. TB} category: 'x'", "squeak",
         ClassDef("TFoo", None, traits=("TA", "TB"), category="x", trait=True)),
        ("Object << #Foo slots: {#a. #b => WeakSlot}; sharedVariables: {#C}; tag: 'T'; package: 'P'", "pharo",
         ClassDef("Foo", "Object", instance_variables=("a", "b"), class_variables=("C",), category="P-T")),
        ("Object << #Foo package: 'P'", "pharo", ClassDef("Foo", "Object", category="P")),
        ("Trait << #TFoo traits: {TA}; package: 'P'", "pharo", ClassDef("TFoo", None, traits=("TA",), category="P", trait=True)),
        ("Class named: #Foo superclass: Bar category: 'x'", "visualworks", ClassDef("Foo", "Bar", category="x")),
        ("(Smalltalk at: #Bar) subclass: #Foo instanceVariableNames: ''", "squeak", ClassDef("Foo", "Bar")),
        ("(Object subclass: #Foo instanceVariableNames: 'a') comment: 'b'; yourself", "gnu",
         ClassDef("Foo", "Object", instance_variables=("a",), comment="b")),
        ("Object variable: #byte subclass: #Foo instanceVariableNames: ''", "gnu", ClassDef("Foo", "Object", kind="bytes")),
        ("Object subclass: #Foo", "gnu", ClassDef("Foo", "Object")),
        ("Foo := Object subclass: #Foo", "gnu", ClassDef("Foo", "Object")),
    ],
)  # fmt: skip
def test_dialects(text: str, dialect: str, expected: ClassDef) -> None:
    found = class_of(text, dialect)
    fields = ("name", "superclass", "namespace", "kind", "instance_variables", "class_variables", "class_instance_variables", "pools",
              "imports", "traits", "category", "comment", "trait")  # fmt: skip
    assert {f: getattr(found, f) for f in fields} == {f: getattr(expected, f) for f in fields}


def test_smalltalk_x_name_space() -> None:
    assert class_of("\"{ NameSpace: Shop }\"\n\nObject subclass:#Foo instanceVariableNames:''", "stx").namespace == "Shop"


def test_class_side_and_comment() -> None:
    side = defined("Foo class instanceVariableNames: 'a b'")
    assert isinstance(side, ClassSideDef)
    assert (side.class_name, side.instance_variables) == ("Foo", ("a", "b"))
    side = defined("Foo class uses: TA classTrait instanceVariableNames: 'a'", "squeak")
    assert isinstance(side, ClassSideDef)
    assert (side.traits, side.instance_variables) == (("TA",), ("a",))
    comment = defined("Foo comment: 'it''s ', 'mine'")
    assert isinstance(comment, CommentDef)
    assert (comment.class_name, comment.meta, comment.comment) == ("Foo", False, "it's mine")
    comment = defined("Core.Foo class comment: self makeComment")
    assert isinstance(comment, CommentDef)
    assert (comment.class_name, comment.meta, comment.comment) == ("Core.Foo", True, None)


def test_a_name_with_an_underscore_that_was_read_as_an_assignment() -> None:
    side = defined("Late_Night_Plan class instanceVariableNames: 'slots'", "squeak")
    assert isinstance(side, ClassSideDef)
    assert (side.class_name, side.instance_variables) == ("Late_Night_Plan", ("slots",))
    assert class_of("Late_Plan subclass: #Plan instanceVariableNames: 'slots'", "squeak").superclass == "Late_Plan"
    assert class_of("Plan _ Object subclass: #Plan instanceVariableNames: ''", "squeak").superclass == "Object"
    assert class_of("plan := Object subclass: #Plan instanceVariableNames: ''").superclass == "Object"


def test_globals_and_several() -> None:
    found = definitions_in(tree_of("Smalltalk at: #Shop put: 3. Object subclass: #Foo. Foo comment: 'x'. Foo initialize"))
    assert [type(each) for each in found] == [SharedVariableDef, ClassDef, CommentDef]
    assert [kind_of(each) for each in found] == [ChunkKind.SHARED_VARIABLE, ChunkKind.CLASS, ChunkKind.COMMENT]


NOTHING = ["", "Foo initialize", "x at: #a put: 3", "3", "Foo bar; baz: 3", "self subclassResponsibility", "Foo named: 3"]


@pytest.mark.parametrize("text", NOTHING)
def test_no_definition(text: str) -> None:
    assert defined(text) is None
    assert kind_of(None) is ChunkKind.DOIT


def test_issues() -> None:
    tree = tree_of("Object subclass: #Foo instanceVariableNames: 'a b a' classVariableNames: self names colour: 'x'")
    assert [issue.code for issue in definition_issues(tree)] == ["F803", "F802", "F801"]
    assert all(issue.hint for issue in definition_issues(tree))
    assert definition_issues(tree_of("Foo initialize")) == ()


def test_corpus(corpora: Path) -> None:
    """CODE_META defines 270 classes, by the definitions that a plain search finds."""
    classes = plain = 0
    for path, text in corpus_files(corpora / "CODE_META", ".app"):
        for chunk in of_kind(read("chunk", text, path)[0], ChunkKind.DOIT):
            classes += isinstance(defined(chunk.text), ClassDef)
            plain += "ubclass: #" in chunk.text
    assert classes == plain == 270
