"""A class as Tonel's or FileTree's metadata states it."""

from __future__ import annotations

import re

from stparse.chunk import ClassDef
from stparse.ston import Ston, text_of, texts_of
from stparse.text import Span

_NAME = re.compile(r"[^\W\d]\w*")
_TRAIT_DETAIL = re.compile(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]")


def class_definition(stated: dict[str, Ston], name: str, comment: str | None, trait: bool, span: Span, path: str) -> ClassDef:
    """Answer the class `name`; `stated` has lower-case keys, those of Tonel or those of FileTree (`super`, `instvars`)."""
    superclass = text_of(stated.get("superclass", stated.get("super")))
    return ClassDef(
        name=name,
        superclass=None if superclass == "nil" else superclass,
        kind=text_of(stated.get("type")) or "normal",
        instance_variables=_names(stated.get("instvars")),
        class_variables=_names(stated.get("classvars")),
        class_instance_variables=_names(stated.get("classinstvars")),
        pools=texts_of(stated.get("pools")),
        traits=_traits(text_of(stated.get("traits", stated.get("traitcomposition")))),
        category=text_of(stated.get("category")) or _package(stated),
        comment=comment,
        trait=trait,
        span=span,
        file=path,
    )


def _names(value: Ston) -> tuple[str, ...]:
    # A slot is written as it is made (`#items => WeakSlot`): its first word is the variable's name.
    found = (_NAME.search(item) for item in texts_of(value))
    return tuple(match.group() for match in found if match)


def _package(stated: dict[str, Ston]) -> str | None:
    package, tag = text_of(stated.get("package")), text_of(stated.get("tag"))
    return f"{package}-{tag}" if package and tag else package


def _traits(composition: str | None) -> tuple[str, ...]:
    if not composition or composition == "{}":
        return ()
    # `TA + (TB - {#x}) @ {#y -> #z}`: what is in brackets says how a trait is used, not which.
    plain = _TRAIT_DETAIL.sub(lambda match: match.group()[1:-1] if match.group()[0] == "(" else " ", composition)
    plain = re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]|#\S+", " ", plain)
    return tuple(name for name in dict.fromkeys(_NAME.findall(plain)) if name[0].isupper())
