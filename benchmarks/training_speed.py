"""How many useful tokens does a second of training give? Our batches against the prototype's recipe and against TRL with packing.

    python benchmarks/training_speed.py DATASET --shape tiny                                     (CPU)
    python benchmarks/training_speed.py DATASET --shape 1.3b --device cuda --batch-tokens 16384

Useful are the tokens of answers. All four ways train the same model (LoRA, precision, checkpointing, optimiser alike) on the same
samples with the same number of tokens at a time, each in a process of its own; the first steps do not count. On a CPU it is processor
time that counts, since others may be at work. The prototype pads each row to 2,048 tokens and learns the prompt too, which here counts
as nothing; TRL's trainer learns its template's new line behind an answer, which counts for it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import torch
from datasets import Dataset
from random_base import SHAPES, write_base
from transformers import Trainer, TrainerCallback, TrainingArguments, default_data_collator
from trl import SFTConfig, SFTTrainer

from trainer.basemodel import read_base
from trainer.chat import Chat, chat_of, open_tokenizer
from trainer.encode import Encoder, Example
from trainer.hardware import Machine, machine_for
from trainer.learning import Stage, common_arguments, learner_for
from trainer.material import Material, samples_of
from trainer.model import load_model, quiet
from trainer.spec import RunSpec

WAYS = ("prototype", "trl packed", "stc by length", "stc packed")
ROW = 2048
"""What the prototype pads to, and the longest that TRL and we take."""


@dataclass
class Count:
    """Tokens of each batch as it was collated, useful and all, and the clock after each step."""

    useful: list[int] = field(default_factory=list)
    every: list[int] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


class Clock(TrainerCallback):  # type: ignore[misc]
    """Reads the clock after each step, when the GPU is done with it."""

    def __init__(self, count: Count, device: str) -> None:
        self._count, self._device = count, device

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self._device == "cuda":
            torch.cuda.synchronize()
        self._count.clock.append(time.perf_counter() if self._device == "cuda" else time.process_time())


def main() -> None:
    """Print a line for each way, and one that compares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="tiny")
    parser.add_argument("--base", type=Path, help="a base that is there already, in place of a new one of --shape")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--warm", type=int, default=2, help="so many steps do not count")
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--no-checkpointing", action="store_true")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(_measured(chosen, chosen.one)))
        return
    with tempfile.TemporaryDirectory() as place:
        base = chosen.base or Path(place) / "random"
        if chosen.base is None:
            write_base(base, chosen.shape, chosen.dataset, chosen.device)
        rows = [_row(sys.argv[1:], base, way) for way in chosen.ways.split(",")]
    best = max((row for row in rows if row["way"].startswith("stc")), key=lambda row: row["useful_per_second"], default=None)
    if best is not None:
        others = {row["way"]: round(best["useful_per_second"] / row["useful_per_second"], 2) for row in rows if row is not best}
        print(json.dumps({"best": best["way"], "times": others}))


def _row(arguments: Sequence[str], base: Path, way: str) -> dict[str, Any]:
    command = [sys.executable, __file__, *arguments, "--base", str(base), "--one", way]
    # What has been freed is not to stay in pieces: as a run would be told to.
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    print(done.stdout.splitlines()[-1], flush=True)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _measured(chosen: argparse.Namespace, way: str) -> dict[str, Any]:
    """Train some steps in one way; answer how fast it went."""
    if chosen.device == "cpu":
        torch.set_num_threads(1)
    spec = RunSpec(
        base=str(chosen.base),
        data=str(chosen.dataset),
        device=chosen.device,
        max_length=ROW,
        batch_tokens=chosen.batch_tokens,
        accumulate=1,
        epochs=100,
        steps=chosen.steps,
        checkpointing=not chosen.no_checkpointing,
        packing=way == "stc packed",
    )
    machine, count = machine_for(spec), Count()
    chat = chat_of(open_tokenizer(chosen.base, ""))
    with tempfile.TemporaryDirectory() as place, quiet():
        model = load_model(read_base(chosen.base), spec, machine)
        learner = _learner(way, spec, machine, chat, model, Path(place), chosen.samples)
        learner.data_collator = _counted(learner.data_collator, count)
        learner.add_callback(Clock(count, chosen.device))
        learner.train()
    seconds = count.clock[-1] - count.clock[chosen.warm - 1]
    useful, every = (sum(each[chosen.warm : chosen.steps]) for each in (count.useful, count.every))
    peak = torch.cuda.max_memory_allocated() if chosen.device == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "way": way,
        "useful_per_second": round(useful / seconds),
        "computed_per_second": round(every / seconds),
        "useful_share": round(useful / every, 3),
        "step_seconds": round(seconds / (chosen.steps - chosen.warm), 3),
        "peak_gb": round(peak / 2**30, 2),
        "device": torch.cuda.get_device_name() if chosen.device == "cuda" else "CPU, one thread, processor time",
        "precision": machine.precision,
    }


def _learner(way: str, spec: RunSpec, machine: Machine, chat: Chat, model: Any, out: Path, most: int) -> Any:
    """Answer what trains `model` in that way."""
    rows = [(m, s.answer) for part in ("sft", "completion") for m, s in samples_of(Path(spec.data), part, "train")]
    rows = Random(1).sample(rows, min(most, len(rows)))
    encoder = Encoder(chat, ROW)
    examples = [example for messages, answer in rows if (example := encoder.conversation(messages, answer)) is not None]
    stage = Stage("sft", spec, machine, out, model, chat, Material(examples, [], {}), None)
    if way.startswith("stc"):
        return _without_saving(learner_for(stage).learner)
    common = common_arguments(stage, spec.steps, rate=spec.learning_rate)
    common |= {"per_device_train_batch_size": spec.batch_tokens // ROW, "save_strategy": "no"}
    if way == "prototype":
        data = [_padded(example, chat.tokenizer.pad_token_id) for example in examples]
        return Trainer(model=model, args=TrainingArguments(**common), train_dataset=data, data_collator=default_data_collator)
    common.pop("remove_unused_columns")
    settings = SFTConfig(**common, packing=True, max_length=ROW, completion_only_loss=True, dataset_num_proc=1)
    said = [{"prompt": list(messages), "completion": [{"role": "assistant", "content": answer}]} for messages, answer in rows]
    return SFTTrainer(model=model, args=settings, train_dataset=Dataset.from_list(said), processing_class=chat.tokenizer)


def _without_saving(learner: Any) -> Any:
    learner.args.save_strategy = "no"
    return learner


def _padded(example: Example, pad: int) -> dict[str, Any]:
    """Answer a row of the prototype: padded to 2,048 tokens, all of it learnt."""
    missing = ROW - len(example.ids)
    ids = example.ids + [pad] * missing
    return {"input_ids": ids, "attention_mask": [1] * len(example.ids) + [0] * missing, "labels": ids, "useful": example.learnt}


def _counted(collate: Callable[[Any], dict[str, Any]], count: Count) -> Callable[[Any], dict[str, Any]]:
    """Answer `collate`, which also counts what it makes."""

    def counted(rows: Any) -> dict[str, Any]:
        made = collate(rows)
        useful = made.pop("useful", None)
        count.useful.append(int((made["labels"] != -100).sum() if useful is None else useful.sum()))
        count.every.append(made["input_ids"].numel())
        return made

    return counted


if __name__ == "__main__":
    main()
