"""From texts to token ids, with the place from which on they are learnt. What does not fit is dropped with a counted reason, never cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from trainer.chat import Chat, Conversation
from trainer.fim import fim_tokens

TOO_LONG = "longer than max_length"
NOT_BACK = "its tokens do not give the text back"
RESERVED = "holds a token that the model keeps for itself"
NO_FIM = "the base model has no tokens for filling in the middle"
EMPTY = "an empty answer"


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

    def conversation(self, messages: Conversation, answer: str) -> Example | None:
        """Encode a prompt with its answer; what the model has to write is learnt, its end too."""
        if not answer.strip():
            return self._drop(EMPTY)
        given, said = self.chat.prompt(messages), self.chat.answer(answer)
        if self._is_reserved([*(message["content"] for message in messages), answer]):
            return self._drop(RESERVED)
        prompt = self._ids(given)
        ids = prompt + self._ids(said)
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
        given = self._begin + self._fim.prompt(self._ids(prefix), self._ids(suffix))
        ids = given + self._ids(middle) + [self.chat.tokenizer.eos_token_id]
        return self._fitting(Example(ids, len(given)))

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

    def _text(self, ids: list[int]) -> str:
        return str(self.chat.tokenizer.decode(ids, clean_up_tokenization_spaces=False))

    def _is_reserved(self, texts: Iterable[str]) -> bool:
        return any(token in text for text in texts for token in self._reserved)

    def _fitting(self, example: Example) -> Example | None:
        return example if len(example.ids) <= self.max_length else self._drop(TOO_LONG)

    def _drop(self, reason: str) -> Example | None:
        self.dropped[reason] += 1
        return None
