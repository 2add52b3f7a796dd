"""How samples are written: in which folder, with which keys, and how they are read back.

A trainer tells what a data set is for by its columns, and refuses a mixture: `messages` is a conversation, `prompt` with
`completion` a completion, `prompt` with `chosen` and `rejected` a preference. So each of these has a folder of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from datagen.mutations import undone
from datagen.phrase import code_in
from datagen.sample import Claim, Fault, Message, Prompt, Sample, Source, line_of
from datagen.split import SPLITS
from stparse.issue import BadInputError

CARD = "README.md"
REPORT = "report.html"
INDEX = "index.sqlite"
BASE = "base.json"
PARTS = ("sft", "completion", "preference")
"""The folders, each with a file for each split."""

_SPOKEN = {"sft": ("messages",), "completion": ("prompt", "completion"), "preference": ("prompt", "chosen", "rejected")}


@dataclass(frozen=True, slots=True)
class Written:
    """A sample as its line has it: with the id and the tokens that the line states, and the system prompt."""

    sample: Sample
    id: str
    tokens: int
    system: str | None


def part_of(kind: str) -> str:
    """Answer the folder that a kind of samples is in."""
    family = kind.split(".", 1)[0]
    return family if family in PARTS else "sft"


def file_of(part: str, split: str, ending: str = "jsonl") -> str:
    """Answer `sft/train.jsonl`."""
    return f"{part}/{split}.{ending}"


def record_of(sample: Sample, *, system: str | None = None, tokens: int | None = None) -> dict[str, Any]:
    """Answer the object of a sample's line; its keys are an interface (docs/dataset.md).

    `tokens` is the count of another tokenizer than our own estimate.
    """
    part = part_of(sample.kind)
    prompt = [_message(message) for message in ((Message("system", system),) if system else ()) + sample.prompt.messages]
    said = [{"role": "assistant", "content": sample.answer}]
    spoken: dict[str, Any] = {"messages": prompt + said}
    if part == "completion":
        spoken = {"prompt": prompt, "completion": said}
    elif part == "preference":
        sides = {"chosen": sample.chosen, "rejected": sample.rejected}
        spoken = {"prompt": prompt, **{side: [{"role": "assistant", "content": text}] for side, text in sides.items()}}
    found = {
        "id": sample.id,
        "kind": sample.kind,
        **spoken,
        "answer": sample.answer,
        "form": sample.form,
        "claims": [_plain(claim) for claim in sample.claims],
        "sources": [_source_json(source) for source in sample.sources],
        "group": sample.group,
        "split": sample.split,
        "quality": sample.quality,
        "tokens": sample.tokens if tokens is None else tokens,
    }
    return found if part == "completion" else {**found, "fault": sample.fault and _plain(sample.fault)}


def line_for(sample: Sample) -> str:
    """Answer one line of JSON, without the line end."""
    return line_of(record_of(sample))


def written_of(line: str) -> Written:
    """Answer what one line of JSON says. Raises BadInputError if it is no sample."""
    try:
        found = json.loads(line)
        messages = _conversation(found)
        system = messages.pop(0).content if messages[0].role == "system" else None
        prompt = Prompt(tuple(messages))
        fault = Fault(**{key: _frozen(value) for key, value in found["fault"].items()}) if found.get("fault") else None
        said = _texts(found, prompt, fault)
        sample = Sample(
            kind=found["kind"],
            prompt=prompt,
            answer=found["answer"],
            form=found["form"],
            claims=tuple(Claim(**{key: _frozen(value) for key, value in claim.items()}) for claim in found["claims"]),
            sources=tuple(_source_of(source) for source in found["sources"]),
            group=found["group"],
            split=found["split"],
            quality=found["quality"],
            chosen=None if said is None else said[0],
            rejected=None if said is None else said[1],
            fault=fault,
        )
        return Written(sample, found["id"], found["tokens"], system)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadInputError(f"not a sample of stc: {line[:60]!r} ({error!r})") from error


def file_digest(path: Path) -> str:
    """Answer the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all; what stood in it before stays until then."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")
    draft.replace(path)


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, from 1. Raises BadInputError if it is not there."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            yield from enumerate(file, 1)
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}); make the data set anew: stc compile-dataset") from error


def parts_and_splits() -> Iterator[tuple[str, str]]:
    """Yield every folder with every split, in the order in which they are read."""
    for part in PARTS:
        for split in SPLITS:
            yield part, split


def _conversation(found: dict[str, Any]) -> list[Message]:
    """Answer the messages up to the answer."""
    names = _SPOKEN[part_of(found["kind"])]
    said = found[names[0]][:-1] if names == ("messages",) else found[names[0]]
    return [Message(m["role"], m["content"]) for m in said]


def _texts(found: dict[str, Any], prompt: Prompt, fault: Fault | None) -> tuple[str, str] | None:
    """Answer what is chosen and what is rejected; of a negative, whose question holds the one, the edit leads to the other."""
    if "rejected" in found:
        return found["chosen"][0]["content"], found["rejected"][0]["content"]
    if fault is None:
        return None
    text = (code_in(prompt.text) or ("",))[0]
    return undone(text, fault.span[0], fault.was, fault.now), text


def _message(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _plain(value: Claim | Fault) -> dict[str, Any]:
    found = ((f.name, getattr(value, f.name)) for f in fields(value))
    return {name: list(item) if isinstance(item, tuple) else item for name, item in found}


def _frozen(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _source_json(source: Source) -> dict[str, Any]:
    return {
        "file": source.file,
        "class": source.class_name,
        "selector": source.selector,
        "span": list(source.span),
        "digest": source.digest,
    }


def _source_of(found: dict[str, Any]) -> Source:
    start, end = found["span"]
    return Source(found["file"], found["class"], found["selector"], (start, end), found["digest"])
