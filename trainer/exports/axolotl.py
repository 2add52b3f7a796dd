"""Axolotl: the data set in its form, and a YAML file for each stage that trains it as the run did (`axolotl train`).

The keys are those of its utils/schemas (0.19). The tokenizer is the run's, with the template that was trained with.
"""

from __future__ import annotations

from typing import Any

from datagen.exports import EXPORTS as OF_DATA
from trainer.exports import Folder, Trained, export
from trainer.exports._recipe import Recipe, not_written, recipes, yaml

_TOKENIZER = "tokenizer"


@export("axolotl")
def write(trained: Trained, out: Folder) -> None:
    """Write the data set, the tokenizer, and sft.yaml and dpo.yaml as far as the run had those stages."""
    chosen = recipes(trained)
    OF_DATA["axolotl"](trained.needed_data(), out)
    trained.write_tokenizer(out.place(_TOKENIZER))
    for stage in ("sft", "dpo"):
        of_data = out.place(f"{stage}.yaml")
        if stage in chosen:
            # The data set's own file loads it; the first line of that says to put it into a configuration: here it is.
            loads = of_data.read_text(encoding="utf-8").split("\n", 1)[1]
            validated = "test_datasets:" in loads
            heading = "".join(f"# {line}.\n" for line in not_written(trained))
            out.text(f"{stage}.yaml", heading + yaml(_settings(trained, chosen[stage], out.shown, validated)) + loads)
            out.notes.append(f"axolotl train {out.shown}/{stage}.yaml")
        else:
            of_data.unlink(missing_ok=True)


def _settings(trained: Trained, recipe: Recipe, shown: str, validated: bool) -> dict[str, Any]:
    spec = trained.spec
    four_bits = spec["quantize"] == "4bit"
    after_sft = recipe.stage == "dpo" and "sft" in trained.run.record["stages"]
    return {
        "base_model": str(trained.base.path.resolve()),
        "tokenizer_config": f"{shown}/{_TOKENIZER}",
        "trust_remote_code": bool(spec["trust_remote_code"]) or None,
        "chat_template": "tokenizer_default",
        "load_in_4bit": four_bits,
        "adapter": "qlora" if four_bits else "lora",
        "lora_model_dir": f"{shown}-sft" if after_sft else None,
        "lora_r": spec["r"],
        "lora_alpha": spec["alpha"],
        "lora_dropout": spec["dropout"],
        "lora_target_modules": spec["targets"],
        "rl_beta": spec["beta"] if recipe.stage == "dpo" else None,
        "sequence_len": spec["max_length"],
        "excess_length_strategy": "drop",
        "sample_packing": spec["packing"] and recipe.stage == "sft",
        "train_on_inputs": False,
        "micro_batch_size": recipe.at_a_time,
        "gradient_accumulation_steps": recipe.accumulate,
        "num_epochs": recipe.epochs,
        "max_steps": recipe.steps or None,
        "learning_rate": recipe.rate,
        "lr_scheduler": "cosine",
        "warmup_steps": recipe.warmup,
        "optimizer": "adamw_torch",
        "weight_decay": spec["weight_decay"],
        "max_grad_norm": spec["clip"],
        "bf16": recipe.precision == "bf16",
        "fp16": recipe.precision == "fp16",
        "gradient_checkpointing": spec["checkpointing"],
        "seed": spec["seed"],
        "output_dir": f"{shown}-{recipe.stage}",
        "save_steps": recipe.every,
        "eval_steps": recipe.every if validated else None,
        "early_stopping_patience": spec["patience"] or None if validated else None,
    }
