"""N13: a selector that nobody implements.

What: one message is called as other languages call it (`length` for size, `getTitle` for title), or is misspelt.
Why: compilers take any selector, so nothing stops a model that remembers the wrong library.
Good: rights add: aRight
Bad:  rights push: aRight

Only where the whole base image is known: else somebody may implement it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from random import Random

from checker.messages import Known
from checker.names import Meaning
from datagen.misspelling import SHORTEST, misspelt
from datagen.mutations import Mutant, mutation
from datagen.mutations._sent import Sent, renamed, sent_in
from datagen.reading import Reading, shuffled

_WIDEST = 60
_FOREIGN = 0.7
_ELSEWHERE = {
    "add:": ("push:", "append:", "addItem:"),
    "addAll:": ("extend:", "pushAll:", "concat:"),
    "addFirst:": ("unshift:", "prepend:", "pushFront:"),
    "allSatisfy:": ("every:", "all:"),
    "anySatisfy:": ("some:", "any:"),
    "asInteger": ("toInt", "parseInt"),
    "asLowercase": ("toLowerCase", "lower", "downcase"),
    "asNumber": ("toNumber", "parseNumber"),
    "asString": ("toString", "toStr"),
    "asSymbol": ("toSymbol", "intern"),
    "asUppercase": ("toUpperCase", "upper", "upcase"),
    "at:": ("get:", "itemAt:", "charAt:"),
    "at:ifAbsent:": ("get:orElse:", "at:orElse:", "fetch:default:"),
    "at:put:": ("set:to:", "put:value:", "setAt:to:"),
    "between:and:": ("isBetween:and:", "between:to:"),
    "class": ("getClass", "typeOf"),
    "collect:": ("map:",),
    "copyFrom:to:": ("substring:to:", "slice:to:", "subString:to:"),
    "copyWithout:": ("without:", "except:"),
    "cr": ("newline", "nl"),
    "detect:": ("find:", "findFirst:"),
    "detect:ifNone:": ("find:orElse:", "find:ifAbsent:", "detect:ifAbsent:"),
    "do:": ("forEach:", "each:", "foreach:"),
    "ensure:": ("finally:", "ensureBlock:"),
    "error:": ("throw:", "raise:"),
    "first": ("head", "getFirst"),
    "ifFalse:": ("unless:",),
    "ifTrue:ifFalse:": ("ifTrue:else:", "then:else:"),
    "includes:": ("has:", "isIncluded:", "includesItem:"),
    "includesKey:": ("hasKey:", "containsKey:"),
    "includesSubstring:": ("hasSubstring:", "containsString:"),
    "inject:into:": ("reduce:with:", "fold:into:", "reduce:into:"),
    "isEmpty": ("empty", "isBlank"),
    "isKindOf:": ("instanceOf:", "isA:", "isInstanceOf:"),
    "isNil": ("isNull", "isNone"),
    "keysAndValuesDo:": ("forEachPair:", "eachPair:", "doWithKeys:"),
    "keysDo:": ("forEachKey:", "eachKey:"),
    "last": ("tail", "getLast"),
    "negated": ("negate", "neg"),
    "nextPutAll:": ("writeString:", "appendString:"),
    "not": ("negation", "isFalse"),
    "notEmpty": ("isNonEmpty", "nonEmpty"),
    "notNil": ("isNotNull", "isNonNil"),
    "on:do:": ("try:catch:", "catch:do:", "rescue:do:"),
    "printOn:": ("writeTo:", "outputOn:"),
    "printString": ("toString", "str", "inspectString"),
    "reject:": ("filterNot:", "filterOut:"),
    "remove:": ("delete:", "removeItem:"),
    "remove:ifAbsent:": ("delete:ifAbsent:", "remove:orElse:"),
    "removeFirst": ("shift", "popFront", "dequeue"),
    "removeKey:": ("deleteKey:", "unset:"),
    "removeLast": ("pop", "popBack"),
    "reverse": ("reverseOrder", "reversedCopy"),
    "reverseDo:": ("reverseEach:", "forEachReverse:"),
    "select:": ("filter:", "where:"),
    "show:": ("println:", "log:"),
    "signal:": ("throw:", "raise:"),
    "size": ("length", "count", "len"),
    "timesRepeat:": ("times:", "repeat:"),
    "value": ("call", "invoke"),
    "value:": ("call:", "invoke:"),
    "whileTrue:": ("while:",),
    "with:do:": ("zip:do:", "with:each:"),
}


@mutation("N13", "messages", rate=0.3)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Call one message as nobody does here."""
    messages = reading.around.messages
    if messages is None or not messages.complete:
        return
    ordered = shuffled(random, list(sent_in(reading)))
    if random.random() < _FOREIGN:
        # Few messages have a name elsewhere: without this most mutants would be misspelt.
        ordered.sort(key=lambda sent: sent.selector not in _ELSEWHERE)
    for sent in ordered:
        if sent.words[-1][1] - sent.at > _WIDEST or messages.implemented(sent.selector) is Known.NOBODY:
            continue
        foreign = shuffled(random, [(now, "") for now in (*_ELSEWHERE.get(sent.selector, ()), *_accessors(reading, sent))])
        # Slips come last to be asked for: what is near is looked for among all selectors.
        misspelt = [now for now in _misspelt(sent.selector, random) if messages.implemented(now) is Known.NOBODY]
        slips = ((now, sent.selector) for now in misspelt if sent.selector in messages.near(now)[:3])
        found = chain(foreign, slips) if random.random() < _FOREIGN else chain(slips, foreign)
        now, meant = next(((now, meant) for now, meant in found if messages.implemented(now) is Known.NOBODY), ("", ""))
        if now:
            yield renamed(reading, sent, now, "ST422", meant or None)


def _accessors(reading: Reading, sent: Sent) -> Iterator[str]:
    """Yield what an accessor is called where a variable of the class has its name."""
    name = sent.selector.removesuffix(":")
    if name.isalnum() and reading.names.meaning(name) is Meaning.INSTANCE:
        capital = name[0].upper() + name[1:]
        yield f"set{capital}:" if sent.arguments else f"get{capital}"


def _misspelt(selector: str, random: Random) -> list[str]:
    """Answer the selector with one of its words misspelt."""
    words = selector.split(":") if selector.endswith(":") else [selector]
    long = [at for at, word in enumerate(words) if len(word) > SHORTEST and word.isalnum()]
    if not long:
        return []
    at = random.choice(long)
    return [":".join([*words[:at], now, *words[at + 1 :]]) for now in misspelt(words[at], random)[:3]]
