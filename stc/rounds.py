"""A round of `stc retrain` on disk: each step is done once for the same inputs, and a kill at any moment costs no step that is done."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from datagen.layout import write_whole
from datagen.sample import line_of
from stparse.issue import BadInputError

ROUND = "round.json"
FORMAT = 1


class Round:
    """One round: `said` is what its file says. A step's output is reused as long as its inputs are the same and it is still whole."""

    def __init__(self, folder: Path) -> None:
        """Open the round in `folder`, or begin one there. Raises BadInputError where the file is none of ours."""
        self.folder = folder
        path = folder / ROUND
        if path.is_file():
            self.said = _read(path)
            return
        folder.mkdir(parents=True, exist_ok=True)
        self.said = {"format": FORMAT, "id": str(uuid.uuid4()), "steps": {}, "outcome": None}
        self._write()

    @property
    def outcome(self) -> dict[str, Any] | None:
        """What came of it; None while it goes on."""
        found: dict[str, Any] | None = self.said["outcome"]
        return found

    @property
    def request(self) -> uuid.UUID:
        """The id by which its promotion is asked for: asked twice, it happens once."""
        return uuid.uuid5(uuid.UUID(self.said["id"]), "promote")

    def step(
        self,
        name: str,
        inputs: Mapping[str, Any],
        act: Callable[[Path], dict[str, Any]],
        whole: Callable[[Path, dict[str, Any]], bool],
    ) -> tuple[Path, dict[str, Any]]:
        """Answer the folder and the output of a step. It is done in a folder that is named by its inputs, unless that was done before."""
        key = hashlib.sha256(line_of(dict(inputs)).encode("utf-8", "surrogatepass")).hexdigest()
        folder = self.folder / f"{name}-{key[:8]}"
        known = self.said["steps"].get(name)
        if known is not None and known["inputs"] == key and whole(folder, known["output"]):
            return folder, known["output"]
        output = act(folder)
        self.said["steps"][name] = {"inputs": key, "output": output}
        self._write()
        return folder, output

    def note(self, name: str, output: Mapping[str, Any]) -> None:
        """Write down what a step gave that is always done again."""
        self.said["steps"][name] = {"output": dict(output)}
        self._write()

    def end(self, outcome: Mapping[str, Any]) -> None:
        """Write down what came of it; a round that has ended is not gone on with."""
        self.said["outcome"] = dict(outcome)
        self._write()

    def _write(self) -> None:
        write_whole(self.folder / ROUND, json.dumps(self.said, ensure_ascii=False, indent=1) + "\n")


def rounds_in(folder: Path) -> list[Round]:
    """Answer the rounds that were begun in `folder`, in their order."""
    found = sorted((path for path in folder.glob("[0-9]*") if (path / ROUND).is_file()), key=lambda path: int(path.name))
    return [Round(path) for path in found]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("format") == FORMAT:
            return found
        reason = f"format {found.get('format')}" if isinstance(found, dict) else "no object"
    except (OSError, ValueError) as error:
        reason = str(error)
    raise BadInputError(f"{path} cannot be read ({reason}); remove the folder {path.parent} to begin that round anew")
