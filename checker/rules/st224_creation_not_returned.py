"""An instance creation method that answers the class.

Why:
    Without `^` the new object is made and thrown away.
Bad:
    new
        super new initialize
Good:
    new
        ^super new initialize
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, ends_method, is_name
from stparse.nodes import Cascade, Method, Return, Send, walk


@rule("ST224", __doc__, on=(), message="{name} makes an instance and answers the class", hint="return the new object: ^")
def check(tree: Method, scene: Scene) -> Iterator[Found]:
    if not scene.method.meta or not tree.selector.startswith(("new", "with:", "named:")) or scene.nodes.get(Return) or scene.raises_only:
        return
    if not tree.body.statements or ends_method(tree.body.statements[-1]) or tree.pragmas:
        return
    made = [
        send
        for selector in ("new", "new:", "basicNew")
        for send in scene.sends.get(selector, ())
        if is_name(send.receiver, "self", "super")
    ]
    last = tree.body.statements[-1]
    if made and any(node is made[0] for node in walk(last)) and isinstance(last, Send | Cascade):
        yield Found(last, name=tree.selector)
