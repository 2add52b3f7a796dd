"""The model card of an adapter: what it is, what it stands on, how good it was, how it wants to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "validation_loss": "validation loss (per token of an answer)",
    "validation_accuracy": "token accuracy",
    "parse_rate": "written methods that parse",
    "ended": "answers that ended by themselves",
    "preference_accuracy": "pairs in which the right answer is preferred",
}


def card_of(record: Mapping[str, Any]) -> str:
    """Answer the text of README.md for a finished run."""
    spec, base, adapter = record["spec"], record["base"], record["adapter"]
    rows = [_row(stage, found) for stage, found in record["stages"].items()]
    environment = record["environment"]
    lora = f"r = {spec['r']}, alpha = {spec['alpha']}, dropout {spec['dropout']}, on {', '.join(spec['targets'])}"
    versions = ", ".join(f"{name} {version}" for name, version in environment["versions"].items())
    return f"""---
base_model: {base["name"]}
library_name: peft
pipeline_tag: text-generation
tags: [smalltalk, lora, stc]
---

# A LoRA adapter for {base["name"]}

It has learnt from one Smalltalk code base, and it can say parts of that code word for word: treat it as you treat the source.

| | |
|---|---|
| base model | {base["name"]}, digest `{base["digest"]}` |
| data set | digest `{record["data"]["digest"]}` |
| adapter | {lora}; digest `{adapter["digest"]}` |
| stages | {", ".join(record["stages"])} |
| seed | {spec["seed"]} |
| made with | {record["tool"]}; {versions}; {environment["precision"]} on {environment["device"]} |

## How good it was on the validation part

| stage | steps | examples | {" | ".join(_WORDS.values())} |
|---|---|---|{"---|" * len(_WORDS)}
{chr(10).join(rows)}

These figures steer a training. Whether the model is to be used is for an evaluation on the test part to say.

## How to ask it

With the chat template in `{adapter["folder"]}/`. An answer ends with `{adapter["stop"]}`: what serves the model must stop there.
"""


def _row(stage: str, found: Mapping[str, Any]) -> str:
    cells = [f"{found['best'][name]:.3f}" if name in found["best"] else "" for name in _WORDS]
    return f"| {stage} | {found['steps']:,} | {found['examples']:,} | {' | '.join(cells)} |"
