"""A comparison of the result of a comparison, or with alternatives that are none.

Why:
    `a = b | c` is `(a = b) | c`, and `a = b = c` compares a Boolean with `c`.
Bad:
    kind = #film | #series
Good:
    kind = #film or: [kind = #series]
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.rules import Found, rule
from checker.rules._scene import Scene, is_name, is_send, only_statement
from stparse.nodes import Character, Node, Number, Send, String, Symbol


@rule("ST204", __doc__, on=("|", "&", "or:", "and:", "="), message="this reads as {name}", hint="write each comparison out")
def check(node: Send, scene: Scene) -> Iterator[Found]:
    compared, argument = node.receiver, node.arguments[0]
    if not is_send(compared, "=", "==") or _is_in_parentheses(compared, scene):
        return
    if node.selector in ("or:", "and:"):
        argument = only_statement(argument) or node
    wrong = isinstance(argument, Number | String | Symbol | Character) if node.selector != "=" else not _is_boolean(argument)
    if wrong:
        yield Found(node, name=f"({scene.source_of(compared)}) {node.selector} {scene.source_of(node.arguments[0])}")


def _is_in_parentheses(node: Send, scene: Scene) -> bool:
    rest = scene.method.source[node.end :].lstrip()
    return rest.startswith(")")


def _is_boolean(node: Node) -> bool:
    return is_name(node, "true", "false") or isinstance(node, Send)
