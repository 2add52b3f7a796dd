"""What the index answers with: frozen values, light enough to hold 100,000 of them.

Small answers are NamedTuples: Python makes such a class in a sixth of the time of a dataclass, and every `stc query` pays for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stparse.chunk import ClassDef
from stparse.issue import Issue
from stparse.lazy import lazy_module
from stparse.text import Span

if TYPE_CHECKING:
    from stparse.nodes import Method

# Most questions need no tree, and `stc query` has to be quick.
_parser = lazy_module("stparse.parser")


@dataclass(frozen=True, slots=True)
class IndexedClass(ClassDef):
    """One definition of a class, as it stands in the index; a class that is defined twice has two.

    The comment and the class-side variables also come from statements apart from the definition.
    """

    id: int = 0
    line: int = 0
    dialect: str = ""

    @property
    def qualified(self) -> str:
        """The name that tells this class from others of the same short name: `Core.Object`."""
        if self.namespace is None or "." in self.name or "::" in self.name:
            return self.name
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class MethodDef:
    """One method: what the file says of it, and its source as the image would hold it (line ends LF).

    `class_name` is written as in the file; `span` counts in the file, the issues' spans in `source`. `line` is that of
    the selector pattern, `source_line` that of the first character of `source`. `selector` is empty when not even the
    pattern can be read. `shape` is equal for clones: methods that differ in names of locals and in literals only.
    """

    id: int
    class_name: str
    meta: bool
    selector: str
    protocol: str | None
    source: str
    stamp: str | None
    span: Span
    file: str
    line: int
    source_line: int
    dialect: str
    comment: str | None
    tokens: int
    lines: int
    shape: int | None
    parsed: bool
    issues: tuple[Issue, ...] = ()

    @property
    def side(self) -> str:
        return "class" if self.meta else "instance"

    @property
    def reference(self) -> str:
        """`Contract class>>newFor:`, as Smalltalkers write it."""
        return f"{self.class_name}{' class' if self.meta else ''}>>{self.selector}"

    @property
    def tree(self) -> Method | None:
        """The syntax tree, parsed anew from the source (the last ones are kept); None if the method is broken."""
        parsed: Method | None = _parser.parse_method(self.source, self.dialect).tree
        return parsed


class Outline(NamedTuple):
    """A method without its source: enough to count, and to say where it is."""

    id: int
    class_name: str
    meta: bool
    selector: str
    protocol: str | None
    stamp: str | None
    shape: int | None
    file: str
    line: int
    source_line: int

    @property
    def reference(self) -> str:
        """How people write it, as MethodDef has it."""
        return f"{self.class_name}{' class' if self.meta else ''}>>{self.selector}"


class DoIt(NamedTuple):
    """A statement that is run when its file is read; like a method it sends and references."""

    id: int
    source: str
    span: Span
    file: str
    line: int
    dialect: str
    parsed: bool


class FileComment(NamedTuple):
    """A comment that stands on its own in a file."""

    class_name: str | None
    text: str
    span: Span
    file: str
    line: int


class FileEntry(NamedTuple):
    """A file of the index."""

    path: str
    digest: str
    format: str
    dialect: str
    encoding: str
    size: int
    lines: int
    classes: int
    methods: int


class Skipped(NamedTuple):
    """A file or folder that the scan met and did not read, and why."""

    path: str
    reason: str


class Namespace(NamedTuple):
    """A namespace definition."""

    name: str
    parent: str | None
    imports: tuple[str, ...]
    category: str | None
    comment: str | None
    file: str
    line: int


class SharedVariable(NamedTuple):
    """A shared variable of VisualWorks; `environment` is the class or namespace that holds it."""

    name: str
    environment: str | None
    initializer: str | None
    category: str | None
    comment: str | None
    file: str
    line: int


class Site(NamedTuple):
    """One place in a method: `at` is the offset in its source, `line` the line in its file.

    `receiver` is `self`, `super`, a capitalised name, or `other` for a send, None for a variable; `write` is true for a store.
    """

    at: int
    line: int
    receiver: str | None = None
    write: bool = False


class Hit(NamedTuple):
    """A method that sends or references what was asked, with every place where it does."""

    method: MethodDef
    sites: tuple[Site, ...]


class DoItHit(NamedTuple):
    """A do-it that sends or references what was asked."""

    doit: DoIt
    sites: tuple[Site, ...]


class SendSite(NamedTuple):
    """One send within a method."""

    selector: str
    receiver: str
    at: int
    line: int


class VariableUse(NamedTuple):
    """One read or write of a variable within a method.

    `kind`: "global" (any capitalised name), "free" (instance variable or undeclared), "temporary", "argument",
    "block argument", "pseudo". Of the last four only the first read and the first write are recorded.
    """

    name: str
    kind: str
    write: bool
    at: int
    line: int


class Literal(NamedTuple):
    """A literal of a method at its first place; `kind` is "symbol", "string", "number" or "character"."""

    kind: str
    value: str
    at: int


class Ancestor(NamedTuple):
    """One step of a superclass chain.

    `classes` are the definitions in the index: none if the class is outside of it, and more than one class (not just
    more than one definition of one) if the name is ambiguous, where the chain then ends. `cycle` marks a class that came before.
    """

    name: str
    classes: tuple[IndexedClass, ...] = ()
    ambiguous: bool = False
    cycle: bool = False

    @property
    def outside(self) -> bool:
        return not self.classes


class Descendant(NamedTuple):
    """A subclass at `depth` (1 is a direct subclass) below the class that was asked about."""

    name: str
    parent: str
    depth: int
    classes: tuple[IndexedClass, ...]


class Hierarchy(NamedTuple):
    """A class (all its definitions), its superclasses from the nearest up, and all its subclasses, depth first by name.

    `classes` is empty for a class outside the index of which the index knows subclasses.
    """

    name: str
    classes: tuple[IndexedClass, ...]
    superclasses: tuple[Ancestor, ...]
    subclasses: tuple[Descendant, ...]

    @property
    def root(self) -> str:
        """The topmost class of the chain that the index itself defines, in whose name the hierarchy is split."""
        inside = [step.name for step in self.superclasses if step.classes and not step.cycle and not step.ambiguous]
        return inside[-1] if inside else self.name


class VariableInfo(NamedTuple):
    """A variable that methods of a class see: where it is defined, who reads it, who writes it.

    `kind`: "instance", "class" (shared variables of the class too), "class instance" or "pool".
    `inherited` is true when `defined_in` is a superclass. Readers and writers are methods of the class and of its subclasses.
    """

    name: str
    kind: str
    defined_in: str
    inherited: bool
    readers: tuple[MethodDef, ...]
    writers: tuple[MethodDef, ...]


class Protocol(NamedTuple):
    """The selectors of one protocol of one side of a class, in the order of the files; `name` is None for none."""

    name: str | None
    meta: bool
    selectors: tuple[str, ...]


class SearchHit(NamedTuple):
    """A method or a class that the words were found in; the higher the score, the better."""

    score: float
    method: MethodDef | None = None
    class_def: IndexedClass | None = None


class Finding(NamedTuple):
    """An issue with its place: `line` and `column` in the file, and the method it is in, if it is in one."""

    issue: Issue
    file: str
    line: int
    column: int
    class_name: str | None = None
    meta: bool | None = None
    selector: str | None = None


class Statistics(NamedTuple):
    """How much there is of everything; `dialects` and `formats` count files, the most frequent first."""

    dialects: tuple[tuple[str, int], ...]
    formats: tuple[tuple[str, int], ...]
    files: int
    bytes: int
    lines: int
    classes: int
    stubs: int
    namespaces: int
    shared_variables: int
    methods: int
    broken: int
    doits: int
    comments: int
    sends: int
    selectors: int
    issues: int
    skipped: int
