"""Constrained decoding: only tokens are let through with which the text can still become a method, as the grammar of its dialect says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import llguidance.hf
import torch
from llguidance import LLMatcher

from stparse.decoding import decoding_grammar
from stparse.issue import StcError


class Constraints:
    """Makes the masks for one tokenizer; `end` is the token that ends an answer."""

    def __init__(self, tokenizer: Any, vocabulary: int, end: int) -> None:
        self._reader = llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=end)
        self._vocabulary, self._end = vocabulary, end
        self._begun: dict[str, Any] = {}

    def of(self, dialects: Sequence[str], start: int) -> Constraint:
        """Answer what masks a batch: a row for each dialect, whose answers begin at the token `start`."""
        return Constraint([self._matcher(one) for one in dialects], self._vocabulary, self._end, start)

    def _matcher(self, dialect: str) -> Any:
        if dialect not in self._begun:
            grammar = LLMatcher.grammar_from_lark(decoding_grammar(dialect))
            wrong = LLMatcher.validate_grammar(grammar, self._reader)
            if wrong:
                raise StcError(f"the grammar of {dialect} cannot be used to decode: {wrong}")
            self._begun[dialect] = LLMatcher(self._reader, grammar, log_level=0)
        return self._begun[dialect].deep_copy()


class Constraint:
    """Masks the scores of one batch, as a LogitsProcessor of transformers does."""

    def __init__(self, matchers: Sequence[Any], vocabulary: int, end: int, start: int) -> None:
        self._matchers, self._vocabulary, self._end, self._start = matchers, vocabulary, end, start

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Answer the scores with minus infinity for what cannot follow; shapes: (rows, tokens) and (rows, vocabulary)."""
        begun = input_ids.shape[1] > self._start
        last = input_ids[:, -1].tolist()
        allowed = torch.zeros(scores.shape, dtype=torch.bool)
        for row, matcher in enumerate(self._matchers):
            if begun and last[row] != self._end and not matcher.is_stopped():
                matcher.consume_token(last[row])
            if matcher.is_stopped() or matcher.is_error():
                # Finished, or nothing can follow: then it is cut off here, and the judge sees what is lacking.
                allowed[row, self._end] = True
                continue
            bits = torch.frombuffer(bytearray(matcher.compute_bitmask()), dtype=torch.uint8)
            mask = (bits[:, None] >> torch.arange(8, dtype=torch.uint8) & 1).flatten()[: self._vocabulary].bool()
            allowed[row, : len(mask)] = mask
            allowed[row, self._end] = matcher.is_accepting()
        return scores.masked_fill(~allowed.to(scores.device), -torch.inf)
