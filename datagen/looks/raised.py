"""Which exceptions a method signals or handles by name, read from its tokens."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from datagen.classfacts import short_of
from datagen.looks import look
from datagen.scanned import Place, Scanned
from stparse.parser import parser_for

_NAME = r"(?<!\w )(?<![^\s(\[.;^,])([A-Z][\w.:]*\w|[A-Z])"
_SIGNALS = re.compile(rf"{_NAME}(?: \)| new \)| new)* (?:[^.^\[\]]*? ; )?(?:signal|raise)\w*:? ")
_HANDLES = re.compile(r" on: (\(* ?[A-Z][\w.:]*(?: , [A-Z][\w.:]*| \)| \()*) do: ")
_WORD = re.compile(r"[A-Z][\w.:]*")


@dataclass(frozen=True, slots=True)
class Raised:
    """A method that signals, or handles, an exception."""

    place: Place
    signals: bool
    handles: bool


@look("raised")
def raised(seen: Scanned, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """See the methods that signal or handle exceptions of these names."""
    source = seen.method.source
    if "signal" not in source and "raise" not in source and "on:" not in source:
        return
    tokens = parser_for(seen.method.dialect).tokens(source)
    # The words of the pattern are no receivers.
    begin = seen.tree.body.start
    words = (source[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True) if a >= begin)
    # Code that stands in a string is not run.
    text = " ".join(("", *("''" if word.startswith("'") else word for word in words), ""))
    signalled = {short_of(name) for name in _SIGNALS.findall(text)}
    handled = {short_of(name) for group in _HANDLES.findall(text) for name in _WORD.findall(group)}
    for name in sorted((signalled | handled) & set(wanted)):
        yield name, Raised(seen.place, name in signalled, name in handled)
