"""LLaMA-Factory: its ShareGPT format with OpenAI's tags, and the dataset_info.json that names the files, columns and tags.

The schema is that of data/README.md in LLaMA-Factory. It divides a set itself (`val_size`) or takes one by name (`eval_dataset`).
"""

from __future__ import annotations

import json
import re
from typing import Any

from datagen.exports import Folder, export
from datagen.exports._reading import Written, said

_TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant", "system_tag": "system"}


@export("llama-factory")
def write(dataset: Written, out: Folder) -> None:
    """Write sft_SPLIT.json, dpo_SPLIT.json and dataset_info.json; the folder is its `dataset_dir`."""
    stem = stem_of(dataset.name)
    info: dict[str, Any] = {}
    for split in dataset.turn_splits:
        file = f"sft_{split}.json"
        out.array(file, ({"messages": turn.messages} for turn in dataset.turns(split)))
        info[f"{stem}_sft_{split}"] = _entry(file, {"messages": "messages"})
    for split in dataset.pair_splits:
        file = f"dpo_{split}.json"
        rows = ({"messages": p.prompt, "chosen": said(p.answer), "rejected": said(p.rejected)} for p in dataset.pairs(split))
        out.array(file, rows)
        columns = {"messages": "messages", "chosen": "chosen", "rejected": "rejected"}
        info[f"{stem}_dpo_{split}"] = {**_entry(file, columns), "ranking": True}
    out.text("dataset_info.json", json.dumps(info, indent=2) + "\n")
    out.notes.append(f"train with dataset_dir: {out.shown} and dataset: {next(iter(info), '(nothing)')}")


def stem_of(name: str) -> str:
    """Answer what the names of the sets in dataset_info.json begin with."""
    return re.sub(r"\W+", "_", name).strip("_").lower() or "stc"


def _entry(file: str, columns: dict[str, str]) -> dict[str, Any]:
    return {"file_name": file, "formatting": "sharegpt", "columns": columns, "tags": _TAGS}
