"""A run on a tiny base, from end to end: it learns, ends its answers, and goes on after any interruption to the same bytes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from training import BODIES, given, samples, torch

from stparse.issue import BadInputError
from trainer.checkpoints import last_good, mark_complete
from trainer.folder import ADAPTER, CARD, CURVES, PICTURE, RUN, WEIGHTS, Run
from trainer.lora import StoppedError, Watching, plan, train
from trainer.spec import RunSpec
from trainer.trouble import TrainingEndedError, told
from trainer.watch import Step, Stop

pytestmark = [pytest.mark.xdist_group("training"), pytest.mark.usefixtures("_no_picture")]
TOOL = "stc test"


@pytest.fixture(scope="module")
def made() -> RunSpec:
    """Answer a spec of six steps, with its data set and its base."""
    base, data = given()
    return RunSpec(
        base=base, data=data, max_length=256, batch_tokens=256,
        accumulate=1, epochs=2, steps=6, evaluate_every=3, learning_rate=2e-3, threads=1, sample=0, keep=2,
    )  # fmt: skip


@pytest.fixture
def _no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw nothing: the picture of one run is looked at, and it takes longer than a tiny training."""
    monkeypatch.setattr("trainer.lora.draw", lambda points, path: None)


@pytest.fixture(scope="module")
def whole(made: RunSpec, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Answer a run that nothing interrupted."""
    return train(replace(made, stages=("pretrain", "sft")), tmp_path_factory.mktemp("run") / "whole", TOOL)


class Killed(BaseException):
    """As if the process were gone."""


def killed_at(stage: str, step: int) -> Watching:
    def show(seen: Step) -> None:
        if (seen.stage, seen.step) == (stage, step):
            raise Killed

    return Watching(show)


def stopped_at(stage: str, step: int) -> Watching:
    stop = Stop()

    def show(seen: Step) -> None:
        stop.wished = stop.wished or (seen.stage, seen.step) == (stage, step)

    return Watching(show, stop=stop)


def same(found: Run, wanted: Run) -> None:
    """Check that two runs have the same adapter and went the same way."""
    assert found.adapter == wanted.adapter
    assert (found.folder / CURVES).read_bytes() == (wanted.folder / CURVES).read_bytes()
    assert found.record["stages"] == wanted.record["stages"]


@pytest.mark.parametrize(("stage", "step"), [("pretrain", 5), ("sft", 1)])
def test_a_run_that_was_killed_goes_on_to_the_same_result(made: RunSpec, whole: Run, tmp_path: Path, stage: str, step: int) -> None:
    spec = replace(made, stages=("pretrain", "sft"))
    with pytest.raises(Killed):
        train(spec, tmp_path / "run", TOOL, killed_at(stage, step))
    same(train(spec, tmp_path / "run", TOOL), whole)


def test_a_run_that_was_stopped_goes_on_to_the_same_result(made: RunSpec, whole: Run, tmp_path: Path) -> None:
    spec = replace(made, stages=("pretrain", "sft"))
    # Between two validations, where no checkpoint is made otherwise.
    with pytest.raises(StoppedError, match="stopped at step 5 of sft, which is saved in"):
        train(spec, tmp_path / "run", TOOL, stopped_at("sft", 4))
    # Moved in between: nothing in it knows where it is.
    shutil.move(tmp_path / "run", tmp_path / "moved")
    same(train(spec, tmp_path / "moved", TOOL), whole)


def test_a_checkpoint_that_is_half_written_is_not_gone_on_from(made: RunSpec, whole: Run, tmp_path: Path) -> None:
    spec = replace(made, stages=("pretrain", "sft"))
    with pytest.raises(Killed):
        train(spec, tmp_path / "run", TOOL, killed_at("sft", 5))
    checkpoints = tmp_path / "run" / "stages" / "sft" / "checkpoints"
    newest = last_good(checkpoints)
    assert newest is not None
    assert newest.name == "checkpoint-3"
    with (newest / "optimizer.pt").open("r+b") as file:
        file.truncate(100)
    same(train(spec, tmp_path / "run", TOOL), whole)


def test_early_stopping_is_the_same_after_an_interruption(made: RunSpec, tmp_path: Path) -> None:
    # So high a rate that it gets worse: the best is an early step.
    spec = replace(made, learning_rate=5.0, steps=12, epochs=3, evaluate_every=1, patience=2, clip=1e9)
    wanted = train(spec, tmp_path / "whole", TOOL)
    found = wanted.record["stages"]["sft"]
    assert found["steps"] < 12
    assert found["kept_step"] == found["steps"] - 2
    with pytest.raises(Killed):
        train(spec, tmp_path / "run", TOOL, killed_at("sft", found["steps"]))
    same(train(spec, tmp_path / "run", TOOL), wanted)


def test_it_learns_what_it_is_given_and_ends_its_answers(made: RunSpec, tmp_path: Path) -> None:
    spec = replace(made, steps=40, epochs=40, batch_tokens=640, evaluate_every=40, sample=6, sample_tokens=60, learning_rate=4e-3)
    steps: list[Step] = []
    run = train(spec, tmp_path / "run", TOOL, Watching(steps.append))
    best = run.record["stages"]["sft"]["best"]
    assert best["validation_loss"] < 0.5, "the seed's measure of a final loss"
    assert best["validation_accuracy"] > 0.8, "the seed's measure of accuracy"
    assert (best["parse_rate"], best["ended"]) == (1.0, 1.0)
    assert steps[0].loss is not None
    assert steps[-1].loss is not None
    assert steps[-1].loss < 0.5 < steps[0].loss
    assert steps[-1].step == steps[-1].steps == run.record["stages"]["sft"]["steps"]
    assert steps[-1].left == 0
    assert steps[-1].tokens > steps[-1].learnt > 0


def test_another_seed_gives_another_adapter(made: RunSpec, tmp_path: Path) -> None:
    found = [train(replace(made, seed=seed, steps=1), tmp_path / str(seed), TOOL).adapter for seed in (1, 2)]
    assert found[0] != found[1]


def test_the_folder_of_a_run(made: RunSpec, whole: Run) -> None:
    folder = whole.folder
    record = json.loads((folder / RUN).read_text(encoding="utf-8"))
    assert record["status"] == "finished"
    assert record["spec"]["r"] == 16
    assert record["data"]["digest"] == "d" * 64
    assert record["base"]["name"] == "tiny-base"
    assert record["environment"]["threads"] == 1
    assert {"torch", "transformers", "peft"} <= set(record["environment"]["versions"])
    assert record["adapter"]["stop"] == "</s>"
    measured = record["measured"]["sft"]
    assert measured["steps"] == record["stages"]["sft"]["steps"]
    assert measured["tokens_per_second"] >= measured["learnt_per_second"] > 0
    assert record["estimated_memory"] > 0
    assert str(folder.parent) not in (folder / RUN).read_text(encoding="utf-8")
    points = json.loads((folder / CURVES).read_text(encoding="utf-8"))
    assert [(point["stage"], point["step"]) for point in points] == [(stage, step) for stage in ("pretrain", "sft") for step in range(1, 7)]
    assert all("loss" in point for point in points)
    assert [point["step"] for point in points if "validation_loss" in point] == [3, 6, 3, 6]
    assert (folder / PICTURE).read_bytes().startswith(b"\x89PNG")
    card = (folder / CARD).read_text(encoding="utf-8")
    assert whole.adapter in card
    assert "base_model: tiny-base" in card
    assert not list(folder.rglob("checkpoint-*")), "checkpoints of finished stages are gone"
    if os.name == "posix":
        assert (folder / ADAPTER / WEIGHTS).stat().st_mode & 0o044 or os.umask(os.umask(0o022)) & 0o044


def test_a_finished_run_is_not_made_again(made: RunSpec, whole: Run) -> None:
    before = (whole.folder / RUN).stat().st_mtime_ns
    again = train(replace(made, stages=("pretrain", "sft")), whole.folder, TOOL)
    assert again.adapter == whole.adapter
    assert (whole.folder / RUN).stat().st_mtime_ns == before


def test_a_folder_of_something_else_is_refused(made: RunSpec, whole: Run, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"other settings \(r 16, not 8; stages \['pretrain', 'sft'\], not \['sft'\]\)"):
        train(replace(made, r=8), whole.folder, TOOL)
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInputError, match="is not empty and no run of stc"):
        train(made, tmp_path, TOOL)
    copy = tmp_path / "copy"
    shutil.copytree(whole.folder, copy)
    (copy / ADAPTER / WEIGHTS).write_bytes(b"spoilt")
    with pytest.raises(BadInputError, match="is not as it was written"):
        train(replace(made, stages=("pretrain", "sft")), copy, TOOL)


# What ends a training


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full: free some space"),
        (RuntimeError("[enforce fail at inline_container.cc:664] . unexpected pos 64 vs 0"), "the disk is full"),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried"),
            "the memory did not suffice",
        ),
        (MemoryError(), "the memory did not suffice: give a smaller --batch-tokens"),
    ],
)
def test_a_full_disk_and_a_full_memory_end_with_advice(
    tmp_path: Path, checkpoint: Callable[[int], Path], error: Exception, said: str
) -> None:
    with pytest.raises(TrainingEndedError, match=f"{said}.*Nothing was saved yet"), told(tmp_path):
        raise error
    mark_complete(checkpoint(3))
    with pytest.raises(TrainingEndedError, match=f"{said}.*up to step 3 is saved in .*the same command goes on"), told(tmp_path):
        raise error


def test_a_disk_that_is_full_in_the_middle_leaves_a_run_to_go_on_with(
    made: RunSpec, whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, written = replace(made, stages=("pretrain", "sft")), []
    save = torch.save

    def fail(value: Any, file: Any, *args: Any, **kwargs: Any) -> None:
        written.append(file)
        if len(written) == 7:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(value, file, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", fail)
        with pytest.raises(TrainingEndedError, match=r"the disk is full.*saved in"):
            train(spec, tmp_path / "run", TOOL)
    same(train(spec, tmp_path / "run", TOOL), whole)


def test_another_error_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), told(tmp_path):
        raise ZeroDivisionError
    with pytest.raises(RuntimeError, match="size mismatch"), told(tmp_path):
        raise RuntimeError("size mismatch")


def test_a_disk_without_room_is_told_before(made: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 9))
    with pytest.raises(BadInputError, match=r"checkpoints need about .* MB"):
        train(made, tmp_path / "run", TOOL)


def test_memory_is_looked_at_before_the_model_is_loaded(made: RunSpec, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="this run would take about"):
        train(made, tmp_path / "run", TOOL, memory=2**20)
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"device": "cuda"}, "there is no GPU here"),
        ({"precision": "fp16"}, "does not train in fp16"),
        ({"quantize": "4bit"}, "needs a GPU and bitsandbytes"),
    ],
)
def test_what_this_machine_cannot_do(made: RunSpec, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        plan(replace(made, **settings))


def test_bf16_without_checkpointing_and_packed(made: RunSpec, tmp_path: Path) -> None:
    run = train(replace(made, precision="bf16", checkpointing=False, packing=True, steps=2), tmp_path / "run", TOOL)
    assert run.record["stages"]["sft"]["steps"] == 2
    assert run.record["environment"]["precision"] == "bf16"


# Ctrl-C


def test_ctrl_c_is_a_wish_and_twice_an_end() -> None:
    before = signal.getsignal(signal.SIGINT)
    stop = Stop()
    with stop.on_signals():
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wished
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


# Checkpoints


@pytest.fixture
def checkpoint(tmp_path: Path) -> Callable[[int], Path]:
    def make(step: int) -> Path:
        folder = tmp_path / f"checkpoint-{step}"
        (folder / "ref").mkdir(parents=True)
        (folder / "trainer_state.json").write_text('{"best_model_checkpoint": null}', encoding="utf-8")
        (folder / "ref" / "weights").write_text("12345", encoding="utf-8")
        return folder

    return make


def test_the_last_good_checkpoint_is_the_newest_that_is_whole(tmp_path: Path, checkpoint: Callable[[int], Path]) -> None:
    assert last_good(tmp_path) is None
    for step in (9, 10, 11, 12):
        mark_complete(checkpoint(step))
    (tmp_path / "checkpoint-11" / "stc-complete.json").unlink()
    (tmp_path / "checkpoint-12" / "ref" / "weights").write_text("123", encoding="utf-8")
    assert last_good(tmp_path) == tmp_path / "checkpoint-10"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-9"]


def test_the_samples_of_these_tests_parse() -> None:
    assert {s.answer for s in samples() if s.form == "method"} == set(BODIES.values())
