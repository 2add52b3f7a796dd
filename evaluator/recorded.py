"""Completions that were recorded elsewhere, one JSON object a line: {"id": ..., "completion": ...}, or with "prompt" in place of "id".

Other keys that are read: "draw" (0 where it is missing), "tokens", "seconds", "ended", "margin", "error" (why there is none).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datagen.complete import Asked, Completion
from datagen.layout import file_digest
from stparse.issue import BadInputError

NOT_THERE = "not in the recording"


class Recorded:
    """Answers from a file. What it does not hold is missing, and so is a line that cannot be read: it is counted in `broken`."""

    batch = 1000

    def __init__(self, path: Path) -> None:
        self._digest = file_digest(path) if path.is_file() else ""
        self._found: dict[tuple[str, int], Completion] = {}
        self.broken = 0
        self.ranks = False
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise BadInputError(
                f"{path} cannot be read ({error.strerror}); it must hold one JSON object a line, with id and completion"
            ) from error
        for line in filter(str.strip, lines):
            self._read(line)
        if not self._found:
            raise BadInputError(f'{path} holds no completions; write lines of {{"id": "...", "completion": "..."}}')

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"kind": "recorded", "digest": self._digest}

    def _read(self, line: str) -> None:
        try:
            said = json.loads(line)
            key = str(said["id"]) if "id" in said else _key(said["prompt"])
            done = completion_of(said)
        except (ValueError, KeyError, TypeError):
            self.broken += 1
            return
        self.ranks = self.ranks or done.margin is not None
        self._found[key, int(said.get("draw", 0))] = done

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        return [self._of(one) for one in asked]

    def _of(self, one: Asked) -> Completion:
        found = self._found.get((one.id, one.draw)) or self._found.get((_key(one.prompt.text), one.draw))
        return found or Completion(None, NOT_THERE)


def completion_of(said: Mapping[str, Any]) -> Completion:
    """Answer the completion that a line says. Raises TypeError where its text is none."""
    text = said.get("completion", said.get("text"))
    if text is not None and not isinstance(text, str):
        raise TypeError("completion is no text")
    trouble = str(said.get("error") or ("" if text is not None else "recorded without a text"))
    return Completion(
        text, trouble, said.get("tokens"), said.get("seconds"), said.get("ended"), said.get("margin"), int(said.get("tries", 1))
    )


def _key(prompt: str) -> str:
    return "prompt " + hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()
