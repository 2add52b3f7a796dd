"""Does the memory estimate of `stc train` hold? Three steps of real training on random tokens, against what they took at most.

    python benchmarks/training_memory.py
    python benchmarks/training_memory.py --hidden 256 --layers 6 --heads 8 --keys 2 --vocabulary 8192 --batch-tokens 1024
    python benchmarks/training_memory.py --base FOLDER --device cuda --batch-tokens 4096

Without a card nothing is measured but counted: every tensor that comes into being between the beginning of a training and its end, by
the bytes of its storage, so that a small model says as much as a large one. What an operation takes inside of itself is not seen. On a
card torch's own statistics count. `estimated_mb` and `taken_mb` leave out what Python, its libraries and the driver take.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import torch
from random_base import tokenizer_of
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils.logging import set_verbosity_error

from trainer.basemodel import read_base
from trainer.chat import chat_of
from trainer.encode import Example, Pair
from trainer.hardware import Machine
from trainer.learning import Stage, learner_for
from trainer.material import Material
from trainer.memory import estimate
from trainer.model import load_model, quiet
from trainer.preference import preference_learner_for
from trainer.spec import RunSpec

ON_CPU = [
    {"stages": (stage,), "precision": precision, "checkpointing": checkpointing, "packing": packing}
    for stage, precision, checkpointing, packing in itertools.product(("sft", "dpo"), ("bf16", "fp32"), (True, False), (False, True))
    if not (packing and stage == "dpo")
]
ON_CUDA: list[dict[str, Any]] = [
    {"precision": "bf16"},
    {"precision": "bf16", "packing": True},
    {"precision": "bf16", "checkpointing": False},
    {"precision": "bf16", "dropout": 0.0},
    {"precision": "bf16", "stages": ("dpo",)},
    {"precision": "bf16", "stages": ("dpo",), "checkpointing": False},
    {"precision": "fp16"},
    {"precision": "bf16", "quantize": "4bit"},
    {"precision": "bf16", "quantize": "4bit", "packing": True, "batch_tokens": 1024},
]
MB = 2**20


class Storages(TorchDispatchMode):  # type: ignore[misc]
    """Counts the bytes of all storages that operations have made and that are still there; `peak` are the most there ever were."""

    def __init__(self) -> None:
        super().__init__()
        self.peak = self._now = 0
        self._there: dict[int, tuple[StorageWeakRef, int]] = {}

    def add(self, tensor: torch.Tensor) -> None:
        """Count a tensor, if no other of the same storage has been."""
        storage = tensor.untyped_storage()
        # While there is such a reference, no other storage gets the same place.
        reference = StorageWeakRef(storage)
        if reference.cdata in self._there:
            return
        self._there[reference.cdata] = reference, storage.nbytes()
        self._now += storage.nbytes()
        if self._now > self.peak:
            for place in [place for place, (other, _) in self._there.items() if other.expired()]:
                self._now -= self._there.pop(place)[1]
            self.peak = max(self.peak, self._now)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Do an operation, and count what it made."""
        made = func(*args, **(kwargs or {}))
        for value in tree_iter(made):
            if isinstance(value, torch.Tensor):
                self.add(value)
        return made


@dataclass
class Peak:
    """The most bytes in use, and on a card those that were asked of the driver for them."""

    used: int = 0
    reserved: int | None = None


def main() -> None:
    """Make the base, and print a line for each setting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("hidden", 192), ("layers", 4), ("heads", 4), ("keys", 4), ("vocabulary", 4096), ("batch-tokens", 512)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--base", type=Path, help="a base that is there already")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--only", help="the settings by their numbers, with commas")
    chosen = parser.parse_args()
    set_verbosity_error()
    with tempfile.TemporaryDirectory() as place:
        base = chosen.base or _random(Path(place) / "random", chosen)
        settings = ON_CUDA if chosen.device == "cuda" else ON_CPU
        for number in map(int, chosen.only.split(",")) if chosen.only else range(len(settings)):
            tokens = chosen.batch_tokens
            spec = RunSpec(
                base=str(base), batch_tokens=tokens, max_length=min(1024, tokens // 2), accumulate=1, steps=3, epochs=9, sample=0
            )
            print(json.dumps(row(replace(spec, **settings[number]), chosen.device) | settings[number]), flush=True)


def _random(folder: Path, chosen: argparse.Namespace) -> Path:
    config = LlamaConfig(
        vocab_size=chosen.vocabulary, hidden_size=chosen.hidden, intermediate_size=chosen.hidden * 11 // 4,
        num_hidden_layers=chosen.layers, num_attention_heads=chosen.heads, num_key_value_heads=chosen.keys, max_position_embeddings=4096,
    )  # fmt: skip
    with quiet():
        LlamaForCausalLM(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    return folder


def row(spec: RunSpec, device: str) -> dict[str, object]:
    """Answer what a run of one stage was to take, and what three of its steps took."""
    found = estimate(read_base(Path(spec.base)), spec, spec.precision, device)
    peak, estimated = taken(spec, device), found.total - found.overhead
    return {
        "estimated_mb": round(estimated / MB, 1),
        "taken_mb": round(peak.used / MB, 1),
        "times": round(estimated / peak.used, 2),
        "estimated_with_overhead_mb": round(found.total / MB, 1),
        "reserved_mb": peak.reserved and round(peak.reserved / MB, 1),
        "estimate": str(found),
    }


def taken(spec: RunSpec, device: str) -> Peak:
    """Train `spec.steps` steps of the stage of `spec`, all of whose batches are as full as they may be and learnt from end to end."""
    random, machine = Random(1), Machine(device, spec.precision, 0)
    stage = spec.stages[0]
    with tempfile.TemporaryDirectory() as place, quiet():
        model = load_model(read_base(Path(spec.base)), spec, machine)
        # Packed examples are short ones: that they are many is what costs. Pairs are padded, or there would be no mask.
        length = spec.max_length // 8 if spec.packing else spec.max_length
        words = model.config.vocab_size
        examples = [[random.randrange(words) for _ in range(length)] for _ in range(4 * spec.batch_tokens // length)]
        learnt: list[Any] = [Example(ids, 1) for ids in examples]
        if stage == "dpo":
            learnt = [Pair(ids[:1], ids[1:], ids[1 : -max(1, length // 8)]) for ids in examples]
        chat = chat_of(tokenizer_of(["some words"], 300))
        given = Stage(stage, spec, machine, Path(place), model, chat, Material(learnt, learnt[:2], {}), None)
        with _watched(device, model) as peak:
            (preference_learner_for if stage == "dpo" else learner_for)(given).learner.train()
    return peak


@contextmanager
def _watched(device: str, model: Any) -> Iterator[Peak]:
    peak = Peak()
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        yield peak
        peak.used, peak.reserved = torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()
        return
    storages = Storages()
    for tensor in itertools.chain(model.parameters(), model.buffers()):
        storages.add(tensor)
    with storages:
        yield peak
    peak.used = storages.peak


if __name__ == "__main__":
    main()
