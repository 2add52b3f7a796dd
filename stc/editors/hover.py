"""What is told of a name or a selector, as Markdown in which nothing from a source can be more than text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datagen.phrase import counted
from retrieval.context import tamed
from stc.editors.code import Owned, View
from stc.editors.cursor import SELECTOR, Under
from stparse.index.model import IndexedClass
from stparse.nodes import Block, Method, Sequence, walk

_LONGEST, _SHOWN = 1_500, 8


def hover(view: View, under: Under) -> str | None:
    """Answer what is known of what is under the cursor, None where that is nothing."""
    return "\n\n".join(_selector(view, under) if under.kind == SELECTOR else _name(view, under)) or None


def meant(view: View, under: Under) -> Owned | None:
    """Answer the one method that a message to self, super or a class by name runs, as far as the text tells."""
    unit, receiver = under.unit, under.receiver or ""
    if receiver in ("self", "super") and unit is not None and unit.chunk.class_name:
        return view.understood(unit.chunk.class_name, unit.chunk.meta, under.text, above=receiver == "super")
    return view.understood(receiver, True, under.text) if receiver[:1].isupper() and view.classes(receiver) else None


def _selector(view: View, under: Under) -> Iterator[str]:
    found = view.implementors(under.text)
    senders = view.senders(under.text)
    if not found and not senders:
        return
    yield f"`#{under.text}`: {counted(len(found), 'implementor')}, {counted(len(senders), 'sender')}"
    one = meant(view, under) or (found[0] if len(found) == 1 else None)
    if one is not None:
        method = one[0]
        yield f"`{method.reference}`" + (f", in *{_plain(method.protocol)}*" if method.protocol else "")
        if method.comment:
            yield quoted(method.comment)
    elif found:
        more = f"\n* ... and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        yield "\n".join(f"* `{method.reference}`" for method, _ in found[:_SHOWN]) + more


def _name(view: View, under: Under) -> Iterator[str]:
    classes = view.classes(under.text) if under.text[:1].isupper() else []
    for definition, _ in classes[:3]:
        yield from _class(view, definition)
    if classes:
        return
    declared = _declared(under)
    users = len(view.references(under.text)) if under.text[:1].isupper() else 0
    if declared:
        yield f"`{under.text}`: {declared}"
    elif users:
        yield f"`{under.text}`: not defined in the indexed code, named in {counted(users, 'method')}"
    elif under.unit is not None and under.unit.chunk.class_name:
        for name in view.chain(under.unit.chunk.class_name):
            for definition, _ in view.classes(name):
                for kind in ("instance", "class", "class_instance"):
                    if under.text in getattr(definition, f"{kind}_variables"):
                        yield f"`{under.text}`: {kind.replace('_', ' ')} variable of `{definition.qualified}`"
                        return


def _class(view: View, definition: IndexedClass) -> Iterator[str]:
    yield f"`{definition.qualified}`, subclass of `{definition.superclass or 'nil'}`" + (
        f", in *{_plain(definition.category)}*" if definition.category else ""
    )
    for label, names in (("instance variables", definition.instance_variables), ("class variables", definition.class_variables)):
        if names:
            yield f"{label}: {', '.join(f'`{name}`' for name in names)}"
    if definition.comment:
        yield quoted(definition.comment)
    methods, users = len(view.methods_of(definition.qualified)), len(view.references(definition.name))
    yield f"{counted(methods, 'method')}, named in {counted(users, 'method')}"


def _declared(under: Under) -> str | None:
    """Answer what declares a name in the method that it stands in."""
    tree = under.unit.parsed.tree if under.unit is not None else None
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, Method) and any(one.name == under.text for one in node.arguments):
            return "argument"
        if isinstance(node, Sequence) and any(one.name == under.text for one in node.temporaries):
            return "temporary"
        if isinstance(node, Block) and any(one.name == under.text for one in node.parameters):
            return "block argument"
    return None


def quoted(text: str) -> str:
    """Answer a text of a source as a block that nothing in it can end."""
    text = tamed(text.strip())
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "\n..."
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s.:-]", " ", tamed(text))
