"""LLaMA-Factory: the data set in its form, and a YAML file for each stage that trains it as the run did (`llamafactory-cli train`).

The keys are those of its hparams/*.py (0.9.5). Without `template` it takes the tokenizer's own, which is what stc trained with; where the
run was given another template, the folder `base` is the base with that.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from datagen.exports import EXPORTS as OF_DATA
from datagen.exports.llama_factory import stem_of
from trainer.exports import Folder, Trained, export
from trainer.exports._recipe import Recipe, not_written, recipes, yaml


@export("llama-factory")
def write(trained: Trained, out: Folder) -> None:
    """Write the data set, and sft.yaml and dpo.yaml as far as the run had those stages."""
    chosen, data = recipes(trained), trained.needed_data()
    OF_DATA["llama-factory"](data, out)
    out.notes.clear()
    base = str(trained.base.path.resolve())
    if trained.spec["chat_template"]:
        base = f"{out.shown}/base"
        linked_base(trained, out.place("base"))
    names = sorted(out.files)
    for stage, recipe in chosen.items():
        heading = [*not_written(trained), f"what is longer than cutoff_len is cut; stc left it out ({_too_long(trained, stage)} examples)"]
        text = "".join(f"# {line}.\n" for line in heading)
        out.text(f"{stage}.yaml", text + yaml(_settings(trained, recipe, base, out.shown, _data_sets(stage, names, data.name))))
        out.notes.append(f"llamafactory-cli train {out.shown}/{stage}.yaml")


def linked_base(trained: Trained, folder: Path) -> None:
    """Write the base with the run's tokenizer into `folder`; its weights are links, or copies where there can be none."""
    folder.mkdir()
    for file in sorted(trained.base.path.resolve().iterdir()):
        if file.suffix in (".safetensors", ".py") or file.name in ("config.json", "generation_config.json", "model.safetensors.index.json"):
            try:
                (folder / file.name).symlink_to(file)
            except OSError:
                shutil.copyfile(file, folder / file.name)
    trained.write_tokenizer(folder)


def _settings(trained: Trained, recipe: Recipe, base: str, shown: str, sets: tuple[str, str | None]) -> dict[str, Any]:
    spec, train, validation = trained.spec, *sets
    after_sft = recipe.stage == "dpo" and "sft" in trained.run.record["stages"]
    four_bits = spec["quantize"] == "4bit"
    return {
        "model_name_or_path": base,
        "trust_remote_code": bool(spec["trust_remote_code"]) or None,
        "adapter_name_or_path": f"{shown}-sft" if after_sft else None,
        "quantization_bit": 4 if four_bits else None,
        "quantization_method": "bnb" if four_bits else None,
        "stage": recipe.stage,
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": spec["r"],
        "lora_alpha": spec["alpha"],
        "lora_dropout": spec["dropout"],
        "lora_target": ",".join(spec["targets"]),
        **({"pref_loss": "sigmoid", "pref_beta": spec["beta"]} if recipe.stage == "dpo" else {}),
        # What is preferred is measured against the model after sft, not against the bare base.
        **({"ref_model": base, "ref_model_adapters": f"{shown}-sft"} if after_sft else {}),
        "dataset_dir": shown,
        "dataset": train,
        "eval_dataset": validation,
        "cutoff_len": spec["max_length"],
        "packing": spec["packing"],
        "output_dir": f"{shown}-{recipe.stage}",
        "per_device_train_batch_size": recipe.at_a_time,
        "per_device_eval_batch_size": recipe.at_a_time,
        "gradient_accumulation_steps": recipe.accumulate,
        "num_train_epochs": float(recipe.epochs),
        "max_steps": recipe.steps or None,
        "learning_rate": recipe.rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": recipe.warmup,
        "weight_decay": spec["weight_decay"],
        "max_grad_norm": spec["clip"],
        "optim": "adamw_torch",
        "disable_gradient_checkpointing": not spec["checkpointing"],
        "bf16": recipe.precision == "bf16",
        "fp16": recipe.precision == "fp16",
        "seed": spec["seed"],
        "logging_steps": 1,
        "save_strategy": "steps",
        "save_steps": recipe.every,
        **({"eval_strategy": "steps", "eval_steps": recipe.every, "load_best_model_at_end": True} if validation else {}),
        "early_stopping_steps": spec["patience"] or None if validation else None,
        "report_to": "none",
    }


def _data_sets(stage: str, files: list[str], name: str) -> tuple[str, str | None]:
    """Answer the names of the data set to train on and of that to validate on, as dataset_info.json has them."""
    stem = stem_of(name)
    return f"{stem}_{stage}_train", f"{stem}_{stage}_validation" if f"{stage}_validation.json" in files else None


def _too_long(trained: Trained, stage: str) -> int:
    return sum(n for reason, n in trained.run.record["stages"][stage]["dropped"].items() if reason.startswith("longer"))
