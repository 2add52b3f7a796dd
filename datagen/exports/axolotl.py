"""Axolotl: OpenAI messages for `type: chat_template`, pairs for `chat_template.default`, and YAML snippets that load them.

The schema is that of docs/dataset-formats/conversation.qmd and docs/rlhf.qmd in Axolotl.
"""

from __future__ import annotations

from datagen.exports import Folder, export
from datagen.exports._reading import Written, said

_SFT = """# Put this into your Axolotl configuration; paths are relative to where axolotl runs.
datasets:
  - path: {train}
    ds_type: json
    split: train
    type: chat_template
    field_messages: messages
    message_property_mappings:
      role: role
      content: content
    roles_to_train: ["assistant"]
    train_on_eos: turn
"""
_TEST = """test_datasets:
  - path: {validation}
    ds_type: json
    split: train
    type: chat_template
    field_messages: messages
"""
_DPO = """# Put this into your Axolotl configuration; paths are relative to where axolotl runs.
rl: dpo
datasets:
  - path: {train}
    ds_type: json
    split: train
    type: chat_template.default
    field_messages: messages
    field_chosen: chosen
    field_rejected: rejected
    message_property_mappings:
      role: role
      content: content
    roles:
      user: ["user"]
      assistant: ["assistant"]
      system: ["system"]
"""


@export("axolotl")
def write(dataset: Written, out: Folder) -> None:
    """Write sft-SPLIT.jsonl and sft.yaml, dpo-SPLIT.jsonl and dpo.yaml."""
    for split in dataset.turn_splits:
        out.lines(f"sft-{split}.jsonl", ({"messages": turn.messages} for turn in dataset.turns(split)))
    for split in dataset.pair_splits:
        rows = ({"messages": p.prompt, "chosen": said(p.answer), "rejected": said(p.rejected)} for p in dataset.pairs(split))
        out.lines(f"dpo-{split}.jsonl", rows)
    if "train" in dataset.turn_splits:
        test = _TEST.format(validation=f"{out.shown}/sft-validation.jsonl") if "validation" in dataset.turn_splits else ""
        out.text("sft.yaml", _SFT.format(train=f"{out.shown}/sft-train.jsonl") + test)
    if "train" in dataset.pair_splits:
        out.text("dpo.yaml", _DPO.format(train=f"{out.shown}/dpo-train.jsonl"))
