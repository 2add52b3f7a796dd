"""The house's ways: what messages a code base sends where it opens, logs, checks or saves something, and how often."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stparse.index.classtable import path_of
from stparse.index.model import Hit, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered

_WORD = re.compile(r"[a-z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that is done: in words, and the words that the messages for it begin with."""

    done: str
    words: tuple[str, ...]


TOPICS = (
    Topic("open a window, a file or a connection", ("open", "opens", "opening")),
    Topic("close what was open", ("close", "closing")),
    Topic("write to a log or a trace", ("log", "logs", "logging", "trace")),
    Topic("inform or ask the user", ("inform", "warn", "confirm", "ask", "choose")),
    Topic("validate or check something", ("validate", "check", "verify", "require")),
    Topic("save or commit something", ("save", "saving", "commit", "persist")),
    Topic("load or fetch something", ("load", "loading", "fetch", "restore")),
    Topic("raise or signal an error", ("raise", "signal", "error")),
    Topic("assert or deny something in a test", ("assert", "deny")),
    Topic("announce or trigger that something has changed", ("changed", "announce", "trigger", "notify", "publish")),
    Topic("register or subscribe somewhere", ("register", "unregister", "subscribe", "unsubscribe")),
    Topic("sort a collection", ("sort", "sorted", "sorting")),
    Topic("lock or protect something from others", ("lock", "unlock", "critical", "protect")),
    Topic("schedule or fork work", ("schedule", "fork", "defer", "enqueue")),
    Topic("draw or paint something", ("draw", "paint", "render", "stroke")),
    Topic("parse text", ("parse", "parsing", "tokenize")),
    Topic("format or render text", ("format", "formatted", "formatting")),
)
MOST_SENT = 3000
FEWEST = 3
"""So many methods must do it so, in two classes, before anything is said."""


@dataclass(frozen=True, slots=True)
class Way:
    """A message, and the methods that send it."""

    selector: str
    hits: tuple[Hit, ...]


def first_word(selector: str) -> str:
    """Answer the word that a selector begins with: `open` of `openOn:`; "" where it does not begin with small letters."""
    found = _WORD.match(selector)
    return found[0] if found else ""


@remembered(2)
def ways_of(index: CodeIndex) -> dict[str, tuple[Topic, tuple[Way, ...]]]:
    """Answer the ways of each topic, most methods first, under the selector of the first of them."""
    topic_of = {word: topic for topic in TOPICS for word in topic.words}
    selectors: dict[Topic, list[str]] = {}
    for selector in index.sent_selectors:
        topic = topic_of.get(first_word(selector))
        if topic is not None:
            selectors.setdefault(topic, []).append(selector)
    found: dict[Topic, list[Way]] = {}
    for topic, sent in selectors.items():
        # What is sent everywhere, as the assertions of a whole image are, is nobody's question.
        if all(index.sent_selectors[selector] <= MOST_SENT for selector in sent):
            found[topic] = [Way(selector, index.senders(selector)) for selector in sent]
    ordered = {topic: in_order(ways) for topic, ways in found.items()}
    return {ways[0].selector: (topic, ways) for topic, ways in ordered.items()}


def in_order(ways: list[Way]) -> tuple[Way, ...]:
    """Answer ways that are gone, the most frequent first."""
    return tuple(sorted((way for way in ways if way.hits), key=lambda way: (-len(way.hits), way.selector)))


def is_a_way(index: CodeIndex, ways: tuple[Way, ...]) -> bool:
    """Whether the first of them is seen often enough, in more than one class, by a third of the methods, and is no accessor of a
    variable called so."""
    methods = [hit.method for hit in ways[0].hits] if ways else []
    often = len(methods) >= FEWEST and len({method.class_name for method in methods}) > 1
    often = often and 3 * len(methods) >= len({hit.method.id for way in ways for hit in way.hits})
    return often and ways[0].selector.removesuffix(":") not in _variables(index)


@remembered(2)
def _variables(index: CodeIndex) -> frozenset[str]:
    """Answer the names of all instance variables."""
    return frozenset(name for definition in index.classes() for name in definition.instance_variables)


@remembered(2)
def categories_of(index: CodeIndex) -> dict[str, str]:
    """Answer the category of each class by its short name; of several classes of a name none."""
    found: dict[str, str] = {}
    for definition in index.classes():
        short = path_of(definition.qualified)[-1]
        found[short] = "" if short in found else definition.category or ""
    return found


def category_of(index: CodeIndex, method: MethodDef) -> str:
    """Answer the category of a method's class; "" where that is not certain, or cannot be quoted."""
    found = categories_of(index).get(path_of(method.class_name)[-1], "")
    return "" if set("`'|") & set(found) else found
