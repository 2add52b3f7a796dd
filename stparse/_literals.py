"""What an argument of a definition says: a name, a text, a list of names, a flag; None where it must be computed."""

from __future__ import annotations

from collections.abc import Callable

from stparse.nodes import Binding, Brace, LiteralArray, Node, Send, Sequence, String, Symbol, Variable, walk

_CONSTANTS = {"true": True, "false": False}


def name(node: Node) -> str | None:
    """Answer the name in `#Foo`, `'Foo'`, `Foo`, `A.B`, `#{A.B}` or `(Smalltalk at: #Foo)`."""
    if isinstance(node, Sequence) and len(node.statements) == 1:
        node = node.statements[0]
    match node:
        case Symbol(value=value) | String(value=value):
            return value.strip() or None
        case Variable(name=value) | Binding(name=value):
            return value.strip()
        case Send(receiver=Variable(name="Smalltalk"), selector="at:" | "classNamed:", arguments=(argument,)):
            return name(argument) if isinstance(argument, (Symbol, String)) else None
        case Send(receiver=Variable(name="Smalltalk"), selector=selector, arguments=()):
            return selector
        case _:
            return None


def text(node: Node) -> str | None:
    """Answer the text of a string, of a symbol, or of strings joined by `,`."""
    parts: list[str] = []
    while isinstance(node, Send) and node.selector == "," and len(node.arguments) == 1:
        last = node.arguments[0]
        if not isinstance(last, String):
            return None
        parts.append(last.value)
        node = node.receiver
    if not isinstance(node, (String, Symbol)):
        return None
    parts.append(node.value)
    return "".join(reversed(parts))


def names(node: Node) -> tuple[str, ...] | None:
    """Answer the words of a string, or the names in an array of any kind."""
    match node:
        case String(value=value):
            return tuple(value.split())
        case LiteralArray(elements=elements) | Brace(elements=elements):
            return tuple(found for element in elements if (found := _first_name(element)) is not None)
        case Variable(name="nil"):
            return ()
        case Send(receiver=Variable(name="Array" | "OrderedCollection" | "Set"), selector="new", arguments=()):
            return ()
        case _:
            return None


def traits(node: Node) -> tuple[str, ...]:
    """Answer the traits in `TFoo + TBar - {#x} @ {#a -> #b}`, `{TFoo. TBar}` or `#(TFoo)`: names with a capital."""
    found = dict.fromkeys(
        each.name if isinstance(each, Variable) else each.value
        for each in walk(node)
        if isinstance(each, Variable) or (isinstance(each, Symbol) and isinstance(node, LiteralArray))
    )
    return tuple(each for each in found if each[:1].isupper())


def flag(node: Node) -> bool | None:
    """Answer the truth value that `true` or `false` says."""
    return _CONSTANTS.get(node.name) if isinstance(node, Variable) else None


def _first_name(element: Node) -> str | None:
    """`#a`, `'a'`, `#a -> 3`, `#a => InstanceVariableSlot`, `#{A.B}`, and VA's `(a 1)` each name one thing."""
    while isinstance(element, Send):
        element = element.receiver
    if isinstance(element, LiteralArray) and element.elements:
        element = element.elements[0]
    return name(element)


def _any(node: Node) -> object:
    return None


READERS: dict[str, Callable[[Node], object]] = {"name": name, "text": text, "names": names, "traits": traits, "flag": flag, "any": _any}
