"""The estimate of memory against the bytes that real steps take: each tensor is counted, so a tiny model says what a large one does."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from training import torch  # skips where torch is missing

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))
from training_memory import taken
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from trainer.basemodel import read_base
from trainer.memory import estimate
from trainer.spec import RunSpec

pytestmark = [pytest.mark.xdist_group("training"), pytest.mark.filterwarnings("ignore:fan_in_fan_out")]
SPEC = RunSpec(batch_tokens=256, max_length=128, accumulate=1, steps=1, epochs=1, sample=0, threads=1)


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Answer the folders of a Llama with fewer keys than queries and of a GPT-2, of shapes in which nothing is negligible."""
    torch.manual_seed(1)
    sizes = {"vocab_size": 512, "hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 3}
    llama = LlamaForCausalLM(LlamaConfig(**sizes, num_attention_heads=4, num_key_value_heads=2))
    gpt = GPT2LMHeadModel(GPT2Config(vocab_size=512, n_embd=128, n_layer=3, n_head=4, bos_token_id=0, eos_token_id=1))
    found = {}
    for name, model in (("llama", llama), ("gpt2", gpt)):
        folder = tmp_path_factory.mktemp(name)
        model.save_pretrained(folder)
        (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
        found[name] = str(folder)
    return found


@pytest.mark.parametrize(
    ("base", "stage", "settings"),
    [
        ("llama", "sft", {"precision": "bf16", "checkpointing": False}),
        ("llama", "sft", {"precision": "bf16", "packing": True}),
        ("llama", "sft", {"precision": "fp32", "checkpointing": False, "dropout": 0.0}),
        ("llama", "dpo", {"precision": "bf16", "checkpointing": False}),
        ("llama", "dpo", {"precision": "fp32"}),
        ("gpt2", "sft", {"precision": "fp32", "checkpointing": False, "targets": ("c_attn",)}),
    ],
)
def test_the_estimate_is_what_a_step_takes(bases: dict[str, str], base: str, stage: str, settings: dict[str, object]) -> None:
    spec = replace(SPEC, base=bases[base], stages=(stage,), **settings)  # type: ignore[arg-type]
    found = estimate(read_base(Path(spec.base)), spec, spec.precision, "cpu")
    # A few bytes less are forgiven, for a margin is added; what is inside of an operation is estimated and not counted.
    assert 0.98 < (found.total - found.overhead) / taken(spec, "cpu").used < 1.25
