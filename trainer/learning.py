"""One stage of learning: the library's Trainer with our batches, our measures, and settings under which it can be resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import (
    DataCollatorForSeq2Seq,
    DataCollatorWithFlattening,
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainingArguments,
)

from trainer.batches import Batch, batches, in_order
from trainer.chat import Chat
from trainer.encode import IGNORED, Example
from trainer.hardware import Machine
from trainer.judge import token_metrics
from trainer.loss import learnt_alone
from trainer.material import Material
from trainer.processes import Processes
from trainer.spec import RunSpec

_VALIDATIONS = 10
"""So often a stage is validated where the spec does not say how often."""


class Batches(torch.utils.data.Dataset):
    """Batches as the items of a data set: the library sees batches of one item each, in the order in which they are."""

    def __init__(self, examples: Sequence[Example], chosen: Sequence[Batch]) -> None:
        self._examples, self._chosen = examples, chosen

    def __len__(self) -> int:
        return len(self._chosen)

    def __getitem__(self, place: int) -> list[dict[str, list[int]]]:
        return [features(self._examples[i]) for i in self._chosen[place]]


def features(example: Example) -> dict[str, list[int]]:
    """Answer ids, and as labels those that are learnt: -100 where nothing is."""
    return {"input_ids": example.ids, "labels": [IGNORED] * example.start + example.ids[example.start :]}


def collator(tokenizer: Any, packed: bool) -> Callable[[list[list[dict[str, list[int]]]]], dict[str, torch.Tensor]]:
    """Answer what makes tensors of a batch: rows padded on the right, or one packed row whose positions begin anew in each example.

    No attention mask on purpose. Padding stands behind all that is learnt, and a causal model does not look there; with a mask each
    layer would reckon and keep a square of each row. Of a packed row, the model sees from the positions alone where an example begins.
    """
    one = DataCollatorWithFlattening() if packed else DataCollatorForSeq2Seq(tokenizer, padding=True, label_pad_token_id=IGNORED)

    def collate(items: list[list[dict[str, list[int]]]]) -> dict[str, torch.Tensor]:
        made: dict[str, torch.Tensor] = one([row for item in items for row in item])
        return {name: tensor for name, tensor in made.items() if name != "attention_mask"}

    return collate


@dataclass(frozen=True, slots=True)
class Stage:
    """All that one stage of a run needs: `judge` measures the model in ways that the library does not know."""

    name: str
    spec: RunSpec
    machine: Machine
    checkpoints: Path
    model: Any
    chat: Chat
    material: Material
    judge: Callable[[Any], dict[str, float]] | None
    processes: Processes = field(default_factory=Processes)


@dataclass(frozen=True, slots=True)
class Made:
    """What learns, with the tokens that each of its steps takes, and those of them that carry loss."""

    learner: Any
    tokens: list[int]
    learnt: list[int]


class Learner(Trainer):
    """The library's Trainer, which after each validation also asks `judge` for measures of its own."""

    judge: Callable[[Any], dict[str, float]] | None = None

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Validate; answer all measures."""
        found: dict[str, float] = super().evaluate(*args, **kwargs)
        if self.judge is not None:
            self.model.eval()
            more = {f"eval_{name}": value for name, value in self.judge(self.model).items()}
            self.log(dict(more))
            found.update(more)
        return found


class TokenLearner(Learner):
    """Measures token by token. Of each batch three sums are kept: several processes can add up nothing else, for rows are of any number."""

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:  # fmt: skip
        """Answer the loss of the learnt tokens; with `return_outputs` also an output that has the sums for its logits."""
        given = {name: value for name, value in inputs.items() if name != "labels"}
        with learnt_alone(self.accelerator.unwrap_model(model), inputs["labels"], num_items_in_batch):
            return super().compute_loss(model, given, return_outputs, num_items_in_batch)

    def prediction_step(self, *args: Any, **kwargs: Any) -> tuple[Any, Any, Any]:
        """Answer the loss, the sums, and a label that says nothing."""
        loss, sums, labels = super().prediction_step(*args, **kwargs)
        return loss, sums, labels[:1, :1]


def steps_of(batches: int, spec: RunSpec) -> int:
    """Answer how many steps of the optimiser so many batches make."""
    steps = -(-batches // spec.accumulate)
    return min(steps, spec.steps) if spec.steps else steps


def common_arguments(stage: Stage, steps: int, *, rate: float) -> dict[str, Any]:
    """Answer the arguments that every stage gives to its trainer."""
    spec, machine = stage.spec, stage.machine
    every = min(spec.evaluate_every or max(1, steps // _VALIDATIONS), steps)
    return {
        "output_dir": str(stage.checkpoints),
        "per_device_train_batch_size": 1,
        "per_device_eval_batch_size": 1,
        "gradient_accumulation_steps": stage.processes.accumulated(spec),
        "max_steps": steps,
        "learning_rate": rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": spec.warmup,
        "weight_decay": spec.weight_decay,
        "max_grad_norm": spec.clip,
        # At each step: a mean over several would be another one after an interruption.
        "logging_steps": 1,
        "eval_strategy": "steps" if stage.material.validation else "no",
        "eval_steps": every,
        "save_strategy": "steps",
        "save_steps": every,
        # The newest may be half written when the process is killed.
        "save_total_limit": max(2, spec.keep),
        "greater_is_better": False,
        "restore_callback_states_from_checkpoint": True,
        # The order is in the data set already.
        "train_sampling_strategy": "sequential",
        "seed": spec.seed,
        "data_seed": spec.seed,
        "use_cpu": machine.device == "cpu",
        "bf16": machine.precision == "bf16",
        "fp16": machine.precision == "fp16",
        "activation_checkpointing": spec.checkpointing,
        "activation_checkpointing_kwargs": {"use_reentrant": False} if spec.checkpointing else None,
        "dataloader_pin_memory": machine.device == "cuda",
        "remove_unused_columns": False,
        "disable_tqdm": True,
        "report_to": "none",
        "log_level": "error",
        "log_level_replica": "error",
        "ddp_find_unused_parameters": False,
    }


def learner_for(stage: Stage) -> Made:
    """Answer what learns in pretrain and sft."""
    spec, train, validation = stage.spec, stage.material.train, stage.material.validation
    lengths = [len(example.ids) for example in train]
    chosen = batches(lengths, spec.batch_tokens, epochs=spec.epochs, seed=spec.seed, packed=spec.packing)
    steps = steps_of(len(chosen), spec)
    common = common_arguments(stage, steps, rate=spec.learning_rate)
    tokenizer = stage.chat.tokenizer
    learner = TokenLearner(
        model=stage.model,
        args=TrainingArguments(**common, label_names=["labels"], metric_for_best_model="token_loss" if validation else None),
        train_dataset=Batches(train, chosen),
        eval_dataset=Batches(validation, in_order([len(example.ids) for example in validation], spec.batch_tokens)) if validation else None,
        data_collator=collator(tokenizer, spec.packing),
        compute_metrics=token_metrics,
        callbacks=stopping(stage),
    )
    learner.remove_callback(PrinterCallback)
    learner.judge = stage.judge
    return Made(learner, by_step(chosen, lengths, spec.accumulate), by_step(chosen, [example.learnt for example in train], spec.accumulate))


def by_step(chosen: Sequence[Batch], counts: Sequence[int], accumulate: int) -> list[int]:
    """Answer for each step how many tokens its examples have."""
    each = [sum(counts[i] for i in batch) for batch in chosen]
    return [sum(each[at : at + accumulate]) for at in range(0, len(each), accumulate)]


def stopping(stage: Stage) -> list[Any]:
    """Answer what ends a stage early, where the spec wishes it and there is something to validate on."""
    wished = stage.spec.patience and stage.material.validation
    return [EarlyStoppingCallback(early_stopping_patience=stage.spec.patience)] if wished else []
