"""Filling in the middle with the tokens that a base model learnt it with: prefix, suffix, then the middle, which alone is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FAMILIES = (
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
)
"""What stands before prefix, suffix and middle: DeepSeek-Coder; Qwen-Coder and CodeGemma; StarCoder and Granite."""


@dataclass(frozen=True, slots=True)
class FimTokens:
    """The ids of the three tokens."""

    prefix: int
    suffix: int
    middle: int

    def prompt(self, prefix: list[int], suffix: list[int]) -> list[int]:
        """Answer what the model is given; the middle is to follow."""
        return [self.prefix, *prefix, self.suffix, *suffix, self.middle]


def fim_tokens(tokenizer: Any) -> FimTokens | None:
    """Answer the tokens of the family that the tokenizer knows, None if it knows none: then the base has not learnt it."""
    known = tokenizer.get_vocab()
    for family in FAMILIES:
        if all(token in known for token in family):
            return FimTokens(*(known[token] for token in family))
    return None
