"""Passages, search, look-ups, walkbacks, and their order: on small code bases, and on the example code base."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexing import CONTRACT, RIGHTS, index_of, write

from datagen.companions import read_companions
from retrieval.frames import walkback_in, without_frames
from retrieval.lookup import asked_kinds, facts_of
from retrieval.names import names_in
from retrieval.passage import Passage
from retrieval.retriever import Retriever, fused
from retrieval.search import Search
from retrieval.shelving import library_path, open_library
from retrieval.words import question_terms, stem, terms
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.index.words import parts_of, split
from stparse.issue import StcError

WORD = st.text("abcdefghijklmnopqrstuvwxyz\u00e9\u00fc", min_size=2, max_size=8)


@pytest.fixture
def index(tmp_path: Path) -> CodeIndex:
    return index_of(write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS), tmp_path / "index.sqlite")


# Words


@given(st.lists(WORD, min_size=1, max_size=5))
def test_camel_case_falls_into_its_words(words: list[str]) -> None:
    name = words[0] + "".join(word.capitalize() for word in words[1:])
    assert [word.lower() for word in split(name)] == words


@given(st.lists(WORD, min_size=1, max_size=4))
def test_keywords_fall_into_their_words(words: list[str]) -> None:
    selector = "".join(f"{word}:" for word in words)
    assert split(selector) == words
    assert parts_of(selector)[0] == selector


@given(st.text(max_size=40))
def test_no_letter_and_no_digit_is_lost(text: str) -> None:
    assert "".join(split(text)) == "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("XMLParser", ["XML", "Parser"]),
        ("asHTTPUrl", ["as", "HTTP", "Url"]),
        ("URLsOf:", ["URLs", "Of"]),
        ("utf8Encoded", ["utf", "8", "Encoded"]),
        ("BpRight_old", ["Bp", "Right", "old"]),
        ("Gr\u00f6\u00dfe\u00c4ndern", ["Gr\u00f6\u00dfe", "\u00c4ndern"]),
    ],
)
def test_acronyms_numbers_and_other_alphabets(name: str, words: list[str]) -> None:
    assert split(name) == words


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_a_stem_begins_its_word(word: str) -> None:
    found = stem(word)
    assert found
    assert word.startswith(found) or found == word[: len(found) - 1] + "y"


def test_forms_of_a_word_are_one_term() -> None:
    assert len({stem(word) for word in ("copy", "copies", "copied", "copying")}) == 1
    assert len({stem(word) for word in ("stop", "stops", "stopped", "stopping")}) == 1
    assert terms("the overlapping windows of isOverlapping:") == ["overlap", "window", "isoverlapping:", "overlap"]


def test_a_question_of_nothing_but_usual_words_still_asks() -> None:
    assert question_terms("find it") == ["find"]
    assert question_terms("find the contract") == ["contract"]


# The library


def test_the_library_follows_the_index(index: CodeIndex, tmp_path: Path) -> None:
    first = open_library(index)
    before = library_path(index.path).stat().st_mtime_ns
    open_library(index).close()
    assert library_path(index.path).stat().st_mtime_ns == before, "it was made again for nothing"
    assert first.frequencies(["licenc", "zebra"]) == {"licenc": 4, "zebra": 1}
    write(tmp_path / "src", Rights=RIGHTS.replace("isContract", "isZebra"))
    build_index([tmp_path / "src"], index.path, jobs=1)
    with CodeIndex.open(index.path) as changed:
        library = open_library(changed)
        assert [one.name for one in Search(changed, library)("zebra")] == ["Object>>isZebra"]
        fresh = open_library(changed, path=tmp_path / "fresh")
        rows = "SELECT rowid, name, owner, comment, body, class, package FROM words ORDER BY rowid"
        assert _rows(library_path(index.path), rows) == _rows(tmp_path / "fresh", rows)
        assert _rows(library_path(index.path), "SELECT * FROM frequencies") == _rows(tmp_path / "fresh", "SELECT * FROM frequencies")
        assert fresh.mean_length == library.mean_length


def test_a_file_that_goes_takes_its_passages_along(index: CodeIndex, tmp_path: Path) -> None:
    open_library(index).close()
    (tmp_path / "src" / "Rights.st").unlink()
    build_index([tmp_path / "src"], index.path, jobs=1)
    with CodeIndex.open(index.path) as changed:
        assert Search(changed, open_library(changed))("licence") == []


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as db:
        return db.execute(query).fetchall()


def test_a_broken_library_is_made_anew(index: CodeIndex) -> None:
    library_path(index.path).write_bytes(b"no library")
    assert open_library(index).passages > 5


def test_where_it_cannot_be_written_the_message_says_so(index: CodeIndex, tmp_path: Path) -> None:
    with pytest.raises(StcError, match="cannot be written"):
        open_library(index, path=tmp_path / "nowhere" / "library")


def test_hidden_comments_are_not_found(index: CodeIndex, tmp_path: Path) -> None:
    assert open_library(index).frequencies(["answer"])["answer"] == 1
    with_comments, without = open_library(index), open_library(index, comments=False, path=tmp_path / "bare")
    assert [n for n, _ in with_comments.best(["answer"], 5)]
    assert without.best(["answer"], 5) == []


def test_documents_are_passages_and_stay(index: CodeIndex, tmp_path: Path) -> None:
    (tmp_path / "src" / "guide.md").write_text("# Renewal\n\nA licence is renewed by the dispatcher.\n", encoding="utf-8")
    (tmp_path / "src" / "licence.ts").write_text("export class LicencePanel { renew(): void {} }\n", encoding="utf-8")
    library = open_library(index, read_companions([tmp_path / "src"]))
    found = Search(index, library)("who renews, the dispatcher or the panel")
    assert {(one.kind, one.name, one.file) for one in found} == {
        ("document", "Renewal", "guide.md"),
        ("typescript", "LicencePanel", "licence.ts"),
    }
    again = Search(index, open_library(index))("dispatcher")
    assert [one.ref for one in again] == ["Renewal (guide.md:1)"]


# Search and look-ups


def test_words_find_names_comments_and_code(index: CodeIndex) -> None:
    search = Search(index, open_library(index))
    assert search("what may be broadcast")[0].name == "Contract"
    assert search("printing of the title")[0].name in ("Contract>>printOn:", "Contract>>title")
    assert search("") == search("the of") == []


def test_names_are_found_as_people_write_them(index: CodeIndex) -> None:
    names = names_in(index, "Does LicenceContract class>>new call #printOn: or `title:`, and who sends do: to Registry?")
    assert names.methods == (("LicenceContract", True, "new"),)
    assert names.selectors == ("printOn:", "title:", "do:")
    assert names.variables == ("Registry",)
    assert names.marked
    assert names_in(index, "who implements licence").selectors == ("licence",)
    assert names_in(index, "what does licence mean").selectors == ()
    assert names_in(index, "Contract first, then 'Rights'").packages == ("Rights",)


def test_facts_are_those_of_the_index(index: CodeIndex) -> None:
    question = "Which subclasses does Contract have, and who sends #title?"
    facts = {(fact.kind, fact.about): fact for fact in facts_of(index, question, names_in(index, question))}
    assert [one.name for one in facts["subclasses", "Contract"].passages] == ["LicenceContract"]
    assert [one.name for one in facts["senders", "#title"].passages] == [hit.method.reference for hit in index.senders("title")]
    assert facts["superclasses", "Contract"].said == "Object, outside of the indexed code"
    asked = "Who sends #broken?"
    [nobody] = [fact for fact in facts_of(index, asked, names_in(index, asked)) if fact.kind == "senders"]
    assert (nobody.total, nobody.passages) == (0, ())


def test_a_literal_that_is_everywhere_is_counted_and_not_listed(tmp_path: Path) -> None:
    methods = "!\n\n".join(f"m{number}\n\t^#usual" for number in range(501))
    code = f"!Object methodsFor: 'rows'!\n\n{methods}! !\n"
    index = index_of(write(tmp_path / "src", Table=code), tmp_path / "index.sqlite")
    asked = "Which methods hold the symbol #usual?"
    [literals] = [fact for fact in facts_of(index, asked, names_in(index, asked)) if fact.kind == "literals"]
    assert (literals.total, literals.passages, literals.said) == (501, (), "501 methods hold it: too many to list")
    few = "Which methods hold the string 'usual'?"
    assert not any(fact.total for fact in facts_of(index, few, names_in(index, few)) if fact.kind == "literals")


def test_an_inherited_method_is_said_to_be_inherited(index: CodeIndex) -> None:
    question = "What does LicenceContract>>printOn: do?"
    definition = facts_of(index, question, names_in(index, question))[0]
    assert [one.name for one in definition.passages] == ["Contract>>printOn:"]
    assert "inherits" in definition.said


@pytest.mark.parametrize(
    ("method", "overriding"),
    [
        ("Contract>>title", ["LicenceContract>>title"]),
        ("LicenceContract>>title", []),
        ("Contract class>>title", []),
        ("Object>>title", ["Contract>>title", "LicenceContract>>title"]),
    ],
)
def test_who_overrides_a_method_is_below_its_class(index: CodeIndex, method: str, overriding: list[str]) -> None:
    asked = f"What overrides {method}?"
    [found] = [fact for fact in facts_of(index, asked, names_in(index, asked)) if fact.kind == "overrides"]
    assert [one.name for one in found.passages] == overriding


def test_senders_of_what_only_quoted_code_sends_are_not_told(index: CodeIndex) -> None:
    quoted = "```smalltalk\nprintOn: aStream\n\tself changed: #title\n```"
    for question, told in (
        (f"Please explain this.\n\n{quoted}", False),
        (f"Who calls what this method sends?\n\n{quoted}", True),
        (f"What does `changed:` do here?\n\n{quoted}", True),
        (quoted, True),
    ):
        names = names_in(index, question)
        assert "changed:" in names.selectors
        found = {(fact.kind, fact.about) for fact in facts_of(index, question, names)}
        assert (("senders", "#changed:") in found) is told


def test_of_a_class_that_only_quoted_code_names_it_is_told_what_it_is(index: CodeIndex) -> None:
    quoted = "```smalltalk\nContract subclass: #Barter category: 'Rights'\n```"
    for question, told in (
        (f"Please explain this.\n\n{quoted}", {"definition"}),
        (f"Which other subclasses are there?\n\n{quoted}", {"definition", "subclasses"}),
        (f"Is Contract meant to be used so?\n\n{quoted}", {"definition", "subclasses"}),
    ):
        found = {fact.kind for fact in facts_of(index, question, names_in(index, question)) if fact.about == "Contract"}
        assert told <= found
        assert ("subclasses" in told) is ("subclasses" in found)


def test_what_nobody_asked_for_is_shown_in_part(tmp_path: Path) -> None:
    text = "".join(f"Object subclass: #Spot{n} category: 'x'!\n\n!Spot{n} methodsFor: 'x'!\nduration\n\t^{n}! !\n" for n in range(40))
    index = index_of(write(tmp_path / "src", Spots=text), tmp_path / "index.sqlite")
    for question, shown in (("Who implements #duration?", 30), ("#duration", 10)):
        [found] = [fact for fact in facts_of(index, question, names_in(index, question)) if fact.kind == "implementors"]
        assert (found.total, len(found.passages)) == (40, shown)
        assert [one.name for one in found.passages[:3]] == ["Spot0>>duration", "Spot1>>duration", "Spot2>>duration"]


def test_a_walkback_is_read(index: CodeIndex) -> None:
    text = (
        "It crashed at the customer's:\nUndefinedObject(Object)>>doesNotUnderstand: #printOn:\n[] in Contract>>printOn:\n"
        "optimized [] in OrderedCollection>>do:\n3 LicenceContract(Contract)>>printOn: (Contract.st:20)\n"
        "LicenceContract class(Contract class)>>new\n"
    )
    found = walkback_in(index, text)
    assert found is not None
    assert [frame.method.reference if frame.method else None for frame in found.frames] == [
        None, "Contract>>printOn:", None, "Contract>>printOn:", "Contract class>>new",
    ]  # fmt: skip
    assert found.missing == "printOn:"
    assert [one.name for one in found.nearest] == ["Contract>>printOn:"]
    assert without_frames(text).split() == ["It", "crashed", "at", "the", "customer's:"]
    assert walkback_in(index, "What does Contract>>printOn: do?") is None


def test_a_method_stands_higher_for_every_list_that_has_it() -> None:
    a, b, c = (Passage("method", name, "f", line, "", line) for line, name in enumerate("abc", 1))
    found = fused([(1.0, [a.because("x"), b.because("x")]), (1.0, [b.because("y"), c.because("y")])], 5)
    assert [(one.name, one.why) for one in found] == [("b", ("x", "y")), ("a", ("x",)), ("c", ("y",))]


def test_the_same_question_gives_the_same_order(index: CodeIndex, tmp_path: Path) -> None:
    once = Retriever(index, open_library(index))
    again = Retriever(index, open_library(index, path=tmp_path / "other"))
    for question in ("Who implements #title?", "print a licence", "What is Contract for?"):
        assert once(question) == again(question)
    assert once("What is Contract for?").passages[0].name == "Contract"


# Names as people write them


@pytest.mark.parametrize(
    ("question", "written", "meant"),
    [
        ("Licencecontract", "Licencecontract", "LicenceContract"),
        ("What does Contrackt>>title do?", "Contrackt", "Contract"),
        ("Contract>>printon:", "printon:", "printOn:"),
        ("who sends #printOn", "printOn", "printOn:"),
        ("who sends at:put", "at:put", "at:put:"),
    ],
)
def test_a_name_that_is_written_wrongly_is_read(index: CodeIndex, question: str, written: str, meant: str) -> None:
    names = names_in(index, question)
    assert names.read_as == ((written, meant),)
    assert meant in (*names.classes, *names.selectors, *(part for method in names.methods for part in method))


def test_what_is_said_to_be_a_variable_is_no_selector(index: CodeIndex) -> None:
    question = "Who writes the instance variable `title` of Contract?"
    for asked in (question, question.replace("`", "")):
        names = names_in(index, asked)
        assert (names.variables, names.selectors) == (("title",), ())
        assert [fact.kind for fact in facts_of(index, asked, names)][:2] == ["writers", "definition"]


@pytest.mark.parametrize("question", ["write aContract on anItem", "the JSON of a fooBarBaz", "What is GitHub?"])
def test_what_is_near_no_name_is_not_guessed(index: CodeIndex, question: str) -> None:
    assert names_in(index, question).read_as == ()


def test_what_a_class_runs_for_a_selector_is_told_first(index: CodeIndex) -> None:
    def first(question: str) -> tuple[str, int, str]:
        fact = facts_of(index, question, names_in(index, question))[0]
        return fact.about, fact.total, fact.said

    assert first("Who implements printOn: in LicenceContract?") == (
        "LicenceContract>>printOn:", 1, "`LicenceContract` does not define it; it inherits it",
    )  # fmt: skip
    about, total, said = first("Does LicenceContract understand at:put:?")
    assert (about, total) == ("LicenceContract>>at:put:", 0)
    assert "`Object`, which it inherits from, is outside" in said
    assert first("How does Contract class title: work?")[0] == "Contract class>>title:"


def test_names_do_not_say_what_is_asked() -> None:
    assert asked_kinds("Which tests cover Dictionary>>removeKey:?") == ["tests"]
    assert asked_kinds("Welche Klassen erben von Collection?") == ["subclasses", "classes"]
    assert asked_kinds("Wer ruft #isTest auf?") == ["senders"]


def test_words_of_german_sentences_are_not_looked_for() -> None:
    assert question_terms("Wo wird die Zwischenablage benutzt?") == ["zwischenablag", "benutzt"]
    assert "di" in question_terms("when does the process die") or "die" in question_terms("when does the process die")


def test_what_only_reports_a_message_is_not_the_first_frame(tmp_path: Path) -> None:
    source = CONTRACT + "\n!Contract methodsFor: 'errors'!\n\ndoesNotUnderstand: aMessage\n\t^super doesNotUnderstand: aMessage! !\n"
    found = index_of(write(tmp_path / "own", Contract=source), tmp_path / "own.sqlite")
    text = "Contract>>doesNotUnderstand: #foo\nContract>>title:\nOther>>bar\n"
    walkback = walkback_in(found, text)
    assert walkback is not None
    assert [frame.selector for frame in walkback.own] == ["title:"]
    assert [one.name for one in Retriever(found, open_library(found))(text).passages if "frame" in one.why] == ["Contract>>title:"]
