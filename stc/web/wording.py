"""A model's words for the page: the model that stc.toml names, kept as long as it is the same, and its answer piece by piece."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

from datagen.complete import Asked, Complete, Completion
from stc.asking import Answer
from stc.cli.ask import configured_model
from stc.config import ask_settings
from stc.splitting import Split

MOST = 2
"""So many answers are worded at once; whoever comes then is told to wait."""
Ask = Callable[[Complete], Answer]


class StoppedError(Exception):
    """The reader has gone."""


class Words:
    """The model of `[ask]` in stc.toml; who wants an answer takes one of the `places` first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Complete | None = None
        self.places = threading.BoundedSemaphore(MOST)

    @property
    def is_named(self) -> bool:
        """Whether stc.toml names a model; it is not opened for that."""
        settings = ask_settings()
        return bool(settings.endpoint or settings.base)

    def model_for(self, person: str | None) -> Complete | None:
        """Answer the model, opened when it is first asked for; None where stc.toml names none. Of two in turn, those of the person."""
        with self._lock:
            if self._model is None:
                self._model = configured_model()
            found = self._model
        return found.of(person) if isinstance(found, Split) and person is not None else found

    def forget(self) -> None:
        """Open the model anew for the next question: behind its name there may be another one by now."""
        with self._lock:
            self._model = None


class Telling:
    """An answer that is being worded in a thread of its own: `next` answers its words, and the whole at last."""

    def __init__(self, model: Complete, ask: Ask) -> None:
        self._model, self._ask = model, ask
        self._told: queue.Queue[str | Answer | Exception] = queue.Queue(maxsize=1000)
        self._stopped = threading.Event()
        threading.Thread(target=self._tell, daemon=True).start()

    def next(self) -> str | Answer | None:
        """Answer the next words, the whole answer at last, or None where there is nothing new. Raises what ended it."""
        try:
            found = self._told.get(timeout=1.0)
        except queue.Empty:
            return None
        if isinstance(found, Exception):
            raise found
        return found

    def stop(self) -> None:
        """Let the model stop at its next word."""
        self._stopped.set()

    def _tell(self) -> None:
        try:
            self._put(self._ask(_Listened(self._model, self._put)))
        except StoppedError:
            return
        except Exception as error:  # noqa: BLE001 - it is raised again where the reader waits
            self._told.put(error)

    def _put(self, told: str | Answer) -> None:
        while not self._stopped.is_set():
            try:
                return self._told.put(told, timeout=1.0)
            except queue.Full:
                continue
        raise StoppedError


class _Listened:
    """A model whose words somebody hears while it answers; one that cannot tell them one by one is heard at the end."""

    ranks = False
    batch = 1

    def __init__(self, model: Complete, hear: Callable[[str], None]) -> None:
        self.behind, self._hear = model, hear

    @property
    def identity(self) -> Mapping[str, Any]:
        return self.behind.identity

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        stream = getattr(self.behind, "stream", None)
        if stream is None:
            return self.behind(asked)
        return [self._heard(stream(one)) for one in asked]

    def _heard(self, words: Generator[str, None, Completion]) -> Completion:
        found: list[Completion] = []

        def kept() -> Iterator[str]:
            found.append((yield from words))

        for piece in kept():
            self._hear(piece)
        return found[0]
