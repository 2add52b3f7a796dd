"""The base with the adapter worked into its weights: one model, as safetensors, with a Modelfile for Ollama beside it.

transformers 5 writes what turns positions into angles under one new key of config.json, which Ollama (convert/convert_llama.go) and
older versions do not read: they would take another angle, and say nothing. So the older keys are written too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from peft import PeftModel
from transformers import AutoModelForCausalLM

from trainer.checkpoints import made_readable
from trainer.exports import Folder, Trained, export
from trainer.exports._modelfile import modelfile
from trainer.model import quiet

_SHARD = "4GB"


@export("merged")
@quiet()
def write(trained: Trained, out: Folder) -> None:
    """Write the merged model, in the precision that the base has, and the Modelfile."""
    place = out.place("")
    trusted = bool(trained.spec.get("trust_remote_code"))
    model = AutoModelForCausalLM.from_pretrained(trained.base.path, dtype="auto", use_safetensors=True, trust_remote_code=trusted)
    merged = PeftModel.from_pretrained(model, trained.adapter).merge_and_unload(safe_merge=True)
    merged.save_pretrained(place, max_shard_size=_SHARD)
    trained.write_tokenizer(place)
    with_older_keys(place / "config.json")
    out.text("Modelfile", modelfile(trained, ".", adapter=""))
    made_readable(place)
    out.notes.append(f"for Ollama: ollama create NAME -f {out.shown}/Modelfile")


def with_older_keys(path: Path) -> None:
    """Write into a config.json the keys by which older programs know rope and dtype."""
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rope = config.get("rope_parameters")
    if isinstance(rope, dict) and "rope_theta" in rope:
        config.setdefault("rope_theta", rope["rope_theta"])
        scaling = {name: value for name, value in rope.items() if name != "rope_theta"}
        if scaling.get("rope_type", "default") != "default":
            config.setdefault("rope_scaling", {**scaling, "type": scaling["rope_type"]})
    if "dtype" in config:
        config.setdefault("torch_dtype", config["dtype"])
    path.write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
