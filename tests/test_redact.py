"""Secrets and personal data never reach an index of a data set, and hiding them moves nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from datagen.redact import Redactor, hidden_places, read_words
from datagen.redaction_rules import RULES
from stc.cli import cli
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

# The value between the brackets is to be hidden, and nothing else.
HIDDEN = (
    ("credential", "password := '[tiger]'."),
    ("credential", "defaultPassword\n\t^'[geheim42]'"),
    ("credential", "(Session new) user: aName password: '[tiger]'"),
    ("credential", "settings at: #apiKey put: '[0815-4711]'"),
    ("credential", "'Database=plan;Pwd=[geheim];'"),
    ("credential", "'[AKIAABCDEFGHIJKLMNOP]'"),
    ("credential", "'-----BEGIN RSA PRIVATE KEY-----\n[MIICXQIBAAKB\ngQDnCv/gx=]\n-----END RSA PRIVATE KEY-----'"),
    ("user name", "session username: '[scott]'; yourself"),
    ("user name", "'Database=plan;Uid=[planner];'"),
    ("user name", "'C:\\Users\\[hvdberg]\\export'"),
    ("user name", "'/home/[hvdberg]/export'"),
    ("user name", "!BpRight methodsFor: 'testing' stamp: '[hvd] 3/14/2010 15:09'!"),
    ("user name", '"Modified: / 17-07-2014 / 15:25:11 / [Hanna Berg]"'),
    ("user name", '"[hvd] 11/5/2006: the contract may be open"'),
    ("user name", '"Author: [Hanna Berg]"'),
    ("user name", '"\n\tauthor: [HVD]\n\tdate: 3 May 2001"'),
    ("e-mail address", '"ask [hanna.berg@sender.intern]"'),
    ("host", "'http://[planserver]:8080/rights'"),
    ("host", "'https://[plan.sender.de]/rights'"),
    ("host", "'jdbc:oracle:thin:@[ora7]:1521:PLAN'"),
    ("host", "'Server=[db01];Trusted=1;'"),
    ("host", "connection host: '[db01]'"),
    ("host", '"runs on [db01.sender.intern] since May"'),
    ("host", "'\\\\[fileserver]\\rights\\export'"),
    ("network address", "'[172.16.3.4]'"),
    ("network address", "'00:[1A:2B:3C:4D:5E]'"),
    ("phone number", '"call +[49 89 5900 1234]"'),
)
SHOWN = (
    "password := aString.",
    "self passwordField: 'Password:' , 'User:'",
    "left := 10@20. right := a@b.",
    "BpScheduleVersion author: BpUser current",
    "'http://www.w3.org/2001/XMLSchema'",
    "'someone@example.com'",
    '"see section 2.2.7.1, or localhost"',
    "'127.0.0.1'",
    "x := a \\\\ b.",
    "^Core.Object new",
    "total := offset +49.",
    '"Created: 10.6.1996"',
    "token: 'identifier'",
    "'2004-08-01' '10:20:30'",
)


@pytest.mark.parametrize(("kind", "marked"), HIDDEN, ids=[f"{kind}: {marked[:24]}" for kind, marked in HIDDEN])
def test_hidden(kind: str, marked: str) -> None:
    before, value, after = re.split(r"[\[\]]", marked)
    text, found = Redactor().hide(before + value + after)
    assert text.startswith(before)
    assert text.endswith(after)
    assert len(text) == len(before + value + after)
    assert not re.search(r"[a-wyzA-WYZ1-9]", text[len(before) : len(text) - len(after)].replace("\n", ""))
    assert kind in [one.kind for one in found]


PROSE = (("credential", "Password: [geheim123]"), ("credential", "| password | `[geheim]` |"), ("user name", "- **User**: [planner]"))


@pytest.mark.parametrize(("kind", "marked"), PROSE, ids=[marked for _, marked in PROSE])
def test_hidden_in_prose_alone(kind: str, marked: str) -> None:
    before, value, after = re.split(r"[\[\]]", marked)
    text, found = Redactor().hide(before + value + after, prose=True)
    assert (text, [one.kind for one in found]) == (f"{before}{'x' * len(value)}{after}", [kind])
    assert Redactor().hide(before + value + after)[1] == []


@pytest.mark.parametrize("text", SHOWN)
def test_shown(text: str) -> None:
    assert Redactor().hide(text) == (text, [])


def test_every_rule_has_a_case() -> None:
    plain = "\n".join(re.sub(r"[\[\]]", "", marked) for _, marked in (*HIDDEN, *PROSE)) + "\n'postgres://bob:geheim@db/x'"
    assert [rule.pattern for rule in RULES if not re.search(rule.pattern, plain)] == []


def test_own_words_are_hidden_in_names_too_and_names_stay_different() -> None:
    text, found = Redactor(("Acme", "Blaupunkt")).hide("AcmeRights>>blaupunkt: anAcme")
    assert text == "QqqqRights>>zzzzzzzzz: anQqqq"
    assert [one.kind for one in found] == ["own word"] * 3


_PIECES = st.sampled_from([re.sub(r"[\[\]]", "", marked) for _, marked in HIDDEN] + list(SHOWN) + ["!", "\n", "'", '"', "\u0130", "\ud800"])


@given(st.lists(_PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_nothing_moves_and_once_is_enough(text: str) -> None:
    hidden, found = Redactor(("hvd",)).hide(text)
    assert len(hidden) == len(text)
    assert [c for c in hidden if c in "!'\"\n\r"] == [c for c in text if c in "!'\"\n\r"]
    at = 0
    for start, end in sorted((one.start, one.end) for one in found):
        assert hidden[at:start] == text[at:start] or start < at
        at = max(at, end)
    assert hidden[at:] == text[at:]
    assert Redactor(("hvd",)).hide(hidden) == (hidden, [])


SOURCE = """'From VisualWorks'!

Object subclass: #BpConnection
\tinstanceVariableNames: 'session'
\tclassVariableNames: ''
\tpoolDictionaries: ''
\tcategory: 'Bp-Store'!

!BpConnection methodsFor: 'opening'!

open
\t"Open me. Ask hanna.berg@sender.intern for the rights."

\tsession := BpSession new.
\tsession host: 'db01'; username: 'planner'; password: 'geheim'.
\t^session connect! !
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Store.st").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_an_index_behind_a_veil_holds_no_secret(folder: Path) -> None:
    path = folder / "x.sqlite"
    build_index([folder / "src"], path, veil=Redactor())
    assert not [word for word in (b"hanna", b"db01", b"'planner", b"geheim") if word in path.read_bytes()]
    with CodeIndex.open(path) as index:
        (method,) = index.methods()
        assert method.parsed
        assert [(p["kind"], p["line"]) for p in hidden_places(index)] == [
            ("e-mail address", 12), ("host", 15), ("user name", 15), ("credential", 15),
        ]  # fmt: skip


def test_another_veil_makes_the_index_anew(folder: Path) -> None:
    path = folder / "x.sqlite"
    build_index([folder / "src"], path)
    assert build_index([folder / "src"], path).read == 0
    assert build_index([folder / "src"], path, veil=Redactor()).read == 1
    assert build_index([folder / "src"], path, veil=Redactor()).read == 0
    assert build_index([folder / "src"], path, veil=Redactor(("session",))).read == 1
    assert b"geheim" not in path.read_bytes()
    assert build_index([folder / "src"], path).read == 1


def test_a_data_set_tells_kinds_and_places_and_no_value(folder: Path) -> None:
    out = folder / "out"
    licence = "Copyright (c) 2010, by hanna.berg@sender.intern. All rights reserved.\n"
    (folder / "src" / "LICENSE").write_text(licence, encoding="utf-8")
    result = CliRunner().invoke(cli, ["compile-dataset", str(folder / "src"), "-o", str(out), "--jobs", "1", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["redacted"] == {"credential": 1, "e-mail address": 1, "host": 1, "user name": 1}
    assert "Copyright (c) 2010" in (out / "manifest.json").read_text(encoding="utf-8")
    for file in out.rglob("*"):
        assert not file.is_file() or not re.search(rb"hanna\.berg|'db01'|'geheim'", file.read_bytes()), file
    shown = CliRunner().invoke(cli, ["compile-dataset", str(folder / "src"), "-o", str(out), "--jobs", "1", "--json", "--no-redact"])
    assert json.loads(shown.stdout)["redacted"] == {}
    assert b"geheim" in (out / "completion" / "train.jsonl").read_bytes()


def test_words_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# ours\nAcme\n\n Blaupunkt \nAcme\n", encoding="utf-8")
    assert read_words(path) == ("Acme", "Blaupunkt")
    path.write_text("ab\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="too short"):
        read_words(path)
    with pytest.raises(BadInputError, match="cannot be read"):
        read_words(tmp_path / "none.txt")


def test_code_reads_as_before(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent / "fixtures" / "projects" / "whatson-mini"
    found = []
    for veil in (None, Redactor()):
        build_index([source], tmp_path / "x.sqlite", veil=veil)
        with CodeIndex.open(tmp_path / "x.sqlite") as index:
            found.append([(m.reference, m.file, m.line, m.span, m.shape, m.parsed) for m in index.methods()])
    assert found[0] == found[1]
