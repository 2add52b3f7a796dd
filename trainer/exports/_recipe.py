"""The settings of a run in the words that other trainers share: examples where stc counts tokens, whole steps where it has shares.

Those trainers make batches of a fixed number of examples. `at_a_time` is what fits whatever comes, and `accumulate` makes of it steps of
about as many examples as those of the run had.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stparse.issue import BadInputError
from trainer.exports._trained import Trained


@dataclass(frozen=True, slots=True)
class Recipe:
    """One stage of a run as others train it."""

    stage: str
    at_a_time: int
    accumulate: int
    epochs: int
    steps: int
    """At most so many; 0: as many as the epochs take."""
    warmup: int
    every: int
    rate: float
    precision: str


def recipes(trained: Trained) -> dict[str, Recipe]:
    """Answer sft and dpo as far as the run had them. Raises BadInputError for a run that had neither."""
    found = {stage: _recipe(trained, stage) for stage in ("sft", "dpo") if stage in trained.run.record["stages"]}
    if not found:
        raise BadInputError("the run had pretrain alone, which stc does not write for other trainers")
    return found


def not_written(trained: Trained) -> list[str]:
    """Answer what of the run these trainers do otherwise, for the user to know."""
    spec = trained.spec
    found = [f"batches have a fixed number of examples; stc's had at most {spec['batch_tokens']} tokens"]
    if "pretrain" in trained.run.record["stages"]:
        found.append("the run began with pretrain, which is not written: what is trained here begins from the base")
    if spec.get("replay"):
        found.append(f"the run mixed other texts in ({spec['replay_share']:.0%}), which are not written")
    return found


def yaml(settings: Mapping[str, Any]) -> str:
    """Answer settings as YAML, of which JSON is a part; what is None is left out."""
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items() if value is not None)


def _recipe(trained: Trained, stage: str) -> Recipe:
    spec, found = trained.spec, trained.run.record["stages"][stage]
    steps = max(1, found["planned_steps"])
    width = spec["max_length"] * (2 if stage == "dpo" else 1)
    at_a_time = max(1, spec["batch_tokens"] // width)
    # A run that was to end before its epochs does not say how many examples a step had.
    by_step = at_a_time * spec["accumulate"] if spec["steps"] else found["examples"] * spec["epochs"] / steps
    return Recipe(
        stage=stage,
        at_a_time=at_a_time,
        accumulate=max(1, round(by_step / at_a_time)),
        epochs=spec["epochs"],
        steps=spec["steps"],
        warmup=math.ceil(steps * spec["warmup"]),
        every=found["validated_every"],
        rate=spec["preference_rate"] if stage == "dpo" else spec["learning_rate"],
        precision=trained.run.record["environment"]["precision"],
    )
