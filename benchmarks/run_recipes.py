"""Do other trainers take the settings that `stc export` writes of a run? Each file is read by the trainer's own schema.

    pip install --no-deps --target PEERS axolotl llamafactory unsloth unsloth_zoo; pip install --target PEERS pydantic pillow omegaconf
    python benchmarks/run_recipes.py EXPORTS --peers PEERS

EXPORTS holds `stc export FORMAT RUN --base BASE --data DATA` in axolotl/, llama-factory/ and unsloth/. Nothing is trained: these programs
want a card.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainers import Pretended, hollow


def main() -> None:
    """Print a line for each file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("exports", type=Path)
    parser.add_argument("--peers", type=Path, required=True)
    chosen = parser.parse_args()
    sys.path.append(str(chosen.peers))
    for check in (axolotl, llama_factory, unsloth):
        for line in check(chosen.peers, chosen.exports):
            print(line, flush=True)


def settings_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = importlib.import_module("yaml").safe_load(path.read_text(encoding="utf-8"))
    return found


def axolotl(peers: Path, exports: Path) -> Iterator[str]:
    """Validate the whole configuration; a key that the schema does not have is one that it would pass over."""
    for name in ("", "utils", "utils.schemas"):
        hollow(f"axolotl.{name}".rstrip("."), peers / "axolotl" / name.replace(".", "/"))
    for name in ("axolotl.utils.logging", "axolotl.utils.datasets"):
        sys.modules[name] = Pretended(name)
    sys.modules["axolotl.utils.logging"].get_logger = lambda *_, **__: logging.getLogger("axolotl")  # type: ignore[attr-defined]
    schema = importlib.import_module("axolotl.utils.schemas.config").AxolotlInputConfig
    for path in sorted((exports / "axolotl").glob("*.yaml")):
        given = settings_of(path)
        unknown = sorted(set(given) - set(schema.model_fields))
        read = schema.model_validate(given)
        same = all(getattr(read, name) == value for name, value in given.items() if not isinstance(value, list | dict))
        yield f"Axolotl: {path.name}: {len(given)} settings, unknown: {unknown}, read as they stand: {same}"


def llama_factory(peers: Path, exports: Path) -> Iterator[str]:
    """Parse the settings into its classes of arguments; a key that none of them has raises."""
    for name in ("", "extras", "hparams"):
        hollow(f"llamafactory.{name}".rstrip("."), peers / "llamafactory" / name)
    for name in ("llamafactory.extras.misc", "llamafactory.extras.packages"):
        sys.modules[name] = Pretended(name)
    parts = (
        ("model", "ModelArguments"),
        ("data", "DataArguments"),
        ("finetuning", "FinetuningArguments"),
        ("training", "TrainingArguments"),
    )
    kinds = [getattr(importlib.import_module(f"llamafactory.hparams.{part}_args"), name) for part, name in parts]
    parser = importlib.import_module("transformers").HfArgumentParser(kinds)
    for path in sorted((exports / "llama-factory").glob("*.yaml")):
        given = settings_of(path)
        # It is for a machine with a card; here is none.
        read = parser.parse_dict({**given, "use_cpu": True, "bf16": False, "fp16": False})
        values: dict[str, Any] = {name: value for each in read for name, value in vars(each).items()}
        # Names with commas are lists there, choices have a class of their own.
        lists = {"lora_target", "dataset", "eval_dataset", "report_to", "adapter_name_or_path"}
        compared = {name: getattr(values[name], "value", values[name]) for name in given if name not in lists}
        other = {name: value for name, value in compared.items() if value != given[name]}
        yield f"LLaMA-Factory: {path.name}: {len(given)} settings, read otherwise: {other}"


def unsloth(peers: Path, exports: Path) -> Iterator[str]:
    """Hold the calls in the scripts against the functions in its source, and those of TRL against TRL."""
    known = {"from_pretrained": peers / "unsloth/models/loader.py", "get_peft_model": peers / "unsloth/models/llama.py"}
    wanted = {name: parameters(source, name) for name, source in known.items()}
    wanted["train_on_responses_only"] = parameters(peers / "unsloth_zoo/dataset_utils.py", "train_on_responses_only")
    trl = importlib.import_module("trl")
    for name in ("SFTConfig", "DPOConfig", "SFTTrainer", "DPOTrainer"):
        wanted[name] = set(inspect.signature(getattr(trl, name)).parameters)
    for path in sorted((exports / "unsloth").glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        unknown = []
        for call in calls:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in wanted and isinstance(call.func, ast.Name | ast.Attribute) and "AutoTokenizer" not in ast.unparse(call.func):
                unknown += [f"{name}({keyword.arg})" for keyword in call.keywords if keyword.arg not in wanted[name]]
        yield f"Unsloth: {path.name}: {len(calls)} calls, unknown arguments: {unknown}"


def parameters(source: Path, name: str) -> set[str]:
    """Answer the names of the arguments of all functions of that name in a file."""
    found = (
        node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return {argument.arg for node in found for argument in (*node.args.args, *node.args.kwonlyargs)}


if __name__ == "__main__":
    main()
