"""What watches a training: progress with speed and the time that is left, checkpoints by the clock, and a stop that saves first."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from trainer.checkpoints import mark_complete


@dataclass(frozen=True, slots=True)
class Step:
    """How far a stage is: `learnt` are tokens with loss for each second, `tokens` all of them; `left` are seconds."""

    stage: str
    step: int
    steps: int
    loss: float | None
    tokens: float
    learnt: float
    left: float


Show = Callable[[Step], None]


class Stop:
    """A wish to stop, which the next step fulfils."""

    def __init__(self) -> None:
        self.wished = False

    @contextmanager
    def on_signals(self) -> Iterator[Stop]:
        """Take Ctrl-C and the signal to end for such a wish; a second one ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = {number: signal.signal(number, self._wish) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _wish(self, number: int, frame: object) -> None:
        if self.wished:
            raise KeyboardInterrupt
        self.wished = True


class Watcher(TrainerCallback):
    """Shows each step, marks whole checkpoints, saves by the clock, and stops where that is wished.

    `tokens` and `learnt` are those of each step of the stage.
    """

    def __init__(self, stage: str, show: Show, stop: Stop, minutes: float, tokens: Sequence[int], learnt: Sequence[int]) -> None:
        self._stage, self._show, self._stop, self._minutes = stage, show, stop, minutes
        self._tokens, self._learnt = tokens, learnt
        self._began = self._saved = time.monotonic()
        self._first = 0
        self._loss: float | None = None
        self.seconds = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._began = self._saved = time.monotonic()
        self._first = state.global_step

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        if logs and "loss" in logs:
            self._loss = float(logs["loss"])
            self._show(self._now(state))

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self._stop.wished or time.monotonic() - self._saved > 60 * self._minutes:
            control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._saved = time.monotonic()
        mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        if self._stop.wished:
            # Not before it is saved: a checkpoint keeps this too, and would stop whoever goes on from it.
            control.should_training_stop = True

    def _now(self, state: Any) -> Step:
        self.seconds = max(time.monotonic() - self._began, 1e-9)
        done = max(1, state.global_step - self._first)
        seen, learnt = (sum(each[self._first : state.global_step]) for each in (self._tokens, self._learnt))
        left = (state.max_steps - state.global_step) * self.seconds / done
        return Step(self._stage, state.global_step, state.max_steps, self._loss, seen / self.seconds, learnt / self.seconds, left)
