"""Unsloth: the data set in its form, and a script that trains it as the run did; the interface is that of its notebooks (2026.10).

The script is Python of a few lines, for there is no configuration file that Unsloth reads.
"""

from __future__ import annotations

from typing import Any

from datagen.exports import EXPORTS as OF_DATA
from stparse.issue import BadInputError
from trainer.exports import Folder, Trained, export
from trainer.exports._recipe import Recipe, not_written, recipes
from trainer.gotemplate import pieces_of

_TOKENIZER = "tokenizer"
_SFT = '''"""Train with Unsloth as the run of stc did: python {shown}/train.py

{heading}"""

from pathlib import Path

from unsloth import FastLanguageModel
from unsloth.chat_templates import train_on_responses_only
from datasets import load_dataset
from transformers import AutoTokenizer
from trl import SFTConfig, SFTTrainer

HERE = Path(__file__).resolve().parent
LENGTH = {max_length}

model, _ = FastLanguageModel.from_pretrained(model_name={base!r}, max_seq_length=LENGTH, dtype=None, load_in_4bit={four_bits})
tokenizer = AutoTokenizer.from_pretrained(HERE / "{tokenizer}")
model = FastLanguageModel.get_peft_model(
    model, r={r}, target_modules={targets!r}, lora_alpha={alpha}, lora_dropout={dropout}, bias="none",
    use_gradient_checkpointing={checkpointing}, random_state={seed},
)


def texts(rows):
    return {{"text": [tokenizer.apply_chat_template(turns, tokenize=False) for turns in rows["conversations"]]}}


def fits(row):
    return len(tokenizer(row["text"], add_special_tokens=False)["input_ids"]) <= LENGTH


files = {{split: str(HERE / f"{{split}}.jsonl") for split in ("train", "validation") if (HERE / f"{{split}}.jsonl").exists()}}
data = load_dataset("json", data_files=files).map(texts, batched=True).filter(fits)
trainer = SFTTrainer(
    model=model, processing_class=tokenizer, train_dataset=data["train"], eval_dataset=data.get("validation"),
    args=SFTConfig(
        dataset_text_field="text", max_length=LENGTH, packing=False,
        {arguments},
    ),
)
trainer = train_on_responses_only(trainer, instruction_part={instruction!r}, response_part={response!r})
trainer.train()
model.save_pretrained({out!r})
tokenizer.save_pretrained({out!r})
'''
_DPO = '''"""Tune with preferences as the run of stc did, after train.py: python {shown}/train_dpo.py"""

from pathlib import Path

from unsloth import FastLanguageModel, PatchDPOTrainer

PatchDPOTrainer()
from datasets import load_dataset
from transformers import AutoTokenizer
from trl import DPOConfig, DPOTrainer

HERE = Path(__file__).resolve().parent
LENGTH = {max_length}

# The adapter of train.py, which goes on learning.
model, _ = FastLanguageModel.from_pretrained(model_name={out_of_sft!r}, max_seq_length=LENGTH, dtype=None, load_in_4bit={four_bits})
tokenizer = AutoTokenizer.from_pretrained(HERE / "{tokenizer}")
files = {{split: str(HERE / f"dpo-{{split}}.jsonl") for split in ("train", "validation") if (HERE / f"dpo-{{split}}.jsonl").exists()}}
data = load_dataset("json", data_files=files)
trainer = DPOTrainer(
    model=model, ref_model=None, processing_class=tokenizer, train_dataset=data["train"], eval_dataset=data.get("validation"),
    args=DPOConfig(
        beta={beta}, max_length=LENGTH,
        {arguments},
    ),
)
trainer.train()
model.save_pretrained({out!r})
tokenizer.save_pretrained({out!r})
'''


@export("unsloth")
def write(trained: Trained, out: Folder) -> None:
    """Write the data set, the tokenizer, and train.py and train_dpo.py as far as the run had those stages."""
    chosen = recipes(trained)
    if "sft" not in chosen:
        raise BadInputError("the run had no sft; Unsloth's preference tuning is written only for what comes after it")
    OF_DATA["unsloth"](trained.needed_data(), out)
    trained.write_tokenizer(out.place(_TOKENIZER))
    out.text("train.py", _SFT.format(**_values(trained, chosen["sft"], out)))
    out.notes.append(f"python {out.shown}/train.py")
    if "dpo" in chosen:
        out.text("train_dpo.py", _DPO.format(**_values(trained, chosen["dpo"], out)))
        out.notes.append(f"python {out.shown}/train_dpo.py")


def _values(trained: Trained, recipe: Recipe, out: Folder) -> dict[str, Any]:
    spec, pieces = trained.spec, pieces_of(trained.chat)
    instruction = pieces.between.removeprefix(trained.chat.after).lstrip("\n")
    if not instruction or not pieces.asked.strip():
        raise BadInputError("the chat template puts nothing before a question or an answer by which Unsloth could tell them apart")
    return {
        "shown": out.shown,
        "heading": "".join(f"{line}.\n" for line in not_written(trained)),
        "base": str(trained.base.path.resolve()),
        "tokenizer": _TOKENIZER,
        "max_length": spec["max_length"],
        "four_bits": spec["quantize"] == "4bit",
        "r": spec["r"],
        "alpha": spec["alpha"],
        "dropout": spec["dropout"],
        "targets": spec["targets"],
        "checkpointing": '"unsloth"' if spec["checkpointing"] else "False",
        "seed": spec["seed"],
        "beta": spec["beta"],
        "instruction": instruction,
        "response": pieces.asked.lstrip("\n"),
        "arguments": _arguments(trained, recipe),
        "out": f"{out.shown}-{recipe.stage}",
        "out_of_sft": f"{out.shown}-sft",
    }


def _arguments(trained: Trained, recipe: Recipe) -> str:
    spec = trained.spec
    given: dict[str, Any] = {
        "per_device_train_batch_size": recipe.at_a_time,
        "gradient_accumulation_steps": recipe.accumulate,
        "num_train_epochs": recipe.epochs,
        **({"max_steps": recipe.steps} if recipe.steps else {}),
        "learning_rate": recipe.rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": recipe.warmup,
        "weight_decay": spec["weight_decay"],
        "max_grad_norm": spec["clip"],
        "optim": "adamw_torch",
        "bf16": recipe.precision == "bf16",
        "fp16": recipe.precision == "fp16",
        "seed": spec["seed"],
        "logging_steps": 1,
        "save_steps": recipe.every,
        "output_dir": f"{trained.run.folder.name}-{recipe.stage}",
        "report_to": "none",
    }
    return ",\n        ".join(f"{name}={value!r}" for name, value in given.items())
