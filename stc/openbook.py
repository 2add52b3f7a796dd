"""A model that is measured with passages of a code base before it: what it is to write is kept back, what does not fit is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from datagen.complete import Asked, Complete, Progress
from datagen.leaks import Bodies, without_comments, words_of
from datagen.sample import Prompt, estimated_tokens
from evaluator.item import Item, Suite
from retrieval.context import Room, WithContext, with_context
from retrieval.passage import CLASS, METHOD, Passage
from retrieval.shelving import open_library
from stc.config import ask_settings
from stc.finding import open_retriever
from stparse.index.classtable import path_of
from stparse.index.query import CodeIndex

SERVED = 4096
"""The window of a server that nobody told otherwise, in tokens: what Ollama gives a model. It cuts silently what is longer."""


@contextmanager
def open_book(complete: Complete, suite: Suite, index: Path, room: Room | None, show: Progress) -> Iterator[WithContext]:
    """Give a model that is shown passages of `index` with each item of a suite, except those that are the answer."""
    with CodeIndex.open(index) as opened, closing(open_library(opened, show=show)) as library:
        retriever = open_retriever(opened, library, ask_settings().encoder, show)
        yield with_context(complete, retriever, hidden=hidden_of(suite), room=room)


def shown_line(shown: Counter[int]) -> str:
    """Answer what people are told of the passages that prompts got."""
    prompts, passages = shown.total(), sum(number * times for number, times in shown.items())
    without = f"; {shown[0]:,} got none: nothing was found, or nothing fitted into the window" if shown[0] else ""
    return f"{passages / prompts:.1f} passages were shown with each of {prompts:,} prompts in the mean{without}"


def estimated_length(prompt: Prompt) -> int:
    """Answer about how many tokens a prompt has, for a model whose tokenizer is elsewhere."""
    return sum(estimated_tokens(message.content) for message in prompt.messages)


def hidden_of(suite: Suite) -> Callable[[Asked, Passage], bool]:
    """Answer what says whether a passage must not stand before an item: what is to be written, a copy of it, a text with its body."""
    items = {item.id: item for item in suite.items}

    @cache
    def answer(item: str) -> _Answer:
        return _Answer(items[item])

    return lambda asked, passage: answer(asked.id).is_in(passage)


class _Answer:
    """What a model is to write."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._writes = bool(item.written) or item.is_case
        self._copy = _words(item.reference)
        self._bodies = Bodies([(item.id, item.reference.partition("\n")[2] or item.reference)])

    def is_in(self, passage: Passage) -> bool:
        """Whether a passage shows it. However short it is, a method that is the same in another class does."""
        if not self._writes:
            return False
        copied = passage.kind == METHOD and self._copy in _words(passage.text)
        return self._is_written(passage) or copied or self._bodies.found_in(passage.text) is not None

    def _is_written(self, passage: Passage) -> bool:
        """Whether a passage is one of the methods or definitions; of classes only the last name counts, whatever namespace is said."""
        written = self._item.written
        if passage.kind == METHOD:
            if self._item.kind == "qa.body_signature" and any(selector == passage.selector for _, _, selector in written):
                # Its name is the answer, whoever else has it.
                return True
            named = _last(passage.class_name or ""), passage.meta, passage.selector
            return any((_last(name), meta, selector) == named for name, meta, selector in written)
        defined = {_last(name) for name, _, selector in written if selector is None}
        return passage.kind == CLASS and _last(passage.name) in defined


def _words(code: str) -> str:
    """Answer the words and signs of a code, its comments and layout left out, so that one can be looked for in another."""
    return f" {' '.join(words_of(without_comments(code)))} "


def _last(name: str) -> str:
    return path_of(name)[-1]
