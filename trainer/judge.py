"""How good the model is while it learns: loss and accuracy token by token, and whether the methods that it writes parse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from datagen.phrase import code_in
from stparse.issue import Severity
from stparse.parser import parse_method
from trainer.chat import Chat, Conversation


def token_metrics(evaluated: Any) -> dict[str, float]:
    """Answer loss and accuracy over all learnt tokens, from the sums of each batch: how they were divided does not matter."""
    loss, right, learnt = evaluated.predictions.astype("float64").sum(0)
    return {"token_loss": float(loss / learnt), "token_accuracy": float(right / learnt)}


@dataclass(frozen=True, slots=True)
class Said:
    """What a model wrote, and whether it ended by itself."""

    text: str
    ended: bool


def answers(model: Any, chat: Chat, asked: Sequence[Conversation], most: int, room: int) -> list[Said]:
    """Let the model answer each conversation, always with the likeliest token, with `most` tokens at most.

    So many together as have `room` tokens, padding included: of each token a model remembers something in each layer.
    """
    found: list[Said] = []
    tokenizer = chat.tokenizer
    texts = [chat.prompt(messages) for messages in asked]
    longest = max(len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"])
    at_a_time = max(1, room // (longest + most))
    for at in range(0, len(texts), at_a_time):
        prompts = texts[at : at + at_a_time]
        given = tokenizer(prompts, add_special_tokens=False, padding=True, padding_side="left", return_tensors="pt").to(model.device)
        with torch.inference_mode():
            made = model.generate(
                input_ids=given["input_ids"], attention_mask=given["attention_mask"], max_new_tokens=most, do_sample=False,
                eos_token_id=chat.end, pad_token_id=tokenizer.pad_token_id, use_cache=True,
            )  # fmt: skip
        found.extend(_said(chat, ids.tolist()) for ids in made[:, given["input_ids"].shape[1] :])
    return found


def _said(chat: Chat, ids: list[int]) -> Said:
    ended = chat.end in ids
    text = chat.tokenizer.decode(ids[: ids.index(chat.end)] if ended else ids, clean_up_tokenization_spaces=False)
    around = chat.after.removesuffix(chat.tokenizer.decode([chat.end]))
    return Said(text.removeprefix(chat.before).removesuffix(around), ended)


def sample_metrics(said: Sequence[Said], dialect: str) -> dict[str, float]:
    """Answer which share of the written methods parses without an error, and which ended by itself."""
    parsed = sum(_parses((code_in(each.text) or (each.text,))[-1], dialect) for each in said)
    return {"parse_rate": parsed / len(said), "ended": sum(each.ended for each in said) / len(said)}


def _parses(text: str, dialect: str) -> bool:
    found = parse_method(text, dialect)
    return found.tree is not None and not any(issue.severity is Severity.ERROR for issue in found.issues)
