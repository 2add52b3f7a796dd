"""What claims about the code base are proved from: the evidence of a scan, the class definitions, the dialects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from datagen.classfacts import ClassFacts, Path, path_of, short_of
from datagen.companions import Companion, by_path
from datagen.history import Commit, commit_in, versions_of
from datagen.sample import Sample, Source
from datagen.scan import Evidence
from datagen.subject import class_source, digest
from datagen.versions import contents_of
from stparse.index.query import CodeIndex

_TICKED = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True, eq=False)
class Oracle:
    """Evidence, classes, the dialect of each file, the namespaces and shared variables outside classes by every name, the commits
    that samples speak of, by their shortened ids, and the files beside the Smalltalk by their paths.
    """

    evidence: Evidence
    classes: ClassFacts
    dialects: dict[str, str] = field(default_factory=dict)
    globals: frozenset[str] = frozenset()
    commits: Mapping[str, Commit] = field(default_factory=dict)
    companions: Mapping[str, Companion] = field(default_factory=dict)

    @classmethod
    def of(cls, index: CodeIndex, evidence: Evidence, commits: Iterable[Commit] = (), companions: Iterable[Companion] = ()) -> Oracle:
        by_id = {commit.short: commit for commit in commits}
        dialects = dialects_of(index, by_id.values())
        return cls(evidence, ClassFacts(index.classes(stubs=True)), dialects, globals_of(index), by_id, by_path(companions))

    def path_of(self, name: str) -> Path:
        """Answer the one class that `name`, short or qualified, means."""
        wanted = path_of(name)
        paths = self.classes.paths(wanted[-1])
        if wanted in paths:
            return wanted
        exact = [path for path in paths if path[-len(wanted) :] == wanted]
        return exact[0] if exact else paths[0] if len(paths) == 1 else wanted

    def is_defined(self, path: Path) -> bool:
        """Whether the code base defines the class, and not only stands on it."""
        return any(not fact.definition.stub for fact in self.classes.facts(path))

    def against(self, source: Source) -> str | None:
        """Answer why a source of a sample is not what it was, or None."""
        if source.file in self.companions:
            said = self.companions[source.file].text[source.span[0] : source.span[1]]
            return None if digest(said) == source.digest else f"{source.file} is not what it was"
        if source.selector is None:
            facts = self.classes.facts(self.path_of(source.class_name))
            if any(class_source(fact.definition) == source for fact in facts):
                return None
            return f"the definition of {source.class_name} is not what it was"
        commit = self.commits.get(commit_in(source.file) or "")
        found = digest_in(commit, source) if commit is not None else self.evidence.digests.get((source.file, source.span[0]))
        return None if found == source.digest else f"{source.class_name}>>{source.selector} in {source.file} is not what it was"


def digest_in(commit: Commit, source: Source) -> str | None:
    """Answer the digest of the method that begins where a source says, in the version of a file that it says."""
    version = dict(commit.versions()).get(source.file)
    found = contents_of(version).methods.values() if version is not None else ()
    return next((digest(method.text) for method in found if method.span.start == source.span[0]), None)


def dialects_of(index: CodeIndex, commits: Iterable[Commit] = ()) -> dict[str, str]:
    """Answer the dialect of each file, and of each version of one in these commits."""
    found = {file.path: file.dialect for file in index.files()}
    return found | {name: version.dialect for name, version in versions_of(commits).items()}


def globals_of(index: CodeIndex) -> frozenset[str]:
    """Answer the namespaces and the shared variables, short and qualified."""
    named = [(space.parent, space.name) for space in index.namespaces()]
    named += [(variable.environment, variable.name) for variable in index.shared_variables()]
    qualified = [".".join(path_of(f"{around}.{name}" if around else name)) for around, name in named]
    return frozenset((*qualified, *(short_of(name) for name in qualified)))


def short_method(name: str) -> str:
    """Answer `Contract class>>new` for `Rights.Contract class>>new`."""
    class_name, _, selector = name.partition(">>")
    side = " class" if class_name.endswith(" class") else ""
    return f"{short_of(class_name.removesuffix(' class'))}{side}>>{selector}"


def ticked_in(answer: str) -> list[str]:
    """Answer the names that an answer shows as code."""
    return _TICKED.findall(answer)


def other_name(sample: Sample) -> str | None:
    """Answer the complaint that the answer shows a name that no claim knows, or None."""
    known = {name for claim in sample.claims for name in (*claim.names, claim.about)}
    other = [name for name in ticked_in(sample.answer) if name not in known]
    return f"the answer also names {other[0]}" if other else None
