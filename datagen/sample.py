"""A training example as a value, what it claims, where it comes from, and its line of JSON."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, fields
from typing import Any

from stparse.issue import BadInputError

_PIECE = re.compile(r"\w{1,5}|[^\w\s]|\n")


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; `role` is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given."""

    messages: tuple[Message, ...]

    @property
    def text(self) -> str:
        """The last message: the question itself."""
        return self.messages[-1].content


def ask(text: str) -> Prompt:
    """Answer a prompt of one message of the user."""
    return Prompt((Message("user", text),))


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that must be true of a sample, and that a checker can prove without its generator.

    All kinds share these fields, so that the lines of a data set have one schema. `about` is the subject (a selector, a class);
    `names` are the first 30 names that the answer gives, `places` stand beside them (file:line, or the class that defines),
    `numbers` too (how often); `count` is how many there are in all. `code` and `span` are those of a fault.
    """

    kind: str
    about: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    count: int = 0
    code: str | None = None
    span: tuple[int, int] | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The class or method that a sample draws on: `span` counts in the file's text, `digest` is that of the method's
    text without the white space around it, or of what the definition of the class says."""

    file: str
    class_name: str
    selector: str | None
    span: tuple[int, int]
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the rejected text of a pair: which mutation made it, where, and how the parser words it."""

    mutation: str
    code: str
    message: str
    line: int
    span: tuple[int, int]
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A verified example. `form` says what the answer is: method, class, expression, names or prose.

    `group` is the root of the class hierarchy that it belongs to; `chosen`, `rejected` and `fault` are there in preference
    samples only; `traits` are notes for the filters and are not written.
    """

    kind: str
    prompt: Prompt
    answer: str
    form: str
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    group: str
    split: str = ""
    quality: float = 1.0
    chosen: str | None = None
    rejected: str | None = None
    fault: Fault | None = None
    traits: frozenset[str] = field(default=frozenset())

    @property
    def id(self) -> str:
        """A digest of what is taught: kind, prompt, answer, and the text that is rejected."""
        content = [self.kind, *(m.content for m in self.prompt.messages), self.answer, self.rejected or ""]
        return hashlib.sha256("\0".join(content).encode("utf-8", "surrogatepass")).hexdigest()[:20]

    @property
    def tokens(self) -> int:
        """An estimate of the model's tokens, prompt and answer together; no tokenizer is needed for it."""
        return sum(len(_PIECE.findall(text)) for text in (*(m.content for m in self.prompt.messages), self.answer))

    def to_json(self) -> dict[str, Any]:
        """Answer the object of the data set's line; its keys are an interface (DESIGN.md)."""
        found: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "messages": [{"role": m.role, "content": m.content} for m in self.prompt.messages],
            "answer": self.answer,
            "form": self.form,
            "claims": [_plain(claim) for claim in self.claims],
            "sources": [_source_json(source) for source in self.sources],
            "group": self.group,
            "split": self.split,
            "quality": self.quality,
            "tokens": self.tokens,
        }
        if self.fault is not None:
            found |= {"chosen": self.chosen, "rejected": self.rejected, "fault": _plain(self.fault)}
        return found

    def to_line(self) -> str:
        """Answer one line of JSON, without the line end."""
        return line_of(self.to_json())


def line_of(value: object) -> str:
    """Answer `value` as one line of JSON, the same on every machine."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sample_of(line: str) -> tuple[str, Sample]:
    """Answer (the id that the line states, the sample) of one line of JSON. Raises BadInputError if it is no sample."""
    try:
        found = json.loads(line)
        fault = found.get("fault")
        sample = Sample(
            kind=found["kind"],
            prompt=Prompt(tuple(Message(m["role"], m["content"]) for m in found["messages"])),
            answer=found["answer"],
            form=found["form"],
            claims=tuple(Claim(**{key: _frozen(value) for key, value in claim.items()}) for claim in found["claims"]),
            sources=tuple(_source_of(source) for source in found["sources"]),
            group=found["group"],
            split=found["split"],
            quality=found["quality"],
            chosen=found.get("chosen"),
            rejected=found.get("rejected"),
            fault=None if fault is None else Fault(**{key: _frozen(value) for key, value in fault.items()}),
        )
        return found["id"], sample
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"not a sample of stc: {line[:60]!r} ({error})") from error


def _plain(value: Claim | Fault) -> dict[str, Any]:
    found = ((f.name, getattr(value, f.name)) for f in fields(value))
    return {name: list(item) if isinstance(item, tuple) else item for name, item in found}


def _frozen(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _source_json(source: Source) -> dict[str, Any]:
    return {
        "file": source.file,
        "class": source.class_name,
        "selector": source.selector,
        "span": list(source.span),
        "digest": source.digest,
    }


def _source_of(found: dict[str, Any]) -> Source:
    start, end = found["span"]
    return Source(found["file"], found["class"], found["selector"], (start, end), found["digest"])
