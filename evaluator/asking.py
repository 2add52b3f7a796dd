"""Asks a model everything that a suite holds, and keeps each answer at once: an evaluation goes on where it was interrupted.

An answer is found again by what it depends on: the identity of the model, the prompt, the draw. Failed ones are asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from datagen.complete import Asked, Complete, Completion, Progress
from datagen.sample import line_of
from evaluator.item import Item
from evaluator.recorded import completion_of

Answers = dict[tuple[str, int], Completion]


def asked_of(items: Sequence[Item], draws: int, *, ranks: bool) -> list[Asked]:
    """Answer all that is to be asked; pairs only of who can rank, and once."""
    found = []
    for item in items:
        if item.pair is None:
            found += [Asked(item.id, item.prompt, draw, None, item.form, item.hole, item.dialect) for draw in range(draws)]
        elif ranks:
            found.append(Asked(item.id, item.prompt, 0, item.pair, item.form))
    return found


def key_of(complete: Complete, one: Asked) -> str:
    """Answer the digest of all that an answer depends on. Whether a server heeds seeds is found out by chance, and decides none."""
    said = [
        {key: value for key, value in complete.identity.items() if key != "heeds"},
        [[m.role, m.content] for m in one.prompt.messages],
        one.draw,
        one.pair,
        one.hole,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def answers(complete: Complete, asked: Sequence[Asked], cache: Path, show: Progress) -> Answers:
    """Answer what the model says to each; what is in the file `cache` is not asked again, and what is new is written behind it."""
    keys = {(one.id, one.draw): key_of(complete, one) for one in asked}
    known = _read(cache)
    found: Answers = {place: known[key] for place, key in keys.items() if key in known}
    open_ = [one for one in asked if (one.id, one.draw) not in found]
    show("asking", len(found), len(asked))
    with cache.open("a", encoding="utf-8", errors="surrogateescape") as file:
        for batch in _batches(open_, max(1, complete.batch)):
            for one, done in zip(batch, complete(batch), strict=True):
                found[one.id, one.draw] = done
                file.write(line_of({"id": one.id, "draw": one.draw, "key": keys[one.id, one.draw], **_said(done)}) + "\n")
            file.flush()
            show("asking", len(found), len(asked))
    return found


def _said(done: Completion) -> dict[str, Any]:
    said = {key: value for key, value in asdict(done).items() if value is not None and key not in ("text", "trouble", "by")}
    return {"completion": done.text, **({"error": done.trouble} if done.trouble else {}), **said}


def _read(cache: Path) -> dict[str, Completion]:
    """Answer the kept answers by their keys. A last line that was cut by an interruption, and failures, are left out."""
    found: dict[str, Completion] = {}
    if not cache.is_file():
        return found
    text = cache.read_text(encoding="utf-8", errors="surrogateescape")
    if text and not text.endswith("\n"):
        text = text[: text.rfind("\n") + 1]
        cache.write_text(text, encoding="utf-8", errors="surrogateescape")
    for line in text.splitlines():
        try:
            said = json.loads(line)
            done = completion_of(said)
            if done.text is not None or done.margin is not None:
                found[said["key"]] = done
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _batches(asked: Sequence[Asked], size: int) -> Iterator[Sequence[Asked]]:
    for at in range(0, len(asked), size):
        yield asked[at : at + size]
