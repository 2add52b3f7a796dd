"""A training example as a value, what it claims, and where it comes from."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

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
    """What is wrong with a text: which mutation made it, where, and how the checker words it; `span` counts in the text,
    which has `now` there where the original has `was`."""

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

    `group` is the root of the class hierarchy that it belongs to. `fault` turns the text `chosen` into the text `rejected`: in a
    negative the latter is the code of the question, in a preference the former is the answer. `traits` are notes for the
    filters and are not written.
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
        return sum(map(estimated_tokens, self.texts))

    @property
    def texts(self) -> tuple[str, ...]:
        """What a model reads and says: the messages of the prompt, and the answer."""
        return (*(m.content for m in self.prompt.messages), self.answer)


def estimated_tokens(text: str) -> int:
    """Answer about how many tokens a text has: words in pieces of five letters, and signs."""
    return len(_PIECE.findall(text))


def line_of(value: object) -> str:
    """Answer `value` as one line of JSON, the same on every machine."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
