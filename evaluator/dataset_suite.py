"""The test split of a data set as a suite: what its samples claim is what an answer is judged by."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from datagen.layout import BASE, INDEX, PARTS, Written, file_of, lines_of, written_of
from datagen.leaks import Bodies
from datagen.manifest import needed_manifest
from datagen.oracle import ticked_in
from datagen.phrase import code_in
from datagen.sample import Message, Prompt, Sample
from evaluator.item import Item, Suite
from stparse.index.pattern_text import guessed_selector
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

HOLE = "<FILL_ME>"
LISTS = frozenset(
    f"qa.{name}"
    for name in (
        "clones", "implementors", "literal", "method_tests", "must_implement", "overridden", "overrides", "package", "protocols",
        "references", "rename", "self_sends", "senders", "subclasses", "superclasses", "symbol", "tests", "untested", "unused",
        "unused_variables", "usual_protocol", "variable_access", "variables",
    )
)  # fmt: skip
"""Questions whose answer is a set of names, which the index knows."""
WRITTEN = ("completion", "negative", "preference", "qa.body_signature", "qa.comment")
"""Kinds and families whose answer is text of their sources, to be written or mended; all else is to be found."""


_DIAGNOSES = ("diagnosis", "definition fault", "file-out fault", "left out")


def read_dataset(folder: Path, split: str = "test", kinds: Sequence[str] = (), most: int = 0) -> Suite:
    """Answer a split of the data set in `folder`; of some kinds only, and at most so many of each, chosen by their ids.

    Raises BadInputError where there is none, or where nothing is left of it.
    """
    manifest = needed_manifest(folder)
    dialects: dict[str, int] = manifest["code"]["dialects"]
    usual = max(sorted(dialects), key=lambda name: dialects[name])
    with CodeIndex.open(folder / INDEX) as index:
        by_file = {file.path: file.dialect for file in index.files()}
        found: defaultdict[str, list[Item]] = defaultdict(list)
        for written in _lines(folder, split):
            kind = written.sample.kind
            if not kinds or any(kind == name or kind.startswith(f"{name}.") for name in kinds):
                found[kind].append(item_of(written, by_file, usual))
        items = tuple(item for kind in sorted(found) for item in _chosen(found[kind], most))
        if not items:
            raise BadInputError(
                f"nothing of {', '.join(kinds) or 'any kind'} is in the {split} split of {folder}; stc verify lists what is"
            )
        leaked = _leaked(folder, items) if split == "test" else None
    base = folder / BASE if "base" in manifest and (folder / BASE).is_file() else None
    digest = hashlib.sha256("\n".join([manifest["digest"], split, *(item.id for item in items)]).encode()).hexdigest()
    return Suite(f"{folder.resolve().name} ({split})", digest, items, usual, manifest["digest"], folder / INDEX, base, leaked)


def _lines(folder: Path, split: str) -> Iterator[Written]:
    for part in PARTS:
        for _, line in lines_of(folder / file_of(part, split)):
            yield written_of(line)


def _chosen(items: list[Item], most: int) -> list[Item]:
    """Answer some of the items, in the order of ids: chance has made these, and made them once."""
    ordered = sorted(items, key=lambda item: item.id)
    return ordered[:most] if most else ordered


def item_of(written: Written, by_file: dict[str, str], usual: str) -> Item:
    """Answer what a sample asks, and what its claims say of the answer; `by_file` has the dialects of files, `usual` is that of others."""
    sample = written.sample
    prompt = sample.prompt
    if written.system:
        prompt = Prompt((Message("system", written.system), *prompt.messages))
    source = sample.sources[0] if sample.sources else None
    class_name = source.class_name.removesuffix(" class") if source else ""
    about: dict[str, Any] = {"class_name": class_name or None, "meta": source is not None and source.class_name.endswith(" class")}
    family = sample.kind.split(".", 1)[0]
    if sample.kind == "completion.fim":
        about |= {"must_compile": True, "hole": _hole(sample)}
    elif family == "completion":
        about |= {"must_compile": True, "selector": guessed_selector(sample.answer)}
    elif sample.kind == "qa.class_skeleton":
        about |= {"must_compile": True}
    elif family == "preference":
        about |= {"pair": (sample.chosen or "", sample.rejected or "")}
    elif family == "negative":
        about |= _diagnosis(sample)
    if sample.kind in LISTS:
        about |= _names(sample)
    if family in WRITTEN or sample.kind in WRITTEN:
        about["written"] = tuple((s.class_name.removesuffix(" class"), s.class_name.endswith(" class"), s.selector) for s in sample.sources)
    dialect = by_file.get(source.file, usual) if source else usual
    return Item(written.id, sample.kind, prompt, class_name or written.id, dialect, sample.form, **{"reference": sample.answer, **about})


def _hole(sample: Sample) -> tuple[str, str]:
    before, _, after = (code_in(sample.prompt.text) or (HOLE,))[0].partition(HOLE)
    return before, after


def _diagnosis(sample: Sample) -> dict[str, Any]:
    said = tuple(name for claim in sample.claims if claim.kind in _DIAGNOSES for name in claim.names)
    found: dict[str, Any] = {"fault": sample.fault, "diagnosis": said}
    if sample.kind == "negative.validity":
        found["yes"] = sample.fault is None
    elif sample.chosen is not None:
        found["reference"] = sample.chosen
    return found


def _names(sample: Sample) -> dict[str, Any]:
    """Answer the names that the answer gives because the index says so, and how many there are in all."""
    shown = ticked_in(sample.answer)
    plain = {name.lstrip("#") for name in shown}
    claims = [claim for claim in sample.claims if claim.kind != "source"]
    names = tuple(dict.fromkeys(name for claim in claims for name in claim.names if name in plain and name != claim.about))
    whole = all(claim.count <= len(claim.names) for claim in claims)
    given = tuple(name for name in dict.fromkeys(name.lstrip("#") for name in shown) if name not in names)
    return {"names": names, "names_count": len(names) if whole else max(len(names) + 1, *(claim.count for claim in claims)), "given": given}


def _leaked(folder: Path, items: Sequence[Item]) -> tuple[str, ...]:
    """Answer the items whose method a training text shows."""
    bodies = Bodies((item.id, _behind_pattern(item.reference)) for item in items if item.kind == "completion.method_body")
    found = (bodies.found_in_sample(written.sample) for written in _lines(folder, "train"))
    return tuple(sorted({name for name in found if name is not None}))


def _behind_pattern(text: str) -> str:
    return text.partition("\n")[2]
