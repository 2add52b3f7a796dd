"""The loop by command, on methods of whatson-mini and a tiny model: asked, corrected, verified, learnt, measured, promoted or refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evaluating import MINI, index_of
from storing import Clone
from test_life_of_a_model import stc, write_base
from training import sample, write_dataset

from datagen.layout import INDEX, write_whole
from datagen.sample import Source
from stc import rounds
from stc.cli import cli
from store import audit
from store.embedded import USER
from stparse.index.query import CodeIndex

pytestmark = pytest.mark.xdist_group("store")
SETTINGS = """
[gate]
compile_rate = 0.5
adherence = 0.0
final_loss = 2.0
validation_accuracy = 0.8
examples = 12

[retrain]
data = "data"
base = "base"
name = "mini"
folder = "rounds"
least = 1
max_tokens = 60

[retrain.train]
batch_tokens = 256
max_length = 128
accumulate = 1
sample = 0
dropout = 0.0
device = "cpu"
checkpointing = false
targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
learning_rate = %s
epochs = %s
"""


class House:
    """The code base, the data set of some of its methods, the base model that writes each with a fault, and the settings of the loop."""

    def __init__(self, folder: Path, db: Clone) -> None:
        self.folder, self.db = folder, db
        self.index = index_of(MINI, folder / "mini.sqlite")
        with CodeIndex.open(self.index) as index:
            short = [m for m in index.methods() if not m.issues and "\t^self " in m.source and len(m.source) < 60 and not m.meta]
        # One of a class: methods of one class are no independent witnesses.
        first = {m.class_name: m for m in reversed(short) if m.class_name.startswith("Broadcast.") and '"' not in m.source}
        named = {method.reference.removeprefix("Broadcast."): method for _, method in sorted(first.items())[:14]}
        self.right = {name: method.source.strip() for name, method in named.items()}
        *known, one, other = named
        self.taught = one, other
        # The base ends each method with a bracket too many, and takes these two for each other: who has learnt the one has not the other.
        answers = {**self.right, one: self.right[other], other: self.right[one]}
        wrong = {name: f"{text}]" for name, text in answers.items()}
        write_base(folder / "base", self.right, wrong)
        samples = []
        for name in known:
            method = named[name]
            source = Source(method.file, method.class_name, method.selector, (0, 1), "d")
            for split in ("train", "validation", "test"):
                made = sample("completion.method_body", f"Write {name}", self.right[name], split)
                samples.append(replace(made, sources=(source,), group=method.class_name))
        write_dataset(folder / "data", samples)
        shutil.copyfile(self.index, folder / "data" / INDEX)
        self.settings()

    def settings(self, rate: str = "5e-3", epochs: int = 10) -> None:
        """Write stc.toml."""
        (self.folder / "stc.toml").write_text(SETTINGS % (rate, epochs), encoding="utf-8")

    def teach(self, name: str, monkeypatch: pytest.MonkeyPatch, model: str) -> str:
        """Ask the champion, say that the answer is wrong, and how it should read; let somebody else verify that. Answer what was said."""
        monkeypatch.setenv("STC_USER", "uli")
        options = ("--base", self.folder / "base", "--run", self.folder / "models" / model, "--max-tokens", "60", "--limit", "3")
        answered = stc("ask", f"Write {name}", "--index", self.index, *options)
        assert answered["answer"] != self.right[name]
        assert any(name in one["name"] for one in answered["passages"])
        said = {"question": f"Write {name}", "answer": answered["answer"], "thumbs": "down", "model": answered["model"]}
        rated = CliRunner().invoke(cli, ["store", "rate"], input=json.dumps({**said, "corrected_answer": self.right[name]}))
        assert rated.exit_code == 0, rated.output
        monkeypatch.setenv("STC_USER", "mia")
        # Nothing is learnt that nobody else has verified.
        found = stc("retrain", "--dry-run")
        assert (found["due"], found["new"]) == (False, 0)
        assert stc("retrain")["waiting"]["candidate"] == 1
        monkeypatch.setenv("STC_USER", "anna")
        (place,) = stc("store", "queue", "--state", "candidate")
        stc("review", "decide", place["example"], "verify")
        monkeypatch.setenv("STC_USER", "mia")
        feedback: str = place["feedback"]
        return feedback


@pytest.fixture
def house(db: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", "mia")
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "stc.toml"))
    return House(tmp_path, db)


class KilledError(Exception):
    """The process was killed here."""


def _killed_before_each_write(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Go through a round whose process is killed whenever it is about to write down what it has done; answer what came of it."""
    due = iter([True, False] * 50)

    def killed(path: Path, text: str) -> None:
        if next(due):
            raise KilledError(path)
        write_whole(path, text)

    kills = 0
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "write_whole", killed)
        while (found := CliRunner().invoke(cli, ["retrain", "--json"])).exception is not None:
            assert isinstance(found.exception, KilledError), found.output
            kills += 1
    # Its beginning, seven steps, what was decided, and the end, when the champion had moved already.
    assert kills == 10
    return json.loads(found.stdout)


@pytest.mark.timeout(900)
def test_the_loop(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = stc("retrain", "--force")
    assert (first["outcome"], first["model"], first["new"], first["taught"]["after"]) == ("promoted", "mini-v1", 0, {})

    learnt, not_learnt = house.taught
    feedback = house.teach(learnt, monkeypatch, "mini-v1")
    assert stc("retrain", "--dry-run") == {
        "due": True, "goes_on": False, "new": 1, "why": "1 of 1 verified corrections and answers are new; a round wants 1 or more",
    }  # fmt: skip

    second = _killed_before_each_write(monkeypatch)
    assert (second["outcome"], second["model"], second["new"]) == ("promoted", "mini-v2", 1)
    before, after = second["taught"]["before"], second["taught"]["after"]
    assert (before["asked"], before["right"], after["right"]) == (1, 0, 1)
    assert (before["pairs"], after["prefers"]) == (1, 1)
    moves = stc("models", "show")["promotions"]
    assert [(one["previous"], one["model"]) for one in moves] == [("mini-v1", "mini-v2")]
    # From the feedback one finds the runs that learnt from it.
    trace = stc("store", "queue", feedback)["place"]
    assert (trace["state"], len(trace["exports"]), len(trace["runs"])) == ("verified", 2, 1)

    house.teach(not_learnt, monkeypatch, "mini-v2")
    house.settings(rate="1e-6", epochs=1)
    third = stc("retrain", code=1)
    assert (third["outcome"], third["model"], third["new"], len(third["added"])) == ("refused", None, 1, 2)
    broken = {one["rule"]: one["said"] for one in third["reasons"] if not one["kept"]}
    assert broken.keys() == {"compile_rate", "no_regression"}
    assert broken["no_regression"].startswith("worse: ")
    assert stc("models", "show")["name"] == "mini-v2"
    assert stc("retrain")["why"] == "0 of 2 verified corrections and answers are new; a round wants 1 or more"
    with house.db.store() as store:
        assert not audit.prove(store).failures
