"""The claim of what a commit did to a class, proved from the lines of both versions of each file.

The generator compares the methods of the versions; here the lines are compared, and a method counts as changed where a line of it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from datagen.claims import source_claim
from datagen.history import Commit
from datagen.oracle import Oracle
from datagen.phrase import MOST_SHOWN
from datagen.sample import Claim, Sample
from datagen.versions import Contents, FileVersion, Key, MethodVersion, contents_of

_NOTHING = Contents({}, frozenset(), {}, ())


@source_claim("changes")
def changes(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These methods of the class, and no others, were added, removed or changed in the commit."""
    commit = oracle.commits.get((claim.detail or "")[:12])
    if commit is None or commit.id != claim.detail:
        return f"commit {claim.detail} is not beside the samples"
    touched, kept = _touched(commit, claim.about)
    expected = {(_shown(key), how) for key, how in touched.items() if how != "changed" or key not in kept}
    stated = set(zip(claim.names, claim.places, strict=True))
    if len(expected) != claim.count or not stated <= expected or len(stated) != min(claim.count, MOST_SHOWN):
        return f"the versions show {len(expected)} changes"
    said = [line for line in sample.answer.split("\n") if line.startswith("- ")]
    wrong = [name for name, how in stated if sum(f"`{name}` was {how} (" in line for line in said) != 1]
    if wrong:
        return f"the answer does not say what became of {wrong[0]}"
    return None if len(said) == len(stated) + (claim.count > MOST_SHOWN) else "the answer says more than the claim"


def _shown(key: Key) -> str:
    name, meta, selector = key
    return f"{name}{' class' if meta else ''}>>{selector}" if selector else name


def _touched(commit: Commit, class_name: str) -> tuple[dict[Key, str], set[Key]]:
    """Answer what lines were touched in, and those of it that say the same as before all the same."""
    old: dict[Key, str] = {}
    new: dict[Key, str] = {}
    doubled: set[Key] = set()
    lines: set[Key] = set()
    for change in commit.files:
        before, after = _contents(change.before), _contents(change.after)
        for contents, found in ((before, old), (after, new)):
            doubled |= contents.doubled | {key for key in contents.methods if key in found}
            found.update((key, place.text) for key, place in _places(contents, class_name))
        lines |= set(_changed(before, after, class_name))
    both = {key for key in lines if key in old and key in new and key not in doubled}
    found = dict.fromkeys(new.keys() - old.keys() - doubled, "added") | dict.fromkeys(old.keys() - new.keys() - doubled, "removed")
    return found | dict.fromkeys(both, "changed"), {key for key in both if old[key].split() == new[key].split()}


def _contents(version: FileVersion | None) -> Contents:
    return contents_of(version) if version is not None else _NOTHING


def _places(contents: Contents, class_name: str) -> Iterator[tuple[Key, MethodVersion]]:
    yield from ((key, place) for key, place in contents.methods.items() if key[0] == class_name)
    if class_name in contents.definitions:
        yield (class_name, False, ""), contents.definitions[class_name]


def _changed(before: Contents, after: Contents, class_name: str) -> Iterator[Key]:
    """Yield the methods that lines were changed in, of either version."""
    pairs = SequenceMatcher(None, before.lines, after.lines, autojunk=False).get_opcodes()
    for contents, spans in (
        (before, [(a, b) for tag, a, b, _, _ in pairs if tag != "equal"]),
        (after, [(c, d) for tag, _, _, c, d in pairs if tag != "equal"]),
    ):
        for key, place in _places(contents, class_name):
            # Lines count from 1 there and from 0 here; where lines were put in, nothing was there before.
            if any(first < place.last and place.line - 1 < max(last, first + 1) for first, last in spans):
                yield key
