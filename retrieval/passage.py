"""A passage: a method, a class, a comment, a section of a document or a TypeScript declaration, with its place and its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from datagen.companions import Companion
from datagen.sections import sections_of
from datagen.typescript import read_typescript
from retrieval.words import terms
from stparse.index.classtable import path_of
from stparse.index.model import IndexedClass, MethodDef
from stparse.parser import parser_for

METHOD, CLASS, COMMENT, DOCUMENT, TYPESCRIPT = KINDS = ("method", "class", "comment", "document", "typescript")
LONGEST = 20_000
"""Of longer texts only so much is read: they are tables and pictures written as code."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the sources, `name` at `file:line`: `Contract class>>newFor:`, a class, or the heading of a section.

    `why` says what brought it: words of the question, or what it is to a name in it. `class_name`, `meta` and `selector` are those of
    a method. `id` is that of the index for Smalltalk, and a number of our own for documents.
    """

    kind: str
    name: str
    file: str
    line: int
    text: str
    id: int = 0
    class_name: str | None = None
    meta: bool = False
    selector: str | None = None
    score: float = 0.0
    why: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """How an answer cites it: `Contract class>>newFor: (Rights/Contract.st:12)`."""
        return f"{self.name} ({self.file}:{self.line})"

    def because(self, *why: str, score: float | None = None) -> Passage:
        """Answer this passage with more reasons, and perhaps another score."""
        reasons = tuple(dict.fromkeys((*self.why, *why))) if self.why else why
        # Written out: dataclasses.replace takes fifteen times as long, and a question makes hundreds of them.
        return Passage(
            self.kind, self.name, self.file, self.line, self.text, self.id, self.class_name, self.meta, self.selector,
            self.score if score is None else score, reasons,
        )  # fmt: skip


class Words(NamedTuple):
    """The terms of a passage by where they stand: in its name, in what it belongs to, in its comments, in its code or text."""

    name: list[str]
    owner: list[str]
    comment: list[str]
    body: list[str]

    @property
    def named(self) -> list[str]:
        """The words of its name; the whole, which stands before several of them, is left out."""
        return self.name[1:] or self.name


def method_passage(method: MethodDef) -> Passage:
    """Answer the passage of a method: its source as the image would hold it."""
    return Passage(
        METHOD, method.reference, method.file, method.line, method.source.strip("\n"), method.id, method.class_name, method.meta,
        method.selector,
    )  # fmt: skip


def method_words(method: MethodDef, *, comments: bool = True) -> Words:
    """Answer the terms of a method; without its `comments` it is as if it had none."""
    code, remarks = parted(method.source[:LONGEST], method.dialect)
    owner = terms(f"{method.class_name} {method.protocol or ''}")
    return Words(terms(method.selector), owner, terms(remarks) if comments else [], terms(code))


def parted(source: str, dialect: str) -> tuple[str, str]:
    """Answer the code of a method, and what stands between its tokens: the comments."""
    tokens = parser_for(dialect).tokens(source)
    code = " ".join(source[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True))
    gaps = zip([0, *tokens.ends], [*tokens.starts, len(source)], strict=True)
    return code, " ".join(source[start:end] for start, end in gaps if end - start > 2)


def class_passage(definition: IndexedClass) -> Passage:
    """Answer the passage of a class: its comment, or where there is none what its definition says."""
    return Passage(CLASS, definition.qualified, definition.file, definition.line, class_text(definition), definition.id)


def class_text(definition: IndexedClass) -> str:
    """Answer what a definition says, in the order in which a browser shows it."""
    parts = [f"{definition.superclass or 'nil'} subclass: #{definition.name}"]
    for label, names in (
        ("instance variables", definition.instance_variables),
        ("class variables", definition.class_variables),
        ("class-instance variables", definition.class_instance_variables),
    ):
        if names:
            parts.append(f"{label}: {' '.join(names)}")
    if definition.category:
        parts.append(f"category: {definition.category}")
    if definition.comment:
        parts.append(f'"{definition.comment.strip()}"')
    return "\n".join(parts)


def class_words(definition: IndexedClass) -> Words:
    """Answer the terms of a class."""
    variables = (*definition.instance_variables, *definition.class_variables, *definition.class_instance_variables)
    *around, name = path_of(definition.qualified)
    owner = terms(f"{' '.join(around)} {definition.superclass or ''} {definition.category or ''}")
    return Words(terms(name), owner, terms((definition.comment or "")[:LONGEST]), terms(" ".join(variables)))


def document_passages(companion: Companion) -> Iterator[Passage]:
    """Yield the sections of a Markdown file, or the classes and interfaces of a TypeScript file."""
    if companion.is_markdown:
        sections = sections_of(companion.text)
        if not sections and companion.text.strip():
            yield Passage(DOCUMENT, companion.path.rsplit("/", 1)[-1], companion.path, 1, companion.text.strip()[:LONGEST])
        for section in sections:
            text = companion.text[section.start : section.end][:LONGEST]
            yield Passage(DOCUMENT, section.title, companion.path, section.line, text)
        return
    for declared in read_typescript(companion.text).classes:
        text = companion.text[declared.start : declared.end][:LONGEST]
        yield Passage(TYPESCRIPT, declared.name, companion.path, declared.line, text)


def document_words(passage: Passage) -> Words:
    """Answer the terms of a section or a declaration; the words of its path are what it belongs to."""
    return Words(terms(passage.name), terms(passage.file.rsplit(".", 1)[0].replace("/", " ").replace("-", " ")), [], terms(passage.text))
