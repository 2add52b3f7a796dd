"""Two models that answer in turn, so that ratings tell them apart: a stable hash of person and question says which one answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from datagen.complete import Asked, Complete, Completion


class Named:
    """A model by the name under which it is rated; it is opened when it is first needed."""

    def __init__(self, name: str, opened: Callable[[], Complete]) -> None:
        self.name, self._opened = name, opened

    @cached_property
    def model(self) -> Complete:
        """The model itself."""
        return self._opened()


class Split:
    """Lets the `second` of two models answer its `share` of all pairs of person and question, and the first the others.

    The id of what is asked stands for the question (`stc.asking` makes it of its words alone): the same person gets the same question
    answered by the same model, each time. Another pair of models divides the questions anew.
    """

    ranks = False
    batch = 1

    def __init__(self, first: Named, second: Named, share: float, person: str) -> None:
        self._first, self._second, self._share, self._person = first, second, share, person

    def of(self, person: str) -> Split:
        """Answer the same two models, as they answer another person."""
        return Split(self._first, self._second, self._share, person)

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"kind": "split", "model": f"{self._first.name} or {self._second.name}", "share": self._share}

    def chosen(self, question: str) -> Named:
        """Answer the model for a question, given by its id."""
        told = "\0".join((self._first.name, self._second.name, self._person, question))
        place = int.from_bytes(hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:8]) / 2**64
        return self._second if place < self._share else self._first

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        """Answer each prompt, as `Complete` does; `by` says who did."""
        found = []
        for one in asked:
            arm = self.chosen(one.id)
            found += [replace(done, by=arm.name) for done in arm.model([one])]
        return found

    def stream(self, one: Asked) -> Generator[str, None, Completion]:
        """Yield the words of an answer while they come, where the model for it can tell them, and return it whole."""
        arm = self.chosen(one.id)
        stream = getattr(arm.model, "stream", None)
        done = (yield from stream(one)) if stream is not None else arm.model([one])[0]
        return replace(done, by=arm.name)
