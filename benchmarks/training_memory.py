"""Does the memory estimate of `stc train` hold? Three steps of training on a random Llama, against what they really took at most.

    python benchmarks/training_memory.py --hidden 512 --layers 8 --vocabulary 32000 --batch-tokens 2048
    python benchmarks/training_memory.py --base FOLDER --device cuda --batch-tokens 4096

On a CPU each setting has a process of its own. `estimated_gb` and `taken_gb` leave out what Python, its libraries and the driver take.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from trainer.basemodel import read_base
from trainer.chat import Chat
from trainer.encode import Example
from trainer.hardware import Machine
from trainer.learning import Stage, learner_for
from trainer.material import Material
from trainer.memory import GB, estimate
from trainer.model import load_model, quiet
from trainer.spec import RunSpec

ON_CPU = [{"precision": precision, "checkpointing": checkpointing} for precision in ("fp32", "bf16") for checkpointing in (True, False)]
ON_CUDA: list[dict[str, Any]] = [
    {"precision": "bf16"},
    {"precision": "bf16", "packing": True},
    {"precision": "bf16", "checkpointing": False},
    {"precision": "bf16", "dropout": 0.0},
    {"precision": "fp16"},
    {"precision": "bf16", "quantize": "4bit"},
    {"precision": "bf16", "quantize": "4bit", "packing": True, "batch_tokens": 1024},
]


class _Pads:
    """As much of a tokenizer as makes batches of examples that are all of one length."""

    padding_side = "right"

    def pad(self, rows: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
        return {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}


def main() -> None:
    """Make the base, and print a line for each setting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("hidden", 512), ("layers", 8), ("vocabulary", 32000), ("batch-tokens", 2048)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--base", type=Path, help="a base that is there already")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--only", help="the settings by their numbers, with commas")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(_peak(_spec(chosen.base, chosen.batch_tokens, json.loads(chosen.one)), "cpu")))
        return
    with tempfile.TemporaryDirectory() as place:
        base = chosen.base or _random(Path(place) / "random", chosen)
        settings = ON_CUDA if chosen.device == "cuda" else ON_CPU
        for number in map(int, chosen.only.split(",")) if chosen.only else range(len(settings)):
            print(json.dumps(_row(_spec(base, chosen.batch_tokens, settings[number]), chosen.device, settings[number])), flush=True)


def _random(folder: Path, chosen: argparse.Namespace) -> Path:
    config = LlamaConfig(
        vocab_size=chosen.vocabulary, hidden_size=chosen.hidden, intermediate_size=chosen.hidden * 11 // 4,
        num_hidden_layers=chosen.layers, num_attention_heads=8, max_position_embeddings=4096,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    return folder


def _spec(base: Path, tokens: int, setting: dict[str, Any]) -> RunSpec:
    spec = RunSpec(base=str(base), batch_tokens=tokens, max_length=min(1024, tokens), accumulate=1, steps=3, epochs=9)
    return replace(spec, **setting)


def _row(spec: RunSpec, device: str, setting: dict[str, Any]) -> dict[str, object]:
    found = estimate(read_base(Path(spec.base)), spec, spec.precision, device)
    if device == "cuda":
        idle, peak, reserved = _peak(spec, device)
    else:
        command = [sys.executable, __file__, "--batch-tokens", str(spec.batch_tokens), "--base", spec.base, "--one", json.dumps(setting)]
        idle, peak, reserved = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
    return {
        **setting,
        "estimated_gb": round((found.total - found.overhead) / GB, 2),
        "taken_gb": round((peak - idle) / GB, 2),
        "estimated_with_overhead_gb": round(found.total / GB, 2),
        "peak_gb": round(reserved / GB, 2),
        "estimate": str(found),
    }


def _peak(spec: RunSpec, device: str) -> list[int]:
    """Answer the bytes taken before, those in use at most during three steps, and those that were asked of the system for them."""
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    idle = torch.cuda.memory_allocated() if device == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    machine = Machine(device, spec.precision, 0)
    random = Random(1)
    with tempfile.TemporaryDirectory() as place, quiet():
        model = load_model(read_base(Path(spec.base)), spec, machine)
        vocabulary = model.config.vocab_size
        # Packed examples are short ones: that they are many is what costs.
        length = spec.max_length // 8 if spec.packing else spec.max_length
        many = 4 * spec.batch_tokens // length
        examples = [Example([random.randrange(vocabulary) for _ in range(length)], length // 2) for _ in range(many)]
        stage = Stage("sft", spec, machine, Path(place), model, Chat(_Pads(), "", "", 0), Material(examples, [], {}), None)
        learner_for(stage).learner.train()
        del model, stage
    if device == "cuda":
        # What the driver itself takes is in neither.
        return [idle, torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()]
    return [idle, (peak := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024), peak]


if __name__ == "__main__":
    main()
