"""Review: decisions count once, nobody verifies their own corrections, broken code is not taken, the queue shares out work."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storing import Clone, clone, sample, write_dataset

from checker.base import shipped_base
from checker.environment import House
from datagen.layout import written_of
from store import review
from store.corrections import PAIR, CorrectionRefusedError
from store.embedded import Embedded
from store.examples import EXAMPLE, Example, example, load
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError, StcError

METHOD = "isOpen\n\t^start isNil"


@pytest.fixture(scope="module")
def filled(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clone, Path]]:
    """Answer a store with three kinds of samples, and the index of their code."""
    kinds = ("qa.role", "qa.result", "completion.method_body")
    samples = [sample(n, kind, answer=f"{METHOD} {n}" if kind.startswith("completion") else None) for kind in kinds for n in range(4)]
    folder = tmp_path_factory.mktemp("rights") / "rights"
    with clone(postgres) as made:
        with made.store() as store:
            load(store, write_dataset(folder, samples))
        yield made, folder / "index.sqlite"


@pytest.fixture
def loaded(postgres: Embedded, filled: tuple[Clone, Path]) -> Iterator[Clone]:
    """Answer a copy of that store."""
    with clone(postgres, filled[0].name) as made:
        yield made


@pytest.fixture(scope="module")
def index(filled: tuple[Clone, Path]) -> Iterator[CodeIndex]:
    with CodeIndex.open(filled[1]) as opened:
        yield opened


def first(db: Clone, kind: str = "qa.role") -> Example:
    with db.store() as store:
        return store.rows(Example, EXAMPLE + "WHERE kind = %s ORDER BY id", [kind])[0]


def test_verify_and_reject(loaded: Clone) -> None:
    one, two = first(loaded), first(loaded, "qa.result")
    with loaded.store("anna") as store:
        made = review.decide(store, one.id, "verify")
        assert (made.reviewer, made.verdict, made.status) == ("anna", "verify", "verified")
        assert review.decide(store, two.id, "reject", "trivial").status == "rejected"
        assert [d.verdict for d in review.decisions(store, two.id)] == ["reject"]


@pytest.mark.parametrize(
    ("verdict", "reason", "correction"), [("reject", " ", None), ("maybe", "x", None), ("correct", "", None), ("verify", "", "x")]
)
def test_what_makes_no_sense_is_refused(loaded: Clone, verdict: str, reason: str, correction: str | None) -> None:
    with loaded.store("anna") as store, pytest.raises(BadInputError):
        review.decide(store, first(loaded).id, verdict, reason, correction=correction)


def test_asking_twice_decides_once(loaded: Clone) -> None:
    one, request = first(loaded), uuid.uuid4()
    with loaded.store("anna") as store:
        made = review.decide(store, one.id, "verify", request=request)
        assert review.decide(store, one.id, "verify", request=request) == made
        assert store.value("SELECT count(*) FROM example_decisions") == 1
        with pytest.raises(BadInputError, match="something else"):
            review.decide(store, one.id, "reject", "x", request=request)


def test_the_last_word_counts_and_can_be_withdrawn(loaded: Clone) -> None:
    one = first(loaded)
    with loaded.store("anna") as store:
        assert review.decide(store, one.id, "reject", "x").status == "rejected"
        assert review.decide(store, one.id, "verify").status == "verified"
        assert review.decide(store, one.id, "withdraw").status == "proposed"
        assert [d.verdict for d in review.decisions(store, one.id)] == ["reject", "verify", "withdraw"]


def test_a_correction_becomes_an_example_and_a_pair(loaded: Clone) -> None:
    old = first(loaded, "completion.method_body")
    with loaded.store("anna") as store:
        made = review.decide(store, old.id, "correct", "self", correction="isOpen\n\t^self start isNil")
        assert made.status == "corrected"
        assert made.correction is not None
        new = example(store, made.correction)
        (pair,) = store.rows(Example, EXAMPLE + "WHERE pair_of = %s", [new.id])
        assert (new.origin, new.corrects, new.answer, new.status) == ("correction", old.id, "isOpen\n\t^self start isNil", "proposed")
        said = written_of(pair.record).sample
        assert (said.kind, said.chosen, said.rejected) == (PAIR, new.answer, old.answer)
        assert said.prompt == written_of(old.record).sample.prompt
        assert written_of(new.record).id == written_of(new.record).sample.id == new.id
        assert "corrected" in json.loads(new.record)
    with loaded.store("ben") as store:
        assert review.decide(store, new.id, "verify").status == "verified"
        assert example(store, pair.id).status == "verified"
        assert review.decide(store, new.id, "reject", "no").status == "rejected"
        assert example(store, pair.id).status == "rejected"


@pytest.mark.parametrize("text", ["isOpen\n\t^start isNil]", "isOpen\n\t^start isNil ifTrue: [", "isOpen\n\t| a | a := . ^a", "^^"])
def test_a_correction_that_does_not_compile_is_refused(loaded: Clone, text: str) -> None:
    old = first(loaded, "completion.method_body")
    with loaded.store("anna") as store:
        with pytest.raises(CorrectionRefusedError) as refused:
            review.decide(store, old.id, "correct", correction=text)
        assert refused.value.findings
        assert example(store, old.id).status == "proposed"
        assert store.value("SELECT count(*) FROM smalltalk_training_examples WHERE origin <> 'dataset'") == 0


def test_with_an_index_names_are_looked_up(loaded: Clone, index: CodeIndex) -> None:
    old = first(loaded, "completion.method_body")
    with loaded.store("anna") as store:
        with pytest.raises(CorrectionRefusedError, match="undeclared variable strat"):
            review.decide(store, old.id, "correct", correction="isOpen\n\t^strat isNil", house=House(index, shipped_base("visualworks")))
        assert (
            review.decide(
                store, old.id, "correct", correction="isOpen\n\t^start isNil", house=House(index, shipped_base("visualworks"))
            ).status
            == "corrected"
        )


def test_a_piece_stands_among_names_that_it_does_not_declare(loaded: Clone, index: CodeIndex) -> None:
    old = first(loaded)
    with loaded.store("anna") as store:
        text = "For example:\n\n```smalltalk\naRight isOpen ifTrue: [^each]\n```"
        assert (
            review.decide(store, old.id, "correct", correction=text, house=House(index, shipped_base("visualworks"))).status == "corrected"
        )


def test_code_in_prose_is_looked_at_too(loaded: Clone) -> None:
    old = first(loaded)
    with loaded.store("anna") as store:
        with pytest.raises(CorrectionRefusedError):
            review.decide(store, old.id, "correct", correction="Like this:\n\n```smalltalk\nfoo ^(1\n```")
        assert review.decide(store, old.id, "correct", correction="Like this:\n\n```smalltalk\nfoo ^1\n```").status == "corrected"


def test_a_correction_that_says_the_same_is_none(loaded: Clone) -> None:
    old = first(loaded)
    with loaded.store("anna") as store, pytest.raises(BadInputError, match="nothing new"):
        review.decide(store, old.id, "correct", correction=old.answer + " ")


def test_nobody_verifies_their_own_correction(loaded: Clone) -> None:
    with loaded.store("anna") as store:
        made = review.decide(store, first(loaded).id, "correct", correction="Otherwise.").correction
        assert made is not None
        with pytest.raises(StcError, match="row-level security"):
            review.decide(store, made, "verify")
        assert all(one.example.id != made for one in review.take(store, 50))
    with loaded.store(user="stc_owner") as owner:
        review.set_policy(owner, review.Policy(1, own_corrections=True))
    with loaded.store("anna") as store:
        assert review.decide(store, made, "verify").status == "verified"


def test_two_reviewers_where_the_policy_says_so(loaded: Clone) -> None:
    one = first(loaded).id
    with loaded.store(user="stc_owner") as owner:
        review.set_policy(owner, review.Policy(2, own_corrections=False))
    said = []
    for person, verdict in (("anna", "verify"), ("anna", "verify"), ("ben", "reject"), ("carl", "verify"), ("ben", "verify")):
        with loaded.store(person) as store:
            said.append(review.decide(store, one, verdict, "because").status)
    assert said == ["proposed", "proposed", "disputed", "disputed", "verified"]
    with loaded.store("dan") as store:
        assert review.agreement(store) == review.Agreement(1, 1.0, 1.0)


def test_only_the_owner_changes_the_policy(loaded: Clone) -> None:
    with loaded.store("anna") as store, pytest.raises(StcError, match="permission denied"):
        review.set_policy(store, review.Policy(1, own_corrections=True))


def test_the_queue_begins_with_what_is_known_least(loaded: Clone) -> None:
    with loaded.store("anna") as store:
        assert len({one.example.kind for one in review.take(store, 3)}) == 3
        role = [one.example.id for one in review.take(store, 4, ["qa.role"])]
        for which in role[:3]:
            review.decide(store, which, "verify")
        kinds = [one.example.kind for one in review.take(store, 20)]
        assert kinds[-1] == "qa.role"
        assert len(kinds) == 9
        values = [one.value for one in review.take(store, 20)]
        assert values == sorted(values, reverse=True)


def test_disputes_and_corrections_come_before_all_else(loaded: Clone) -> None:
    disputed = first(loaded).id
    with loaded.store("anna") as store:
        review.decide(store, disputed, "verify")
        corrected = review.decide(store, first(loaded, "qa.result").id, "correct", correction="Otherwise.").correction
    with loaded.store("ben") as store:
        review.decide(store, disputed, "reject", "no")
    with loaded.store("carl") as store:
        assert [one.example.id for one in review.take(store, 2)] == [disputed, corrected]


def test_skipped_examples_do_not_come_back_to_who_skipped_them(loaded: Clone) -> None:
    with loaded.store("anna") as store:
        (one,) = review.take(store, 1)
        review.decide(store, one.example.id, "skip")
        assert one.example.id not in {w.example.id for w in review.take(store, 50)}
    with loaded.store("ben") as store:
        assert one.example.id in {w.example.id for w in review.take(store, 50)}


def test_nobody_is_given_what_another_looks_at(loaded: Clone) -> None:
    given_to: dict[str, list[str]] = {}

    def work(person: str) -> None:
        with loaded.store(person) as store:
            given_to[person] = [one.example.id for one in review.take(store, 3)]

    threads = [threading.Thread(target=work, args=(f"p{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [which for ids in given_to.values() for which in ids]
    assert len(everything) == len(set(everything)) == 12


def test_an_unknown_example(loaded: Clone) -> None:
    with loaded.store("anna") as store, pytest.raises(BadInputError, match="no example"):
        review.decide(store, "0" * 20, "verify")


@settings(max_examples=25, deadline=None)
@given(votes=st.lists(st.lists(st.sampled_from(["verify", "reject", "correct"]), min_size=2, max_size=4), min_size=1, max_size=8))
def test_agreement_lies_where_it_must(votes: list[list[str]]) -> None:
    found = review.agreement_of(votes)
    assert found.observed is not None
    assert found.alpha is not None
    assert 0 <= found.observed <= 1
    assert found.alpha <= found.observed + 1e-9
    assert (found.alpha == 1) == all(len(set(said)) == 1 for said in votes)


def test_alpha_of_a_worked_example() -> None:
    # Krippendorff 2011, section C: four observers, twelve units, nominal data, alpha 0.743.
    table = ["1 1 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1", "2 2 2 2", "5 5 5", "1 1"]
    found = review.agreement_of([row.split() for row in table])
    assert found.alpha == pytest.approx(0.743, abs=0.0005)


OPINIONS = st.lists(
    st.tuples(st.sampled_from(["anna", "ben", "carl"]), st.sampled_from(["verify", "reject", "skip", "withdraw"])), max_size=7
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(opinions=OPINIONS, needed=st.integers(1, 2))
def test_the_status_is_what_the_last_words_say(loaded: Clone, opinions: list[tuple[str, str]], needed: int) -> None:
    with loaded.store(user="stc_owner") as owner:
        review.set_policy(owner, review.Policy(needed, own_corrections=False))
    with loaded.store("anna") as store:
        which = store.value(
            "SELECT id FROM smalltalk_training_examples e WHERE NOT EXISTS (SELECT FROM example_decisions WHERE example = e.id) LIMIT 1"
        )
        if which is None:
            return
        last: dict[str, str] = {}
        for person, verdict in opinions:
            store.person = person
            review.decide(store, which, verdict, "because")
            last[person] = verdict
        yes, no = (list(last.values()).count(v) for v in ("verify", "reject"))
        expected = "verified" if yes - no >= needed else "rejected" if no - yes >= needed else "disputed" if yes and no else "proposed"
        assert example(store, which).status == expected
