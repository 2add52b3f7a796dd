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
from trainer.processes import Processes


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
    """A wish to stop, which the next step fulfils. A second one ends at once, unless a launcher passes each on a second time."""

    def __init__(self, *, patient: bool = False) -> None:
        self.wished = False
        self._patient = patient

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
        if self.wished and not self._patient:
            raise KeyboardInterrupt
        self.wished = True


class Watcher(TrainerCallback):
    """Shows each step, marks whole checkpoints, saves by the clock, and stops where that is wished.

    `tokens` and `learnt` are those of each step of the stage.
    """

    def __init__(
        self, stage: str, show: Show, stop: Stop, minutes: float, tokens: Sequence[int], learnt: Sequence[int], processes: Processes
    ) -> None:  # fmt: skip
        self._stage, self._show, self._stop, self._minutes, self._processes = stage, show, stop, minutes, processes
        self._tokens, self._learnt = tokens, learnt
        self._began = self._saved = time.monotonic()
        self._first = self._done = 0
        self._step_began = self._began
        self._loss: float | None = None
        self.busy = 0.0
        """Seconds of the steps themselves, without validation and checkpoints."""

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._began = self._saved = time.monotonic()
        self._first = self._done = state.global_step

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._step_began = time.monotonic()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        if logs and "loss" in logs:
            # Not before the loss is known is a GPU done with the step.
            self.busy += time.monotonic() - self._step_began
            self._done = state.global_step
            self._loss = float(logs["loss"])
            if self._processes.main:
                self._show(self._now(state))

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        # A wish of one process is that of all, or they would wait for each other for ever.
        self._stop.wished = self._processes.any(self._stop.wished)
        if self._stop.wished or self._processes.any(time.monotonic() - self._saved > 60 * self._minutes):
            control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._saved = time.monotonic()
        # Each process writes its own state of chance.
        self._processes.wait()
        if self._processes.main:
            mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")
        self._processes.wait()
        if self._stop.wished:
            # Not before it is saved: a checkpoint keeps this too, and would stop whoever goes on from it.
            control.should_training_stop = True

    @property
    def speed(self) -> dict[str, float]:
        """Answer how many steps were done since it began or was gone on with, their seconds, and the tokens of each second."""
        seen, learnt = (sum(each[self._first : self._done]) for each in (self._tokens, self._learnt))
        seconds = max(self.busy, 1e-9)
        return {
            "steps": self._done - self._first,
            "seconds": self.busy,
            "tokens_per_second": seen / seconds,
            "learnt_per_second": learnt / seconds,
        }

    def _now(self, state: Any) -> Step:
        speed = self.speed
        left = (state.max_steps - state.global_step) * (time.monotonic() - self._began) / max(1, self._done - self._first)
        return Step(
            self._stage, state.global_step, state.max_steps, self._loss, speed["tokens_per_second"], speed["learnt_per_second"], left
        )
