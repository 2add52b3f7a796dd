"""The pieces that a source file falls into, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from stparse.text import Span


class ChunkKind(Enum):
    """What a chunk holds. `layout` is what the format itself needs: white space, separators, mark-up."""

    CLASS = "class"
    METHODS = "methods"
    METHOD = "method"
    COMMENT = "comment"
    DOIT = "doit"
    NAMESPACE = "namespace"
    SHARED_VARIABLE = "shared variable"
    LAYOUT = "layout"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClassDef:
    """A class as its definition states it. `name` is qualified where the source qualifies it.

    `kind` is the layout (`normal`, `variable`, `bytes`, `words`, `weak`, ...); `superclass` is None for a root.
    `stub` marks a definition that only says what the code stands on (VisualWorks parcels list imported classes).
    `trait` marks a trait; `extension` a class that this source only extends and never defines.
    """

    name: str
    superclass: str | None
    namespace: str | None = None
    kind: str = "normal"
    instance_variables: tuple[str, ...] = ()
    class_variables: tuple[str, ...] = ()
    class_instance_variables: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    category: str | None = None
    comment: str | None = None
    stub: bool = False
    trait: bool = False
    span: Span = Span(0, 0)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of a file. The spans of a file's chunks tile it: nothing is left out, nothing overlaps.

    `span` is the whole piece in the file's text, separators included; `text` is what the image would hold (bangs
    undoubled, XML entities resolved, line ends as in the file) and begins at file offset `body` in the form that
    `escape` names ("none", "bang" or "xml").
    `class_name`, `meta`, `category`, `stamp`, `selector` are what the file says of it: None where it does not.
    `definition` is set by formats that state a class outside Smalltalk (Tonel, XML, FileTree); for the others
    `stparse.definitions` reads it from `text`.
    """

    kind: ChunkKind
    text: str
    span: Span
    body: int = 0
    escape: str = "none"
    class_name: str | None = None
    meta: bool = False
    category: str | None = None
    stamp: str | None = None
    selector: str | None = None
    definition: ClassDef | None = field(default=None)
