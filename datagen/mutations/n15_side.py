"""N15: what only instances have, on the class side, or the reverse.

What: a method of the class side uses an instance variable; a message for an instance goes to its class, or one for the class to self.
Why: both sides stand in one browser and are called by the same names; which one a line is on is easily forgotten.
Good: ^self new setTitle: aString
Bad:  ^self setTitle: aString

The messages are broken only where it is known who implements what.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.messages import Known
from checker.names import Meaning
from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.mutations._sent import Sent, sent_in
from datagen.reading import Reading, shuffled
from stparse.nodes import Send, Variable

_MAKING = ("new", "basicNew")


@mutation("N15", "names messages", rate=0.05)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Use one thing on the wrong side."""
    sent = list(sent_in(reading))
    yield from shuffled(random, [*_variables(reading, sent), *_messages(reading, sent)])


def _variables(reading: Reading, sent: list[Sent]) -> Iterator[Mutant]:
    """Reach for the variable of an instance, where its accessor was sent."""
    code = reading.code_of("undeclared-variable")
    for one in sent:
        name = one.selector.removesuffix(":")
        local = isinstance(one.receiver, Variable) and one.receiver.name in reading.declared and not one.in_cascade
        if code is None or not local or not reading.is_free(name) or name not in reading.around.variables():
            continue
        start = one.receiver.start
        if not one.arguments:
            told = f"an instance variable is not seen from the class side; it must be `{reading.text[start : one.words[0][1]]}`"
            yield edited(reading.text, start, one.words[0][1], name, code, start, told=told)
        elif any(isinstance(s, Send) and s.at == one.at for s in reading.statements()):
            told = f"an instance variable is not seen from the class side; it must be `{reading.text[start : one.words[0][1]]}`"
            yield edited(reading.text, start, one.words[0][1], f"{name} {reading.assignment}", code, start, told=told)


def _messages(reading: Reading, sent: list[Sent]) -> Iterator[Mutant]:
    """Leave out the message that goes from one side to the other."""
    messages = reading.around.messages
    for one in sent if messages is not None else ():
        assert messages is not None
        between = one.receiver
        if not isinstance(between, Send) or between.arguments or not isinstance(between.receiver, Variable) or one.in_cascade:
            continue
        name, known = between.receiver.name, messages.implemented(one.selector)
        is_class = messages.meta if name == "self" else reading.names.meaning(name) is Meaning.CLASS and name not in reading.declared
        to_class = between.selector == "class" and name == "self" and not is_class and known is Known.CLASSES
        if to_class or (is_class and between.selector in _MAKING and known is Known.INSTANCES):
            start, end = between.receiver.end, between.at + len(between.selector)
            told = must_be(f"{name} {between.selector} {one.selector.partition(':')[0]}")
            yield edited(reading.text, start, end, "", "ST410", one.at - (end - start), told=told)
