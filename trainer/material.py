"""What a data set gives each stage: examples to learn and to validate on, encoded, with what was dropped and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from datagen.layout import PARTS, file_of, lines_of, written_of
from datagen.phrase import code_in
from datagen.sample import Sample
from stparse.issue import BadInputError
from trainer.chat import Conversation
from trainer.corpus import documents
from trainer.encode import NOT_BACK, Encoder, Example, Pair
from trainer.spec import RunSpec

HOLE = "<FILL_ME>"
"""Where the questions of completion.fim have their hole (docs/dataset.md)."""
_MOST_LOST = 0.1


@dataclass(frozen=True, slots=True)
class Material:
    """What one stage learns: each an Example, in `dpo` each a Pair. `asked` are validation prompts whose answer is a method."""

    train: Sequence[Any]
    validation: Sequence[Any]
    dropped: dict[str, int]
    asked: Sequence[Conversation] = ()


def material_for(stage: str, folder: Path, encoder: Encoder, spec: RunSpec) -> Material:
    """Read and encode what `stage` learns from the data set in `folder`. Raises BadInputError if nothing is left."""
    encoder.dropped = Counter()
    read: Callable[[Path, str, Encoder], Iterator[Any]] = {"pretrain": _pretrain, "sft": _sft, "dpo": _dpo}[stage]
    train: list[Any] = list(read(folder, "train", encoder))
    train += _replayed(stage, len(train), encoder, spec)
    dropped = dict(encoder.dropped)
    # Of what is validated on, only a part is looked at; the same part each time.
    validation = _some(list(read(folder, "validation", encoder)), spec.validate_on, spec.seed)
    if not train:
        reasons = ", ".join(f"{reason}: {n}" for reason, n in dropped.items()) or "the data set has none"
        raise BadInputError(f"nothing to learn from for {stage} ({reasons})")
    lost = dropped.get(NOT_BACK, 0)
    if lost > _MOST_LOST * (len(train) + lost):
        raise BadInputError(f"the tokenizer of the base model does not give {lost:,} examples back as they were; take another base")
    asked: list[Conversation] = []
    if stage != "pretrain" and spec.sample:
        asked = _some([m for m in _methods_asked(folder) if len(encoder.asked(m)) <= spec.max_length], spec.sample, spec.seed)
    return Material(train, validation, dropped, asked)


def samples_of(folder: Path, part: str, split: str) -> Iterator[tuple[Conversation, Sample]]:
    """Yield the samples of a file with the conversation that leads to the answer, the system prompt included."""
    for _, line in lines_of(folder / file_of(part, split)):
        written = written_of(line)
        system = [{"role": "system", "content": written.system}] if written.system else []
        yield [*system, *({"role": m.role, "content": m.content} for m in written.sample.prompt.messages)], written.sample


def _sft(folder: Path, split: str, encoder: Encoder) -> Iterator[Example]:
    for part in PARTS[:2]:
        for messages, sample in samples_of(folder, part, split):
            if (example := encoder.conversation(messages, sample.answer)) is not None:
                yield example


def _dpo(folder: Path, split: str, encoder: Encoder) -> Iterator[Pair]:
    for messages, sample in samples_of(folder, "preference", split):
        assert sample.rejected is not None
        if (pair := encoder.pair(messages, sample.answer, sample.rejected)) is not None:
            yield pair


def _pretrain(folder: Path, split: str, encoder: Encoder) -> Iterator[Example]:
    if split == "train":
        for text in documents(folder, encoder.max_length - 2, encoder.length_of):
            if (example := encoder.document(text)) is not None:
                yield example
    for _, sample in samples_of(folder, "completion", split):
        if sample.kind == "completion.fim":
            # The last block is the method: the class is shown before it.
            prefix, _, suffix = code_in(sample.prompt.text)[-1].partition(HOLE)
            if (example := encoder.middle(prefix, suffix, sample.answer)) is not None:
                yield example


def _replayed(stage: str, learnt: int, encoder: Encoder, spec: RunSpec) -> list[Example]:
    """Answer so many of the texts to replay that they are the wanted share of all; fewer where there are not enough."""
    if not spec.replay or stage == "dpo":
        return []
    found: list[Example] = []
    for number, line in lines_of(Path(spec.replay)):
        try:
            example = _replay(stage, json.loads(line), encoder)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise BadInputError(f"{spec.replay}:{number}: neither a text nor messages in JSON ({error!r})") from error
        if example is not None:
            found.append(example)
    return _some(found, round(learnt * spec.replay_share / (1 - spec.replay_share)), spec.seed)


def _replay(stage: str, line: dict[str, Any], encoder: Encoder) -> Example | None:
    if stage == "pretrain":
        return encoder.document(line["text"]) if "text" in line else None
    if "messages" not in line:
        return None
    *asked, said = line["messages"]
    if said["role"] != "assistant":
        raise ValueError("the last message is not the assistant's")
    return encoder.conversation(asked, said["content"])


def _methods_asked(folder: Path) -> list[Conversation]:
    return [m for m, s in samples_of(folder, "completion", "validation") if s.kind == "completion.method_body"]


def _some(found: list[Any], most: int, seed: int) -> list[Any]:
    """Answer `most` of the things, by chance, in their order."""
    return found if len(found) <= most else [found[i] for i in sorted(Random(seed).sample(range(len(found)), most))]  # noqa: S311 - no secret
