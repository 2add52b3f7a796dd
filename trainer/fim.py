"""Filling in the middle as a base model learnt it: what stands before and behind a hole is given, and the middle alone is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Family:
    """The tokens of a family of models: before prefix, suffix and middle. `end` ends a middle, where that is not the end of a text."""

    prefix: str
    suffix: str
    middle: str = ""
    """Empty where the prefix comes last, and the middle follows it."""
    end: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for token in (self.prefix, self.suffix, self.middle, self.end) if token)


FAMILIES = {
    "DeepSeek-Coder": Family("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    "Qwen-Coder, CodeGemma": Family("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    "StarCoder, Granite": Family("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    "SantaCoder": Family("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    "CodeLlama": Family("▁<PRE>", "▁<SUF>", "▁<MID>", "▁<EOT>"),
    "Codestral": Family("[PREFIX]", "[SUFFIX]"),
}


@dataclass(frozen=True, slots=True)
class FimTokens:
    """The tokens of a family with their ids in one tokenizer; `end` is the id that ends a middle."""

    family: Family
    prefix: int
    suffix: int
    middle: int | None
    end: int

    def prompt(self, prefix: list[int], suffix: list[int]) -> list[int]:
        """Answer what the model is given; the middle is to follow."""
        if self.middle is None:
            return [self.suffix, *suffix, self.prefix, *prefix]
        return [self.prefix, *prefix, self.suffix, *suffix, self.middle]

    def text(self, prefix: str, suffix: str) -> str:
        """Answer the same as a text, for programs that find the tokens in it."""
        family = self.family
        if not family.middle:
            return f"{family.suffix}{suffix}{family.prefix}{prefix}"
        # The sign of sentencepiece is a space in a text: `<PRE> prefix <SUF>suffix <MID>`.
        space = " " if family.prefix.startswith("▁") else ""
        before, between, behind = (token.replace("▁", " ") if space else token for token in family.tokens[:3])
        return f"{before.lstrip()}{space}{prefix}{between}{suffix}{behind}"


def fim_tokens(tokenizer: Any) -> FimTokens | None:
    """Answer the tokens of the family that the tokenizer knows, None if it knows none: then the base has not learnt it."""
    known = tokenizer.get_vocab()
    for family in FAMILIES.values():
        if all(token in known for token in family.tokens):
            end = known[family.end] if family.end else tokenizer.eos_token_id
            return FimTokens(family, known[family.prefix], known[family.suffix], known.get(family.middle), end)
    return None
