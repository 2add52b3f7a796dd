"""What files beside the Smalltalk say of its classes and methods: sections that name one first, declarations called like one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from checker.conventions._names import is_prefix, sign_of
from datagen.companions import Companion, Companions, Mention, Passage
from datagen.phrase import MOST_SHOWN
from datagen.sections import Section, sections_of
from datagen.subject import class_shown
from datagen.typescript import TypeScriptClass, read_typescript
from stparse.index.query import CodeIndex

FEWEST_WORDS, LONGEST = 8, 2500
"""Shorter sections say nothing, longer ones are not about one thing."""
LONGEST_CLASS = 4000
_CODE = re.compile(r"`([^`\n]+)`|(?<![\w>:])([A-Z]\w*[a-z]\w*[A-Z]\w*(?:(?: class)?>>[\w:]+)?)")
_METHOD = re.compile(r"([A-Z]\w*)( class)?>>(\S+)")
_SELECTOR = re.compile(r"#?([a-z]\w*(?::(?:\w+:)*)?)")
_FIRST = re.compile(r"(?s)\A.*?(?:[.!?:](?=\s)|\n\s*\n|\Z)")
_WORD = re.compile(r"[A-Z]\w+")
Subject = tuple[str, str]
"""What is spoken of as samples name it, and its class."""


def mentions_in(index: CodeIndex, companions: Companions) -> list[Mention]:
    """Answer what companions say, in the order of the subjects; nothing of a name that several classes have."""
    documents: dict[Subject, list[Passage]] = {}
    declared: dict[Subject, list[Passage]] = {}
    prefixes = house_prefixes(index)
    for file in companions.files:
        found = _in_document(index, file) if file.is_markdown else _in_typescript(index, file, prefixes)
        for subject, passage in found:
            (documents if file.is_markdown else declared).setdefault(subject, []).append(passage)
    mentions = [Mention(*subject, tuple(found), True) for subject, found in documents.items() if len(found) <= MOST_SHOWN]
    mentions += [Mention(*subject, tuple(found), False) for subject, found in declared.items() if len(found) == 1]
    return sorted(mentions, key=lambda mention: mention.key)


# Documents


def _in_document(index: CodeIndex, file: Companion) -> Iterator[tuple[Subject, Passage]]:
    for section in sections_of(file.text):
        text = file.text[section.start : section.end]
        if len(text.split()) < FEWEST_WORDS or len(text) > LONGEST:
            continue
        subjects = list(dict.fromkeys(_subjects(index, lead_of(file.text, section))))
        for subject in subjects:
            others = tuple(dict.fromkeys(name for _, name in subjects if name != subject[1]))
            yield subject, Passage(file.path, section.line, section.start, section.end, section.title, text, others)


def lead_of(text: str, section: Section) -> str:
    """Answer the heading of a section and its first sentence; of a term all of it."""
    if section.body == section.start:
        return text[section.start : section.end]
    body = text[section.body : section.end].lstrip()
    # Tables and code have no first sentence.
    found = None if body.startswith(("|", "```", "~~~")) else _FIRST.match(body)
    return f"{text[section.start : section.body]}\n{found[0] if found else ''}"


def _subjects(index: CodeIndex, lead: str) -> Iterator[Subject]:
    for ticked, bare in _CODE.findall(lead):
        word = ticked or bare
        if method := _METHOD.fullmatch(word):
            yield from _method(index, method[1], bool(method[2]), method[3])
        elif word[:1].isupper():
            yield from ((name, name) for name in _class_names(index, word))
        elif (selector := _SELECTOR.fullmatch(word)) and not selector[1].islower():
            found = index.implementors(selector[1])
            if len(found) == 1:
                yield from _method(index, found[0].class_name, found[0].meta, selector[1])


def _method(index: CodeIndex, class_name: str, meta: bool, selector: str) -> Iterator[Subject]:
    for name in _class_names(index, class_shown(index, class_name)):
        if any(method.meta == meta for method in index.methods_of(name) if method.selector == selector):
            yield f"{name}{' class' if meta else ''}>>{selector}", name


def _class_names(index: CodeIndex, name: str) -> Iterator[str]:
    """Yield the short name of the one class that is called so."""
    found = index.class_table.named(name)
    if len(found) == 1 and found[0].path[-1] == name and not all(definition.stub for definition in found[0].definitions):
        yield name


# TypeScript


def house_prefixes(index: CodeIndex) -> tuple[str, ...]:
    """Answer the prefixes that the names of a fifth of the classes, and of five at least, begin with."""
    names = {group.path[-1] for group in index.class_table.groups if not all(d.stub for d in group.definitions)}
    counts = Counter(sign for name in names if len(sign := sign_of(name)) == 1 or is_prefix(sign))
    return tuple(sorted(prefix for prefix, n in counts.items() if n >= max(5, len(names) / 5)))


def _in_typescript(index: CodeIndex, file: Companion, prefixes: Iterable[str]) -> Iterator[tuple[Subject, Passage]]:
    found = read_typescript(file.text)
    for declared in found.classes if found.sound else ():
        text = file.text[declared.start : declared.end]
        name = _counterpart(index, declared, prefixes)
        if name is not None and len(text) <= LONGEST_CLASS:
            yield (name, name), Passage(file.path, declared.line, declared.start, declared.end, declared.name, text)


def _counterpart(index: CodeIndex, declared: TypeScriptClass, prefixes: Iterable[str]) -> str | None:
    """Answer the class that a declaration stands for: the only one that its comment names, else the one of its name."""
    said = {name for word in _WORD.findall(declared.remark or "") for name in _class_names(index, word) if name != declared.name}
    if said:
        return said.pop() if len(said) == 1 else None
    names = (declared.name, *(f"{prefix}{declared.name}" for prefix in prefixes))
    found = [name for one in names for name in _class_names(index, one)]
    return found[0] if len(found) == 1 else None
