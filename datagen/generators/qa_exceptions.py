"""Where an exception is signalled, and where it is caught.

What: the methods that signal a class of exceptions by its name, and those that name it, or else a superclass, in `on:do:`.
Why: the path of an error leads from one to the other, and no send connects them.
Question: Who signals BpRightsViolation, and who handles it?
Answer: Two methods signal `BpRightsViolation` in the indexed code: - ... One method handles it: `BpScheduleEditor>>save` (...:80).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from datagen.answers import cited, list_traits, method_lines, method_sources, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, ticked, verb
from datagen.sample import Sample
from datagen.subject import class_shown
from stparse.index.classtable import path_of
from stparse.index.model import Hit, MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.index.structure import ancestors_of
from stparse.nodes import Cascade, Message, Node, Send, Variable, walk

KIND = "qa.exceptions"
ASKED = (
    "Where is {e} signalled, and where is it caught?",
    "Who raises {e}, and who handles it?",
    "Which methods signal {e}? Which of our code has a handler for it?",
    "Is {e} handled anywhere, and who signals it?",
    "Follow the exception {e} through our code: where does it start, where does it end?",
)
SIGNALS = ("signal", "raise")
"""How the selectors begin that signal; houses have their own, such as `raise:in:`."""
HANDLES = "on:do:"
MOST_GENERAL = 10
"""Of more methods that catch a superclass, such as Error, one is named: they are much the same for every exception."""
KINDS = ("Error", "Exception", "Notification", "Warning", "Unwind", "ZeroDivide", "MessageNotUnderstood", "KeyNotFound", "Halt")
"""How the names of exceptions end: a semaphore is signalled too."""
Methods = dict[str, list[MethodDef]]


@generator(KIND, over="classes", rare=True)
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for each exception whose first method, of those that signal or catch it, is in this class."""
    signalled, caught = _flow(index)
    for exception in _by_first(index).get(name, []):
        signallers, handlers = signalled.get(exception, []), caught.get(exception, [])
        claims = [
            methods_claim("signallers", exception, index, signallers),
            methods_claim("handlers", exception, index, handlers),
        ]
        answer = _answer(index, exception, signallers, handlers)
        sources = [*method_sources(signallers), *method_sources(handlers)]
        above = next((name for name in _above(index, exception) if name in caught), None) if not handlers else None
        if above is not None:
            general = caught[above] if len(caught[above]) <= MOST_GENERAL else caught[above][:1]
            n = len(caught[above])
            claims.append(replace(methods_claim("general handlers", exception, index, general, detail=above), count=n))
            answer = f"{answer}\n\n{_general(index, exception, above, general, n)}"
            sources += method_sources(general)
        traits = list_traits(max(len(signallers), len(handlers)))
        yield question(KIND, pick(random, ASKED, e=exception), answer, claims, sources, index, traits)


@remembered(2)
def _by_first(index: CodeIndex) -> dict[str, list[str]]:
    """Answer the exceptions in the order of their names, by the short name of the class with the first method that signals or catches."""
    signalled, caught = _flow(index)
    found: dict[str, list[str]] = {}
    for exception in sorted(signalled.keys() | caught.keys()):
        signallers, handlers = signalled.get(exception, []), caught.get(exception, [])
        if handlers or _is_exception(index, exception):
            first = min((methods[0] for methods in (signallers, handlers) if methods), key=_place)
            found.setdefault(path_of(class_shown(index, first.class_name, first.file))[-1], []).append(exception)
    return found


def _is_exception(index: CodeIndex, name: str) -> bool:
    return any(one.endswith(KINDS) for one in (name, *_above(index, name)))


def _above(index: CodeIndex, name: str) -> list[str]:
    """Answer the short names of the superclasses of a class, as far as they are known and certain."""
    found = index.class_table.named(name)
    return [path_of(step.name)[-1] for step in ancestors_of(index.class_table, found[0])] if len(found) == 1 else []


@remembered(2)
def _flow(index: CodeIndex) -> tuple[Methods, Methods]:
    """Answer the methods that signal, and those that handle, each exception by its short name."""
    signals = [hit for selector in index.sent_selectors if selector.startswith(SIGNALS) for hit in index.senders(selector)]
    handlers = [hit for selector in index.sent_selectors if HANDLES in selector for hit in index.senders(selector)]
    return _by_name(signals, _signalled), _by_name(handlers, _caught)


def _by_name(hits: Iterable[Hit], names_in: Callable[[Hit], Iterator[str]]) -> Methods:
    """Answer the methods by the exceptions that are found in them, each once, in the order of the files."""
    found: dict[str, dict[int, MethodDef]] = {}
    for hit in hits:
        for name in names_in(hit):
            found.setdefault(name, {})[hit.method.id] = hit.method
    return {name: sorted(methods.values(), key=_place) for name, methods in found.items()}


def _place(method: MethodDef) -> tuple[str, int, int]:
    return method.file, method.span.start, method.id


def _signalled(hit: Hit) -> Iterator[str]:
    """Yield the exceptions of `E signal`, `E new signal: x`, and of cascades that end so."""
    for node in _sends(hit):
        if (isinstance(node, Send) and node.selector.startswith(SIGNALS)) or (
            isinstance(node, Cascade) and any(message.selector.startswith(SIGNALS) for message in node.messages)
        ):
            receiver = node.receiver
        else:
            continue
        if isinstance(receiver, Send) and receiver.selector == "new":
            receiver = receiver.receiver
        yield from _named(receiver)


def _caught(hit: Hit) -> Iterator[str]:
    """Yield the exceptions of `on: E do: [...]` and `on: E, F do: [...]`."""
    for node in _sends(hit):
        if isinstance(node, Send | Message) and HANDLES in node.selector:
            words = node.selector.split(":")
            todo = [
                argument for word, then, argument in zip(words, words[1:], node.arguments, strict=False) if (word, then) == ("on", "do")
            ]
            while todo:
                value = todo.pop(0)
                if isinstance(value, Send) and value.selector == ",":
                    todo += [value.receiver, *value.arguments]
                yield from _named(value)


def _sends(hit: Hit) -> Iterator[Node]:
    tree = hit.method.tree
    return walk(tree.body) if tree is not None else iter(())


def _named(node: Node) -> Iterator[str]:
    if isinstance(node, Variable) and node.name[:1].isupper():
        yield path_of(node.name)[-1]


def _answer(index: CodeIndex, exception: str, signallers: Sequence[MethodDef], handlers: Sequence[MethodDef]) -> str:
    of = ticked(exception)
    return f"{_part(index, signallers, 'signal', of)}\n\n{_part(index, handlers, 'handle', of)}"


def _general(index: CodeIndex, exception: str, above: str, methods: Sequence[MethodDef], n: int) -> str:
    """Answer who of `n` methods handles it all the same, since he handles what it inherits from."""
    head = f"But {ticked(exception)} inherits from {ticked(above)}, which"
    if n == 1:
        return f"{head} {cited(index, methods[0])} catches."
    if len(methods) < n:
        return f"{head} {counted(n, 'method')} catch, for example {cited(index, methods[0])}."
    return f"{head} {counted(n, 'method')} catch:\n{bullets(method_lines(index, methods), n)}"


def _part(index: CodeIndex, methods: Sequence[MethodDef], does: str, what: str) -> str:
    if not methods:
        return f"No method {does}s {what} by name in the indexed code."
    if len(methods) == 1:
        return f"Only {cited(index, methods[0])} {does}s {what} in the indexed code."
    head = f"{capitalised(counted(len(methods), 'method'))} {verb(len(methods), does)} {what} in the indexed code:"
    return f"{head}\n{bullets(method_lines(index, methods), len(methods))}"
