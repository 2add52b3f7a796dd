"""Do the trainers take what `stc export` writes? Each export is read by the trainer's own code.

    python benchmarks/trainers.py DATASET EXPORTS [--peers FOLDER]

DATASET is a data set of stc, EXPORTS a folder that holds `stc export FORMAT` in FORMAT/ for each format. TRL (with torch,
transformers and datasets) is installed; it trains two steps on a random model of one layer, from the data set's own folder and
from the export. LLaMA-Factory, Axolotl and Unsloth need CUDA or pin older libraries; `pip install --no-deps --target FOLDER
llamafactory axolotl unsloth_zoo` brings their source, of which only the modules that read data sets are run here.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import sys
import tempfile
import types
from collections.abc import Iterator
from enum import StrEnum, unique
from pathlib import Path
from typing import Any

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": tempfile.mkdtemp(), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


def main() -> None:
    """Print a line for each thing that was read."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("exports", type=Path)
    parser.add_argument("--peers", type=Path, help="the folder with the source of the other trainers")
    chosen = parser.parse_args()
    checks = [trl(chosen.dataset, chosen.exports)]
    if chosen.peers is not None:
        sys.path.append(str(chosen.peers))
        checks += [check(chosen.peers, chosen.exports) for check in (llama_factory, axolotl, unsloth)]
    for check in checks:
        for line in check:
            print(line, flush=True)


def load(kind: str, **options: Any) -> Any:
    """Answer a data set by the library `datasets`."""
    return importlib.import_module("datasets").load_dataset(kind, **options)


def tokenizer() -> Any:
    """Answer a tokenizer of bytes with a chat template."""
    parts = importlib.import_module("tokenizers")
    made = parts.Tokenizer(parts.models.BPE())
    made.pre_tokenizer = parts.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = parts.decoders.ByteLevel()
    alphabet = parts.pre_tokenizers.ByteLevel.alphabet()
    trainer = parts.trainers.BpeTrainer(vocab_size=300, special_tokens=["<pad>", "<eos>"], initial_alphabet=alphabet)
    made.train_from_iterator([], trainer)
    fast = importlib.import_module("transformers").PreTrainedTokenizerFast
    wrapped = fast(tokenizer_object=made, pad_token="<pad>", eos_token="<eos>")
    ask = "{% if add_generation_prompt %}<assistant>{% endif %}"
    wrapped.chat_template = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}<eos>{% endfor %}" + ask
    return wrapped


def trl(dataset: Path, exports: Path) -> Iterator[str]:
    """Train supervised and by preference, two steps each."""
    found, models, tokens = importlib.import_module("trl"), importlib.import_module("transformers"), tokenizer()
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 4096}
    fixed = {
        "max_steps": 2, "per_device_train_batch_size": 2, "report_to": "none", "use_cpu": True, "bf16": False, "save_strategy": "no",
        "disable_tqdm": True, "output_dir": tempfile.mkdtemp(), "max_length": 512,
    }  # fmt: skip

    def model() -> Any:
        return models.LlamaForCausalLM(models.LlamaConfig(vocab_size=len(tokens), **shape))

    def file(name: str) -> Any:
        return load("json", data_files=str(exports / name), split="train")

    for name, rows in (
        ("folder sft", load(str(dataset), name="sft", split="train")),
        ("folder completion", load(str(dataset), name="completion", split="train")),
        ("export trl, sft", file("trl/sft-train.jsonl")),
    ):
        trainer = found.SFTTrainer(model(), args=found.SFTConfig(**fixed), train_dataset=rows, processing_class=tokens)
        yield f"TRL {found.__version__}: {name}: {len(rows):,} rows, loss {trainer.train().training_loss:.3f}"
    for name, rows in (
        ("folder preference", load(str(dataset), name="preference", split="train")),
        ("export trl, dpo", file("trl/dpo-train.jsonl")),
        ("export unsloth, dpo", file("unsloth/dpo-train.jsonl")),
    ):
        arguments = {"args": found.DPOConfig(**fixed), "train_dataset": rows, "processing_class": tokens}
        loss = found.DPOTrainer(model(), ref_model=model(), **arguments).train().training_loss
        yield f"TRL {found.__version__}: {name}: {len(rows):,} rows, loss {loss:.3f}"


def hollow(name: str, folder: Path) -> None:
    """Enter a package whose own `__init__`, which wants everything, is not run."""
    module = types.ModuleType(name)
    module.__path__ = [str(folder)]
    sys.modules[name] = module


class Pretended(types.ModuleType):
    """A module that is imported by what is tested and not used by it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: False


@unique
class _Role(StrEnum):
    """The roles of LLaMA-Factory, which its module of training data defines."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"
    FUNCTION = "function"
    OBSERVATION = "observation"


def llama_factory(peers: Path, exports: Path) -> Iterator[str]:
    """Read dataset_info.json with its parser, and convert every row with its converters."""
    for name in ("", "data", "extras"):
        hollow(f"llamafactory.{name}".rstrip("."), peers / "llamafactory" / name)
    for name in ("omegaconf", "llamafactory.extras.misc", "llamafactory.data.data_utils"):
        sys.modules[name] = Pretended(name)
    sys.modules["llamafactory.data.data_utils"].Role = _Role  # type: ignore[attr-defined]
    parser, converter = (importlib.import_module(f"llamafactory.data.{name}") for name in ("parser", "converter"))
    folder = exports / "llama-factory"
    info = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    found = [(folder / attributes.dataset_name, attributes) for attributes in parser.get_dataset_list(list(info), str(folder))]
    for form in ("alpaca", "sharegpt"):
        attributes = parser.DatasetAttr("file", form, formatting=form)
        attributes.system = "system" if form == "alpaca" else None
        found.append((exports / form / "train.json", attributes))
    for path, attributes in found:
        rows = json.loads(path.read_text(encoding="utf-8"))
        if attributes.system and attributes.system not in rows[0]:
            attributes.system = None
        made = converter.AlpacaDatasetConverter if attributes.formatting == "alpaca" else converter.SharegptDatasetConverter
        convert = made(dataset_attr=attributes, data_args=types.SimpleNamespace(media_dir=""))
        good = [row for row in map(convert, rows) if row["_prompt"] and len(row["_response"]) == (2 if attributes.ranking else 1)]
        yield f"LLaMA-Factory: {path.parent.name}/{path.name}: {len(good):,} of {len(rows):,} rows"


def axolotl(peers: Path, exports: Path) -> Iterator[str]:
    """Hold the snippets against its schema, load what they name, and put the pairs into its chat template."""
    yaml = importlib.import_module("yaml")
    for name in ("", "utils", "utils.schemas", "prompt_strategies", "prompt_strategies.dpo"):
        hollow(f"axolotl.{name}".rstrip("."), peers / "axolotl" / name.replace(".", "/"))
    sys.modules["axolotl.utils.logging"] = Pretended("logging")
    sys.modules["axolotl.utils.logging"].get_logger = lambda *_: logging.getLogger("axolotl")  # type: ignore[attr-defined]
    schemas = importlib.import_module("axolotl.utils.schemas.datasets")
    for name, schema in (("sft", schemas.SFTDataset), ("dpo", schemas.DPODataset)):
        snippet = yaml.safe_load((exports / "axolotl" / f"{name}.yaml").read_text(encoding="utf-8"))
        for entry in (*snippet["datasets"], *snippet.get("test_datasets", ())):
            schema.model_validate(entry)
            rows = load(entry["ds_type"], data_files=entry["path"], split=entry["split"])
            yield f"Axolotl: {name}.yaml: {Path(entry['path']).name}: {len(rows):,} rows"
    strategy = importlib.import_module("axolotl.prompt_strategies.dpo.chat_template")
    config = _Config({**snippet, "chat_template": "chatml", "datasets": [_Config(entry) for entry in snippet["datasets"]]})
    transform, tokens = strategy.default(config, 0), tokenizer()
    transform = transform[0] if isinstance(transform, tuple) else transform
    done = [transform(row, tokenizer=tokens) for row in load("json", data_files=snippet["datasets"][0]["path"], split="train")]
    yield f"Axolotl: dpo: {sum({'prompt', 'chosen', 'rejected'} <= set(row) for row in done):,} of {len(done):,} rows"


class _Config(dict[str, Any]):
    """A configuration whose keys are read as attributes."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)


def unsloth(peers: Path, exports: Path) -> Iterator[str]:
    """Give the conversations to standardize_data_formats, without the packages that want a GPU."""
    hollow("unsloth_zoo", peers / "unsloth_zoo")
    source = (peers / "unsloth_zoo" / "dataset_utils.py").read_text(encoding="utf-8")
    ast, datasets, re = (importlib.import_module(name) for name in ("ast", "datasets", "re"))
    names = {"standardize_data_formats", "_normalize_role_alias", "_ROLE_KEY_NAMES"}
    module = ast.Module([node for node in ast.parse(source).body if _names_of(node) & names], [])
    scope: dict[str, Any] = {"__name__": "unsloth_zoo.dataset_utils", "__package__": "unsloth_zoo", "re": re, "os": os}
    scope |= {"Dataset": datasets.Dataset, "IterableDataset": datasets.IterableDataset}
    exec(compile(module, "dataset_utils.py", "exec"), scope)
    rows = load("json", data_files=str(exports / "unsloth" / "train.jsonl"), split="train")
    done = scope["standardize_data_formats"](rows, num_proc=1)
    yield f"Unsloth: {sum(row['conversations'][-1]['role'] == 'assistant' for row in done):,} of {len(rows):,} rows"


def _names_of(node: Any) -> set[str | None]:
    """Answer what a statement of a module defines."""
    return {getattr(node, "name", None), *(getattr(target, "id", None) for target in getattr(node, "targets", ()))}


if __name__ == "__main__":
    main()
