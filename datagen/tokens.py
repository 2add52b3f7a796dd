"""How tokens are counted: by our own estimate, or by a tokenizer that the shell has opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from datagen.sample import Sample, estimated_tokens


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """What counts tokens: its name, the digest of the file that it was read from, and the count of each text."""

    name: str
    digest: str | None
    count: Callable[[Sequence[str]], list[int]]


OWN = TokenCounter(
    "stc's own estimate (pieces of words of up to five letters, and signs)", None, lambda texts: [estimated_tokens(t) for t in texts]
)


def tokens_of(samples: Sequence[Sample], system: str | None, counter: TokenCounter) -> list[int]:
    """Answer the tokens of each sample: system prompt, prompt and answer, without what a chat template adds."""
    around = counter.count([system])[0] if system else 0
    counted = iter(counter.count([text for sample in samples for text in sample.texts]))
    return [around + sum(next(counted) for _ in sample.texts) for sample in samples]
