"""What people taught, asked again: does a model now say what it was corrected to? That is memory, and no proof that it understood."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from datagen.layout import INDEX, PARTS, file_of, lines_of, written_of
from datagen.manifest import needed_manifest
from evaluator.dataset_suite import item_of
from evaluator.item import Item, Suite
from evaluator.judging import Row

_PAIR = " pair"


def suite_of_taught(data: Path, fresh: Collection[str], wrong: Mapping[str, str]) -> Suite | None:
    """Answer a suite of the examples `fresh` of a joined data set: each is asked for, and beside what was `wrong` before, where that is
    known, it is to be held for likelier. None where none of them is in the training part."""
    manifest = needed_manifest(data)
    dialects: dict[str, int] = manifest["code"]["dialects"]
    usual = max(sorted(dialects), key=dialects.__getitem__)
    items: list[Item] = []
    for part in PARTS[:2]:
        for _, line in lines_of(data / file_of(part, "train")):
            written = written_of(line)
            if written.id not in fresh:
                continue
            plain = item_of(written, {}, usual)
            items.append(Item(plain.id, plain.kind, plain.prompt, plain.cluster, usual, plain.form, class_name=plain.class_name,
                              meta=plain.meta, must_compile=plain.form == "method", reference=plain.reference))  # fmt: skip
            if wrong.get(written.id, "").strip() not in ("", plain.reference.strip()):
                pair = plain.reference, wrong[written.id]
                items.append(Item(plain.id + _PAIR, plain.kind, plain.prompt, plain.cluster, usual, plain.form, pair=pair))
    if not items:
        return None
    digest = hashlib.sha256("\n".join([manifest["digest"], *(item.id for item in items)]).encode()).hexdigest()
    return Suite("what was taught", digest, tuple(items), usual, manifest["digest"], data / INDEX)


def counts_of(suite: Suite, rows: Collection[Row]) -> dict[str, int]:
    """Answer how many were asked, how many answers were right to the letter, compiled, and of how many pairs the right one was likelier."""
    by_item = {row.item: row for row in rows}
    asked = [item for item in suite.items if item.pair is None]
    pairs = [item for item in suite.items if item.pair is not None]
    return {
        "asked": len(asked),
        "right": sum((by_item[item.id].text or "").strip() == item.reference.strip() for item in asked),
        "code": sum(item.must_compile for item in asked),
        "compiles": sum(by_item[item.id].value("compile_rate") == 1.0 for item in asked),
        "pairs": len(pairs),
        "prefers": sum(by_item[item.id].value("preference") == 1.0 for item in pairs),
    }
