"""What the commands share that need torch and its libraries: whether these are there, and a training from its spec to its run."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from stc import __version__
from stc.progress import bars, steps_shown
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from trainer.folder import Run
    from trainer.spec import RunSpec


def needs_training_extra() -> None:
    """Raise BadInputError where torch and its libraries are not installed."""
    if find_spec("torch") is None or find_spec("peft") is None:
        raise BadInputError("this needs torch and its libraries: pip install 'stc[train]'; docs/training.md says how without CUDA")


def is_main() -> bool:
    """Whether this is the process that speaks, of those that a launcher may have started."""
    return os.environ.get("RANK", "0") == "0"


def trained(spec: RunSpec, out: Path, memory: int | None = None, *, track: tuple[str, ...] = (), in_store: bool = True) -> Run:
    """Train what `spec` says into the folder `out`, show how it goes, and enter it into the store where there is one.

    Called again it goes on. Raises what `trainer.lora.train` does: StoppedError where somebody wished it to stop.
    """
    from stc.running import Entry
    from trainer.lora import Watching, train
    from trainer.watch import Stop

    errors, stop = Console(stderr=True, quiet=not is_main()), Stop(patient="LOCAL_RANK" in os.environ)
    entry = Entry(out, wished=is_main() and in_store, tell=lambda said: click.echo(said, err=True))
    try:
        with stop.on_signals(), bars(errors) as note, steps_shown(errors) as show:
            run = train(spec, out, f"stc {__version__}", Watching(show, note, stop, entry.begin, track), memory)
    except BaseException as error:
        entry.fail(str(error) or type(error).__name__)
        raise
    entry.finish(run)
    return run
