"""How much memory a run will take, from the shape of the model and the settings alone; and what to change where it is too much.

`trainer.activations` says what a batch takes. `benchmarks/training_memory.py` compares the estimate with what runs really take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from stparse.issue import BadInputError
from trainer.activations import Shape, Step
from trainer.basemodel import BaseModel
from trainer.spec import RunSpec

GB = 2**30
_FOUR_BITS = 0.516
"""Bytes for each weight in four bits, with its share of the scales."""
_OF_ADAPTER = 16
"""Bytes for each parameter that learns: it, its gradient, and two moments, in fp32."""
_CUDA_ITSELF = 0.7 * GB
_PYTHON_ITSELF = 0.8 * GB
"""The libraries, the data set and its index; so much is taken however small the model is."""
_MARGIN = 1.08
_SHORTEST = 256


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes by what they are for."""

    weights: int
    adapter: int
    activations: int
    logits: int
    validation: int
    """What a validation takes beyond what a step of learning does."""
    overhead: int

    @property
    def total(self) -> int:
        return self.weights + self.adapter + self.activations + self.logits + self.validation + self.overhead

    def __str__(self) -> str:
        names = ("weights", "adapter", "activations", "logits", *(("validation",) if self.validation else ()), "overhead")
        parts = (f"{name} {getattr(self, name) / GB:.1f}" for name in names)
        return f"{self.total / GB:.1f} GB ({', '.join(parts)})"


def adapter_parameters(base: BaseModel, spec: RunSpec) -> int:
    """Answer how many parameters learn. Raises BadInputError if the base has none of the layers that are to get LoRA."""
    found = {target: base.matrices(f".{target}") for target in spec.targets}
    lacking = [target for target, shapes in found.items() if not shapes]
    if lacking:
        raise BadInputError(f"{base.name} has no layers called {', '.join(lacking)}; give those that it has with --targets")
    return sum(spec.r * sum(shape) for shapes in found.values() for shape in shapes)


def estimate(base: BaseModel, spec: RunSpec, precision: str, device: str, holders: int = 1) -> Estimate:
    """Answer what a run of `spec` takes, with that precision (fp32, bf16, fp16), on that device (cuda, cpu).

    `holders` cards hold the weights together, each a part.
    """
    size = 4 if precision == "fp32" else 2
    matrices = [rows * columns for rows, columns in base.matrices()]
    inside = sum(matrices)
    weights = base.parameters * size / holders
    if spec.quantize == "4bit":
        # What is not in four bits is held in fp32; a matrix is unfolded for the moment in which it is used.
        weights = (inside * _FOUR_BITS + (base.parameters - inside) * 4) / holders + max(matrices) * size
    shape = Shape.of(base)
    step = max((Step(base, shape, spec, stage, size, device) for stage in spec.stages), key=lambda step: step.total)
    # A validation has the batches of a step, and keeps nothing of them. Writing keeps keys and values of each token in each layer.
    room = max(spec.batch_tokens, spec.max_length + spec.sample_tokens)
    writing = room * shape.layers * 2 * shape.keys * size if spec.sample else 0
    parts = (weights, adapter_parameters(base, spec) * _OF_ADAPTER, step.activations, step.logits, max(0, writing - step.total))
    itself = _CUDA_ITSELF if device == "cuda" else _PYTHON_ITSELF
    return Estimate(*map(int, (*parts, sum(parts) * (_MARGIN - 1) + itself)))


def must_fit(base: BaseModel, spec: RunSpec, precision: str, device: str, available: int, holders: int = 1) -> Estimate:
    """Answer the estimate. Raises BadInputError with it, and with what to change, if the run cannot fit into `available` bytes."""
    found = estimate(base, spec, precision, device, holders)
    if found.total <= available:
        return found
    advice = _advice(base, spec, precision, device, available, holders)
    raise BadInputError(f"this run would take about {found}, and there are {available / GB:.1f} GB. {advice}")


def _advice(base: BaseModel, spec: RunSpec, precision: str, device: str, available: int, holders: int) -> str:
    options: dict[str, str] = {}
    total = estimate(base, spec, precision, device, holders).total
    for changed, smaller, with_precision in _savings(spec, precision, device):
        less = estimate(base, smaller, with_precision, device, holders).total
        if less < total:
            options.update(changed)
        total = less
        if total <= available:
            break
    said = " ".join(f"{option} {value}".strip() for option, value in options.items())
    if total <= available:
        return f"With {said} it would take {total / GB:.1f} GB"
    return f"Even with {said or 'the smallest settings'} it would take {total / GB:.1f} GB: take a smaller base model"


def _savings(spec: RunSpec, precision: str, device: str) -> Iterator[tuple[dict[str, str], RunSpec, str]]:
    """Yield options that save memory, those that cost least first; each comes on top of those before."""
    spec = replace(spec, checkpointing=True)
    yield {"--checkpointing": ""}, spec, precision
    at_a_time = max(1, spec.batch_tokens // spec.max_length)
    spec = replace(spec, batch_tokens=spec.max_length, accumulate=spec.accumulate * at_a_time)
    yield {"--batch-tokens": str(spec.batch_tokens), "--accumulate": str(spec.accumulate)}, spec, precision
    if precision == "fp32":
        precision = "bf16"
        yield {"--precision": "bf16"}, spec, precision
    if device == "cuda":
        spec = replace(spec, quantize="4bit")
        yield {"--quantize": "4bit"}, spec, precision
    shorter = max(_SHORTEST, spec.max_length // 2)
    if shorter < spec.max_length:
        spec = replace(spec, max_length=shorter, batch_tokens=shorter)
        yield {"--max-length": str(shorter), "--batch-tokens": str(shorter)}, spec, precision
