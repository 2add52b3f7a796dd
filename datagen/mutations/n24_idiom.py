"""N24: the same thing said in an unusual way.

What: one usual idiom becomes a longer one that means the same: `x = nil` for isNil, `size = 0` for isEmpty, `keys do:` for keysDo:.
Why: it works, so only a reader who knows the idioms minds; models mix those of all dialects and all languages.
Good: reason isNil ifTrue: [^self]
Bad:  reason = nil ifTrue: [^self]

Only where a lint rule (checker/rules) finds exactly this, and where what that rule proposes is the original.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from datagen.mutations import Mutant, edited, mutation
from datagen.mutations._sent import Sent, sent_in
from datagen.reading import Reading, shuffled
from stparse.nodes import Block, Character, Node, Number, Send, String, Symbol, Variable

_SIMPLE = (Variable, Number, String, Symbol, Character)
_BINARY = frozenset("+-*/\\<>=~@%|&?,")
# The selector, and what is written for it in the same place: both bind as tightly, seen from the receiver.
_WORDS = {
    "cr": (("ST128", "nextPut: Character cr"),),
    "ifNil:": (("ST101", "isNil ifTrue:"),),
    "ifNotNil:": (("ST101", "notNil ifTrue:"), ("ST101", "isNil ifFalse:")),
    "isEmpty": (("ST109", "size = 0"), ("ST104", "notEmpty not")),
    "isNil": (("ST102", "= nil"), ("ST102", "== nil")),
    "keysDo:": (("ST113", "keys do:"),),
    "notEmpty": (("ST109", "size > 0"), ("ST104", "isEmpty not")),
    "notNil": (("ST102", "~= nil"), ("ST102", "~~ nil"), ("ST103", "isNil not")),
    "reverseDo:": (("ST112", "reverse do:"),),
    "space": (("ST128", "nextPut: Character space"),),
    "tab": (("ST128", "nextPut: Character tab"),),
    "valuesDo:": (("ST113", "values do:"),),
}
# Not all that can be asked isEmpty has a size, nor is all that answers cr a stream: the receiver's name must say what it is.
_COLLECTION = re.compile(r"(?:[a-z]{3,}s|collection|string|text|list|array|set|dictionary|name|buffer|queue|stack|bag)\Z")
_STREAM = re.compile(r"\A\w*(?:stream|transcript)\Z")
_RECEIVERS = {"ST104": _COLLECTION, "ST109": _COLLECTION, "ST128": _STREAM}
# The opposite of each comparison.
_OPPOSITES = {"=": "~=", "~=": "=", "==": "~~", "~~": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TESTS = frozenset(("isNil", "notNil", "isEmpty", "not", "includes:", "includesKey:", "isKindOf:", *_OPPOSITES))


@mutation("N24", "idiom", rate=0.25)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Say one thing in another way, of a kind of chance."""
    sent = list(sent_in(reading))
    makers: list[Callable[[Reading, Sent], Iterator[Mutant]]] = [_worded, _negated, _compared, _ranged, _chosen, _printed]
    for make in shuffled(random, makers):
        yield from shuffled(random, [mutant for one in sent for mutant in make(reading, one)])


def _worded(reading: Reading, sent: Sent) -> Iterator[Mutant]:
    branches = {id(s.arguments[0]) for s in reading.statements() if isinstance(s, Send) and _is_branch(s)} if sent.arguments else set()
    for code, words in _WORDS.get(sent.selector, ()):
        # The value of the longer form is another one, and it has no argument to give to a block.
        if code == "ST101" and id(sent.arguments[0]) not in branches:
            continue
        if code in _RECEIVERS and not _RECEIVERS[code].search(_text(reading, sent.receiver).lower()):
            continue
        # In a cascade there is no receiver to go on from; behind a binary operation the new message would bind to its last operand.
        if sent.in_cascade or _is_binary(reading, sent.receiver):
            continue
        yield edited(reading.text, *sent.words[0], words, code)


def _is_branch(statement: Send) -> bool:
    return bool(statement.arguments) and isinstance(statement.arguments[0], Block) and not statement.arguments[0].parameters


def _is_binary(reading: Reading, receiver: Node) -> bool:
    in_brackets = reading.word(reading.index_at(receiver.end)) == ")" and reading.word(reading.index_at(receiver.start) - 1) == "("
    return isinstance(receiver, Send) and receiver.selector[0] in _BINARY and not in_brackets


def _whole(reading: Reading, sent: Sent, now: str, code: str) -> Iterator[Mutant]:
    """Yield the mutant that has `now` for a message of simple operands."""
    if isinstance(sent.receiver, Variable) and all(isinstance(a, _SIMPLE) for a in sent.arguments) and not sent.in_cascade:
        end = sent.arguments[-1].end if sent.arguments else sent.words[-1][1]
        yield edited(reading.text, sent.receiver.start, end, now, code)


def _in_brackets(reading: Reading, sent: Sent, now: str) -> str:
    """Answer `now` in parentheses, without them where nothing else stands beside the message that it replaces."""
    before = reading.word(reading.index_at(sent.receiver.start) - 1)
    after = reading.word(reading.index_at(sent.arguments[-1].end))
    return now if before in ("(", "[", "^", ":=", "_", ".") and after in (")", "]", ".", "") else f"({now})"


def _text(reading: Reading, node: Node) -> str:
    return reading.text[node.start : node.end]


def _negated(reading: Reading, sent: Sent) -> Iterator[Mutant]:
    opposite = _OPPOSITES.get(sent.selector)
    if opposite is not None and sent.selector not in ("=", "==", "<", ">"):
        now = f"({_text(reading, sent.receiver)} {opposite} {_text(reading, sent.arguments[0])}) not"
        yield from _whole(reading, sent, now, "ST105")


def _compared(reading: Reading, sent: Sent) -> Iterator[Mutant]:
    """Compare a test with true before a branch, or turn it into true and false where it is returned."""
    test = sent.receiver
    if sent.selector in ("ifTrue:", "ifFalse:") and isinstance(test, Send) and test.selector in _TESTS and not sent.in_cascade:
        end = reading.tokens.ends[reading.index_at(sent.at) - 1]
        closed = reading.text[end - 1] == ")"
        if closed or not test.arguments:
            yield edited(reading.text, end, end, " = true", "ST108")


def _ranged(reading: Reading, sent: Sent) -> Iterator[Mutant]:
    if sent.selector == "between:and:":
        value, low, high = (_text(reading, node) for node in (sent.receiver, *sent.arguments))
        yield from _whole(reading, sent, _in_brackets(reading, sent, f"{value} >= {low} and: [{value} <= {high}]"), "ST115")


def _chosen(reading: Reading, sent: Sent) -> Iterator[Mutant]:
    if sent.selector in ("max:", "min:"):
        one, other = _text(reading, sent.receiver), _text(reading, sent.arguments[0])
        sign = ">" if sent.selector == "max:" else "<"
        now = f"{one} {sign} {other} ifTrue: [{one}] ifFalse: [{other}]"
        yield from _whole(reading, sent, _in_brackets(reading, sent, now), "ST114")


def _printed(reading: Reading, sent: Sent) -> Iterator[Mutant]:
    # The rule does not look into cascades.
    if sent.selector == "print:" and isinstance(sent.arguments[0], Variable) and not sent.in_cascade:
        argument = sent.arguments[0]
        yield edited(reading.text, sent.at, argument.end, f"nextPutAll: {argument.name} printString", "ST127")
