"""Every generator makes samples that hold, and the oracle catches an answer that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import test_families as families
import test_house as houses
from hypothesis import given
from hypothesis import strategies as st
from sampled_families import open_families
from sampled_houses import open_houses
from sampling import each_sample, open_accounts, open_code, open_pharo_code, proved, samples_of

from datagen.claims import CLAIMS
from datagen.generators import GENERATORS
from datagen.layout import line_for, part_of, written_of
from datagen.phrase import bullets, code_block, code_in, counted, listed
from datagen.sample import Claim, Sample, ask
from stparse.index.query import CodeIndex

# Those over commits need a repository, those over mentions files beside the code: tests/test_history.py, tests/test_companions.py.
KINDS = [name for name, generator in GENERATORS.items() if generator.over not in ("changes", "mentions")]
KEYS = ["id", "kind", "answer", "form", "claims", "sources", "group", "split", "quality", "tokens"]
SPOKEN = {
    "sft": ["messages", "fault"],
    "completion": ["prompt", "completion"],
    "preference": ["prompt", "chosen", "rejected", "fault"],
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    """Answer the index of the small code base."""
    with open_code(tmp_path_factory.mktemp("code")) as found:
        yield found


@pytest.fixture(scope="module")
def indexes(index: CodeIndex, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, CodeIndex]]:
    """Answer the index that the samples of each kind are made of."""
    folder = tmp_path_factory.mktemp
    with (
        open_pharo_code(folder("pharo")) as pharo,
        open_accounts(folder("accounts")) as accounts,
        open_families(folder("families")) as families,
        open_houses(folder("houses")) as house,
    ):
        others = dict.fromkeys(("qa.class_skeleton", "qa.nearest"), families) | dict.fromkeys(("negative.class", "qa.extremes"), accounts)
        others |= dict.fromkeys(houses.KINDS, house)
        others["negative.messages"] = pharo
        yield dict.fromkeys(GENERATORS, index) | others


@pytest.fixture(scope="module")
def samples(indexes: dict[str, CodeIndex]) -> dict[str, list[Sample]]:
    """Answer the samples of each kind, of several seeds."""
    return {kind: [s for seed in range(4) for s in samples_of(indexes[kind], kind, seed)] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_all_samples_hold(indexes: dict[str, CodeIndex], samples: dict[str, list[Sample]], kind: str) -> None:
    # A mutant that is not what its mutation promised fails, so that it is counted.
    found = [sample for sample in samples[kind] if not sample.traits & {"broken", "discarded"}]
    assert found
    wrong = [(s.prompt.text, s.answer, why) for s, why in zip(found, proved(indexes[kind], found), strict=True) if why]
    assert not wrong


@pytest.mark.parametrize("kind", KINDS)
def test_lines_have_the_promised_keys(samples: dict[str, list[Sample]], kind: str) -> None:
    for sample in samples[kind]:
        found = json.loads(line_for(sample))
        assert [key for key in found if key in KEYS] == KEYS
        assert [key for key in found if key not in KEYS] == SPOKEN[part_of(kind)]
        written = written_of(line_for(sample))
        assert (written.id, written.tokens, written.system) == (sample.id, sample.tokens, None)
        assert written.sample == replace(sample, traits=frozenset())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same(index: CodeIndex, kind: str) -> None:
    assert [line_for(s) for s in samples_of(index, kind)] == [line_for(s) for s in samples_of(index, kind)]


def test_there_are_at_least_four_ways_to_ask(samples: dict[str, list[Sample]], indexes: dict[str, CodeIndex]) -> None:
    for kind in KINDS:
        if not kind.startswith("qa."):
            continue
        subject = samples[kind][0].claims[0].about.split(".")[0]
        asked = {next(each_sample(indexes[kind], kind, seed)).prompt.text for seed in range(60) if subject}
        assert len(asked) >= 4, kind


QUOTED = ("qa.class_purpose", "qa.method_purpose", "qa.example")
"""Kinds that quote one thing of the code base, and claim nothing of the rest."""


def test_answers_about_the_whole_code_say_which_code(samples: dict[str, list[Sample]]) -> None:
    for kind, found in samples.items():
        for sample in found if kind.startswith("qa.") and kind not in QUOTED else ():
            assert "indexed code" in sample.answer or "```smalltalk" in sample.prompt.text, sample.answer


def test_ambiguous_names_are_asked_back(samples: dict[str, list[Sample]]) -> None:
    found = [s for s in samples["qa.superclasses"] if s.claims[0].kind == "which"]
    assert found
    assert "`North.Twin`" in found[0].answer
    assert "`South.Twin`" in found[0].answer


def answer_of(samples: list[Sample], asked: str) -> str:
    return next(s.answer for s in samples if s.claims[0].about == asked)


def test_answers_read_well(samples: dict[str, list[Sample]]) -> None:
    assert answer_of(samples["qa.implementors"], "isOpen") == (
        "Two methods implement `#isOpen` in the indexed code:\n- `Right>>isOpen` (Rights.st:42)\n- `FreeRight>>isOpen` (Rights.st:71)"
    )
    only = answer_of(samples["qa.implementors"], "titled:")
    assert only.startswith("Only `Right class>>titled:` (Rights.st:60, protocol 'instance creation')")
    assert answer_of(samples["qa.senders"], "isLocked") == "Only `Right>>isOpen` (Rights.st:42) sends it in the indexed code, once."
    own = answer_of(samples["qa.senders"], "printOn:")
    assert own == "Only `Right>>printOn:` (Rights.st:53) sends it in the indexed code, once; it is an implementor itself."
    assert answer_of(samples["qa.superclasses"], "NightRight") == (
        "`NightRight` (Rights.st:21) inherits from `PayRight`, then `Right`, then `Model`. `Model` is outside the indexed code."
    )
    assert (
        answer_of(samples["qa.subclasses"], "NightRight") == "No class inherits from it: `NightRight` is a leaf class in the indexed code."
    )


def test_further_answers_read_well(samples: dict[str, list[Sample]]) -> None:
    assert answer_of(samples["qa.self_sends"], "super precedes:") == (
        "Two methods send `#precedes:` to super in the indexed code:\n"
        "- `LogoEvent>>precedes:` (Events.st:79)\n- `CrawlEvent>>precedes:` (Events.st:89)"
    )
    assert (
        answer_of(samples["qa.overridden"], "Event>>frames") == "Only `LogoEvent>>frames` (Events.st:68) overrides it in the indexed code."
    )
    assert answer_of(samples["qa.must_implement"], "CrawlEvent") == (
        "One method, which only sends `self subclassResponsibility` in the indexed code: `Event>>frames` (Events.st:25)."
    )
    assert answer_of(samples["qa.usual_protocol"], "precedes:") == (
        "Usually in `testing`: two of the three methods called `#precedes:` in the indexed code are there, "
        "for example `Event>>precedes:` (Events.st:41). The other one: `crawling` (1)."
    )
    assert answer_of(samples["qa.unused"], "Event>>airOn:with:") == (
        "The argument `aDelay` is not used, the temporary `frame` is not used and the temporary `count` is assigned, but never read."
    )
    assert answer_of(samples["qa.role"], "LogoEvent>>position").startswith("A lazy getter: it answers the instance variable `position`")
    assert answer_of(samples["qa.result"], "LogoEvent>>isSecondary") == "Always `true` (line 2)."
    assert answer_of(samples["qa.result"], "Event class>>fresh") == "A new instance of the class that receives the message (line 2)."


def test_answers_about_classes_read_well(samples: dict[str, list[Sample]]) -> None:
    assert answer_of(samples["qa.exceptions"], "RightError") == (
        "Two methods signal `RightError` in the indexed code:\n- `Loader>>readFrom:` (Loaders.st:38)\n- `Archive>>fill` (Loaders.st:93)\n\n"
        "Only `Loader>>load:` (Loaders.st:35) handles `RightError` in the indexed code."
    )
    assert answer_of(samples["qa.exceptions"], "LostError").endswith(
        "No method handles `LostError` by name in the indexed code.\n\n"
        "But `LostError` inherits from `RightError`, which `Loader>>load:` (Loaders.st:35) catches."
    )
    assert answer_of(samples["qa.collaborators"], "RightLoader") == (
        "`RightLoader` (Loaders.st:15), a subclass of `Loader`, names no other class of the indexed code.\n\n"
        "One other class names `RightLoader` there:\n- `Archive`, in one place"
    )
    assert answer_of(samples["qa.clones"], "Archive>>countOf:") == (
        "Only `Loader>>sumOf:` (Loaders.st:51) has the same body in the indexed code, apart from the names of locals and the literals."
    )
    assert answer_of(samples["qa.unused_variables"], "Archive") == (
        "`entries` is stored into, but never read, by the indexed code of `Archive` (Loaders.st:21) and of its subclasses."
    )
    assert answer_of(samples["qa.difference"], "RightLoader>>readFrom:") == (
        "It extends the inherited method: it sends `#readFrom:` to super. "
        "It sends `#size`, `#lines` and `#copyFrom:to:`, which the inherited one does not. "
        "It stores into `limit`, which the inherited one does not."
    )
    assert answer_of(samples["qa.difference"], "LogoEvent>>isSecondary") == (
        "It replaces the inherited method: it does not send `#isSecondary` to super. It answers `true`, the inherited one `false`."
    )
    assert answer_of(samples["qa.difference"], "SlowArchive>>close") == (
        "It replaces the inherited method: it does not send `#close` to super. The inherited one does nothing. "
        "It sends `#close` to others, which the inherited one does not. It stores into `entries`, which the inherited one does not."
    )
    assert answer_of(samples["qa.unknown_sends"], "Ported>>printAll:") == (
        "`#showCr:` (line 3) and `#frobnicateAll` (line 4): neither the indexed code nor the base of Pharo implements them."
    )
    assert answer_of(samples["qa.untested"], "Loader") == (
        "Two of the seven instance methods of `Loader`: no chain of messages leads there from a test in the indexed code.\n"
        "- `Loader>>rest` (Loaders.st:57)\n- `Loader>>moveRest:` (Loaders.st:63)"
    )


def test_a_method_that_is_broken_in_the_code_base_is_diagnosed(index: CodeIndex, samples: dict[str, list[Sample]]) -> None:
    found = [s for s in samples["negative.validity"] if "found broken" in s.traits]
    assert found
    assert found[0].answer.startswith("No. The `)` that closes line 2's `(` is missing (P111)")
    assert proved(index, found) == [[]] * len(found)


# The oracle catches what is wrong. Each entry: claim kind, and what is done to a sample that has it.

Spoil = Callable[[Sample], Sample]


def answering(was: str, now: str) -> Spoil:
    return lambda s: replace(s, answer=s.answer.replace(was, now))


def claiming(**changes: object) -> Spoil:
    def spoil(sample: Sample, kind: str = "") -> Sample:
        return replace(sample, claims=tuple(replace(c, **changes) for c in sample.claims))  # type: ignore[arg-type]

    return spoil


def meaning(was: str, now: str) -> Spoil:
    """Let the claims of scope and of messages say `now` where they say `was`."""

    def spoil(sample: Sample) -> Sample:
        claims = (
            replace(c, places=tuple(now if p == was else p for p in c.places)) if c.kind in ("scope", "understood") else c
            for c in sample.claims
        )
        return replace(sample, claims=tuple(claims))

    return spoil


def rejecting(text: str) -> Spoil:
    """Answer what puts a text before the one that is rejected."""
    return lambda sample: replace(sample, rejected=text + (sample.rejected or ""))


def faulty(**changes: Any) -> Spoil:
    """Answer what changes the fault."""
    return lambda sample: replace(sample, fault=sample.fault and replace(sample.fault, **changes))


def choosing(text: str) -> Spoil:
    """Let the sample say that another text was the original."""
    return lambda s: replace(s, chosen=f"{s.chosen}. {text}")


def appended(text: str) -> Spoil:
    return lambda s: replace(s, answer=s.answer + text)


def asked(was: str, now: str) -> Spoil:
    return lambda s: replace(s, prompt=ask(s.prompt.text.replace(was, now)))


SPOILT: list[tuple[str, str, Spoil]] = [
    ("qa.implementors", "implementors", answering("Rights.st", "Wrong.st")),
    ("qa.implementors", "implementors", claiming(count=7)),
    ("qa.implementors", "sends", answering("Rights.st", "Wrong.st")),
    ("qa.senders", "senders", answering(">>", ">>x")),
    ("qa.senders", "senders", claiming(numbers=(9,))),
    ("qa.senders", "senders", answering("; it is an implementor itself.", ".")),
    ("qa.rename", "touched senders", answering("; it is an implementor itself.", ".")),
    ("qa.senders", "implements", answering("`Right", "`Left")),
    ("qa.senders", "symbol", claiming(count=5)),
    ("qa.references", "references", claiming(count=4)),
    ("qa.references", "heirs", answering("class there inherits", "class there depends")),
    ("qa.references", "symbol", claiming(count=4)),
    ("qa.references", "references", answering("`Schedule>>", "`Slot>>")),
    ("qa.superclasses", "superclasses", answering("`Right`", "`Wrong`")),
    ("qa.superclasses", "superclasses", answering("outside", "inside")),
    ("qa.superclasses", "which", answering("South", "West")),
    ("qa.subclasses", "subclasses.direct", answering("`FreeRight`", "`Slot`")),
    ("qa.subclasses", "subclasses.deeper", answering("`NightRight`", "`Slot`")),
    ("qa.variables", "variables.own", answering("`title`", "`label`")),
    ("qa.variables", "variables.inherited", answering("`title`", "`label`")),
    ("qa.variable_access", "readers", claiming(count=11)),
    ("qa.variable_access", "writers", claiming(count=11)),
    ("qa.protocols", "protocols", answering("`testing`", "`teasing`")),
    ("qa.protocols", "protocol", appended(" And `#foo`.")),
    ("qa.self_sends", "self sends", claiming(count=9)),
    ("qa.self_sends", "self sends", answering(" to self", " to others")),
    ("qa.overrides", "overrides", claiming(count=9)),
    ("qa.overrides", "overridden originals", answering("replaces `", "replaces `x")),
    ("qa.overridden", "overridden", claiming(numbers=(9,))),
    ("qa.must_implement", "must implement", claiming(count=9)),
    ("qa.package", "package", answering("`Slot`", "`Slit`")),
    ("qa.usual_protocol", "usual protocol", answering("`testing`", "`teasing`")),
    ("qa.usual_protocol", "usual protocol", answering("the three", "the four")),
    ("qa.signature", "signature", answering("anEvent", "aSlot")),
    ("qa.symbol", "symbol users", claiming(count=9)),
    ("qa.tests", "tests", claiming(count=9)),
    ("qa.example", "example", answering("```smalltalk\n", "```smalltalk\nself foo. ")),
    ("qa.class_purpose", "class comment", answering("on air", "off air")),
    ("qa.method_purpose", "method comment", answering("on air", "off air")),
    ("qa.result", "result", answering("A boolean", "A number")),
    ("qa.result", "result", answering("(line 2)", "(line 7)")),
    ("qa.result", "result", answering("`25`", "`26`")),
    ("qa.result", "instance variable", answering("instance variable", "temporary")),
    ("qa.role", "role", answering("A getter", "A setter")),
    ("qa.role", "role", answering("A lazy getter", "A getter")),
    ("qa.messages", "messages", answering("`#changed:`", "`#change:`")),
    ("qa.messages", "implemented messages", answering(" implements none of them", " implements all of them")),
    ("qa.unused", "unused", answering("`frame`", "`count`")),
    ("qa.comment", "comment", answering("on air", "off air")),
    ("qa.assigned", "assigned", answering("`OrderedCollection`", "`Set`")),
    ("qa.assigned", "assigned", claiming(count=9)),
    ("qa.creation", "constructors", answering("Events.st:63", "Events.st:64")),
    ("qa.creation", "sent to class", answering("in two places", "in three places")),
    ("qa.creation", "new", answering("written nowhere", "written everywhere")),
    ("qa.collaborators", "collaborators", answering("- `RightError`, in one place", "- `RightError`, in two places")),
    ("qa.collaborators", "clients", answering("- `LoaderTest`", "- `EventTest`")),
    ("qa.extremes", "largest class", answering("largest of the", "smallest of the")),
    ("qa.extremes", "largest class", claiming(numbers=(99, 99))),
    ("qa.extremes", "longest method", answering("longest method is `", "longest method is `x")),
    ("qa.extremes", "longest method", answering("The longest method is", "No method is longer than")),
    ("qa.extremes", "most branches", answering("more than once", "at all")),
    ("qa.collaborators", "kin", answering("a subclass of `Object`", "a subclass of `Model`")),
    ("qa.collaborators", "kin", answering(" inherits from it directly", " inherits from it")),
    ("qa.metrics", "size", answering("instance method", "class method")),
    ("qa.metrics", "longest", claiming(numbers=(99,))),
    ("qa.metrics", "longest", answering("None of its methods is longer than", "Its longest method is")),
    ("qa.metrics", "branches", answering(" It also has", " `Slot>>x` (Slot.st:1) has")),
    ("qa.metrics", "branches", answering("complexity of two", "complexity of one")),
    ("qa.clones", "clones", answering("Loaders.st:51", "Loaders.st:50")),
    ("qa.clones", "clones", answering("apart from the names of locals and the literals.", "word for word.")),
    ("qa.clones", "clones", answering("None: no other method", "None: a method")),
    ("qa.exceptions", "signallers", answering("`Archive>>fill`", "`Archive>>full`")),
    ("qa.exceptions", "handlers", answering("Only `Loader>>load:`", "Only `Loader>>forget`")),
    ("qa.exceptions", "general handlers", answering("inherits from `RightError`", "inherits from `Error`")),
    ("qa.difference", "difference", answering("It extends", "It replaces")),
    ("qa.difference", "difference", answering("`#notNil`", "`#isNil`")),
    ("qa.difference", "omission", appended(" The inherited one sends `#foo`, which this one does not.")),
    ("qa.difference", "answers", answering(", the inherited one ", ", the inherited one never ")),
    ("qa.difference", "answers", asked("^true", "^false")),
    ("qa.difference", "empty original", answering("The inherited one does nothing", "The inherited one does it all")),
    ("qa.difference", "further stores", answering("into `limit`", "into `lines`")),
    ("qa.difference", "replaces", asked("It overrides `Right>>", "It overrides `PayRight>>")),
    ("qa.rename", "touched implementors", answering("implements `#", "implements `#x")),
    ("qa.rename", "touched senders", answering("No method sends", "Nobody sends")),
    ("qa.rename", "touched symbols", answering("No method holds", "Nobody holds")),
    ("qa.untested", "untested", answering("None that can be told", "None")),
    ("qa.untested", "untested", claiming(numbers=(99,))),
    ("qa.method_tests", "method tests", answering("without naming the class", "somehow")),
    ("qa.method_tests", "method tests", claiming(count=9)),
    ("qa.unused_variables", "dead variables", claiming(detail="title")),
    ("qa.unused_variables", "stored variables", answering("`source`", "`lines`")),
    ("qa.literal", "literal users", claiming(count=9)),
    ("qa.body_signature", "pattern", appended("x")),
    ("qa.unknown_sends", "unknown messages", answering("`#frobnicateAll`", "`#do:`")),
    ("qa.walkback", "failing send", answering("in line ", "in line 1")),
    ("qa.walkback", "frame", asked("(Loader)>>", "(Archive)>>")),
    ("qa.walkback", "frame", answering(", which `RightLoader` inherits", "")),
    ("qa.walkback", "caller", asked("\n```", "\nFoo>>bar\n```")),
    ("completion.method_body", "method", appended("]")),
    ("completion.method_body", "source", appended(" ^nil")),
    ("completion.fim", "join", appended(" foo")),
    ("completion.fim", "context", asked("is a subclass of ", "is a subclass of Un")),
    ("completion.fim", "context", asked(" variables ", " variables nobody, ")),
    ("completion.method_body", "context", claiming(names=("title",))),
    ("negative.semantics", "context", asked("is a subclass of ", "has the superclass ")),
    ("completion.fim", "fragment", appended(")")),
    ("negative.syntax", "fault", claiming(code="P999")),
    ("negative.syntax", "fault", claiming(span=(1, 1))),
    ("negative.syntax", "repair", answering("```smalltalk\n", "```smalltalk\n]")),
    ("negative.syntax", "diagnosis", answering("(P", "(Q")),
    ("negative.validity", "valid", asked("\n```", "\n]\n```")),
    ("negative.validity", "valid", answering("Yes", "No")),
    ("preference.method_body", "fault", claiming(code="P999")),
    ("preference.method_body", "fault", rejecting(" ")),
    ("preference.method_body", "fault", faulty(line=999)),
    ("preference.method_body", "fault", faulty(message="it is ugly")),
    ("preference.method_body", "fault", faulty(was="nothing")),
    ("preference.method_body", "source", appended(" ^nil")),
    ("negative.semantics", "fault", claiming(code="C999")),
    ("negative.semantics", "repair", answering("```smalltalk\n", "```smalltalk\n]")),
    ("negative.semantics", "scope", meaning("instance variable", "undeclared")),
    ("negative.semantics", "scope", meaning("undeclared", "instance variable")),
    ("negative.semantics", "scope", meaning("class", "shared")),
    ("negative.messages", "fault", claiming(code="ST999")),
    ("negative.messages", "understood", meaning("implemented", "implemented by nobody")),
    ("negative.messages", "understood", meaning("implemented by nobody", "implemented")),
    ("negative.messages", "understood", meaning("implemented by instances only", "implemented by classes only")),
    ("negative.definition", "definition fault", claiming(code="C999")),
    ("negative.definition", "definition fault", answering("(C3", "(D3")),
    ("negative.definition", "definition", choosing("Object subclass: #Foo")),
    ("negative.definition", "scope", meaning("undeclared", "instance variable")),
    ("negative.fileout", "file-out fault", claiming(code="C999")),
    ("negative.fileout", "file-out fault", answering("Line ", "Line 9")),
    ("negative.fileout", "file-out fault", faulty(was="! x")),
    ("negative.fileout", "file-out", choosing("Object subclass: #Foo!")),
    ("negative.class", "left out", claiming(names=("total",))),
    ("negative.class", "left out", claiming(code="ST999")),
    ("negative.class", "left out", choosing("Object subclass: #Foo!")),
    ("negative.class", "left out", answering("```smalltalk\n", "```smalltalk\nx")),
    ("negative.idiom", "same meaning", choosing("^self")),
    ("negative.idiom", "diagnosis", answering("(ST1", "(ST2")),
]


@pytest.mark.parametrize(("kind", "claim", "spoil"), SPOILT)
def test_a_wrong_answer_is_caught(
    indexes: dict[str, CodeIndex], samples: dict[str, list[Sample]], kind: str, claim: str, spoil: Spoil
) -> None:
    having = [s for s in samples[kind] if any(c.kind == claim for c in s.claims) and "broken" not in s.traits]
    spoilt = [changed for s in having if (changed := spoil(s)) != s]
    assert spoilt, "no sample has this claim and can be spoilt so"
    reasons = proved(indexes[kind], spoilt)
    assert any(why.startswith(f"{claim}:") for found in reasons for why in found), reasons[:3]
    assert all(reasons) or claim == "symbol", [s.answer for s, found in zip(spoilt, reasons, strict=True) if not found][:2]


def test_every_claim_has_a_spoilt_sample() -> None:
    elsewhere = {"changes", "sketch", "setters", "types", "constructs", "document", "counterpart", "another class"}
    elsewhere |= {claim for _, claim, _ in (*families.SPOILT, *houses.SPOILT)}
    assert {claim for _, claim, _ in SPOILT} == set(CLAIMS) - elsewhere


def test_what_classes_lack(samples: dict[str, list[Sample]]) -> None:
    found = {s.fault.code: s for s in samples["negative.class"] if s.fault is not None}
    assert set(found) == {"ST401", "ST408", "ST429"}
    assert found["ST401"].answer.startswith(
        "`Sum` defines `=`, but no `hash` (ST401): a Set or a Dictionary does not find what is equal. Add:\n\n"
    )
    assert "does not implement `fee` (ST408), which `Account` leaves to its subclasses. Add, for example:" in found["ST408"].answer
    assert "does not send `super initialize` (ST429), as every other `initialize` below `Account` does." in found["ST429"].answer
    for sample in found.values():
        assert sample.fault is not None
        assert sample.fault.now == ""
        # With its last method the header goes too.
        assert sample.fault.was.rpartition("'!")[2].strip("!\n\t ") in sample.answer


def test_a_claim_that_nobody_knows_fails(index: CodeIndex, samples: dict[str, list[Sample]]) -> None:
    sample = replace(samples["qa.senders"][0], claims=(Claim("magic", samples["qa.senders"][0].claims[0].about),))
    assert proved(index, [sample]) == [["nobody can check a claim 'magic'"]]


def test_a_changed_source_is_caught(index: CodeIndex, samples: dict[str, list[Sample]]) -> None:
    for kind in ("qa.superclasses", "completion.method_body"):
        sample = samples[kind][0]
        changed = replace(sample, sources=(replace(sample.sources[0], digest="0" * 64), *sample.sources[1:]))
        assert any(reason.startswith("source:") for reason in proved(index, [changed])[0])


# English


def test_numbers_and_plurals() -> None:
    assert counted(1, "method") == "one method"
    assert counted(2, "class") == "two classes"
    assert counted(13, "direct subclass") == "13 direct subclasses"
    assert counted(2300, "query") == "2,300 queries"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""


def test_a_long_list_is_cut_with_its_count() -> None:
    text = bullets([f"`x{n}`" for n in range(30)], 47)
    assert text.count("\n") == 30
    assert text.endswith("- and 17 more")


@given(st.text(alphabet="ab`\n'\" ", max_size=60))
def test_code_comes_back_from_its_block(text: str) -> None:
    assert code_in(f"Look:\n\n{code_block(text)}\n") == (text,)


def test_folder_of_generators_is_complete() -> None:
    folder = Path(__file__).resolve().parent.parent / "datagen" / "generators"
    assert len([path for path in folder.glob("*.py") if not path.name.startswith("_")]) == len(GENERATORS) >= 8
