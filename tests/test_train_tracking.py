"""What is measured is passed on to programs that draw it, named as in the curves; and nothing is sent anywhere."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from training import given

from stparse.issue import BadInputError
from trainer.lora import Watching, train
from trainer.spec import RunSpec
from trainer.tracking import must_be_trackable

pytestmark = pytest.mark.xdist_group("training")


class Program:
    """TensorBoard's writer and W&B's run at once, as far as they are used."""

    def __init__(self) -> None:
        self.opened: list[tuple[Any, dict[str, Any]]] = []
        self.seen: list[tuple[str, int, float]] = []
        self.closed = 0

    def opens(self, *place: Any, **options: Any) -> Program:
        self.opened.append((place, options))
        return self

    SummaryWriter = init = opens

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.seen.append((name, step, value))

    def log(self, values: dict[str, float], step: int) -> None:
        self.seen += [(name, step, value) for name, value in values.items()]

    def flush(self) -> None: ...

    def close(self) -> None:
        self.closed += 1

    finish = close


@pytest.mark.parametrize("track", ["tensorboard", "wandb"])
def test_the_figures_are_those_of_the_curves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, track: str) -> None:
    base, data = given()
    program = Program()
    monkeypatch.setattr("trainer.tracking.lazy_module", lambda name: program)
    monkeypatch.setattr("trainer.tracking.find_spec", lambda name: True)
    spec = RunSpec(base=base, data=data, max_length=256, batch_tokens=256, accumulate=1, steps=2, evaluate_every=2, threads=1, sample=0)
    run = train(spec, tmp_path / "run", "stc test", Watching(tracks=(track,)))
    points = json.loads((run.folder / "curves.json").read_text(encoding="utf-8"))
    prefix = "" if track == "tensorboard" else "sft/"
    wanted = {(prefix + name, point["step"]): point[name] for point in points for name in point if name not in ("stage", "step")}
    assert {(name, step): value for name, step, value in program.seen} == wanted
    assert {f"{prefix}validation_accuracy", f"{prefix}loss"} <= {name for name, _, _ in program.seen}
    [(place, options)] = program.opened
    if track == "tensorboard":
        assert place == (str(run.folder / "tensorboard" / "sft"),)
    else:
        assert (options["mode"], options["dir"]) == ("offline", str(run.folder))
    assert program.closed == 1


def test_weights_and_biases_stay_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.tracking.find_spec", lambda name: True)
    monkeypatch.setenv("WANDB_MODE", "online")
    with pytest.raises(BadInputError, match="WANDB_MODE is online; stc writes runs for Weights & Biases offline only"):
        must_be_trackable(("wandb",))
    must_be_trackable(("tensorboard",))


@pytest.mark.skipif(find_spec("wandb") is not None, reason="wandb is installed")
def test_what_is_not_installed_is_said() -> None:
    with pytest.raises(BadInputError, match="--track wandb needs it installed: pip install wandb"):
        must_be_trackable(("wandb",))
