"""A small code model from scratch: pre-trained on public Smalltalk, LoRA on a held-out code base, and the table of what each step is worth.

    python benchmarks/code_model_table.py OUT --data SET --public INDEX [INDEX ...] --texts-only
    python benchmarks/code_model_table.py OUT --data SET --shape 110m --steps 2000

SET is a data set (`stc compile-dataset`) of a code base. The first command writes OUT/public.jsonl.gz: the methods of the public indices
(`stc index`) without those whose body the code base has, too. The second can run on another machine, to which OUT and SET were copied.
OUT gets the base, the run, the evaluations and table.md, with a row for base, adapter, adapter with retrieval and adapter constrained.
What is there is not made again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from random_base import SHAPES, tokenizer_of
from transformers import LlamaConfig, LlamaForCausalLM

from datagen.leaks import Bodies
from stparse.index.query import CodeIndex
from trainer.chat import chat_of
from trainer.encode import Encoder

WINDOW = 2048
LONGEST = 4000  # characters of a method
RATE = 6e-4
SHOWN = (
    "compile_rate",
    "syntax_rate",
    "exact_match",
    "edit_similarity",
    "fim_exact",
    "fim_compiles",
    "diagnosis",
    "answer_recall",
    "answer_precision",
    "unknown_selectors",
    "preference",
    "speed",
)


def main() -> None:
    """Make what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--public", type=Path, nargs="+", default=[])
    parser.add_argument("--texts-only", action="store_true")
    parser.add_argument("--shape", choices=SHAPES, default="110m")
    parser.add_argument("--steps", type=int, default=2000, help="of pre-training, at most")
    parser.add_argument("--minutes", type=float, default=600.0, help="of pre-training, at most")
    parser.add_argument("--batch", type=int, default=16, help="windows of 2,048 tokens in a step")
    parser.add_argument("--train", default="--epochs 2", help="options of stc train, in one text")
    parser.add_argument("--evaluate", default="--most 100 --max-tokens 256", help="options of stc evaluate, in one text")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    texts = chosen.out / "public.jsonl.gz"
    if not texts.is_file():
        write_texts(texts, chosen.public, chosen.data / "index.sqlite")
    if chosen.texts_only:
        return
    base = ("--base", chosen.out / "base")
    device = ("--device", chosen.device)
    if not (chosen.out / "base" / "config.json").is_file():
        pretrain(chosen, texts)
    stc("train", *base, "--data", chosen.data, "-o", chosen.out / "run", "--no-store", *device, *shlex.split(chosen.train))
    rows = {}
    for name, more in variants(chosen).items():
        folder = chosen.out / f"eval-{name.replace(' ', '-')}"
        stc("evaluate", chosen.data, *base, *more, "-o", folder, *device, *shlex.split(chosen.evaluate))
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        rows[name] = {one["metric"]: one for one in report["scores"] if not one["part"]}
    (chosen.out / "table.md").write_text(table(rows), encoding="utf-8")
    print(table(rows))


def variants(chosen: argparse.Namespace) -> dict[str, tuple[object, ...]]:
    """Answer what `stc evaluate` is given for each row."""
    run = ("--run", chosen.out / "run")
    return {
        "base": (),
        "adapter": run,
        "adapter with retrieval": (*run, "--retrieval", chosen.data / "index.sqlite"),
        "adapter constrained": (*run, "--constrained"),
    }


def stc(*said: object) -> None:
    """Run a command of stc."""
    subprocess.run([sys.executable, "-m", "stc", *map(str, said)], check=True)


def write_texts(path: Path, public: Sequence[Path], held_out: Path) -> None:
    """Write the question and the source of each public method that parses, and whose body the held-out code base does not have."""
    with CodeIndex.open(held_out) as index:
        bodies = Bodies.of(index, _Everything())
    kept = dropped = 0
    with gzip.open(path, "wt", encoding="utf-8", newline="\n") as lines:
        for place in public:
            with CodeIndex.open(place) as index:
                for method in index.methods():
                    if not method.parsed or len(method.source) > LONGEST:
                        continue
                    if bodies.found_in(method.source):
                        dropped += 1
                        continue
                    kept += 1
                    lines.write(json.dumps([f"Write the method {method.reference}.", method.source.strip()], ensure_ascii=False) + "\n")
    print(f"{kept:,} public methods; {dropped:,} more have a body that the held-out code base has")


class _Everything:
    """Contains whatever is asked for."""

    def __contains__(self, asked: object) -> bool:
        return True


def pretrain(chosen: argparse.Namespace, path: Path) -> None:
    """Write a base that has read the public methods: as they stand, as answers to a question for them, and with a hole to be filled."""
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    random.Random(1).shuffle(texts)
    tokenizer = tokenizer_of((text for pair in texts[:50_000] for text in pair), SHAPES[chosen.shape]["vocab_size"])
    size = {**SHAPES[chosen.shape], "vocab_size": len(tokenizer)}
    model = LlamaForCausalLM(LlamaConfig(**size, max_position_embeddings=2 * WINDOW, bos_token_id=0, eos_token_id=1)).to(chosen.device)
    print(f"{len(texts):,} methods, {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.95), weight_decay=0.1, fused=chosen.device == "cuda")
    windows = blocks(tokenizer, texts)
    started, seen, step, done = time.monotonic(), 0, 0, 0.0
    while done < 1:
        for group in optimizer.param_groups:
            group["lr"] = RATE * (done / 0.05 if done < 0.05 else 0.05 + 0.475 * (1 + math.cos(math.pi * (done - 0.05) / 0.95)))
        ids = torch.tensor(list(islice(windows, chosen.batch)), device=chosen.device)
        with torch.autocast(chosen.device, torch.bfloat16, enabled=chosen.device == "cuda"):
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seen += ids.numel()
        step += 1
        elapsed = time.monotonic() - started
        done = max(step / chosen.steps, elapsed / 60 / chosen.minutes)
        if step % 100 == 0 or done >= 1:
            print(f"step {step} loss {loss.item():.3f}, {seen:,} tokens, {seen / elapsed:,.0f} a second", flush=True)
    model.save_pretrained(chosen.out / "base")
    tokenizer.save_pretrained(chosen.out / "base")


def blocks(tokenizer: Any, texts: Sequence[tuple[str, str]]) -> Iterator[list[int]]:
    """Yield windows of tokens without end, text behind text."""
    encoder, chance, kept = Encoder(chat_of(tokenizer), WINDOW), random.Random(2), []
    while True:
        for place, (question, answer) in enumerate(texts):
            if place % 4 == 1:
                found = encoder.conversation([{"role": "user", "content": question}], answer)
            elif place % 4 == 3:
                found = encoder.middle(*pieces(answer, chance))
            else:
                found = encoder.document(answer)
            kept += found.ids if found else []
            while len(kept) >= WINDOW:
                yield kept[:WINDOW]
                kept = kept[WINDOW:]


def pieces(text: str, chance: random.Random) -> tuple[str, str, str]:
    """Answer a text as what stands before a hole, what stands behind it, and what was in it."""
    first, last = sorted(chance.sample(range(len(text) + 1), 2))
    return text[:first], text[last:], text[first:last]


def table(rows: dict[str, dict[str, dict[str, float]]]) -> str:
    """Answer the scores with their intervals as Markdown, a row for each model."""
    metrics = [name for name in SHOWN if any(name in row for row in rows.values())]
    lines = ["| | " + " | ".join(metrics) + " |", "|---|" + "---|" * len(metrics)]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(cell(row.get(metric)) for metric in metrics) + " |")
    return "\n".join(lines) + "\n"


def cell(score: dict[str, float] | None) -> str:
    """Answer a value with its interval."""
    if score is None:
        return "-"
    scale, unit = (1, "") if str(score["unit"]) == "mean" else (100, " %")
    return f"{scale * score['value']:.1f}{unit} [{scale * score['low']:.1f}, {scale * score['high']:.1f}]"


if __name__ == "__main__":
    main()
