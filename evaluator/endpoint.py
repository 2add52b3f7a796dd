"""A model behind an OpenAI-compatible endpoint of this network: Ollama, llama.cpp, vLLM, LM Studio. Standard library only.

Whatever such a server does costs one answer: a time-out, a 500, text that is no JSON, JSON that is cut off, an answer without a choice. It
is tried again with growing pauses, counted, and at last a missing answer, which is a failure. Addresses outside of loopback and of private
ranges are refused unless the user names the host.

A name says little of the model behind it. What the server tells of that belongs to the identity: the system fingerprint of its answers, its
list of models, and the digest that Ollama has. A fingerprint or a model that changes while it is asked ends the evaluation.
"""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from datagen.complete import Asked, Completion
from stparse.issue import BadInputError

_LONGEST = 20 * 2**20
_STEADY = ("id", "owned_by", "root", "parent", "max_model_len", "meta")
"""What of an entry of a list of models tells models apart; dates and permissions are made anew by each question."""
_PROBE = "Write one random word."


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the model is to answer; a temperature of 0 always takes the likeliest token."""

    temperature: float = 0.0
    max_tokens: int = 512
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, how often to ask for it, and how long before the second time; the pause doubles."""

    seconds: float = 120.0
    tries: int = 4
    pause: float = 1.0


class _Refused(Exception):  # noqa: N818 - a reason, not an error of ours
    """Why there is no answer, and whether asking again may help."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: Any, **named: Any) -> None:
        """Follow nothing: it could lead out of the network."""


class Endpoint:
    """Answers chats by `POST URL/chat/completions`. `url` is that of the API: http://127.0.0.1:11434/v1."""

    ranks = False

    def __init__(
        self, url: str, model: str, sampling: Sampling, patience: Patience, *, key: str = "", batch: int = 4, allowed: Sequence[str] = ()
    ) -> None:
        """Raises BadInputError for a URL that is none, and for a host outside of this network that is not among the `allowed`."""
        must_be_near(url, allowed)
        self.batch = batch
        self._url, self._model, self._sampling, self._patience, self._key = url.rstrip("/"), model, sampling, patience, key
        # No proxy: it would be another machine.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect()).open
        self.capabilities: dict[str, Any] = {}
        self.served: dict[str, Any] = {}
        self._root = self._url.removesuffix("/v1")

    @property
    def identity(self) -> Mapping[str, Any]:
        known = {"heeds": self.capabilities, "served": self.served}
        return {"kind": "endpoint", "url": self._url, "model": self._model, **asdict(self._sampling), **known}

    def probe(self) -> dict[str, Any]:
        """Find out which model the server has behind the name, and what it does with seed and temperature: pass@k of a server that ignores
        them would be a lie.

        Raises BadInputError where it gives no answer at all.
        """
        self.served = {}
        warm = [self._ask(_PROBE, replace(self._sampling, temperature=1.0, seed=seed, max_tokens=16)) for seed in (1, 2, 3, 1)]
        if all(one.text is None for one in warm):
            raise BadInputError(
                f"{self._url} gives no answer: {warm[0].trouble}; is the server running, and {self._model!r} a model of it?"
            )
        self.served |= self._listed()
        texts = [one.text for one in warm]
        self.capabilities = {"temperature": len(set(texts[:3])) > 1, "seed": texts[0] == texts[3]}
        return self.capabilities

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        with ThreadPoolExecutor(max(1, self.batch)) as pool:
            return list(pool.map(self._answer, asked))

    def stream(self, one: Asked) -> Generator[str, None, Completion]:
        """Yield the words of an answer while they come, and return it whole; it is asked for once."""
        messages = [{"role": m.role, "content": m.content} for m in one.prompt.messages]
        body = {"model": self._model, "messages": messages, **asdict(self._sampling), "stream": True}
        started, said, reason = time.monotonic(), list[str](), None
        try:
            with self._opened(self._request(body)) as answer:
                for line in _events(answer):
                    self._note(line)
                    piece, ended = _delta(line)
                    reason = ended or reason
                    if piece:
                        said.append(piece)
                        yield piece
        except _Refused as refused:
            return Completion(None, str(refused))
        if not said:
            return Completion(None, "the server's answer holds no text")
        return Completion("".join(said), ended=None if reason is None else reason == "stop", seconds=time.monotonic() - started)

    def _listed(self) -> dict[str, Any]:
        """Answer what the server's lists say of the model: OpenAI's, and Ollama's with its digest."""
        found: dict[str, Any] = {}
        for url, key, name in ((f"{self._url}/models", "data", "id"), (f"{self._root}/api/tags", "models", "name")):
            try:
                said = self._read(urllib.request.Request(url, headers=self._headers()))  # noqa: S310 - must_be_near has looked at the scheme
                entry = next(one for one in said[key] if one[name] in (self._model, f"{self._model}:latest"))
            except (_Refused, StopIteration, KeyError, TypeError):
                continue
            found |= {each: entry[each] for each in (*_STEADY, "digest") if each in entry}
        return found

    def _note(self, said: Any) -> None:
        """Keep which model has answered. Raises BadInputError where it is another one than before."""
        for key, kept in (("system_fingerprint", "fingerprint"), ("model", "answers as")):
            value = said.get(key) if isinstance(said, dict) else None
            if isinstance(value, str) and self.served.setdefault(kept, value) != value:
                raise BadInputError(
                    f"behind {self._model!r} there is another model now: {key} was {self.served[kept]!r} and is {value!r}; give another -o"
                )

    def _answer(self, one: Asked) -> Completion:
        messages = [{"role": m.role, "content": m.content} for m in one.prompt.messages]
        return self._tried(messages, replace(self._sampling, seed=self._sampling.seed + one.draw))

    def _ask(self, text: str, sampling: Sampling) -> Completion:
        return self._tried([{"role": "user", "content": text}], sampling)

    def _tried(self, messages: list[dict[str, str]], sampling: Sampling) -> Completion:
        pause, reason, tries = self._patience.pause, "", 0
        for tries in range(1, self._patience.tries + 1):
            if tries > 1:
                time.sleep(pause)
                pause *= 2
            started = time.monotonic()
            try:
                said = self._post({"model": self._model, "messages": messages, **asdict(sampling)})
                found = _completion(said)
                self._note(said)
                return replace(found, tries=tries, seconds=time.monotonic() - started)
            except _Refused as refused:
                reason = str(refused)
                if not refused.again:
                    break
        return Completion(None, reason, tries=tries)

    def _post(self, body: Mapping[str, Any]) -> Any:
        return self._read(self._request(body))

    def _request(self, body: Mapping[str, Any]) -> urllib.request.Request:
        url = f"{self._url}/chat/completions"
        return urllib.request.Request(url, json.dumps(body).encode(), self._headers())  # noqa: S310 - must_be_near has looked at the scheme

    def _headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json", **({"Authorization": f"Bearer {self._key}"} if self._key else {})}

    def _read(self, request: urllib.request.Request) -> Any:
        with self._opened(request) as answer:
            data = answer.read(_LONGEST)
        try:
            return json.loads(data)
        except ValueError as error:
            raise _Refused("the server's answer is no JSON") from error

    @contextmanager
    def _opened(self, request: urllib.request.Request) -> Iterator[Any]:
        """Give the server's answer to be read. Raises _Refused for all that can go wrong with it."""
        try:
            with self._open(request, timeout=self._patience.seconds) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            error.close()
            raise _Refused(f"HTTP {error.code}", again=error.code >= 500 or error.code in (408, 425, 429)) from error
        except TimeoutError as error:
            raise _Refused("time-out") from error
        except (OSError, HTTPException, ValueError) as error:
            late = isinstance(getattr(error, "reason", None), TimeoutError)
            raise _Refused("time-out" if late else f"no connection ({type(error).__name__})") from error


def _completion(said: Any) -> Completion:
    """Answer what a server's JSON says. Raises _Refused where it says nothing."""
    try:
        choice = said["choices"][0]
        text = choice["message"]["content"]
        if not isinstance(text, str):
            raise TypeError("no text")
        usage = said.get("usage") or {}
        tokens, reason = usage.get("completion_tokens"), choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise _Refused("the server's answer holds no text") from error
    return Completion(text, tokens=tokens if isinstance(tokens, int) else None, ended=None if reason is None else reason == "stop")


def _events(answer: Any) -> Iterator[Any]:
    """Yield the JSON of each event of a stream, up to a limit. Raises _Refused for what is no JSON."""
    left = _LONGEST
    while left > 0 and (line := answer.readline(left)):
        left -= len(line)
        data = line.strip().removeprefix(b"data:").strip()
        if data == b"[DONE]":
            return
        if line.startswith(b"data:") and data:
            try:
                yield json.loads(data)
            except ValueError as error:
                raise _Refused("the server's answer is no JSON") from error


def _delta(said: Any) -> tuple[str, str | None]:
    """Answer the words of an event, "" where it has none, and why the answer ended there, where it did. Raises _Refused."""
    if isinstance(said, dict) and said.get("error"):
        raise _Refused("the server broke off")
    try:
        choices = said["choices"]
        if not choices:
            return "", None
        text = (choices[0].get("delta") or {}).get("content")
        return text if isinstance(text, str) else "", choices[0].get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise _Refused("the server's answer holds no text") from error


def must_be_near(url: str, allowed: Sequence[str] = ()) -> None:
    """Raise BadInputError for a URL whose host is not of this network: loopback, a private address, or a name that the user allows."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInputError(f"{url!r} is no address of a server; write http://127.0.0.1:11434/v1")
    host = parts.hostname
    if host in allowed:
        return
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, parts.port or 80, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise BadInputError(f"nobody knows where {host} is ({error}); is its name spelt right?") from error
    far = sorted(str(one) for one in found if not _is_near(str(one)))
    if far:
        raise BadInputError(
            f"{host} is {far[0]}, outside of this network: code would leave it. If that is meant, name the host: --allow-host {host}"
        )


def _is_near(address: str) -> bool:
    found = ip_address(address.split("%", 1)[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    # What means "any" or "nobody" counts as private for Python.
    return bool(mapped.is_loopback or (mapped.is_private and not mapped.is_unspecified) or mapped.is_link_local)
