"""Compile faults: every row of the table in every dialect, scopes, and reads before the first assignment."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.check import Outcome, Verdict, check
from checker.faults import faults
from checker.names import GivenNames
from stparse.issue import Severity
from stparse.nodes import Method, Sequence
from stparse.parser import parse_method, parse_script
from stparse.tables import dialects

NAMES = GivenNames(
    instance_variables=frozenset(("count", "items")),
    shared_variables=frozenset(("Registry",)),
    classes=frozenset(("Object", "Array")),
    base=True,
)
DIALECTS = dialects()
SEVERITIES = {"E": Severity.ERROR, "U": Severity.ERROR, "W": Severity.WARNING, "-": None}
BRACES = frozenset(DIALECTS) - {"smalltalk80"}
COMPUTED = frozenset(("dolphin", "gnu", "va"))
PUNCTUATION = frozenset(("pharo", "squeak", "smalltalk80"))
DOTTED = frozenset(("visualworks", "gnu", "dolphin"))
ALL = frozenset(DIALECTS)
SIXTEEN = "a: a b: b c: c d: d e: e f: f g: g h: h i: i j: j k: k l: l m: m n: n o: o p: p"

# fault: the bad source with its place between angles, a good one beside it, and the dialects whose grammar reads the bad one.
CASES: dict[str, tuple[str, str, frozenset[str]]] = {
    "undeclared-variable": ("foo\n\t^‹zork› + 1", "foo\n\t^count + 1", ALL),
    "undeclared-global": ("foo\n\t^‹Zork› new", "foo\n\t^Object new", ALL),
    "out-of-scope": ("foo\n\titems do: [:e | e foo].\n\t^‹e›", "foo\n\titems do: [:e | e foo. e]", ALL),
    "out-of-scope-refused": ("foo\n\titems do: [:e | e foo].\n\t^‹e›", "foo\n\titems do: [:e | e foo. e]", ALL),
    "unknown-namespace": ("foo\n\t^‹Zork.Bar›", "foo\n\t^Object", DOTTED),
    "glued-period": ("foo\n\tcount := items‹.›items foo", "foo\n\tcount := items. items foo", ALL),
    "store-into-argument": ("foo: x\n\t‹x› := 3", "foo: x\n\tcount := x", ALL),
    "store-into-block-argument": ("foo\n\titems do: [:e | ‹e› := 3]", "foo\n\titems do: [:e | count := e]", ALL),
    "store-into-pseudo-variable": ("foo\n\t‹self› := 3", "foo\n\tcount := self", ALL),
    "store-into-class": ("foo\n\t‹Object› := 3", "foo\n\tcount := Object", ALL),
    "duplicate-name": ("foo\n\t| a ‹a› |\n\ta := 1.\n\t^a", "foo\n\t| a b |\n\ta := b := 1.\n\t^a + b", ALL),
    "temporary-like-argument": ("foo: a\n\t| ‹a› |\n\t^a", "foo: a\n\t| b |\n\tb := a.\n\t^b", ALL),
    "shadows-outer-variable": (
        "foo\n\t| a |\n\ta := 1.\n\t^items do: [:‹a› | a + a]",
        "foo\n\t| a |\n\ta := 1.\n\t^items do: [:b | b + a]",
        ALL,
    ),
    "shadows-argument": ("foo: a\n\t^items do: [:‹a› | a]", "foo: a\n\t^items do: [:b | b + a]", ALL),
    "shadows-instance-variable": ("foo\n\t^items do: [:‹count› | count]", "foo\n\t^items do: [:counted | counted]", ALL),
    "reserved-word": ("foo: ‹nil›\n\t^1", "foo: nils\n\t^nils", ALL),
    "pseudo-variable-as-name": ("foo: ‹self›\n\t^1", "foo: selfish\n\t^selfish", ALL),
    "super-alone": ("foo\n\t^‹super›", "foo\n\t^super foo", ALL),
    "super-as-argument": ("foo\n\t^items add: ‹super›", "foo\n\t^items add: super foo", ALL),
    "cascade-on-super": ("foo\n\t^‹super› foo; bar", "foo\n\t^self foo; bar", ALL),
    "statement-after-return": ("foo\n\t^1.\n\t‹count foo›", "foo\n\tcount foo.\n\t^1.", ALL),
    "wrong-block-arity": ("foo\n\tcount ifTrue: ‹[:x | x]›", "foo\n\tcount ifTrue: [1]", ALL),
    "missing-block-parameter": ("foo\n\t1 to: 3 do: ‹[count]›", "foo\n\t1 to: 3 do: [:i | i]", ALL),
    "wrong-receiver-arity": ("foo\n\t‹[:x | x]› whileTrue: [count]", "foo\n\t[count] whileTrue: [count]", ALL),
    "empty-condition": ("foo\n\t^count and: ‹[]›", "foo\n\t^count and: [count]", ALL),
    "block-expected": ("foo\n\tcount ifTrue: ‹3›", "foo\n\tcount ifTrue: [3]", ALL),
    "too-many-arguments": (f"‹{SIXTEEN}\n\t^a›", "a: a b: b\n\t^a + b", ALL),
    "digit-outside-radix": ("foo\n\t^‹2r3›", "foo\n\t^2r1", ALL),
    "radix-too-small": ("foo\n\t^‹1r1›", "foo\n\t^2r1", ALL),
    "radix-too-large": ("foo\n\t^‹37r1›", "foo\n\t^36r1", ALL),
    "radix-without-digits": ("foo\n\t^‹16r›", "foo\n\t^16r1", ALL),
    "small-digits": ("foo\n\t^‹16rff›", "foo\n\t^16rFF", ALL),
    "byte-out-of-range": ("foo\n\t^#[1 ‹256›]", "foo\n\t^self bytes", ALL),
    "float-array": ("foo\n\t^#[‹1.5›]", "foo\n\t^1.5", ALL),
    "byte-array": ("foo\n\t^‹#[1 2]›", "foo\n\t^#(1 2)", ALL),
    "empty-statement": ("foo\n\tcount foo.‹.›\n\t^1", "foo\n\tcount foo.\n\t^1.", ALL),
    "return-in-brace-array": ("foo\n\t^{‹^1›}", "foo\n\t^[^1]", BRACES),
    "brace-array": ("foo\n\t^‹{1. 2}›", "foo\n\t^#(1 2)", BRACES),
    "not-an-association": ("foo\n\t^#{1 -> 2. ‹Object›}", "foo\n\t^#{1 -> 2}", frozenset(("amber",))),
    "binding-literal": ("foo\n\t^‹#{Object}›", "foo\n\t^#Object", ALL - {"amber"}),
    "underscore-in-name": ("foo\n\t^self ‹a_b›", "foo\n\t^self aB", ALL - {"smalltalk80", "squeak"}),
    "punctuation-in-literal-array": ("foo\n\t^#(1 ‹;› 2)", "foo\n\t^#(1 $; 2)", PUNCTUATION),
    "bare-word-in-literal-array": ("foo\n\t^#(1 ‹foo› 2)", "foo\n\t^#(1 #foo nil)", ALL),
    "double-hash": ("foo\n\t^‹##foo›", "foo\n\t^#foo", ALL),
    "space-after-hash": ("foo\n\t^‹# foo›", "foo\n\t^#foo", ALL),
    "space-in-array-opener": ("foo\n\t^‹# (›1 2)", "foo\n\t^#(1 2)", ALL),
    "long-operator": ("foo\n\t^‹1 ==> 2›", "foo\n\t^1 => 2", ALL),
    "foreign-letter": ("foo\n\t^self ‹größe›", "foo\n\t^self groesse", ALL),
    "foreign-character": ("foo\n\t^‹$ä›", "foo\n\t^$a", ALL),
    "constant-as-message": ("foo\n\t^count ‹nil›", "foo\n\t^count nils", ALL),
    "self-as-message": ("foo\n\t^count ‹self›", "foo\n\t^count yourself", ALL),
    "qualified-name": ("foo\n\t^count ‹Object.Zork›", "foo\n\t^count zork", DOTTED),
    "block-temporaries": ("foo\n\t^[| ‹t› | t := 1. t]", "foo\n\t| t |\n\t^[t := 1. t]", ALL),
    "name-in-pragma": ("foo\n\t<foo: ‹zork›>\n\t^1", "foo\n\t<primitive: 60 error: code>\n\t^code", ALL),
    "caret-as-message": ("foo\n\t^count‹^›2", "foo\n\t^count raisedTo: 2", frozenset(("squeak",))),
    "pragma": ("foo\n\t‹<foo: 1>›\n\t^1", "foo\n\t<primitive: 60>\n\t^1", ALL),
    "block-without-bar": ("foo\n\t^[:x‹]›", "foo\n\t^[:x | x]", ALL),
    "glued-bars": ("foo\n\t‹||›\n\t^1", "foo\n\t^1", ALL),
    "only-a-comment": ('‹›"nothing"', 'foo "nothing"', ALL),
    "unused-temporary": ("foo\n\t| ‹t› |\n\t^1", "foo\n\t| t |\n\tt := 1.\n\t^t", ALL),
    "read-before-write": ("foo\n\t| t |\n\tcount := ‹t›.\n\tt := 1", "foo\n\t| t |\n\tt := 1.\n\tcount := t", ALL),
    "never-read": ("foo\n\t| ‹t› |\n\tt := 1", "foo\n\t| t |\n\tt := 1.\n\t^t", ALL),
}
# Where the parser itself refuses a text, whatever the table says of it.
REFUSED = {"space-after-hash": frozenset[str]()}


def judge(source: str, dialect: str = "visualworks", names: GivenNames = NAMES) -> Verdict:
    return check(source, dialect=dialect, names=names)


def found(source: str, dialect: str = "visualworks") -> list[tuple[str, str]]:
    """Answer (fault, text) of the issues."""
    by_code = {fault.code: fault.name for fault in faults().values()}
    return [(by_code.get(i.code, i.code), source[i.span.start : i.span.end]) for i in judge(source, dialect).issues]


def test_every_fault_has_a_case() -> None:
    assert sorted(CASES) == sorted(faults())


def test_every_row_names_every_dialect() -> None:
    for fault in faults().values():
        assert sorted(fault.verdicts) == sorted(DIALECTS), fault.name
    codes = [fault.code for fault in faults().values()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", CASES)
def test_fault(name: str, dialect: str) -> None:
    marked, good, readable = CASES[name]
    fault = faults()[name]
    start, end = marked.index("‹"), marked.index("›") - 1
    bad = marked.replace("‹", "").replace("›", "")
    verdict = judge(bad, dialect)
    if dialect not in readable or name == "only-a-comment":
        expected = SEVERITIES[fault.verdicts[dialect]] if name == "only-a-comment" else Severity.ERROR
        assert (verdict.issues[0].severity if verdict.issues else None) == expected
        return
    assert verdict.tree is not None, verdict.issues
    mine = [issue for issue in verdict.issues if issue.code == fault.code]
    severity = SEVERITIES[fault.verdicts[dialect]]
    if severity is None:
        assert mine == []
    else:
        assert [(issue.severity, bad[issue.span.start : issue.span.end]) for issue in mine] == [(severity, bad[start:end])]
        assert mine[0].span.start == start
        assert not re.search(r"\{(name|wanted|near)\}", mine[0].message + (mine[0].hint or ""))
    assert [issue for issue in judge(good, dialect).issues if issue.code == fault.code] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_good_code_is_quiet(dialect: str) -> None:
    source = (
        "at: key put: value\n\t| old |\n\told := items at: key ifAbsent: [nil].\n"
        "\told isNil ifTrue: [count := count + 1] ifFalse: [^self error: #present].\n"
        "\t1 to: count do: [:i | (items at: i) == value ifTrue: [^i]].\n"
        "\t[count > 3] whileTrue: [count := count - 1].\n"
        "\titems at: key put: value; yourself.\n\t^super at: key put: 16rFF"
    )
    assert found(source, dialect) == []


# -- scopes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("foo\n\titems do: [:e | e foo].\n\titems do: [:e | e bar]", []),
        ("foo\n\t[| t | t := 1. t foo].\n\t[| t | t := 2. t foo]", []),
        ("foo\n\t^[:a | [:b | [:c | a + b + c]]]", []),
        ("foo\n\t^[:a | [:b | a + b] value: a]", []),
        ("foo\n\t[| t | t := 1. t].\n\t^t", [("out-of-scope", "t")]),
        ("foo\n\t[| t | t := 1. t].\n\t^[t]", [("out-of-scope", "t")]),
        ("foo\n\t[| t | t := 1. t].\n\tt := 3", [("out-of-scope", "t")]),
        ("foo\n\t^[:a | [:a | a] value: a]", [("shadows-outer-variable", "a")]),
        ("foo: a\n\t^[:b | | a | a := b. a] value: a", [("shadows-argument", "a")]),
        ("foo\n\t^[:a | | a | a]", [("temporary-like-argument", "a")]),
        ("foo\n\t| self |\n\t^1", [("pseudo-variable-as-name", "self")]),
        ("foo: a bar: a\n\t^a", [("duplicate-name", "a")]),
        ("foo\n\t^[:a :a | a]", [("duplicate-name", "a")]),
        ("foo\n\t^[a := 3. [:a | a]]", [("undeclared-variable", "a")]),
        ("foo\n\t| e |\n\titems do: [:x | e := x].\n\t^e", []),
        ("foo: x\n\t^[x := 3]", [("store-into-argument", "x")]),
        ("foo\n\t^[:x | [x := 3]]", [("store-into-block-argument", "x")]),
        ("foo\n\t| a |\n\ta := b := 3.\n\t^a", [("undeclared-variable", "b")]),
        ("foo\n\tRegistry := 3.\n\tcount := Registry", []),
    ],
)
def test_scopes(source: str, expected: list[tuple[str, str]]) -> None:
    assert found(source) == expected


def test_a_script_declares_its_own_temporaries() -> None:
    verdict = check("| a |\na := 3.\na + zork", kind="script", names=NAMES)
    assert [issue.code for issue in verdict.issues] == ["C101"]


@pytest.mark.parametrize(
    ("source", "dialect", "expected"),
    [
        # What GNU Smalltalk evaluates while it compiles has temporaries of its own, and sees no others.
        ("foo\n\t^##(| slots | slots := Array new: 3. slots)", "gnu", []),
        ("foo\n\t| slots |\n\tslots := 3.\n\t^##(slots) + slots", "gnu", ["C101"]),
        # Pragmas whose arguments are names by the rules of the system that reads them.
        ("foo\n\t<namespace: Broadcast.Plans>\n\t^1", "dolphin", []),
        ("foo\n\t<on: slotMoved in: plan>\n\t^1", "squeak", []),
        ("foo\n\t<on: slotMoved in: plan>\n\t^1", "dolphin", ["C155", "C155"]),
        ("foo\n\t^here foo", "stx", []),
        ("foo\n\t^here foo", "pharo", ["C101"]),
        # A float at the beginning makes an array of floats, and bytes may follow; small digits are digits.
        ("foo\n\t^#[0.5 300]", "squeak", ["C154", "C120"]),
        ("foo\n\t^#[16rfe 16re5]", "stx", []),
        ("foo\n\t^#[16rfff]", "stx", ["C120"]),
        ("foo\n\t^#(0.0e -1.5d)", "gnu", []),
        ("foo\n\t^#(0.0 e)", "gnu", ["C145"]),
        # An argument may be called `self` there, but not two.
        ("foo: self bar: self\n\t^1", "gnu", ["C108"]),
        ("foo: self bar: self\n\t^1", "visualworks", ["C135", "C135"]),
        # Pharo's parser makes a message of `true` behind a receiver.
        ("foo\n\t^Object true not", "pharo", []),
    ],
)
def test_what_only_one_dialect_has(source: str, dialect: str, expected: list[str]) -> None:
    assert [issue.code for issue in judge(source, dialect).issues] == expected


def test_instance_variables_of_an_unknown_class_are_not_judged() -> None:
    verdict = judge("foo\n\t^zork", names=GivenNames(closed=False))
    assert [issue.code for issue in verdict.issues] == ["C100"]
    assert verdict.unknown == ("zork",)


def test_hints_name_what_is_near() -> None:
    (issue,) = judge("foo: aNumber\n\t^aNumbr").issues
    assert issue.hint is not None
    assert issue.hint.startswith("is it aNumber?")


# -- read before write ----------------------------------------------------------------------------------------------------


def test_a_block_may_not_have_more_than_15_arguments() -> None:
    parameters = " ".join(f":a{number}" for number in range(16))
    assert [issue.code for issue in check(f"foo\n\t^[{parameters} | a1]", dialect="pharo").issues if issue.severity is Severity.ERROR] == [
        "C117"
    ]


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("^t", 1),
        ("t := 1. ^t", 0),
        ("t := t + 1", 1),
        ("count foo: t; bar: t", 1),
        ("count foo; bar: (t := 1); baz: t", 0),
        ("count > 1 ifTrue: [t := 1]. ^t", 0),
        ("count > 1 ifTrue: [t := 1] ifFalse: [t := 2]. ^t", 0),
        ("count > 1 ifTrue: [^t] ifFalse: [t := 2]. ^t", 1),
        ("count > 1 ifTrue: [^t]. t := 1", 1),
        ("[t foo] whileTrue: [t := 1]", 1),
        ("[(t := count) foo] whileTrue: [t bar]", 0),
        ("[count foo] whileTrue: [t bar]. t := 1", 1),
        ("1 to: 3 do: [:i | t foo. t := i]", 1),
        ("1 to: 3 do: [:i | t := i]. ^t", 0),
        ("1 to: t do: [:i | t := i]", 1),
        ("(t := count) and: [t foo]", 0),
        ("count and: [t foo]. t := 1", 1),
        ("count or: [t := 1]. ^t", 0),
        ("items do: [:e | t foo]. t := 1", 0),
        ("items do: [:e | t := e]. ^t", 0),
        ("[t := 1] ensure: [count foo]. ^t", 0),
        ("[count foo] ensure: [t foo]. t := 1", 0),
        ("^[t]", 0),
        ("items do: [:e | | u | u foo. u := e]. t := 1. ^t", 1),
        ("items do: [:e | | u | u := e. u foo]. t := 1. ^t", 0),
        ("1 to: 3 do: [:i | | u | count := u. u := i]. t := 1. ^t", 1),
        ("t isNil ifTrue: [t := 1]. ^t", 1),
    ],
)
def test_read_before_write(body: str, reads: int) -> None:
    assert [name for name, _ in found(f"foo\n\t| t |\n\t{body}")].count("read-before-write") == reads


def test_a_misspelt_assignment_is_one_fault() -> None:
    assert found("foo\n\t| total |\n\ttotl := 1.\n\tcount := total.\n\ttotal := 2") == [("undeclared-variable", "totl")]
    source = "foo\n\t| stepr stepi |\n\tstepr := 1.\n\tsteip := 2.\n\tcount := stepr + stepi.\n\tstepi := 3"
    assert found(source) == [("undeclared-variable", "steip")]
    assert found("foo\n\t| total |\n\tcount := totl.\n\tcount := total") == [
        ("undeclared-variable", "totl"),
        ("read-before-write", "total"),
    ]


# -- what a dialect reads otherwise -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "source", "expected"),
    [
        # A comment may stand before a period that ends no statement.
        ("gnu", 'foo\n\t| a |\n\t"why" "so"\n\t. a := 1.\n\t^a', [("empty-statement", ".")]),
        ("dolphin", 'foo\n\t^["why" . count]', [("empty-statement", ".")]),
        ("dolphin", 'foo\n\t^[:x "why"]', [("block-without-bar", "]")]),
        # Messages that a compiler does not count the parameters of.
        ("squeak", "foo\n\t1 to: 3 do: [:a :b | a].\n\t3 timesRepeat: [:a | a]", []),
        ("squeak", "foo\n\t^count ifNil: [:a | a]", [("wrong-block-arity", "[:a | a]")]),
        ("smalltalk80", "foo\n\t[:a | a] repeat.\n\t^count ifNil: [:a | a]", []),
        ("smalltalk80", "foo\n\t^count and: [:a | a]", [("wrong-block-arity", "[:a | a]")]),
        # What is no block: Dolphin warns of a variable too, Smalltalk-80 takes any but nil.
        ("dolphin", "foo\n\t^count and: items", [("block-expected", "items")]),
        ("dolphin", "foo\n\titems whileTrue: [count foo]", [("block-expected", "items")]),
        ("smalltalk80", "foo\n\t^count ifTrue: items ifFalse: nil", [("block-expected", "nil")]),
        ("smalltalk80", "foo\n\t^count or: items isEmpty", [("block-expected", "items isEmpty")]),
        ("visualworks", "foo\n\t^count or: items isEmpty", []),
        ("dolphin", "foo\n\t^[] whileTrue: [count or: []]", [("empty-condition", "[]"), ("empty-condition", "[]")]),
        ("dolphin", "foo\n\t[] repeat.\n\t^count ifTrue: []", []),
        # Cuis: the first element says whether floats may follow.
        ("squeak", "foo\n\t^#[1.5 2 300]", [("float-array", "1.5"), ("byte-out-of-range", "300")]),
        ("squeak", "foo\n\t^#[2 1.5]", [("byte-out-of-range", "1.5")]),
        # Literals of a pragma are read like others.
        ("visualworks", "foo\n\t<foo: #(#[1 256]) bar: 2r3>\n\t^1", [("byte-out-of-range", "256"), ("digit-outside-radix", "2r3")]),
        # An operator is no longer in the pattern than in the code.
        ("gnu", "==> x\n\t^x", [("long-operator", "==>")]),
        ("pharo", "==> x\n\t^x", []),
        # What is computed while compiling has temporaries of its own, and sees none of the method.
        ("gnu", "foo: x\n\t^##(| t | t := #(1). t do: [:e | | u | u := e. u foo]. x)", [("undeclared-variable", "x")]),
        ("gnu", "foo\n\t^##(#(1) collect: [:größe | größe])", [("foreign-letter", "größe")]),
        # C code reads and assigns what it names.
        ("stx", "foo\n\t| error other |\n%{ error = 1; %}.\n\t^error foo", [("unused-temporary", "other")]),
        ("stx", "foo\n\t| error other |\n%{ error = 1; %}.\n\t^other foo", [("read-before-write", "other")]),
        # Two bars that declare nothing, and the operator.
        ("gnu", "foo\n\t<category: 'a'>\n\t||\n\t^1", [("glued-bars", "||")]),
        ("gnu", "foo\n\t^[:x | || x || count]", [("glued-bars", "||")]),
        ("gnu", "foo\n\t^[|| count]", [("glued-bars", "||")]),
        # A letter is foreign in a symbol too, unless it is in quotes, and behind "_".
        ("dolphin", "foo\n\t^#(#größe) , #größe: , #'größe'", [("foreign-letter", "#größe"), ("foreign-letter", "#größe:")]),
        ("dolphin", "foo: _größe\n\t^_größe", [("foreign-letter", "_größe")]),
    ],
)
def test_a_dialect_of_its_own(dialect: str, source: str, expected: list[tuple[str, str]]) -> None:
    assert found(source, dialect) == expected


# -- any tree ---------------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        "foo",
        "a",
        "b",
        "self",
        "super",
        "nil",
        "thisContext",
        "Object",
        "zork",
        "_x",
        "a_b",
        ":=",
        "_",
        "^",
        ".",
        ";",
        "[",
        "]",
        "[:a",
        "|",
        "[:b",
        ":c",
        "|",
        "|",
        "a",
        "b",
        "|",
        "(",
        ")",
        "#(",
        "#[",
        "{",
        "}",
        "3",
        "256",
        "2r3",
        "37r1",
        "16r",
        "'s'",
        "$ä",
        "#a",
        "##b",
        "#{Object}",
        "at:",
        "put:",
        "ifTrue:",
        "to:",
        "do:",
        "whileTrue:",
        "+",
        "-",
        "->",
        "==>",
        "<foo:",
        "<primitive:",
        ">",
        "##",
        "`",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_WORDS, max_size=25).map(" ".join), st.sampled_from(DIALECTS), st.sampled_from(("method", "script")))
def test_no_parsed_tree_raises(text: str, dialect: str, kind: str) -> None:
    source = f"foo {text}" if kind == "method" else text
    verdict = check(source, kind=kind, dialect=dialect, names=NAMES)
    for issue in verdict.issues:
        assert 0 <= issue.span.start <= issue.span.end <= len(source)
    tree = (parse_method if kind == "method" else parse_script)(source, dialect).tree
    assert tree is None or isinstance(tree, Method | Sequence)


def _seconds(source: str) -> float:
    names = GivenNames(instance_variables=frozenset(("count",)))
    best = 9.0
    for _ in range(2):
        started = time.process_time()
        assert judge(source, names=names).tree is not None
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "foo\n\t^" + "[" * (n // 4) + "count" + "]" * (n // 4),
        lambda n: "foo\n\t^" + "[:a | | b | b := a. " * (n // 4) + "b" + "]" * (n // 4),
        lambda n: "foo\n\t^count" + " + count" * n,
        lambda n: "foo\n\t^" + "(" * (n // 4) + "count" + " foo)" * (n // 4),
        lambda n: "foo\n\tcount" + " foo;" * n + " bar",
        lambda n: "foo\n" + "\tcount := count ifTrue: [1] ifFalse: [2].\n" * (n // 4),
    ],
)
def test_deep_and_long_texts_are_near_linear(make: object) -> None:
    assert callable(make)
    small, large = _seconds(make(5_000)), _seconds(make(20_000))
    assert large < 12 * small + 0.5


@pytest.mark.parametrize(
    ("source", "faults_of_gnu"),
    [
        # What is evaluated while the method is compiled has to be there; other globals may come later.
        ("foo\n\t^##(Zork)", [("undeclared-variable", "Zork")]),
        ("foo\n\t<foo: Zork>\n\t^1", [("undeclared-variable", "Zork")]),
        ("foo\n\t^##(Object.Zork)", [("unknown-namespace", "Object.Zork")]),
        ("foo\n\t^##(Object)", []),
        ("foo\n\t<primitive: VMpr_Object_hash>\n\t^1", []),
        ("foo\n\t<primitive: VMPrimitives.VMpr_Object_hash>\n\t^1", []),
        ("foo\n\t^Zork", []),
        ("foo\n\t^Object.Zork", []),
        ("foo\n\t^#{Zork.Object}", [("unknown-namespace", "#{Zork.Object}")]),
        ("foo\n\t^#{Object.Zork}", []),
        ("foo\n\t^count::foo", [("unknown-namespace", "count::foo")]),
        ("foo\n\t^#->>", [("long-operator", "#->>")]),
        ("foo\n\t^#->", []),
        ("foo\n\tself.items", []),
        ("foo\n\tcount := 3.items", []),
    ],
)
def test_gnu_looks_up_at_once(source: str, faults_of_gnu: list[tuple[str, str]]) -> None:
    assert found(source, "gnu") == faults_of_gnu


def test_in_smalltalk_80_a_double_hash_is_the_association_of_a_global() -> None:
    assert found("foo\n\t^##Zork", "smalltalk80") == [("undeclared-global", "Zork")]
    assert found("foo\n\t^##zork", "smalltalk80") == [("undeclared-variable", "zork")]
    assert found("foo\n\t^##Object", "smalltalk80") == []
    assert found("foo\n\t^# zork", "smalltalk80") == []


def test_a_comment_does_not_hide_an_empty_statement() -> None:
    assert found('foo\n\t| a |\n\t"why".\n\ta := 1.\n\t^a', "gnu") == [("empty-statement", ".")]
    assert found('foo\n\t^["why". 1]', "dolphin") == [("empty-statement", ".")]


@pytest.mark.parametrize("source", ["=== x\n\t^x", "foo\n\t^[||]", "foo\n\t^1 × 2", "foo\n\t^count != 3"])
def test_gnu_refuses_what_its_scanner_does_not_know(source: str) -> None:
    assert judge(source, "gnu").outcome is Outcome.ERROR
    assert judge(source, "pharo").outcome is Outcome.COMPILES
