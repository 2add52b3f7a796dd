"""A comment that says that something is to be done.

Why:
    What is in nobody's list is not done.
Bad:
    "TODO: rights of co-producers"
Good:
    "Co-producers have no rights of their own (see ticket 4711)."
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene
from stparse.issue import Severity
from stparse.nodes import Method

_MARK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@rule("ST305", __doc__, on=(), severity=Severity.INFO, message="a comment says {name}", hint="do it, or note it where it is planned")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    for _, _, text in scene.comments:
        mark = _MARK.search(text)
        if mark:
            yield Found(scene.place_of_comment(text), name=mark[1])
