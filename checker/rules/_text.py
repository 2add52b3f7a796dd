"""The code base with one file as a text says it is, and not as the index has it: what class rules ask while somebody writes."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from checker.rules._code import CodeBase
from checker.rules._facts import ClassFacts, MethodFacts
from stparse.index.classtable import ClassGroup, Path, path_of
from stparse.index.query import CodeIndex


class TextOver(CodeBase):
    """`below` with `text`, an index of the file `file` alone, in place of what it has of that file.

    Classes that the text does not touch are asked of `below`, which keeps what it knows of them.
    """

    def __init__(self, below: CodeBase, text: CodeIndex, file: str) -> None:
        super().__init__(below.index, base_selectors=below.base_selectors, go_on=below.go_on)
        self._below, self._text, self.file = below, text, file
        touched = (*below.index.methods_in((file,)), *text.methods_in((file,)))
        self._touched = {path_of(method.class_name)[-1] for method in touched}

    @cached_property
    def groups(self) -> dict[Path, ClassGroup]:
        """The classes that the text defines, each with its definitions in other files too."""
        found = {}
        for own in self._text.class_table.groups:
            definitions = tuple(one for one in own.definitions if not one.stub)
            if definitions:
                known = self._indexed(own)
                others = tuple(one for one in known.definitions if one.file != self.file) if known is not None else ()
                found[own.path] = replace(own, definitions=(*definitions, *others))
        return found

    def facts(self, group: ClassGroup) -> ClassFacts:
        known = self._classes.get(group.path)
        if known is None:
            self.go_on()
            known = self._classes[group.path] = self._facts(self.groups.get(group.path, group))
        return known

    def _facts(self, group: ClassGroup) -> ClassFacts:
        indexed = self._indexed(group)
        known = self._below.facts(indexed) if indexed is not None else None
        if known is not None and group.path not in self.groups and group.path[-1] not in self._touched:
            return known
        others = known.methods if known is not None else map(self._facts_of, self.index.methods_of(group.name))
        own = map(self._facts_of, self._text.methods_of(group.name))
        return ClassFacts(group, (*own, *(method for method in others if method.file != self.file)))

    def implementors_below(self, group: ClassGroup, selector: str) -> dict[Path, MethodFacts]:
        found = dict(self._below.implementors_below(group, selector))
        for step in self.descendants(group):
            if step.path in self.groups or step.path[-1] in self._touched:
                found.pop(step.path, None)
                own = self.facts(step).instance.get(selector)
                if own is not None:
                    found[step.path] = own
        return found

    def _indexed(self, group: ClassGroup) -> ClassGroup | None:
        return next((known for known in self.index.class_table.named(group.name) if known.path == group.path), None)

    def makers_of(self, name: str) -> list[MethodFacts]:
        users = [hit.method for hit in self.index.references(name) if hit.method.file != self.file]
        users += [hit.method for hit in self._text.references(name)]
        return [facts for method in users if name in (facts := self._facts_of(method)).instantiated]

    def mentions(self, name: str) -> bool:
        return self._text.literal_count(name, "symbol", "string") > 0 or self._below.mentions(name)

    @cached_property
    def unknown_selectors(self) -> frozenset[str]:
        if self.base_selectors is None:
            return frozenset()
        known, base = self.index.implemented_selectors, self.base_selectors
        own = {name for name in self._text.sent_selectors if name not in known and name not in base}
        return (self._below.unknown_selectors | own) - self._text.implemented_selectors.keys()

    @cached_property
    def knows_all_selectors(self) -> bool:
        return self._below.knows_all_selectors
