"""The verdict of texts of every kind: methods, expressions, class definitions, file-outs in every format."""

from __future__ import annotations

import pytest
from indexing import CONTRACT, RIGHTS, index_of, write

from checker.check import Verdict, check
from checker.environment import House
from checker.kinds import kind_of
from checker.reference import Reference, read_reference
from checker.verdict import Outcome
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, Severity
from stparse.parser import parse_method, parse_script


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> CodeIndex:
    folder = tmp_path_factory.mktemp("code")
    return index_of(write(folder / "src", Contract=CONTRACT, Rights=RIGHTS), folder / "i.sqlite")


def errors(verdict: Verdict) -> list[str]:
    return [issue.code for issue in verdict.issues if issue.severity is Severity.ERROR]


def marked(verdict: Verdict, source: str) -> list[str]:
    """Answer what the errors' spans cover."""
    return [source[i.span.start : i.span.end] for i in verdict.issues if i.severity is Severity.ERROR]


# Kinds

KINDS = {
    "foo\n\t^1": "method",
    "at: k put: v\n\t^k": "method",
    "+ other\n\t^other": "method",
    '"what"\nfoo\n\t^1': "method",
    "foo ^1": "method",
    "foo\n\tbar": "method",
    "at: k put: (3": "expression",
    "at: k\n\t^k foo: (3": "method",
    "3 + 4": "expression",
    "self foo": "expression",
    "Object new": "expression",
    "| a | a := 3. a": "expression",
    "Transcript\n\tshow: 'x';\n\tcr": "expression",
    "x := 3 +": "expression",
    "Object subclass: #Foo instanceVariableNames: '' category: ''": "class",
    "Object\n\tsubclass: #Foo\n\tinstanceVariableNames: ''\n\tcategory: ''": "class",
    "Core defineClass: #Foo superclass: #{Core.Object} instanceVariableNames: ''": "class",
    "Foo class instanceVariableNames: 'a'": "class",
    "Object << #Foo slots: {#a}; package: 'p'": "class",
    CONTRACT: "fileout",
    "!Foo methodsFor: 'x'!\nfoo\n\t^1! !": "fileout",
    "Object subclass: Foo [ foo [ ^1 ] ]": "fileout",
    "Class { #name : #Foo, #superclass : #Object }": "fileout",
    '<?xml version="1.0"?>\n<st-source>\n</st-source>': "fileout",
}


@pytest.mark.parametrize("source", KINDS)
def test_kind_by_evidence(source: str) -> None:
    assert kind_of(source) == KINDS[source]


def test_a_class_makes_a_method_of_what_may_be_either() -> None:
    assert (kind_of("foo"), kind_of("foo", in_class=True)) == ("expression", "method")


def test_an_unknown_kind_or_dialect_is_refused() -> None:
    with pytest.raises(BadInputError, match="no kind of text 'poem'"):
        check("foo", kind="poem")
    with pytest.raises(BadInputError, match="no dialect 'basic'"):
        check("foo", dialect="basic")


# Methods and expressions


def test_a_method_in_its_class(index: CodeIndex) -> None:
    house = House(index)
    assert check("foo\n\t^title", class_name="Contract", house=house).outcome is Outcome.COMPILES
    assert check("foo\n\t^Registry", class_name="Contract", meta=True, house=house).outcome is Outcome.COMPILES
    verdict = check("foo\n\t^self bar: zork", house=house)
    assert (verdict.outcome, verdict.undeclared) == (Outcome.UNDECLARED, ("zork",))
    assert not verdict.compiles()
    assert verdict.compiles(undeclared_is_error=False)


def test_undeclared_names_as_warnings() -> None:
    verdict = check("foo\n\t^zork", undeclared="warn")
    assert [(issue.code, issue.severity) for issue in verdict.issues] == [("C101", Severity.WARNING)]
    assert verdict.outcome is Outcome.UNDECLARED
    assert errors(check("foo\n\t^(zork", undeclared="warn")) == ["P111"]


def test_a_class_that_nobody_knows(index: CodeIndex) -> None:
    verdict = check("foo\n\t^zork", class_name="Contrakt", house=House(index))
    assert [issue.code for issue in verdict.issues if issue.severity is Severity.INFO][:1] == ["C310"]
    assert "is it Contract?" in (verdict.issues[0].hint or "")
    assert verdict.unknown == ("zork",)
    assert errors(verdict) == []


def test_expressions() -> None:
    assert check("3 + 4", kind="expression").outcome is Outcome.COMPILES
    assert check("| a | a := 3. a foo", kind="script").outcome is Outcome.COMPILES
    assert errors(check("3 + zork", kind="expression")) == ["C101"]
    assert errors(check("foo: x\n\t^x", kind="expression")) != []


# Class definitions

CLASSES: dict[str, tuple[list[str], list[str]]] = {
    "Object subclass: #Foo instanceVariableNames: 'a b' classVariableNames: 'C' poolDictionaries: '' category: 'x'": ([], []),
    "Object subclass: #Foo instanceVariableNames: 'a' classVariableNames: '' poolDictionaries: '' category: 'x'!": ([], []),
    "Smalltalk.Core defineClass: #Foo superclass: #{Core.Object} indexedType: #none private: false instanceVariableNames: 'a '"
    " classInstanceVariableNames: '' imports: '' category: ''": ([], []),
    "Object << #Foo slots: {#a. #b}; package: 'x'": ([], []),
    "nil subclass: #Foo instanceVariableNames: '' classVariableNames: '' poolDictionaries: '' category: ''": ([], []),
    "Object subclass: Foo [ | a b | ]": ([], []),
    "Class { #name : #Foo, #superclass : #Object, #instVars : ['a', 'b'] }": ([], []),
    "Foo class instanceVariableNames: 'a b'": ([], []),
    "Object subclass: #Foo instanceVariableName: 'a' category: 'x'": (["C302"], ["instanceVariableName:"]),
    "Object subclass: #Foo zork: 'a'": (["C302"], ["zork:"]),
    "Object subclas: #Foo instanceVariableNames: ''": (["C302"], ["Object subclas: #Foo instanceVariableNames: ''"]),
    "Object subclass: #Foo instanceVariableNames: 'a b a' category: 'x'": (["C304"], ["a"]),
    "Object << #Foo slots: {#a. #a}": (["C304"], ["#a"]),
    "Foo class instanceVariableNames: 'a a'": (["C304"], ["a"]),
    "Object subclass: #Foo instanceVariableNames: 'self b' category: 'x'": (["C306"], ["self"]),
    "Object subclass: #Foo instanceVariableNames: 'a, b' category: 'x'": (["C307"], ["a,"]),
    "Object subclass: #foo instanceVariableNames: '' category: 'x'": (["C309"], ["foo"]),
    "Foo subclass: #Foo instanceVariableNames: 'a' category: 'x'": (["C303"], ["Foo"]),
    "'Object' subclass: #Foo instanceVariableNames: 'a' category: 'x'": (["C303"], ["'Object'"]),
    "3 + 4": (["C301"], ["3 + 4"]),
    "Transcript show: 'x'": (["C301"], ["Transcript show: 'x'"]),
    "": (["C301"], [""]),
    "Object subclass: #Foo instanceVariableNames: 'a": (["P101"], []),
    "Class { #name : #Foo, #instVars : ['a', 'a'] }": (["C304"], ["C"]),
    "foo\n\t^1": (["P131"], ["^"]),
}


@pytest.mark.parametrize("source", CLASSES)
def test_class_definition(source: str) -> None:
    verdict = check(source, kind="class", dialect="pharo" if "<<" in source else "visualworks")
    codes, places = CLASSES[source]
    assert errors(verdict) == codes
    assert marked(verdict, source)[: len(places)] == places
    assert verdict.kind == "class"
    assert verdict.compiles() is not bool(codes)


def test_a_class_is_judged_with_its_superclass(index: CodeIndex) -> None:
    house = House(index)
    source = "Contract subclass: #Foo instanceVariableNames: 'title' classVariableNames: '' poolDictionaries: '' category: ''"
    assert errors(check(source, kind="class", house=house)) == ["C305"]
    source = "LicenceContract subclass: #Contract instanceVariableNames: '' classVariableNames: '' poolDictionaries: '' category: ''"
    assert errors(check(source, kind="class", house=house)) == ["C303"]
    assert errors(check("zork subclass: #Foo instanceVariableNames: ''", kind="class", house=house)) == ["C101", "C303"]


# File-outs


def test_a_file_out_stands_on_itself() -> None:
    assert check(CONTRACT, kind="fileout").outcome is Outcome.COMPILES
    wrong = CONTRACT.replace("title := aString", "titel := aString")
    verdict = check(wrong, kind="fileout")
    assert verdict.outcome is Outcome.UNDECLARED
    (found,) = [one for one in verdict.located if one.issue.severity is Severity.ERROR]
    assert (found.line, found.column, found.end_column) == (18, 2, 7)
    assert (found.class_name, found.meta, found.selector) == ("Contract", False, "title:")
    assert wrong[found.issue.span.start : found.issue.span.end] == "titel"


def test_the_parts_of_a_file_out() -> None:
    parts = check(CONTRACT, kind="fileout").parts
    assert [(p.kind, p.class_name, p.meta, p.selector) for p in parts if p.kind != "script"] == [
        ("class", None, False, None),
        ("class", None, False, None),
        ("method", "Contract", False, "title"),
        ("method", "Contract", False, "title:"),
        ("method", "Contract", False, "printOn:"),
        ("method", "Contract", True, "new"),
        ("method", "Contract", True, "register"),
    ]
    assert all(part.verdict.outcome is Outcome.COMPILES for part in parts)


def test_places_behind_doubled_bangs() -> None:
    source = "!Object methodsFor: 'x'!\nfoo\n\t^'a!!b!!', zork!\n!"
    assert check(source, kind="fileout").unknown == ("zork",)
    wrong = source.replace("zork", "(3")
    (error,) = [one for one in check(wrong, kind="fileout").located if one.issue.severity is Severity.ERROR]
    assert (error.line, error.column) == (3, 15)


def test_a_file_out_with_the_index(index: CodeIndex) -> None:
    source = "!Contract methodsFor: 'x'!\nfoo\n\t^title, zork! !\n"
    verdict = check(source, kind="fileout", house=House(index))
    assert "zork" in (*verdict.undeclared, *verdict.unknown)
    assert "title" not in (*verdict.undeclared, *verdict.unknown)
    changed = CONTRACT.replace("'title items'", "'title'")
    names = check(changed, kind="fileout", house=House(index))
    assert "items" in (*names.undeclared, *names.unknown), "the text's own definition counts, not the index's"


def test_a_subclass_of_a_class_of_the_index(index: CodeIndex) -> None:
    source = (
        "Contract subclass: #Lease instanceVariableNames: 'rent' classVariableNames: '' poolDictionaries: '' category: ''!\n"
        "!Lease methodsFor: 'x'!\nrent\n\t^rent + title size + Registry size! !\n"
    )
    verdict = check(source, kind="fileout", house=House(index))
    assert verdict.outcome is Outcome.COMPILES
    assert not {"rent", "title", "Registry"} & {*verdict.undeclared, *verdict.unknown}


FILEOUTS = {
    "gnu": "Object subclass: Foo [\n\t| a |\n\tfoo [ ^a ]\n\tbar [ ^zork ]\n]\n",
    "tonel": "Class {\n\t#name : #Foo,\n\t#instVars : [ 'a' ]\n}\n\n{ #category : #x }\nFoo >> bar [\n\t^ zork\n]\n",
    "chunk": "Object subclass: #Foo instanceVariableNames: 'a' category: 'x'!\n!Foo methodsFor: 'x'!\nbar\n\t^zork! !\n",
    "vwxml": (
        '<?xml version="1.0"?>\n<st-source>\n<class>\n<name>Foo</name>\n<environment>Smalltalk</environment>\n<super>Core.Object</super>\n'
        "<private>false</private>\n<indexed-type>none</indexed-type>\n<inst-vars>a </inst-vars>\n<class-inst-vars></class-inst-vars>\n"
        "<imports></imports>\n<category>x</category>\n</class>\n<methods>\n<class-id>Foo</class-id> <category>x</category>\n"
        '<body package="x" selector="bar">bar\n\t^zork</body>\n</methods>\n</st-source>\n'
    ),
}


@pytest.mark.parametrize("name", FILEOUTS)
def test_every_format(name: str) -> None:
    source = FILEOUTS[name]
    verdict = check(source, kind="fileout")
    assert verdict.undeclared == ("zork",)
    (error,) = [one for one in verdict.located if one.issue.severity is Severity.ERROR]
    assert source[error.issue.span.start : error.issue.span.end] == "zork"
    assert source.splitlines()[error.line - 1][error.column - 1 : error.end_column - 1] == "zork"
    assert error.text == source.splitlines()[error.line - 1]


def test_variables_of_scripts_live_on() -> None:
    source = "| a |\na := 3!\na printString!\n"
    assert check(source, kind="fileout").outcome is Outcome.COMPILES
    assert check("a printString!\n", kind="fileout").undeclared == ("a",)


def test_an_empty_file_out_is_an_error() -> None:
    assert errors(check("\n\n", kind="fileout")) == ["C311"]


# Lines in hints


def test_hints_name_the_lines_of_the_file() -> None:
    assert "line 2's" in (parse_method("foo\n\t^[:x | x").issues[0].hint or "")
    assert "line 42's" in (parse_method("foo\n\t^[:x | x", first_line=41).issues[0].hint or "")
    assert "line 10;" in (parse_method("foo\n\t^'x", first_line=9).issues[0].hint or "")
    assert "line 5;" in (parse_script('3 + "what', first_line=5).issues[0].hint or "")
    located = check("!Foo methodsFor: 'x'!\nfoo\n\t^[:x | x! !\n", kind="fileout").located
    assert any("line 3's `[`" in (one.issue.hint or "") for one in located)


# References

REFERENCES = {
    "Foo": Reference("Foo"),
    "Foo class": Reference("Foo", True),
    " Foo  class ": Reference("Foo", True),
    "Foo classSide": Reference("Foo", True),
    "Foo.class": Reference("Foo", True),
    "Foo>>bar": Reference("Foo", False, "bar"),
    "Foo class >> #bar:baz:": Reference("Foo", True, "bar:baz:"),
    "Core.Foo>>+": Reference("Core.Foo", False, "+"),
    "A::B class": Reference("A::B", True),
}


@pytest.mark.parametrize("text", REFERENCES)
def test_reference(text: str) -> None:
    assert read_reference(text) == REFERENCES[text]


@pytest.mark.parametrize("text", ["", "3", "Foo bar", "Foo class class", ">>bar"])
def test_no_reference(text: str) -> None:
    with pytest.raises(BadInputError, match="names no class"):
        read_reference(text)
