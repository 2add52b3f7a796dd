"""Does the memory estimate of `stc train` hold? A step of training on a random Llama, against what the process really took at most.

    python benchmarks/training_memory.py --hidden 512 --layers 8 --vocabulary 32000 --batch-tokens 2048

Measures on a CPU, each setting in a process of its own; `estimated_gb` and `taken_gb` leave out what Python and its libraries take.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from trainer.basemodel import read_base
from trainer.hardware import Machine
from trainer.memory import GB, estimate
from trainer.model import load_model
from trainer.spec import RunSpec

SETTINGS = [{"precision": precision, "checkpointing": checkpointing} for precision in ("fp32", "bf16") for checkpointing in (True, False)]


def main() -> None:
    """Make the base, and print a line for each setting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("hidden", 512), ("layers", 8), ("vocabulary", 32000), ("batch-tokens", 2048)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        folder, precision, checkpointing = chosen.one
        print(_peak(Path(folder), precision, checkpointing == "True", chosen.batch_tokens))
        return
    with tempfile.TemporaryDirectory() as place:
        base = Path(place) / "random"
        config = LlamaConfig(
            vocab_size=chosen.vocabulary, hidden_size=chosen.hidden, intermediate_size=chosen.hidden * 11 // 4,
            num_hidden_layers=chosen.layers, num_attention_heads=8, max_position_embeddings=4096,
        )  # fmt: skip
        LlamaForCausalLM(config).save_pretrained(base)
        (base / "tokenizer.json").write_text("{}", encoding="utf-8")
        for setting in SETTINGS:
            print(json.dumps(_row(base, str(setting["precision"]), bool(setting["checkpointing"]), chosen.batch_tokens)))


def _row(base: Path, precision: str, checkpointing: bool, tokens: int) -> dict[str, object]:
    spec = RunSpec(max_length=min(1024, tokens), batch_tokens=tokens, checkpointing=checkpointing)
    found = estimate(read_base(base), spec, precision, "cpu")
    command = [sys.executable, __file__, "--batch-tokens", str(tokens), "--one", str(base), precision, str(checkpointing)]
    idle, peak = map(int, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    return {
        "precision": precision,
        "checkpointing": checkpointing,
        "estimated_gb": round((found.total - found.overhead) / GB, 2),
        "taken_gb": round((peak - idle) / GB, 2),
        "estimated_with_overhead_gb": round(found.total / GB, 2),
        "peak_gb": round(peak / GB, 2),
    }


def _peak(base: Path, precision: str, checkpointing: bool, tokens: int) -> str:
    """Answer the bytes that the process takes before, and at most while it does two steps."""
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    spec = replace(RunSpec(), checkpointing=checkpointing)
    model = load_model(read_base(base), spec, Machine("cpu", precision, 0)).train()
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
    ids = torch.randint(0, model.config.vocab_size, (max(1, tokens // 1024), min(1024, tokens)))
    for _ in range(2):
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return f"{idle} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}"


if __name__ == "__main__":
    main()
