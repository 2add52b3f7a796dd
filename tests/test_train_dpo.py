"""Preferences: the loss is DPO's, reckoned by hand, against the model as it was before; and the right answer gets likelier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from training import given, torch

from trainer.basemodel import read_base
from trainer.chat import chat_of, open_tokenizer
from trainer.encode import Encoder, Pair
from trainer.hardware import Machine
from trainer.learning import Stage
from trainer.lora import Watching, train
from trainer.material import material_for
from trainer.model import load_model, quiet
from trainer.preference import preference_learner_for
from trainer.spec import RunSpec
from trainer.watch import Step

pytestmark = pytest.mark.xdist_group("training")


@pytest.fixture(scope="module")
def spec() -> RunSpec:
    base, data = given()
    return RunSpec(
        base=base, data=data, stages=("sft", "dpo"), max_length=128,
        batch_tokens=128, accumulate=1, epochs=3, steps=3, evaluate_every=2, preference_rate=2e-3, threads=1, sample=0, beta=0.3,
    )  # fmt: skip


def likelihood(model: Any, prompt: list[int], answer: list[int]) -> torch.Tensor:
    """Answer the logarithm of how likely the answer is, token by token and added up."""
    ids = torch.tensor([prompt + answer])
    logits = model(input_ids=ids).logits[0, len(prompt) - 1 : -1].log_softmax(-1)
    return logits.gather(1, torch.tensor(answer)[:, None]).sum()


def test_the_loss_is_that_of_dpo_against_the_model_as_it_was(spec: RunSpec, tmp_path: Path) -> None:
    machine = Machine("cpu", "fp32", 0)
    chat = chat_of(open_tokenizer(Path(spec.base), ""))
    material = material_for("dpo", Path(spec.data), Encoder(chat, spec.max_length), spec)
    pairs = list(material.train)
    model = load_model(read_base(Path(spec.base)), spec, machine).eval()
    torch.manual_seed(3)
    for name, parameter in model.named_parameters():
        # As after a stage before: LoRA is no longer nothing.
        if "lora_B" in name:
            parameter.data.normal_(std=0.05)
    with quiet():
        losses_are_those_of_dpo(spec, model, pairs, Stage("dpo", spec, machine, tmp_path / "c", model, chat, material, None))


def losses_are_those_of_dpo(spec: RunSpec, model: Any, pairs: list[Pair], stage: Stage) -> None:
    with torch.no_grad():
        reference = [(likelihood(model, p.prompt, p.chosen), likelihood(model, p.prompt, p.rejected)) for p in pairs]
    learner = preference_learner_for(stage).learner
    batch = learner.data_collator([{"prompt_ids": p.prompt, "chosen_ids": p.chosen, "rejected_ids": p.rejected} for p in pairs])
    assert float(learner.compute_loss(model, batch).detach()) == pytest.approx(0.6931, abs=1e-4), "nothing is preferred yet"
    for name, parameter in model.named_parameters():
        if "lora_B.default" in name:
            parameter.data.add_(0.02)
    with torch.no_grad():
        margins = [
            likelihood(model, p.prompt, p.chosen) - chosen - likelihood(model, p.prompt, p.rejected) + rejected
            for p, (chosen, rejected) in zip(pairs, reference, strict=True)
        ]
        wanted = -torch.nn.functional.logsigmoid(spec.beta * torch.stack(margins)).mean()
        found = learner.compute_loss(model, batch)
    assert float(found) == pytest.approx(float(wanted), abs=1e-4)
    assert float(found) != pytest.approx(0.6931, abs=1e-2)


class Killed(BaseException):
    """As if the process were gone."""


def kill(step: Step) -> None:
    if (step.stage, step.step) == ("dpo", 3):
        raise Killed


def test_the_right_answer_gets_likelier_and_a_kill_changes_nothing(spec: RunSpec, tmp_path: Path) -> None:
    run = train(spec, tmp_path / "whole", "stc test")
    found = run.record["stages"]["dpo"]
    assert (found["examples"], found["validated_on"], found["steps"]) == (3, 3, 3)
    assert found["best"]["validation_loss"] < 0.6931
    assert found["best"]["preference_accuracy"] == 1.0
    # The first loss is log 2: the reference is what sft has made of the model, not the base.
    first = next(point for point in json.loads((run.folder / "curves.json").read_text(encoding="utf-8")) if point["stage"] == "dpo")
    assert first["loss"] == pytest.approx(0.6931, abs=1e-3)
    with pytest.raises(Killed):
        train(spec, tmp_path / "run", "stc test", Watching(kill))
    again = train(spec, tmp_path / "run", "stc test")
    assert again.adapter == run.adapter
    assert again.record["stages"] == run.record["stages"]
