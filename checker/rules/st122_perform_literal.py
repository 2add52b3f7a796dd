"""A message sent by name where the name is known.

Why:
    A plain send says the same, can be found by searching for senders, and is checked.
Bad:
    aView perform: #refresh
Good:
    aView refresh
"""

from __future__ import annotations

from checker.rules import pattern_rule
from checker.rules._scene import Scene
from stparse.nodes import Symbol
from stparse.pattern import Match


def _is_plain(match: Match, scene: Scene) -> bool:
    selector = match.bindings["s"]
    return (
        isinstance(selector, Symbol)
        and selector.value.replace(":", "").isidentifier()
        and not scene.in_test
        and _is_safe(selector.value, scene)
    )


def _is_safe(selector: str, scene: Scene) -> bool:
    """Answer whether there is such a method, and nobody has asked before or stands by in case there is not."""
    if scene.sends.keys() & {"respondsTo:", "handle:do:", "on:do:", "at:ifPresent:", "ifError:"}:
        return False
    return scene.code is None or selector in scene.code.index.implemented_selectors


pattern_rule(
    "ST122",
    __doc__,
    {
        "`@x perform: `#s": None,
        "`@x perform: `#s with: `@a": None,
        "`@x perform: `#s with: `@a with: `@b": None,
    },
    message="{s} is performed, though it is known",
    hint="send the message itself",
    when=_is_plain,
)
