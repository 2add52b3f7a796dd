"""What is asked of a model and what it answered: one protocol for a local model, an endpoint, and a recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from datagen.sample import Prompt


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt that is put to a model, for the `draw`-th time; with a `pair` the model says which of two answers is likelier.

    `form` and `dialect` say what the answer is: a "method" of "visualworks", say.
    """

    id: str
    prompt: Prompt
    draw: int = 0
    pair: tuple[str, str] | None = None
    form: str = ""
    hole: tuple[str, str] | None = None
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer; where `text` is None there is none, and `trouble` says why.

    `tokens` and `ended` (whether it ended by itself) are None where nobody counted. `margin` is the logarithm of how much
    likelier, token for
    token, the first text of a pair is than the second. `tries` are the attempts that it took, `by` is who answered, where the model that
    was asked is not all that there is to say of it.
    """

    text: str | None
    trouble: str = ""
    tokens: int | None = None
    seconds: float | None = None
    ended: bool | None = None
    margin: float | None = None
    tries: int = 1
    by: str = ""


class Complete(Protocol):
    """Answers prompts, a batch at a time, in their order; an answer that it cannot give costs that one and no other."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """All that decides the answers, without any path: name, digests, settings. What is cached is found by it."""

    @property
    def batch(self) -> int:
        """How many prompts it wants at a time."""

    @property
    def ranks(self) -> bool:
        """Whether it can say which of two answers is likelier."""

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        """Answer each prompt. Raises only what concerns all of them."""


Progress = Callable[[str, int, int], None]
