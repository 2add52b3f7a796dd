"""The lint rules: each has its fixture with marks, its page, its shape; suppression, failures and repetition are kept in check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from indexing import index_of, write

from checker import lint
from checker.lint import lint_class, lint_index, lint_method, selected_codes
from checker.rules import RULES, Found, Rule
from checker.rules._code import CodeBase
from checker.rules._facts import facts_of
from checker.rules._page import sections_of
from checker.rules._text import TextOver
from checker.suppress import Ignore, suppressions_of, unused_entry, without_ignored
from stparse.index.build import build_index
from stparse.index.model import Finding, MethodDef
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, Severity
from stparse.nodes import Method
from stparse.parser import parse_method, parse_script
from stparse.text import Span

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "rules"
MARK = re.compile(r'[ \t]*"expect: (ST\d+)"\n?')
# What the fixtures' made-up base implements, for the rules that ask for it.
BASE = frozenset(("=", "==", "foo", "bar"))


def marked(path: Path, folder: Path) -> tuple[CodeIndex, set[str]]:
    """Answer the index of a fixture without its marks, and what the marks are on: `Foo>>bar`, or the class `Foo`."""
    text = path.read_text(encoding="utf-8")
    bare = MARK.sub(lambda match: "\n" if match[0].endswith("\n") else "", text)
    places = [text.count("\n", 0, match.start()) + 1 for match in MARK.finditer(text)]
    by_protocol = set(re.findall(r"methodsFor: 'expect (ST\d+)'", text))
    index = index_of(write(folder / "code", fixture=bare), folder / "index.sqlite")
    owners = {method.reference for method in index.methods() if method.protocol and method.protocol.removeprefix("expect ") in by_protocol}
    for line in places:
        owners.add(owner_at(index, line))
    return index, owners


def owner_at(index: CodeIndex, line: int) -> str:
    for method in index.methods():
        if method.source_line <= line < method.source_line + method.lines:
            return method.reference
    return next(d.name for d in reversed(list(index.classes())) if d.line <= line)


def where(finding: Finding) -> str:
    if finding.selector is None:
        return finding.class_name or "?"
    return f"{finding.class_name}{' class' if finding.meta else ''}>>{finding.selector}"


@pytest.mark.parametrize("code", list(RULES))
def test_a_rule_finds_what_its_fixture_marks(code: str, tmp_path: Path) -> None:
    index, expected = marked(FIXTURES / f"{code}.st", tmp_path)
    with index:
        everything = {m.reference for m in index.methods()} | {d.name for d in index.classes()}
        found = sorted(where(f) for f in lint_index(index, [code], base_selectors=BASE))
        assert not index.statistics().broken
    assert found == sorted(expected)
    assert expected, "a fixture shows at least one bad case"
    assert everything - expected, "a fixture shows at least one good case"


def test_every_fixture_has_its_rule() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.st")) == list(RULES)


@pytest.mark.parametrize("code", list(RULES))
def test_the_docstring_has_its_shape(code: str) -> None:
    rule = RULES[code]
    what, why, bad, good = sections_of(rule)
    assert what.endswith(".")
    assert "\n" not in what
    assert why
    assert bad
    assert good
    assert rule.severity is not Severity.ERROR, "an error is what a compiler refuses"
    assert rule.tier in (1, 2)
    assert rule.message
    assert rule.hint or "pattern" in (rule.check.__qualname__)


def test_there_are_enough_rules() -> None:
    assert len(RULES) >= 64


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.scope == "method"])
def test_bad_and_good_examples_parse(code: str) -> None:
    _, _, bad, good = sections_of(RULES[code])
    for example in (bad, good):
        text = re.sub(r"^\w+(?: class)?>>", "", example).replace("...", "foo")
        assert parse_script(text).tree is not None or parse_method(text).tree is not None, text


# Suppression

HEAD = "Object subclass: #A\n\tinstanceVariableNames: ''\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n\tcategory: 'Rights'!\n\n"


def findings(tmp_path: Path, body: str, *codes: str, comment: str = "") -> list[Finding]:
    note = f"A comment: '{comment}'!\n\n" if comment else ""
    text = f"{HEAD}{note}!A methodsFor: 'x'!\n\n{body}! !\n"
    with index_of(write(tmp_path / "code", a=text), tmp_path / "i.sqlite") as index:
        return list(lint_index(index, codes or None))


def test_a_remark_with_a_reason_silences_its_rule(tmp_path: Path) -> None:
    body = 'foo: x\n\t"stc: ignore ST103 because the compiler of 1996 knew no notNil"\n\t^x isNil not'
    assert findings(tmp_path, body) == []


def test_a_remark_without_a_reason_silences_nothing(tmp_path: Path) -> None:
    found = findings(tmp_path, 'foo: x\n\t"stc: ignore ST103"\n\t^x isNil not')
    assert sorted(f.issue.code for f in found) == ["ST001", "ST103"]


def test_a_remark_that_silences_nothing_is_told(tmp_path: Path) -> None:
    found = findings(tmp_path, 'foo: x\n\t"stc: ignore ST103 because it was so once"\n\t^x notNil')
    assert [(f.issue.code, f.issue.severity) for f in found] == [("ST002", Severity.INFO)]


def test_a_rule_that_is_not_run_makes_no_remark_useless(tmp_path: Path) -> None:
    assert findings(tmp_path, 'foo: x\n\t"stc: ignore ST103 because it was so once"\n\t^x', "ST102") == []


def test_a_class_rule_is_silenced_in_the_method_or_in_the_class_comment(tmp_path: Path) -> None:
    method = '= x\n\t"stc: ignore ST401 because it is never put into a set"\n\t^x foo'
    assert findings(tmp_path, method, "ST401") == []
    unused = findings(tmp_path, method, "ST401", comment="stc: ignore ST416 because the manual has it")
    assert [f.issue.code for f in unused] == []
    silent = findings(tmp_path, "foo\n\t^3", "ST416", comment="stc: ignore ST406 because it is for tests")
    assert silent == []


def test_codes_of_a_remark() -> None:
    (remark,) = suppressions_of('foo "stc: ignore ST101, ST104 and ST205 because of the old compiler" ^1')
    assert remark.codes == ("ST101", "ST104", "ST205")
    assert remark.reason == 'of the old compiler" ^1'[:19]


def test_entries_of_stc_toml(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, "foo: x\n\t^x isNil not", "ST103")
    for place, category, covered in [
        ("A>>foo:", None, True), ("A", None, True), ("A class>>foo:", None, False), ("B", None, False),
        ("Rights", "Rights", True), ("Rights", "Rights-Model", True), ("Rights", "RightsModel", False),
    ]:  # fmt: skip
        assert Ignore("ST103", place, "because").covers(finding, category) is covered, place
    assert not Ignore("ST104", "A", "because").covers(finding)


def test_entries_of_stc_toml_take_findings_away(tmp_path: Path) -> None:
    entries = (Ignore("ST103", "A", "old compiler"),)
    found = findings(tmp_path, "foo: x\n\t^x isNil not", "ST103")
    assert without_ignored(found, entries, {}) == ([], ())
    assert without_ignored([], entries, {}) == ([], entries)
    assert unused_entry(entries[0]).code == "ST002"


# The runner

EMPTY = MethodDef(1, "A", False, "foo:", None, "", None, Span(0, 0), "a.st", 1, 1, "visualworks", None, 0, 1, None, True)


def test_the_runner_repeats_itself(tmp_path: Path) -> None:
    text = HEAD + "!A methodsFor: 'x'!\n\n" + "!\n\n".join(f"foo{n}: x\n\t^x isNil not or: [x size = 0]" for n in range(30)) + "! !\n"
    with index_of(write(tmp_path / "code", a=text), tmp_path / "i.sqlite") as index:
        first = list(lint_index(index))
        assert first == list(lint_index(index))
        assert len(first) == 60
        assert first == sorted(first, key=lambda f: (f.file, f.line, f.column, f.issue.code))


def test_one_finding_for_a_method_and_rule_with_the_first_place() -> None:
    source = "foo: x\n\t^x isNil not or: [x notNil not]"
    method = replace(EMPTY, source=source)
    tree = parse_method(source).tree
    assert isinstance(tree, Method)
    (issue,) = lint_method(method, tree)
    assert issue.span == Span(source.index("x isNil"), source.index(" or:"))
    assert issue.hint == "write: x notNil"


def test_a_broken_rule_costs_no_other_rule_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(node: object, scene: object) -> Iterator[Found]:
        raise KeyError("oops")
        yield

    broken = Rule("ST103", Severity.INFO, "method", 1, ("not",), "m", "h", check, "doc")
    monkeypatch.setitem(RULES._entries, "ST103", broken)
    _clear()
    found = findings(tmp_path, "foo: x\n\t^x isNil not or: [x = nil]!\n\nbar: x\n\t^x isNil not", "ST102", "ST103")
    monkeypatch.undo()
    _clear()
    assert [f.issue.code for f in found] == ["ST003", "ST102"]
    assert "rule ST103 failed on A>>foo:: KeyError: 'oops'" in found[0].issue.message


def _clear() -> None:
    lint._plan.cache_clear()


def test_an_unknown_code_is_told() -> None:
    with pytest.raises(BadInputError, match="no rule 'ST1O1'"):
        selected_codes(["ST1O1"])


def test_one_class(tmp_path: Path) -> None:
    with index_of(write(tmp_path / "code", a=HEAD + "!A methodsFor: 'x'!\n\n= x\n\t^x foo! !\n"), tmp_path / "i.sqlite") as index:
        (group,) = index.class_table.named("A")
        assert [f.issue.code for f in lint_class(group, index)] == ["ST401"]


@pytest.mark.parametrize(("unknown", "expected"), [(20, 20), (25, 0)])
def test_messages_that_nobody_implements_are_told_where_they_are_few(tmp_path: Path, unknown: int, expected: int) -> None:
    classes = "".join(HEAD.replace("#A", f"#A{n}") + f"!A{n} methodsFor: 'x'!\n\nfoo: x\n\t^x slip{n}! !\n\n" for n in range(unknown))
    with index_of(write(tmp_path / "code", a=classes), tmp_path / "i.sqlite") as index:
        assert len(list(lint_index(index, ["ST422"], base_selectors=BASE))) == expected


@pytest.mark.parametrize(("name", "expected"), [("Slot", ["ST423", "ST424"]), ("0002-later.cs", [])])
def test_a_change_set_defines_nothing_twice(tmp_path: Path, name: str, expected: list[str]) -> None:
    once = HEAD + "!A methodsFor: 'x'!\n\nfoo\n\t^1! !\n"
    again = HEAD.replace("instanceVariableNames: ''", "instanceVariableNames: 'slot'") + "!A methodsFor: 'x'!\n\nfoo\n\t^slot! !\n"
    with index_of(write(tmp_path / "code", **{"0001-first": once, name: again}), tmp_path / "i.sqlite") as index:
        assert sorted(f.issue.code for f in lint_index(index, ["ST423", "ST424"])) == expected


def test_nothing_is_told_missing_of_a_class_in_a_change_set(tmp_path: Path) -> None:
    text = HEAD.replace("instanceVariableNames: ''", "instanceVariableNames: 'slot'") + "!A methodsFor: 'x'!\n\nfoo\n\t^1! !\n"
    for name, expected in (("Slot", ["ST403", "ST416"]), ("0001.cs", [])):
        with index_of(write(tmp_path / name, **{name: text}), tmp_path / f"{name}.sqlite") as index:
            assert sorted(f.issue.code for f in lint_index(index, ["ST403", "ST416"])) == expected


def test_methods_of_dolphin_are_in_several_protocols(tmp_path: Path) -> None:
    head = (
        "\tinstanceVariableNames: ''\n\tclassVariableNames: ''\n\timports: #()\n\tclassInstanceVariableNames: ''\n\tclassConstants: {}!\n\n"
    )
    files = {
        name: f"Core.{above}\n\tsubclass: #'Core.{name}'\n{head}!Core.{name} methodsFor!\n\nfoo\n\t^1! !\n\n"
        f"!Core.{name} categoriesForMethods!\nfoo!{protocol}!public! !\n\n"
        for above, name, protocol in (("Object", "A", "printing"), ("A", "B", "development"))
    }
    with index_of(write(tmp_path / "code", **files), tmp_path / "i.sqlite") as index:
        assert [method.protocol for method in index.methods()] == ["printing", "development"]
        assert not list(lint_index(index, ["ST419"]))


def test_methods_below_a_class_are_the_same_looked_up_and_gathered(tmp_path: Path) -> None:
    project = FIXTURES.parent / "projects" / "whatson-mini"
    build_index([project], tmp_path / "mini.sqlite")
    with CodeIndex.open(tmp_path / "mini.sqlite") as index:
        trees = ((method, parse_method(method.source, method.dialect).tree) for method in index.methods())
        gathered = CodeBase(index, given=[facts_of(method, tree if isinstance(tree, Method) else None) for method, tree in trees])
        seen = 0
        for group in index.class_table.groups:
            for selector in ("initialize", "printOn:", "=", "price"):
                found = gathered.implementors_below(group, selector)
                looked_up = {path: facts.id for path, facts in CodeBase(index).implementors_below(group, selector).items()}
                assert looked_up == {path: facts.id for path, facts in found.items()}
                seen += len(found)
        assert seen > 20


def test_methods_below_a_class_are_those_of_the_text_where_it_has_them(tmp_path: Path) -> None:
    define = "{} subclass: #{} instanceVariableNames: 'a' classVariableNames: '' poolDictionaries: '' category: 'x'!\n"
    root = define.format("Object", "Base") + define.format("Base", "Other") + "!Other methodsFor: 'x'!\n= x\n\t^true! !\n"
    before = define.format("Base", "Kept") + "!Kept methodsFor: 'x'!\n= x\n\t^false! !\n" + define.format("Base", "Bare")
    after = before.replace("= x", "size") + "!Bare methodsFor: 'x'!\n= x\n\t^self! !\n"
    with (
        index_of(write(tmp_path / "code", root=root, edited=before), tmp_path / "i.sqlite") as index,
        index_of(write(tmp_path / "now", edited=after), tmp_path / "now.sqlite") as text,
    ):
        [base] = index.class_table.named("Base")
        [file] = {one.file for one in index.class_named("Bare")}
        code = CodeBase(index)
        assert set(code.implementors_below(base, "=")) == {("Other",), ("Kept",)}
        over = TextOver(code, text, file)
        assert set(over.implementors_below(base, "=")) == {("Other",), ("Bare",)}
        assert set(code.implementors_below(base, "=")) == {("Other",), ("Kept",)}
