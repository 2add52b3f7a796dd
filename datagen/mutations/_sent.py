"""The messages of a method with the places of their keywords: what the mutations of messages edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.mutations import Mutant, edited
from datagen.reading import Reading
from stparse.nodes import Cascade, Node, Send, walk


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: its receiver and arguments, and the span of each word of its selector."""

    receiver: Node
    selector: str
    arguments: tuple[Node, ...]
    words: tuple[tuple[int, int], ...]
    in_cascade: bool

    @property
    def at(self) -> int:
        return self.words[0][0]


def sent_in(reading: Reading) -> Iterator[Sent]:
    """Yield the messages of a method, those of cascades too."""
    for node in walk(reading.tree.body):
        if isinstance(node, Send):
            yield from _sent(reading, node.receiver, node.selector, node.arguments, node.at, in_cascade=False)
        elif isinstance(node, Cascade):
            for message in node.messages:
                yield from _sent(reading, node.receiver, message.selector, message.arguments, message.start, in_cascade=True)


def _sent(reading: Reading, receiver: Node, selector: str, arguments: tuple[Node, ...], at: int, *, in_cascade: bool) -> Iterator[Sent]:
    parts = [f"{part}:" for part in selector.split(":")[:-1]] or [selector]
    words = []
    for number, part in enumerate(parts):
        index = reading.index_at(at if number == 0 else arguments[number - 1].end)
        # What stands between an argument and the next keyword are the brackets around the argument.
        while reading.word(index) == ")":
            index += 1
        if reading.word(index) != part:
            return
        words.append((reading.tokens.starts[index], reading.tokens.ends[index]))
    yield Sent(receiver, selector, arguments, tuple(words), in_cascade)


def renamed(reading: Reading, sent: Sent, now: str, code: str, meant: str | None = None) -> Mutant:
    """Answer the mutant in which a message has another selector with as many arguments; `meant` is what the hint must name."""
    words = [f"{part}:" for part in now.split(":")[:-1]] or [now]
    start, end = sent.at, sent.words[-1][1]
    text, last = "", start
    for (begin, stop), word in zip(sent.words, words, strict=True):
        text += reading.text[last:begin] + word
        last = stop
    return edited(reading.text, start, end, text, code, start, meant=meant, told=f"it must be `#{sent.selector}`")
