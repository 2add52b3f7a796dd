"""A small code model from scratch: pre-trained on public Smalltalk, LoRA on a held-out code base, and the table of what each step is worth.

    python benchmarks/code_model_table.py OUT --data SET --public INDEX [INDEX ...] --shape small --steps 4000

SET is a data set (`stc compile-dataset`) of the code base that the public indices (`stc index`) must not hold. OUT gets the base, the run,
the evaluations and table.md, with a row for base, adapter, adapter with retrieval and adapter constrained. What is there is not made again.
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from random_base import SHAPES, tokenizer_of
from transformers import LlamaConfig, LlamaForCausalLM

from stparse.index.query import CodeIndex
from trainer.chat import chat_of

WINDOW = 1024
SHOWN = (
    "compile_rate",
    "syntax_rate",
    "exact_match",
    "edit_similarity",
    "fim_compiles",
    "diagnosis",
    "answer_recall",
    "unknown_selectors",
    "speed",
)


def main() -> None:
    """Make what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--public", type=Path, nargs="+", required=True)
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=16, help="windows of 1,024 tokens in a step")
    parser.add_argument("--train", default="--epochs 2", help="options of stc train, in one text")
    parser.add_argument("--most", type=int, default=100, help="samples of a kind that are asked")
    parser.add_argument("--tokens", type=int, default=256, help="of the longest answer")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    if not (chosen.out / "base" / "config.json").is_file():
        pretrain(chosen)
    base = ("--base", chosen.out / "base")
    stc("train", *base, "--data", chosen.data, "-o", chosen.out / "run", "--device", chosen.device, *shlex.split(chosen.train))
    rows = {}
    for name, more in variants(chosen).items():
        folder = chosen.out / f"eval-{name.replace(' ', '-')}"
        stc(
            "evaluate",
            chosen.data,
            *base,
            *more,
            "-o",
            folder,
            "--most",
            chosen.most,
            "--max-tokens",
            chosen.tokens,
            "--device",
            chosen.device,
        )
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        rows[name] = {one["metric"]: one for one in report["scores"] if not one["part"]}
    (chosen.out / "table.md").write_text(table(rows), encoding="utf-8")
    print(table(rows))


def variants(chosen: argparse.Namespace) -> dict[str, tuple[object, ...]]:
    """Answer what `stc evaluate` is given for each row; retrieval where it has it."""
    run = ("--run", chosen.out / "run")
    found: dict[str, tuple[object, ...]] = {"base": (), "adapter": run}
    shown = subprocess.run([sys.executable, "-m", "stc", "evaluate", "--help"], capture_output=True, text=True, check=True).stdout
    if "--retrieval" in shown:
        found["adapter with retrieval"] = (*run, "--retrieval", chosen.data / "index.sqlite")
    return {**found, "adapter constrained": (*run, "--constrained")}


def stc(*said: object) -> None:
    """Run a command of stc."""
    subprocess.run([sys.executable, "-m", "stc", *map(str, said)], check=True)


def pretrain(chosen: argparse.Namespace) -> None:
    """Write a base that has read the public methods: half of them as they stand, half as answers to a question for them."""
    torch.manual_seed(1)
    texts = list(methods(chosen.public))
    random.Random(1).shuffle(texts)
    tokenizer = tokenizer_of((text for pair in texts[:50_000] for text in pair), SHAPES[chosen.shape]["vocab_size"])
    size = {**SHAPES[chosen.shape], "vocab_size": len(tokenizer)}
    model = LlamaForCausalLM(LlamaConfig(**size, max_position_embeddings=2 * WINDOW, bos_token_id=0, eos_token_id=1)).to(chosen.device)
    print(f"{len(texts):,} methods, {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-4, betas=(0.9, 0.95), weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-4, total_steps=chosen.steps, pct_start=0.05)
    windows = blocks(tokenizer, texts)
    started, seen = time.monotonic(), 0
    for step in range(chosen.steps):
        ids = torch.tensor(list(islice(windows, chosen.batch)), device=chosen.device)
        with torch.autocast(chosen.device, torch.bfloat16, enabled=chosen.device == "cuda"):
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        seen += ids.numel()
        if step % 100 == 0 or step == chosen.steps - 1:
            print(f"step {step} loss {loss.item():.3f} {seen / (time.monotonic() - started):,.0f} tokens/s", flush=True)
    model.save_pretrained(chosen.out / "base")
    tokenizer.save_pretrained(chosen.out / "base")


def methods(indices: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield each method that parses with the question for it."""
    for path in indices:
        with CodeIndex.open(path) as index:
            for method in index.methods():
                if method.parsed and len(method.source) < 4000:
                    yield f"Write the method {method.reference}.", method.source.strip()


def blocks(tokenizer: object, texts: Sequence[tuple[str, str]]) -> Iterator[list[int]]:
    """Yield windows of tokens without end, text behind text."""
    chat, kept = chat_of(tokenizer), []
    end = chat.tokenizer.eos_token
    while True:
        for place, (question, answer) in enumerate(texts):
            asked = chat.prompt([{"role": "user", "content": question}]) + chat.answer(answer)
            kept += chat.tokenizer(asked if place % 2 else answer + end, add_special_tokens=False)["input_ids"]
            while len(kept) >= WINDOW:
                yield kept[:WINDOW]
                kept = kept[WINDOW:]


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
