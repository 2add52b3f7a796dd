"""Loading data sets into the store: twice changes nothing, a newer one keeps what people decided, a broken one leaves nothing behind."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storing import CODE, Clone, sample, write_dataset

from datagen.layout import written_of
from datagen.sample import ask
from store import audit, review
from store.db import clean, connect
from store.embedded import ADMIN
from store.examples import example, load, versions
from stparse.issue import BadInputError


def test_a_set_is_loaded_as_it_is_written(db: Clone, tmp_path: Path) -> None:
    samples = [sample(1), sample(2, "completion.method_body", answer="title\n\t^title"), sample(3, split="test")]
    folder = write_dataset(tmp_path / "rights", samples)
    with db.store() as store:
        done = load(store, folder)
        assert (done.name, done.samples, done.fresh, done.known, done.stale) == ("rights", 3, 3, 0, 0)
        for one in samples:
            found = example(store, one.id)
            assert written_of(found.record).sample == one
            assert (found.kind, found.question, found.answer, found.split) == (one.kind, one.prompt.text, one.answer, one.split)
            assert (found.dialect, found.status, found.created_by) == ("visualworks", "proposed", "mia")
        assert store.value("SELECT count(*) FROM dataset_examples") == 3


def test_loading_twice_changes_nothing(db: Clone, tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "rights", [sample(1), sample(2)])
    with db.store() as store:
        load(store, folder)
        before = audit.head(store)
        done = load(store, folder)
        assert (done.fresh, done.known, done.samples) == (0, 2, 2)
        assert audit.head(store) == before


def test_a_newer_set_keeps_decisions_and_marks_what_no_longer_fits(db: Clone, tmp_path: Path) -> None:
    kept, changed, gone, answered, unasked = (
        sample(1),
        sample(2, selector="isOpen", source="isOpen\n\t^start isNil"),
        sample(3, selector="start", source="start\n\t^start"),
        sample(4, prompt=ask("Who?")),
        sample(5),
    )
    newer = CODE.replace("start isNil", "start notNil").replace("start\n\t^start!\n", "")
    first = write_dataset(tmp_path / "a" / "rights", [kept, changed, gone, answered, unasked])
    second = write_dataset(tmp_path / "b" / "rights", [kept, sample(4, prompt=ask("Who?"), answer="Another.")], newer)
    with db.store() as store:
        load(store, first)
        for one in (kept, changed, gone, answered, unasked):
            review.decide(store, one.id, "verify")
        done = load(store, second)
        assert (done.fresh, done.known, done.stale) == (1, 1, 3)
        stale = {one: example(store, one.id).stale for one in (kept, changed, gone, answered, unasked)}
        assert stale == {
            kept: None,
            changed: "Right>>isOpen has changed",
            gone: "Right>>start is gone",
            answered: "the same question has another answer now",
            unasked: None,
        }
        assert {example(store, one.id).status for one in stale} == {"verified"}
        assert store.value("SELECT count(*) FROM example_decisions") == 5
        assert [v.change for v in versions(store, changed.id)][-1] == {"stale": [None, "Right>>isOpen has changed"]}


def test_what_fits_again_is_no_longer_stale(db: Clone, tmp_path: Path) -> None:
    one = sample(1, selector="isOpen", source="isOpen\n\t^start isNil")
    first = write_dataset(tmp_path / "a" / "rights", [one, sample(2)])
    second = write_dataset(tmp_path / "b" / "rights", [sample(2)], CODE.replace("isNil", "notNil"))
    third = write_dataset(tmp_path / "c" / "rights", [sample(2), sample(3)])
    with db.store() as store:
        load(store, first)
        assert load(store, second).stale == 1
        assert load(store, third).fits == 1
        assert example(store, one.id).stale is None


def test_another_code_base_makes_nothing_stale(db: Clone, tmp_path: Path) -> None:
    with db.store() as store:
        load(store, write_dataset(tmp_path / "rights", [sample(1, selector="isOpen", source="isOpen\n\t^start isNil")]))
        assert load(store, write_dataset(tmp_path / "others", [sample(2)], CODE.replace("isNil", "notNil"))).stale == 0


def test_a_correction_follows_its_sources(db: Clone, tmp_path: Path) -> None:
    old = sample(1, "completion.method_body", answer="isOpen\n\t^start isNil", selector="isOpen", source="isOpen\n\t^start isNil")
    with db.store("anna") as store:
        load(store, write_dataset(tmp_path / "a" / "rights", [old, sample(2)]))
        made = review.decide(store, old.id, "correct", correction="isOpen\n\t^self start isNil").correction
        assert made is not None
        again = review.decide(store, made, "correct", correction="isOpen\n\t^self start == nil").correction
        assert again is not None
        load(store, write_dataset(tmp_path / "b" / "rights", [sample(2)], CODE.replace("isNil", "notNil")))
        assert {example(store, which).stale for which in (old.id, made, again)} == {"Right>>isOpen has changed"}


@pytest.mark.parametrize("break_it", ["line", "cut", "missing"])
def test_a_set_that_was_touched_leaves_nothing_behind(db: Clone, tmp_path: Path, break_it: str) -> None:
    folder = write_dataset(tmp_path / "rights", [sample(n) for n in range(5)])
    file = folder / "sft" / "train.jsonl"
    if break_it == "line":
        file.write_text(file.read_text(encoding="utf-8").replace("title, 3", "title, 9"), encoding="utf-8")
    elif break_it == "cut":
        file.write_bytes(file.read_bytes()[:-200])
    else:
        file.unlink()
    with db.store() as store, pytest.raises(BadInputError, match=r"train\.jsonl"):
        load(store, folder)
    assert rows_of(db) == [0, 0, 0]


def test_a_load_that_ends_in_the_middle_leaves_nothing_behind(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_dataset(tmp_path / "rights", [sample(n) for n in range(5)])
    monkeypatch.setattr("store.examples._judge_the_others", lambda *_: 1 / 0)
    with db.store() as store, pytest.raises(ZeroDivisionError):
        load(store, folder)
    assert rows_of(db) == [0, 0, 0]


def rows_of(db: Clone) -> list[int]:
    with db.store(user="stc_owner") as owner:
        return [owner.value(f"SELECT count(*) FROM {table}") for table in ("smalltalk_training_examples", "datasets", "loading")]


LOADS_AND_WAITS = """
    SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' AND l.relation = 'examples_status'::regclass
        AND l.mode = 'RowExclusiveLock'"""


def test_a_load_takes_its_place_in_the_chain_when_its_rows_are_there(db: Clone, tmp_path: Path) -> None:
    """So others write meanwhile, and wait for its entries alone."""
    folder = write_dataset(tmp_path / "rights", [sample(n) for n in range(50)])

    def work() -> None:
        with db.store() as store:
            load(store, folder)

    loading = threading.Thread(target=work)
    with db.store("anna", "stc_owner") as other, connect(db.conninfo(ADMIN)) as admin:
        with other.transaction() as connection:
            connection.execute("SELECT FROM audit_head FOR UPDATE")
            loading.start()
            until = time.monotonic() + 60
            while admin.execute(LOADS_AND_WAITS).fetchone() == (0,):
                assert time.monotonic() < until
                time.sleep(0.01)
        loading.join()
        assert other.value("SELECT count(*) FROM smalltalk_training_examples") == 50
        assert audit.prove(other).failures == ()


def test_loads_at_once_share_what_they_have_in_common(db: Clone, tmp_path: Path) -> None:
    folders = [write_dataset(tmp_path / f"f{n}", [sample(m) for m in range(n, n + 40)]) for n in (0, 10, 20)]

    def work(folder: Path) -> None:
        with db.store(folder.name) as store:
            load(store, folder)

    threads = [threading.Thread(target=work, args=(folder,)) for folder in [*folders, *reversed(folders)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.store() as store:
        assert [store.value(f"SELECT count(*) FROM {t}") for t in ("datasets", "smalltalk_training_examples", "dataset_examples")] == [
            3,
            60,
            120,
        ]
        assert audit.prove(store).failures == ()
    with db.store(user="stc_owner") as owner:
        assert owner.value("SELECT count(*) FROM loading") == 0


def test_the_content_of_an_example_stays(db: Clone, tmp_path: Path) -> None:
    with db.store() as store:
        load(store, write_dataset(tmp_path / "rights", [sample(1)]))
    with db.store(user="stc_owner") as owner:
        for query in (
            "UPDATE smalltalk_training_examples SET answer = 'x'",
            "UPDATE smalltalk_training_examples SET record = '{}'",
            "DELETE FROM smalltalk_training_examples",
            "TRUNCATE smalltalk_training_examples CASCADE",
        ):
            with pytest.raises(Exception, match="stays"), owner.transaction() as connection:
                connection.execute(query.encode())


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(codec=None, exclude_categories=[]), max_size=40), min_size=1, max_size=4))
def test_any_text_is_kept_to_the_letter(db: Clone, tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    samples = {s.id: s for s in (sample(n, answer=text or "-", prompt=ask(f"{n} {text}")) for n, text in enumerate(texts))}
    folder = write_dataset(tmp_path_factory.mktemp("any") / "any", list(samples.values()))
    with db.store() as store:
        load(store, folder)
        for which, one in samples.items():
            found = example(store, which)
            assert written_of(found.record).sample.answer == one.answer
            assert found.answer == clean(one.answer)
            assert "\0" not in found.answer
