"""Exports of a trained model: each file of this folder writes what one tool wants, to serve the model or to train it again.

    @export("gguf")
    def write(trained: Trained, out: Folder) -> None: ...

Nothing here reads a run's folder by itself: `Trained` has what was checked to belong together.
"""

from __future__ import annotations

from collections.abc import Callable

from datagen.exports import Folder
from stparse.registry import Registry
from trainer.exports._trained import Trained, read_trained

__all__ = ["EXPORTS", "Folder", "Trained", "export", "read_trained"]

Write = Callable[[Trained, Folder], None]

EXPORTS: Registry[Write] = Registry("export format for a trained model", __name__)


def export(name: str) -> Callable[[Write], Write]:
    """Register what writes a format under the name that the command line calls it by."""
    return EXPORTS.register(name)
