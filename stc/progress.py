"""Progress bars on standard error, one for each phase; nothing where nobody watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from trainer.watch import Step

_EVERY = 60.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def bars(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Answer a function that takes the name of a phase, and how much of how much is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def show(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = progress.add_task(phase, total=total)
            progress.update(tasks[phase], completed=done)

        yield show


@contextmanager
def steps_shown(console: Console) -> Iterator[Callable[[Step], None]]:
    """Answer a function that takes the steps of a training: a bar on a terminal, elsewhere a line a minute."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}  {task.fields[said]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}
        last = [0.0]

        def show(step: Step) -> None:
            loss = "" if step.loss is None else f"loss {step.loss:.3f}  "
            said = f"{loss}{step.tokens:,.0f} tokens/s, {step.learnt:,.0f} of them learnt  {_time(step.left)} left"
            if step.stage not in tasks:
                tasks[step.stage] = progress.add_task(step.stage, total=step.steps, said="")
            progress.update(tasks[step.stage], completed=step.step, said=said)
            now = time.monotonic()
            if not console.is_terminal and (now - last[0] > _EVERY or step.step == step.steps):
                last[0] = now
                console.print(f"{step.stage} {step.step}/{step.steps}  {said}", highlight=False, soft_wrap=True)

        yield show


def _time(seconds: float) -> str:
    """Answer 1:05:09, or 5:09."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
