"""Which of several messages that mean nearly the same the house sends.

Why:
    Who greps for `includes:` does not find `contains:`; and two words for one thing make readers look for a difference.
Example:
    `nextPutAll:` where others write `<<`, `timesRepeat:` where others write `to:do:`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.rules._scene import is_name
from stparse.nodes import Brace, Send

_GROUPS = {
    "counted": "doWithIndex: withIndexDo: keysAndValuesDo: do:withIndex:",
    "between": "do:separatedBy: do:andBetweenDo:",
    "line-end": "cr nl lf crlf newLine",
    "put": "nextPutAll: <<",
    "abstract": "subclassResponsibility implementedBySubclass shouldBeImplemented",
    "sort": "asSortedCollection: sort: sorted: sortBlock:",
    "join": ", join: joinUsing: concatenate:",
    "length": "size length",
    "guard": "ensure: valueNowOrOnUnwindDo:",
    "cleanup": "ifCurtailed: valueOnUnwindDo:",
    "hear": "onChangeSend:to: when:send:to: when:do: whenChangedSend:to: addDependent:",
    "association": "-> key:value:",
    "point": "@ x:y:",
    "any": "anySatisfy: contains:",
    "every": "allSatisfy: conform:",
    "fold": "inject:into: fold:",
    # What follows is no choice between synonyms, yet houses differ in how often they make it: for the score alone.
    "loop": "whileTrue: whileFalse: to:do: timesRepeat:",
    "equal": "= ==",
    "text": "printString displayString asString",
    "filter": "select: reject: detect:ifNone: detect:",
    "pairs": "keysAndValuesDo: associationsDo: keysDo: valuesDo:",
    "make": "new basicNew",
    "copy": "copy deepCopy shallowCopy veryDeepCopy",
    "tell": "changed: changed triggerEvent: trigger: announce: notify",
    "lookup": "at:ifAbsent: at:ifAbsentPut: at:ifPresent: at:",
    "kind": "isKindOf: isMemberOf: respondsTo:",
    "show": "show: crShow: showCr: traceCr:",
}
_NO_CHOICE = ("loop", "equal", "text", "filter", "pairs", "make", "copy", "tell", "lookup", "kind", "show")
_OF: dict[str, list[str]] = {}
for _group, _selectors in _GROUPS.items():
    for _selector in _selectors.split():
        _OF.setdefault(_selector, []).append(_group)


@convention(
    "C17",
    __doc__,
    title="choice among synonyms",
    contexts={"synonym/1": "the message for `{0}`", "collection": "how a small collection is made"},
    silent=tuple(f"synonym {group}" for group in _NO_CHOICE),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    for nodes in (page.scene.sends, page.scene.messages):
        for selector, found in nodes.items():
            for group in _OF.get(selector, ()):
                node = found[0]
                yield Slot(f"synonym {group}", selector, node.at if isinstance(node, Send) else node.start, node.end)
    for brace in page.scene.nodes.get(Brace, ())[:1]:
        yield Slot("collection", "{...}", *page.span(brace))
    for selector in ("with:", "with:with:", "with:with:with:"):
        for node in page.scene.sends.get(selector, ())[:1]:
            if is_name(node.receiver, "Array"):
                yield Slot("collection", f"{node.receiver.name} with:", *page.span(node))
