"""From texts to token ids, with the place from which on they are learnt. What does not fit is dropped with a counted reason, never cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from trainer.chat import Chat, Conversation
from trainer.fim import FimTokens, fim_tokens

TOO_LONG = "longer than max_length"
NOT_BACK = "its tokens do not give the text back"
RESERVED = "holds a token that the model keeps for itself"
NO_FIM = "the base model has no tokens for filling in the middle"
EMPTY = "an empty answer"
IGNORED = -100
"""The label of a token that is not learnt, as the libraries know it."""


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids; those from `start` on are learnt, those before are given."""

    ids: list[int]
    start: int

    @property
    def learnt(self) -> int:
        """How many tokens carry loss."""
        return len(self.ids) - self.start


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt with the answer that is chosen and the one that is rejected."""

    prompt: list[int]
    chosen: list[int]
    rejected: list[int]

    @property
    def longest(self) -> int:
        return len(self.prompt) + max(len(self.chosen), len(self.rejected))


class Encoder:
    """Encodes for one model; `dropped` counts what was left out, by the reason."""

    def __init__(self, chat: Chat, max_length: int) -> None:
        self.chat = chat
        self.max_length = max_length
        self.dropped: Counter[str] = Counter()
        tokenizer = chat.tokenizer
        self._fim = fim_tokens(tokenizer)
        # In a text of the data set they would be read as what they mean to the model.
        self._reserved = tuple(token.content for token in tokenizer.added_tokens_decoder.values() if token.special)
        begin = tokenizer("")["input_ids"][:1]
        self._begin = begin if begin == [tokenizer.bos_token_id] else []
        self._specials = frozenset(id_ for id_, token in tokenizer.added_tokens_decoder.items() if token.special)
        self._leads = [(lead, self._ids(lead)) for lead in ("\n", ";", "a")]
        self._spaces = self._behind("x") != self._ids("x")
        """Whether the tokenizer begins every text with a space of its own, as sentencepiece does."""

    def conversation(self, messages: Conversation, answer: str) -> Example | None:
        """Encode a prompt with its answer; what the model has to write is learnt, its end too."""
        if not answer.strip():
            return self._drop(EMPTY)
        given, said = self.chat.prompt(messages), self.chat.answer(answer)
        if self._is_reserved([*(message["content"] for message in messages), answer]):
            return self._drop(RESERVED)
        prompt = self._ids(given)
        ids = prompt + self.continued(said)
        if self._text(ids) != given + said:
            return self._drop(NOT_BACK)
        return self._fitting(Example(ids, len(prompt)))

    def document(self, text: str) -> Example | None:
        """Encode a text of which all is learnt, its end too."""
        if self._is_reserved([text]):
            return self._drop(RESERVED)
        ids = self._begin + self._ids(text) + [self.chat.tokenizer.eos_token_id]
        # Nothing stands before the first token from which it could be known.
        return self._fitting(Example(ids, 1))

    def middle(self, prefix: str, suffix: str, middle: str) -> Example | None:
        """Encode a text with a hole, and what belongs there, which is learnt with its end; in the tokens of the base model."""
        if self._fim is None:
            return self._drop(NO_FIM)
        if self._is_reserved([prefix, suffix, middle]):
            return self._drop(RESERVED)
        given, after = self.hole(prefix, suffix), self.continued(middle)
        lead, before = self._leads[0]
        if self._text(before + after) != lead + middle:
            return self._drop(NOT_BACK)
        return self._fitting(Example([*given, *after, self._fim.end], len(given)))

    @property
    def fim(self) -> FimTokens | None:
        """The tokens by which the base fills in the middle; None if it does not."""
        return self._fim

    def hole(self, prefix: str, suffix: str) -> list[int]:
        """Answer what a model is given that is to fill in the middle; the base must have tokens for that."""
        assert self._fim is not None
        return self._begin + self._fim.prompt(self._ids(prefix), self.continued(suffix))

    def asked(self, messages: Conversation) -> list[int]:
        """Answer what a model is given that is to answer."""
        return self._ids(self.chat.prompt(messages))

    def continued(self, text: str) -> list[int]:
        """Answer the tokens of a text that stands behind another one: without the space that the tokenizer begins a text with."""
        return self._behind(text) if self._spaces else self._ids(text)

    def pair(self, messages: Conversation, chosen: str, rejected: str) -> Pair | None:
        """Encode a prompt with two answers; None if one of them is dropped."""
        first, second = self.conversation(messages, chosen), self.conversation(messages, rejected)
        if first is None or second is None:
            return None
        return Pair(first.ids[: first.start], first.ids[first.start :], second.ids[second.start :])

    def length_of(self, text: str) -> int:
        """Answer how many tokens a text has."""
        return len(self._ids(text))

    def _ids(self, text: str) -> list[int]:
        return list(self.chat.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _behind(self, text: str) -> list[int]:
        """Answer the tokens of a text behind another one: behind the first of some for which no token joins the two."""
        for lead, before in self._leads:
            ids = self._ids(lead + text)
            if ids[: len(before)] == before:
                return ids[len(before) :]
        return self._ids(text)

    def _text(self, ids: list[int]) -> str:
        """Answer the text of some tokens. What is between two of the model's own tokens is a text, with such a space of its own."""
        parts = groupby(ids, key=self._specials.__contains__)
        decode = self.chat.tokenizer.decode
        return "".join(
            "".join(self.chat.tokenizer.convert_ids_to_tokens(list(part)))
            if special
            else decode(list(part), clean_up_tokenization_spaces=False)
            for special, part in parts
        )

    def _is_reserved(self, texts: Iterable[str]) -> bool:
        return any(token in text for text in texts for token in self._reserved)

    def _fitting(self, example: Example) -> Example | None:
        return example if len(example.ids) <= self.max_length else self._drop(TOO_LONG)

    def _drop(self, reason: str) -> Example | None:
        self.dropped[reason] += 1
        return None
