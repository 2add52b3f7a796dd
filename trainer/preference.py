"""Preference tuning: the answer that is chosen is to become likelier than the one that is rejected, against the model as it was (DPO).

The loss is that of TRL; the tokens are ours, so that what is compared is what was learnt before, whole and with its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from datasets import Dataset
from transformers import PrinterCallback
from trl import DPOConfig, DPOTrainer

from trainer.batches import batches
from trainer.encode import Pair
from trainer.learning import Learner, Made, Stage, by_step, common_arguments, steps_of, stopping


class PreferenceLearner(Learner, DPOTrainer):
    """TRL's trainer with examples that are encoded already."""

    def _prepare_dataset(self, dataset: Any, *args: Any) -> Any:
        return dataset


def preference_learner_for(stage: Stage) -> Made:
    """Answer what learns in dpo. The reference is the model as it is now: after the stages before."""
    spec, train, validation = stage.spec, stage.material.train, stage.material.validation
    # A batch of pairs has a fixed number of them: so many that the longest would fit.
    at_a_time = max(1, spec.batch_tokens // (2 * max(pair.longest for pair in train)))
    batch = batches([1] * len(train), at_a_time, epochs=spec.epochs, seed=spec.seed, packed=True)
    order = [i for each in batch for i in each]
    steps = steps_of(-(-len(order) // at_a_time), spec)
    common = common_arguments(stage, steps, rate=spec.preference_rate)
    learner = PreferenceLearner(
        model=stage.model,
        args=DPOConfig(
            **{**common, "per_device_train_batch_size": at_a_time, "per_device_eval_batch_size": at_a_time},
            beta=spec.beta, max_length=None, disable_dropout=True, metric_for_best_model="loss" if validation else None,
        ),
        train_dataset=_rows(train, order),
        eval_dataset=_rows(validation, range(len(validation))) if validation else None,
        processing_class=stage.chat.tokenizer,
        callbacks=stopping(stage),
    )  # fmt: skip
    learner.remove_callback(PrinterCallback)
    learner.judge = stage.judge
    groups = [order[at : at + at_a_time] for at in range(0, len(order), at_a_time)]
    counts = [2 * len(pair.prompt) + len(pair.chosen) + len(pair.rejected) for pair in train]
    learnt = [len(pair.chosen) + len(pair.rejected) for pair in train]
    return Made(learner, by_step(groups, counts, spec.accumulate), by_step(groups, learnt, spec.accumulate))


def _rows(pairs: Sequence[Pair], order: Iterable[int]) -> Any:
    """Answer the pairs in the order in which they are to come, with the keys that TRL knows them by."""
    chosen = (pairs[i] for i in order)
    return Dataset.from_list([{"prompt_ids": pair.prompt, "chosen_ids": pair.chosen, "rejected_ids": pair.rejected} for pair in chosen])
