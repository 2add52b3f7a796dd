"""Questions about families of classes: what one more must have, and which is nearest; the oracle catches what is wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sampled_families import open_families
from sampling import proved, samples_of

from datagen.family import in_words
from datagen.sample import Sample, ask
from stparse.index.query import CodeIndex

KINDS = ("qa.class_skeleton", "qa.nearest")
Spoil = Callable[[Sample], Sample]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeIndex]:
    """Answer the index of the families."""
    with open_families(tmp_path_factory.mktemp("families")) as found:
        yield found


@pytest.fixture(scope="module")
def samples(index: CodeIndex) -> dict[str, list[Sample]]:
    """Answer the samples of each kind."""
    return {kind: samples_of(index, kind) for kind in KINDS}


def answer_of(samples: list[Sample], asked: str) -> str:
    return next(s.answer for s in samples if s.claims[0].about == asked)


def test_skeletons_read_well(samples: dict[str, list[Sample]]) -> None:
    head, _, members = answer_of(samples["qa.class_skeleton"], "Notice").split("\n\n")
    assert head == (
        "`Notice` (Notices.st:3) has four direct subclasses in the indexed code: `FaxNotice`, `MailNotice`, `PageNotice`, `WallNotice`. "
        "All four are in the category 'Notices'. One more would be defined like this:"
    )
    assert members == (
        "Three of the four declare `sender` themselves. What all of them, or all but one, define themselves, and what is left to them:\n"
        "- `text`, protocol 'accessing', by all four, for example `FaxNotice>>text` (Notices.st:79); "
        "`Notice>>text` (Notices.st:35) leaves it to the subclasses\n"
        "- `isUrgent`, protocol 'testing', by three of the four, for example `FaxNotice>>isUrgent` (Notices.st:92)\n"
        "- `sender: aName`, protocol 'accessing', by three of the four, for example `FaxNotice>>sender:` (Notices.st:82)\n"
        "- `length`, protocol 'accessing', by none of them yet; `Notice>>length` (Notices.st:38) leaves it to the subclasses\n"
        "- `kindFor: aFax` on the class side, protocol 'accessing', by all four, for example `FaxNotice class>>kindFor:` (Notices.st:87)"
    )
    assert answer_of(samples["qa.class_skeleton"], "Sheet").endswith(
        "No selector is defined by all of them, or all but one: beyond the definition they have nothing in common."
    )


def test_a_description_leads_to_its_family(samples: dict[str, list[Sample]]) -> None:
    found = {s.claims[0].names[0]: s for s in samples["qa.nearest"]}
    assert "WallNotice" not in found, "without the sentence that names it too few of its words are left"
    assert found["FaxNotice"].prompt.text.endswith(
        "\n\n> I carry a short message over the telephone to a person who has agreed to be warned."
    )
    assert found["FaxNotice"].answer.startswith(
        "`FaxNotice` (Notices.st:21) is described so, by its class comment. `Notice` (Notices.st:3) has four direct subclasses"
    )
    assert "lead there too: `MailNotice`, `PageNotice` and `WallNotice`." in found["FaxNotice"].answer


def test_a_description_leads_to_its_package(samples: dict[str, list[Sample]]) -> None:
    found = {s.claims[0].names[0]: s.answer for s in samples["qa.nearest"]}
    assert found["PostBag"].startswith(
        "`PostBag` (Notices.st:116) is described so, by its class comment: a subclass of `Object` in the category 'Post', "
        "one of four classes there in the indexed code. Two other classes there inherit directly from `Object` too:\n"
        "- `PostCounter` (Notices.st:128)\n- `PostRound` (Notices.st:122)\n\n"
    )
    assert "No other class there inherits directly from `Model`." in found["Carrier"]


def answering(was: str, now: str) -> Spoil:
    return lambda s: replace(s, answer=s.answer.replace(was, now))


def asked(was: str, now: str) -> Spoil:
    return lambda s: replace(s, prompt=ask(s.prompt.text.replace(was, now)))


def claiming(**changes: object) -> Spoil:
    """Answer what changes every claim."""
    return lambda s: replace(s, claims=tuple(replace(c, **changes) for c in s.claims))  # type: ignore[arg-type]


SPOILT: list[tuple[str, str, Spoil]] = [
    ("qa.nearest", "nearest package", answering("are in that category too: ", "are elsewhere: ")),
    ("qa.nearest", "nearest package", answering("is described so", "is described thus")),
    ("qa.nearest", "nearest package", asked("arcels", "ackets")),
    ("qa.nearest", "beside", answering("in the category 'Post'", "in the category 'Notices'")),
    ("qa.nearest", "beside", answering("one of four classes", "one of five classes")),
    ("qa.nearest", "beside", answering("Two other classes there", "Three other classes there")),
    ("qa.nearest", "beside", answering("- `PostRound` (", "- `PostRound` (x")),
    ("qa.nearest", "beside", answering("No other class there", "Another class there")),
    ("qa.class_skeleton", "siblings", answering("four direct subclasses", "five direct subclasses")),
    ("qa.class_skeleton", "siblings", answering("are in the category 'Notices'", "are in the category 'Rights'")),
    ("qa.class_skeleton", "siblings", answering("`MailNotice`, ", "")),
    ("qa.class_skeleton", "another sibling", answering("instanceVariableNames: 'sender'", "instanceVariableNames: 'sender board'")),
    ("qa.class_skeleton", "another sibling", answering("subclass: #", "subclass: ")),
    ("qa.class_skeleton", "another sibling", answering("subclass: #New", "subclass: #Mail")),
    ("qa.class_skeleton", "another sibling", answering("category: 'Notices'", "category: 'Rights'")),
    ("qa.class_skeleton", "another sibling", answering("Three of the four declare", "All four declare")),
    ("qa.class_skeleton", "common members", answering("by three of the four", "by all four")),
    ("qa.class_skeleton", "common members", answering("protocol 'accessing'", "protocol 'texts'")),
    ("qa.class_skeleton", "common members", answering(" on the class side", "")),
    ("qa.class_skeleton", "common members", answering("No selector is", "Any selector is")),
    ("qa.class_skeleton", "common members", answering("by none of them yet", "by all four")),
    ("qa.class_skeleton", "common members", claiming(detail="MailNotice")),
    ("qa.class_skeleton", "left to subclasses", answering(" leaves it to the subclasses", " defines it")),
    ("qa.class_skeleton", "left to subclasses", claiming(names=("length",), places=())),
    ("qa.nearest", "nearest", answering("is described so", "is described thus")),
    ("qa.nearest", "nearest", answering("lead there too: ", "lead elsewhere: ")),
    ("qa.nearest", "nearest", asked("I carry a short", "A FaxNotice carries a short")),
    ("qa.nearest", "nearest", asked("telephone", "telegraph")),
    ("qa.nearest", "nearest", claiming(detail="MailNotice")),
    ("qa.nearest", "nearest", claiming(count=99)),
    ("qa.nearest", "siblings", answering("four direct subclasses", "five direct subclasses")),
    ("qa.nearest", "common members", answering("by three of the four", "by all four")),
]


@pytest.mark.parametrize(("kind", "claim", "spoil"), SPOILT)
def test_a_wrong_answer_is_caught(index: CodeIndex, samples: dict[str, list[Sample]], kind: str, claim: str, spoil: Spoil) -> None:
    spoilt = [changed for s in samples[kind] if (changed := spoil(s)) != s]
    assert spoilt, "no sample can be spoilt so"
    reasons = proved(index, spoilt)
    assert any(why.startswith(f"{claim}:") for found in reasons for why in found), reasons[:3]
    assert all(reasons), [s.answer for s, found in zip(spoilt, reasons, strict=True) if not found][:2]


def test_a_single_capital_is_no_word() -> None:
    assert [in_words(humps) for humps in (("S", "Unit", "Visitor"), ("FFI", "Type"), ("Grip", "Morph"))] == [
        "SUnit visitor",
        "FFI type",
        "grip morph",
    ]
