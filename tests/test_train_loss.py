"""The loss of the learnt tokens alone: that of the library, with its gradients, whatever a model does to its logits; without a mask."""

from __future__ import annotations

from typing import Any

import pytest
from peft import LoraConfig, get_peft_model
from training import torch
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GraniteConfig,
    GraniteForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MixtralConfig,
    MixtralForCausalLM,
)

from trainer.encode import IGNORED
from trainer.loss import learnt_alone, sums_of
from trainer.model import quiet

pytestmark = [pytest.mark.xdist_group("training"), pytest.mark.filterwarnings("ignore:fan_in_fan_out")]
WORDS = 97
SIZES = {
    "vocab_size": WORDS,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
ENDS = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}


def of(name: str) -> Any:
    """Answer a model with LoRA that is no longer nothing."""
    torch.manual_seed(1)
    made = {
        "llama": lambda: LlamaForCausalLM(LlamaConfig(**SIZES, **ENDS)),
        "gpt2": lambda: GPT2LMHeadModel(GPT2Config(vocab_size=WORDS, n_embd=32, n_layer=2, n_head=4, **ENDS)),
        # Logits that are bent, that are scaled, and a loss besides that of the tokens.
        "gemma2": lambda: Gemma2ForCausalLM(Gemma2Config(**SIZES, **ENDS, head_dim=8, final_logit_softcapping=0.5)),
        "granite": lambda: GraniteForCausalLM(GraniteConfig(**SIZES, **ENDS, logits_scaling=3.0)),
        "mixtral": lambda: MixtralForCausalLM(MixtralConfig(**SIZES, **ENDS, output_router_logits=True, router_aux_loss_coef=0.5)),
    }[name]()
    targets = ["c_attn"] if name == "gpt2" else ["q_proj", "v_proj"]
    with quiet():
        return get_peft_model(made, LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=targets, init_lora_weights=False)).eval()


def gradients(model: Any, loss: torch.Tensor) -> torch.Tensor:
    model.zero_grad()
    loss.backward()
    return torch.cat([parameter.grad.flatten() for parameter in model.parameters() if parameter.grad is not None])


@pytest.mark.parametrize("name", ["llama", "gpt2", "gemma2", "granite", "mixtral"])
def test_loss_and_gradients_are_those_of_the_library(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.loss.LOGITS_AT_A_TIME", 7 * WORDS)  # pieces of seven tokens, and a rest
    model = of(name)
    ids = torch.randint(2, WORDS, (2, 16))
    labels = ids.clone()
    labels[:, :5] = IGNORED
    wanted = model(input_ids=ids, labels=labels)
    with learnt_alone(model, labels):
        found = model(input_ids=ids)
    assert float(found.loss.detach()) == pytest.approx(float(wanted.loss.detach()), rel=1e-5)
    assert torch.allclose(gradients(model, found.loss), gradients(model, wanted.loss), rtol=1e-4, atol=1e-6)
    # Outside of it the model is as it was.
    assert model(input_ids=ids).logits.shape == (2, 16, WORDS)


def test_padding_behind_what_is_learnt_needs_no_mask() -> None:
    model = of("llama")
    ids = torch.randint(2, WORDS, (2, 16))
    labels, mask = ids.clone(), torch.ones_like(ids)
    labels[0, 9:], mask[0, 9:] = IGNORED, 0
    wanted = model(input_ids=ids, attention_mask=mask, labels=labels).loss
    with learnt_alone(model, labels):
        found = model(input_ids=ids).loss
    assert float(found.detach()) == pytest.approx(float(wanted.detach()), rel=1e-5)


def test_loss_and_accuracy_are_those_of_each_learnt_token() -> None:
    model = of("llama")
    ids = torch.randint(2, WORDS, (1, 6))
    labels = torch.tensor([[IGNORED, IGNORED, *ids[0, 2:].tolist()]])
    logits = model(input_ids=ids).logits[0, 1:-1]
    # The first learnt token is to be the likeliest; the others are what they are.
    ids[0, 2] = labels[0, 2] = logits[0].argmax()
    with torch.no_grad(), learnt_alone(model, labels, items=2):
        found = model(input_ids=ids)
    logits = model(input_ids=ids).logits[0, 1:-1].detach()
    losses, right, learnt = found.logits[0].tolist()
    assert losses == pytest.approx(float(torch.nn.functional.cross_entropy(logits, labels[0, 2:], reduction="sum")), rel=1e-5)
    assert right == int((logits.argmax(-1) == labels[0, 2:]).sum()) >= 1
    assert learnt == 4
    assert float(found.loss) == pytest.approx(losses / 2, rel=1e-5)


def test_a_batch_in_which_nothing_is_learnt_has_no_loss() -> None:
    logits = torch.zeros(0, 3, requires_grad=True)
    losses, right = sums_of(logits, torch.zeros(0, dtype=torch.long))
    losses.backward()
    assert (float(losses.detach()), float(right)) == (0.0, 0.0)
    assert logits.grad is not None


def test_logits_are_left_as_they_were() -> None:
    logits = torch.randn(5, 3, requires_grad=True)
    before = logits.detach().clone()
    sums_of(logits, torch.tensor([0, 1, 2, 0, 1]))[0].backward()
    assert torch.equal(logits.detach(), before)
