"""N16: a super send that no superclass implements.

What: one message to self, which the class itself implements and nobody above it, goes to super.
Why: super is taken for a stronger self; what it looks for begins one class higher, and there is nothing.
Good: self releaseRights
Bad:  super releaseRights
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from checker.messages import Known
from datagen.mutations import Mutant, edited, mutation
from datagen.mutations._sent import sent_in
from datagen.reading import Reading, shuffled
from stparse.nodes import Variable


@mutation("N16", "messages", rate=0.2)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Send one message to super."""
    messages = reading.around.messages
    for sent in shuffled(random, list(sent_in(reading))):
        receiver = sent.receiver
        if messages is None or not isinstance(receiver, Variable) or receiver.name != "self" or sent.in_cascade:
            continue
        if messages.implemented(sent.selector) is not Known.NOBODY and messages.inherited(sent.selector) is Known.NOBODY:
            yield edited(reading.text, receiver.start, receiver.end, "super", "ST409", sent.at + 1, told="send it to `self`")
