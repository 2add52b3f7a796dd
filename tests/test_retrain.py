"""What `stc retrain` is made of: rounds that are killed, one lock, data sets that are joined, plans, settings, schedules."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from folders import contents
from storing import Clone, sample, write_dataset

from datagen.layout import written_of
from datagen.manifest import MANIFEST
from stc.cli import cli
from stc.retraining import spec_of
from stc.rounds import ROUND, Round, rounds_in
from stc.schedules import FORMS, schedule
from store import exports, review
from store.embedded import USER
from store.examples import load
from store.joining import join
from store.locks import HeldError, only
from stparse.issue import BadInputError

pytestmark = pytest.mark.xdist_group("store")
SETTINGS = '[retrain]\ndata = "data"\nbase = "base"\nname = "ours"\nfolder = "rounds"\n'


def always(folder: Path, output: dict[str, Any]) -> bool:
    return True


def test_a_step_is_done_once_for_the_same_inputs(tmp_path: Path) -> None:
    done: list[str] = []

    def act(folder: Path) -> dict[str, Any]:
        done.append(folder.name)
        return {"n": len(done)}

    one = Round(tmp_path / "0001")
    first, said = one.step("train", {"data": "a"}, act, always)
    assert said == {"n": 1}
    # As another process finds it.
    one = Round(tmp_path / "0001")
    assert one.step("train", {"data": "a"}, act, always) == (first, {"n": 1})
    # Other inputs are another folder, and what is no longer whole is made again.
    second, said = one.step("train", {"data": "b"}, act, always)
    assert (second != first, said) == (True, {"n": 2})
    assert one.step("train", {"data": "b"}, act, lambda folder, output: False)[1] == {"n": 3}
    one.end({"outcome": "refused", "seen": []})
    assert [each.outcome for each in rounds_in(tmp_path)] == [{"outcome": "refused", "seen": []}]


def test_a_round_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "0001").mkdir()
    (tmp_path / "0001" / ROUND).write_text("{", encoding="utf-8")
    with pytest.raises(BadInputError, match="remove the folder"):
        rounds_in(tmp_path)


HOLDER = """
import sys, time
from pathlib import Path
from store.locks import only
with only(Path(sys.argv[1]), "process 7 of anna"):
    print("in", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_told_who_is_there_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        with pytest.raises(HeldError, match="process 7 of anna"), only(tmp_path / "lock", "me"):
            pass
        holder.kill()
    with only(tmp_path / "lock", "me"):
        assert (tmp_path / "lock.who").read_text(encoding="utf-8") == "me"


@pytest.fixture
def here(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A store with a data set in it, of which one answer is corrected and one rejected."""
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "mia")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    (tmp_path / "stc.toml").write_text(SETTINGS + "least = 2\n", encoding="utf-8")
    samples = [sample(n) for n in range(4)] + [sample(9, split="test"), sample(8, split="validation")]
    with db.store() as store:
        load(store, write_dataset(tmp_path / "data", samples))
    with db.store("anna") as store:
        made = review.decide(store, samples[0].id, "correct", correction="It answers the title.")
        review.decide(store, samples[1].id, "reject", "trivial")
        review.decide(store, samples[2].id, "verify")
    with db.store("ben") as store:
        review.decide(store, str(made.correction), "verify")
    manifest = json.loads((tmp_path / "data" / MANIFEST).read_text(encoding="utf-8"))
    (tmp_path / "data" / MANIFEST).write_text(json.dumps({**manifest, "code": {"dialects": {"visualworks": 1}}}), encoding="utf-8")
    return db


def test_what_is_wrong_is_left_out_and_what_was_taught_is_put_in(here: Clone, tmp_path: Path) -> None:
    with here.store() as store:
        refused, taught = exports.refused(store), exports.taught(store)
        exported = exports.export(store, tmp_path / "verified")
    assert len(refused) == 2
    done = join(tmp_path / "data", tmp_path / "verified", refused, tmp_path / "joined")
    lines = (tmp_path / "joined" / "sft" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    answers = [written_of(line).sample.answer for line in lines]
    assert answers == ["It answers its title, 2.", "It answers its title, 3.", "It answers the title."]
    assert list(taught) == [written_of(lines[-1]).id]
    pairs = (tmp_path / "joined" / "preference" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert [written_of(line).sample.rejected for line in pairs] == ["It answers its title, 0."]
    assert (len(done.added), done.left_out, done.leaking) == (2, 2, ())
    for name in ("sft/test.jsonl", "sft/validation.jsonl"):
        assert (tmp_path / "joined" / name).read_bytes() == (tmp_path / "data" / name).read_bytes()
    manifest = json.loads((tmp_path / "joined" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["samples"] == {"preference.correction": {"train": 1}, "qa.role": {"train": 3, "validation": 1, "test": 1}}
    assert manifest["joined"]["export"] == exported.digest
    # The same inputs, the same bytes; another export, another data set.
    again = join(tmp_path / "data", tmp_path / "verified", refused, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(tmp_path / "joined")
    assert join(tmp_path / "data", tmp_path / "verified", [], tmp_path / "other").digest != again.digest
    with pytest.raises(BadInputError, match="no export of the store"):
        join(tmp_path / "data", tmp_path / "data", [], tmp_path / "none")


def stc(*said: str, code: int = 0) -> Any:
    found = CliRunner().invoke(cli, ["retrain", *said, "--json"])
    assert found.exit_code == code, (found.output, found.exception)
    return json.loads(found.stdout)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(here: Clone, tmp_path: Path) -> None:
    before = contents(tmp_path)
    assert stc("--dry-run") == {
        "due": False, "goes_on": False, "new": 1, "why": "1 of 1 verified corrections and answers are new; a round wants 2 or more",
    }  # fmt: skip
    assert stc("--dry-run", "--least", "1")["due"]
    assert stc("--dry-run", "--force")["why"].endswith("a round wants 2 or more, but it is wished for")
    said = CliRunner().invoke(cli, ["retrain", "--dry-run", "--force"]).stdout
    assert said.startswith("a round would begin: ")
    begun = Round(tmp_path / "rounds" / "0001")
    assert stc("--dry-run") == {"due": True, "goes_on": True, "new": 1, "why": "round 0001 was begun and has not ended; it goes on"}
    begun.end({"outcome": "refused", "seen": list(_taught(here))})
    assert stc("--dry-run", "--least", "1")["new"] == 0
    assert {name: data for name, data in contents(tmp_path).items() if not name.startswith("rounds/")} == before


def _taught(db: Clone) -> dict[str, list[str]]:
    with db.store() as store:
        return exports.taught(store)


def test_too_few_and_another_one_at_it(here: Clone, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    found = stc()
    assert (found["outcome"], found["new"]) == ("nothing", 1)
    with only(tmp_path / "rounds" / "lock", "process 7 of anna on wien"):
        held = CliRunner().invoke(cli, ["retrain"])
    assert held.exit_code == 75
    assert "process 7 of anna on wien" in held.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "data and base and name must be known"),
        ('[retrain]\ndata = "d"\n', "base and name must be known"),
        (SETTINGS + "least = -1\n", "least in .retrain. is -1; it must be a whole number"),
        (SETTINGS + 'train = "fast"\n', "must be a table of settings"),
        (SETTINGS + "train = { epoch = 3 }\n", "train in .retrain. knows no epoch"),
        (SETTINGS + "lest = 3\n", "knows no lest"),
    ],
)
def test_settings_that_are_none(text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stc.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    found = CliRunner().invoke(cli, ["retrain", "--dry-run"])
    assert isinstance(found.exception, BadInputError)
    with pytest.raises(BadInputError, match=said):
        raise found.exception


def test_settings_of_a_training_lie_over_those_of_a_preset() -> None:
    spec, memory = spec_of({"preset": "cpu", "epochs": 7, "targets": ["q_proj"]}, Path("b"), Path("d"))
    assert (spec.device, spec.epochs, spec.targets, spec.base, spec.data, memory) == ("cpu", 7, ("q_proj",), "b", "d", None)
    assert spec_of({"preset": "rtx4090-24gb"}, Path("b"), Path("d"))[1] == 24 * 2**30


def test_schedules_call_it_in_the_folder_of_the_settings() -> None:
    folder, program = Path("/home/anna/our code/50%"), Path("/opt/stc/bin/stc")
    said = {form: schedule(form, program, folder) for form in FORMS}
    for text in said.values():
        assert "retrain --json" in text
    assert "15 2 * * * cd '/home/anna/our code/50\\%' && /opt/stc/bin/stc retrain" in said["cron"]
    assert "SuccessExitStatus=75" in said["systemd"]
    assert "WorkingDirectory=/home/anna/our code/50%%\n" in said["systemd"]
    assert 'ExecStart="/opt/stc/bin/stc" retrain' in said["systemd"]
    assert "cd '/home/o'\"'\"'brien'" in schedule("cron", program, Path("/home/o'brien"))
    assert said["windows"].count('\\"') == 4
    # schtasks says only that a value is too long.
    with pytest.raises(BadInputError, match="takes a command of 261 characters"):
        schedule("windows", program, Path("/home/anna") / ("x" * 220))
    printed = CliRunner().invoke(cli, ["retrain", "--schedule", "cron"])
    assert printed.exit_code == 0
    assert str(Path.cwd()) in printed.stdout
