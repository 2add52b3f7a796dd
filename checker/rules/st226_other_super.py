"""A super send of another message than the one that is implemented.

Why:
    It goes round the override that `self` would find, which is seldom meant: `self` says it, and `super` is for the
    message at hand.
Bad:
    title
        ^super name
Good:
    title
        ^self name
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, receivers
from stparse.issue import Severity
from stparse.nodes import Method

_FIRST_WORD = re.compile(r"[a-z]{3,}")
_CREATION = (
    "new",
    "basicNew",
    "initialize",
    "init",
    "copy",
    "postCopy",
    "basic",
    "with",
    "on",
    "open",
    "from",
    "release",
    "instance",
    "class",
)


@rule(
    "ST226",
    __doc__,
    on=(),
    severity=Severity.INFO,
    message="super {name} in {here}",
    hint="send it to self, unless the override is to be avoided",
)
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    if scene.in_test or scene.method.meta or tree.pragmas:
        return
    for receiver, message in receivers(tree):
        if is_name(receiver, "super") and not _belongs(message.selector, tree.selector):
            yield Found(message, name=message.selector, here=tree.selector)
            return


def _belongs(sent: str, here: str) -> bool:
    if sent == here or here.startswith(_CREATION) or sent.startswith(_CREATION):
        return True
    # at:put: and basicAt:put:, printOn: and printString, value and value: belong together.
    words = sent.partition(":")[0].lower()
    first = _FIRST_WORD.match(sent)
    return words in here.lower() or here.partition(":")[0].lower() in words or (first is not None and here.startswith(first[0]))
