"""What a run is to be: base model, data, LoRA, optimisation, seed; with presets for common machines. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from stparse.issue import BadInputError

STAGES = ("pretrain", "sft", "dpo")
"""In the order in which they run: raw methods and pieces of them; questions and answers; preferences."""
PRECISIONS = ("auto", "fp32", "bf16", "fp16")
DEVICES = ("auto", "cuda", "cpu")
QUANTIZE = ("none", "4bit")


def _said(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Every setting of a run. On a CPU, runs of one spec, base, data set, set of versions and number of threads give the same adapter."""

    base: str = _said("", "The folder of the base model, as Hugging Face writes one; nothing is downloaded.")
    data: str = _said("", "The data set, as stc compile-dataset wrote it.")
    stages: tuple[str, ...] = _said(("sft",), "What to do, with commas: pretrain, sft, dpo. They run in this order.")
    r: int = _said(16, "The rank of the LoRA matrices.")
    alpha: int = _said(32, "LoRA's scale: what is learnt counts alpha / r.")
    dropout: float = _said(0.1, "The share of inputs of LoRA that is left out by chance while it learns.")
    targets: tuple[str, ...] = _said(("q_proj", "k_proj", "v_proj", "o_proj"), "The layers that get LoRA, with commas.")
    max_length: int = _said(1024, "The most tokens of an example. A longer one is dropped and counted, never cut.")
    batch_tokens: int = _said(4096, "The most tokens that go through the model at a time, padding included.")
    accumulate: int = _said(4, "How many such batches make one step of the optimiser.")
    epochs: int = _said(2, "How often the examples are seen.")
    steps: int = _said(0, "At most so many steps in a stage; 0: as many as the epochs take.")
    learning_rate: float = _said(2e-4, "The highest learning rate, of pretrain and sft; it falls as a cosine does.")
    preference_rate: float = _said(5e-6, "The highest learning rate of dpo.")
    beta: float = _said(0.1, "How near to what it was dpo keeps the model.")
    warmup: float = _said(0.03, "The share of the steps in which the learning rate rises.")
    weight_decay: float = _said(0.0, "How fast weights shrink by themselves.")
    clip: float = _said(1.0, "The longest gradient; a longer one is scaled down.")
    precision: str = _said("auto", "fp32, bf16 or fp16; auto: bf16 or else fp16 on a GPU, fp32 on a CPU.")
    quantize: str = _said("none", "4bit holds the base model in four bits (QLoRA; needs a GPU and bitsandbytes).")
    checkpointing: bool = _said(True, "Compute activations twice to keep fewer of them in memory.")
    packing: bool = _said(
        False, "Put examples behind each other without padding; none of them sees another. Slower than batches of like length so far."
    )
    evaluate_every: int = _said(0, "Validate after so many steps; 0: ten times in a stage.")
    validate_on: int = _said(400, "At most so many examples to validate on.")
    patience: int = _said(3, "Stop a stage when so many validations in a row were no better; 0: never.")
    keep: int = _said(2, "How many checkpoints stay, besides the best.")
    save_minutes: float = _said(15.0, "A checkpoint at least so often; there is one at each validation anyhow.")
    sample: int = _said(8, "How many methods to let the model write at each validation, to be parsed; 0: none.")
    sample_tokens: int = _said(256, "The longest such method.")
    replay: str = _said("", "A JSONL file of other texts to mix in, so that what the base knew stays: lines with text, or with messages.")
    replay_share: float = _said(0.1, "The share of such texts among the examples of pretrain (text) and sft (messages).")
    chat_template: str = _said(
        "", "A Jinja file in place of the model's own chat template, or the name of one of stc's: instruction, chatml."
    )
    seed: int = _said(1, "The seed of everything that chance decides.")
    device: str = _said("auto", "cuda or cpu; auto: cuda where there is one.")
    threads: int = _said(0, "How many threads compute on a CPU; 0: as torch decides. Another number gives other last bits.")
    trust_remote_code: str = _said("", "The name of a base model's folder whose own Python code may run. Nothing else is trusted.")

    def __post_init__(self) -> None:
        _choice("stages", self.stages, STAGES)
        _choice("precision", (self.precision,), PRECISIONS)
        _choice("device", (self.device,), DEVICES)
        _choice("quantize", (self.quantize,), QUANTIZE)
        object.__setattr__(self, "stages", tuple(stage for stage in STAGES if stage in self.stages))
        for name in (
            "r",
            "alpha",
            "max_length",
            "batch_tokens",
            "accumulate",
            "epochs",
            "learning_rate",
            "preference_rate",
            "beta",
            "keep",
        ):
            if getattr(self, name) <= 0:
                raise BadInputError(f"{name} is {getattr(self, name)}; it must be more than 0")
        for name in ("dropout", "warmup", "replay_share"):
            if not 0 <= getattr(self, name) < 1:
                raise BadInputError(f"{name} is {getattr(self, name)}; it must be at least 0 and below 1")
        if self.batch_tokens < self.max_length:
            raise BadInputError(f"batch_tokens is {self.batch_tokens}, less than max_length ({self.max_length}): an example would not fit")

    def to_json(self) -> dict[str, Any]:
        """Answer all settings as JSON gives them back: lists, not tuples."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings that fit a machine: `memory` in bytes is what that machine has, None where it is not known before."""

    what: str
    memory: int | None
    settings: Mapping[str, Any]


PRESETS = {
    "rtx3070-8gb": Preset(
        "a base of 6.7 billion parameters in four bits on a card of 8 GB",
        8 * 2**30,
        {"device": "cuda", "quantize": "4bit", "max_length": 1024, "batch_tokens": 1024, "accumulate": 16},
    ),
    "rtx4090-24gb": Preset(
        "a base of 6.7 billion parameters in bf16 on a card of 24 GB",
        24 * 2**30,
        {"device": "cuda", "quantize": "none", "max_length": 2048, "batch_tokens": 4096, "accumulate": 4},
    ),
    "cpu": Preset(
        "a base of up to 1.3 billion parameters without a card; a night, not an hour",
        None,
        {"device": "cpu", "max_length": 512, "batch_tokens": 1024, "accumulate": 8, "epochs": 1, "sample": 4, "sample_tokens": 128},
    ),
}


def preset_named(name: str) -> Preset:
    """Answer a preset. Raises BadInputError for a name that is none."""
    if name not in PRESETS:
        raise BadInputError(f"there is no preset {name!r}; there are {', '.join(PRESETS)}")
    return PRESETS[name]


def _choice(name: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    wrong = [value for value in given if value not in known]
    if wrong or not given:
        raise BadInputError(f"{name} has {', '.join(wrong) or 'nothing'}; it can be {', '.join(known)}")
