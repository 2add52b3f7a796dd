"""N14: a known selector with too few or too many keywords.

What: the last keyword of a message is lost with its argument, which stands in the method elsewhere too; or one is added that this
message does not have.
Why: keywords are part of the name here and no options; who thinks of optional arguments sends something that is not there.
Good: title copyReplaceAll: aString with: other
Bad:  title copyReplaceAll: aString

Only where the whole base image is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from checker.messages import Known, Messages
from datagen.mutations import Mutant, edited, mutation
from datagen.mutations._sent import Sent, sent_in
from datagen.reading import Reading, shuffled

_LONGEST_LOSS = 40
_MORE: dict[str, tuple[str, ...]] = {
    "add:": ("ifAbsent: [nil]",),
    "at:": ("ifNone: [nil]", "default: nil", "orElse: [nil]"),
    "collect:": ("ifNone: [nil]",),
    "detect:": ("orElse: [nil]", "default: nil"),
    "ifFalse:": ("else: [nil]", "otherwise: [nil]"),
    "ifNil:": ("else: [nil]", "ifFalse: [nil]"),
    "ifNotNil:": ("else: [nil]", "ifFalse: [nil]"),
    "ifTrue:": ("else: [nil]", "otherwise: [nil]"),
    "includes:": ("ifAbsent: [false]", "ifNone: [false]"),
    "includesKey:": ("ifAbsent: [false]",),
    "indexOf:": ("ifNone: [0]", "startingFrom: 1"),
    "remove:": ("ifNone: [nil]", "orElse: [nil]"),
    "removeKey:": ("ifNone: [nil]", "orElse: [nil]"),
    "select:": ("ifNone: [nil]", "ifAbsent: [nil]"),
    "value:": ("ifAbsent: [nil]",),
}


@mutation("N14", "messages", rate=0.2)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Take the last keyword of one message away, or add one."""
    messages = reading.around.messages
    if messages is None:
        return
    for sent in shuffled(random, list(sent_in(reading))):
        if messages.implemented(sent.selector) is Known.SOMEBODY:
            found = [*_shorter(reading, sent, messages), *_longer(reading, sent, messages, random)]
            yield from (replace(mutant, told=f"it must be `#{sent.selector}`") for mutant in shuffled(random, found)[:1])


def _shorter(reading: Reading, sent: Sent, messages: Messages) -> Iterator[Mutant]:
    now = ":".join(sent.selector.split(":")[:-2]) + ":"
    if len(sent.words) < 2 or messages.implemented(now) is not Known.NOBODY:
        return
    # The white space before the keyword goes with it.
    before = reading.index_at(sent.words[-1][0]) - 1
    start, end = reading.tokens.ends[before], _end_of(reading, sent)
    attested = reading.stands_elsewhere(sent.arguments[-1].start, sent.arguments[-1].end)
    if attested and end - start <= _LONGEST_LOSS and "\n" not in reading.text[start:end].strip():
        yield edited(reading.text, start, end, "", "ST422", sent.at)


def _longer(reading: Reading, sent: Sent, messages: Messages, random: Random) -> Iterator[Mutant]:
    for more in shuffled(random, list(_MORE.get(sent.selector, ()))):
        if messages.implemented(f"{sent.selector}{more.partition(':')[0]}:") is Known.NOBODY and sent.arguments:
            end = _end_of(reading, sent)
            yield edited(reading.text, end, end, f" {more}", "ST422", sent.at)
            return


def _end_of(reading: Reading, sent: Sent) -> int:
    """Answer where the last argument ends, with the brackets that are around it alone."""
    argument = sent.arguments[-1]
    index = reading.index_at(argument.end)
    opened = reading.index_at(sent.words[-1][1])
    end = argument.end
    while reading.word(opened) == "(" and reading.tokens.starts[opened] < argument.start:
        end = reading.tokens.ends[index]
        opened, index = opened + 1, index + 1
    return end
