"""The same method with one habit changed, and the same meaning: what the validity report ranks below its original."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from checker.conventions._names import article_of, capitalised
from checker.conventions._page import MethodPage
from checker.rules._scene import is_name
from stparse.index.model import MethodDef
from stparse.nodes import Block, Return, Send, Variable

Edit = tuple[int, int, str]
Habit = Callable[[MethodPage, random.Random], list[Edit]]


def _edited(method: MethodDef, edits: Iterable[Edit]) -> MethodDef:
    source = method.source
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return replace(method, source=source)


def _return_space(page: MethodPage, chance: random.Random) -> list[Edit]:
    edits: list[Edit] = []
    for node in page.scene.nodes.get(Return, ()):
        at = node.start + 1
        end = at
        while page.source[end : end + 1] == " ":
            end += 1
        edits.append((at, end, " " if end == at else ""))
    return edits


def _bracket_space(page: MethodPage, chance: random.Random) -> list[Edit]:
    edits: list[Edit] = []
    for node in page.scene.nodes.get(Block, ()):
        inside = page.source[node.start + 1 : node.end - 1]
        if inside.strip() and "\n" not in inside:
            bare = inside == inside.strip()
            edits.append((node.start + 1, node.end - 1, f" {inside} " if bare else inside.strip()))
    return edits


def _renamed(page: MethodPage, old: str, new: str) -> list[Edit]:
    if not old or new == old or new in page.scene.locals or new in page.variables:
        return []
    return [(node.start, node.end, new) for node in page.scene.nodes.get(Variable, ()) if is_name(node, old)]


def _argument(page: MethodPage, chance: random.Random) -> list[Edit]:
    if not page.tree.arguments:
        return []
    old = chance.choice(page.tree.arguments).name
    article = article_of(old)
    bare = old[len(article) :]
    new = bare[:1].lower() + bare[1:] if article else ("an" if old[:1] in "aeiou" else "a") + capitalised(old)
    return _renamed(page, old, new)


def _block_argument(page: MethodPage, chance: random.Random) -> list[Edit]:
    names = [p.name for node in page.scene.nodes.get(Block, ()) if isinstance(node, Block) for p in node.parameters]
    if not names:
        return []
    old = chance.choice(names)
    return _renamed(page, old, chance.choice(["e", "x", "elem"]) if old == "each" or article_of(old) else "each")


def _nil_test(page: MethodPage, chance: random.Random) -> list[Edit]:
    edits: list[Edit] = []
    for short, test in (("ifNil:", "isNil ifTrue:"), ("ifNotNil:", "notNil ifTrue:")):
        plain = (n for n in page.scene.sends.get(short, ()) if isinstance(n.arguments[0], Block) and not n.arguments[0].parameters)
        edits += [(node.at, node.at + len(short), test) for node in plain]
        word, _, rest = test.partition(" ")
        for node in page.scene.sends.get(word, ()):
            above = page.scene.parent(node)
            if isinstance(above, Send) and above.selector == rest and above.receiver is node:
                edits.append((node.at, above.at + len(rest), short))
    return edits


def _empty_test(page: MethodPage, chance: random.Random) -> list[Edit]:
    return [
        (node.at, node.at + len("isEmpty"), "size = 0")
        for node in page.scene.sends.get("isEmpty", ())
        if not isinstance(page.scene.parent(node), Send)
    ]


def _comment(page: MethodPage, chance: random.Random) -> list[Edit]:
    for sequence, index, text in page.scene.comments:
        at = page.source.find(f'"{text}"')
        if sequence is page.tree.body and index == 0 and at >= 0:
            rest = re.compile(r"\s*").match(page.source, at + len(text) + 2)
            return [(at, rest.end() if rest else at, "")]
    return []


def _line_under_pattern(page: MethodPage, chance: random.Random) -> list[Edit]:
    found = re.compile(r"[^\n]*\n(\s*\n)?").match(page.source, page.tree.arguments[-1].end if page.tree.arguments else page.tree.start)
    if found is None:
        return []
    return [(found.start(1), found.end(1), "")] if found[1] else [(found.end(), found.end(), "\n")]


def _accessor(page: MethodPage, chance: random.Random) -> list[Edit]:
    if page.role in ("getter", "setter", "lazy") or page.method.meta:
        return []
    through = [
        (node.start, node.end, name)
        for name in sorted(page.variables & page.view.selectors)
        for node in page.scene.sends.get(name, ())
        if is_name(node.receiver, "self")
    ]
    if through:
        return through
    written = {id(getattr(node, "target", None)) for nodes in page.scene.nodes.values() for node in nodes}
    return [
        (node.start, node.end, f"self {node.name}")
        for node in page.scene.nodes.get(Variable, ())
        if isinstance(node, Variable) and node.name in page.variables and node.name in page.view.selectors and id(node) not in written
    ]


def _indentation(page: MethodPage, chance: random.Random) -> list[Edit]:
    with_tabs = "\n\t" in page.source
    edits: list[Edit] = []
    for found in re.finditer(r"\n([ \t]+)", page.source):
        white = found[1]
        edits.append((found.start(1), found.end(1), white.replace("\t", "    ") if with_tabs else white.replace("    ", "\t")))
    return edits


HABITS: tuple[tuple[str, Habit], ...] = (
    ("space after ^", _return_space),
    ("space in brackets", _bracket_space),
    ("article of an argument", _argument),
    ("name of a block argument", _block_argument),
    ("test for nil", _nil_test),
    ("test for empty", _empty_test),
    ("comment left out", _comment),
    ("line under the pattern", _line_under_pattern),
    ("access to a variable", _accessor),
    ("tabs and spaces", _indentation),
)


def mutants_of(page: MethodPage, protocols: Sequence[str], chance: random.Random) -> list[tuple[str, MethodDef]]:
    """Answer the method in every way that one habit can be changed; `protocols` are those of the house."""
    found = []
    for name, habit in HABITS:
        edits = habit(page, chance)
        if edits:
            mutant = _edited(page.method, edits)
            if mutant.source != page.method.source:
                found.append((name, mutant))
    others = [protocol for protocol in protocols if protocol != page.protocol]
    if page.protocol and others:
        found.append(("protocol", replace(page.method, protocol=chance.choice(others))))
    return found
