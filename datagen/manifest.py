"""What is written about a data set for programs: inputs, settings, versions, counts, and the digest of every file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datagen.companions import Companions
from datagen.coverage import Coverage
from datagen.layout import CARD, INDEX, REPORT, file_digest, file_of, parts_and_splits
from datagen.licences import Notice
from datagen.redact import hidden_places
from datagen.sample import line_of
from datagen.split import SPLITS
from datagen.tally import EDGES, Tally
from datagen.tokens import TokenCounter
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError
from stparse.text import digest_of

MANIFEST = "manifest.json"
FORMAT = 2
"""2: a folder for each form of samples, with the answer among the messages; 1: all in one file for each split."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a data set was made: `settings` decide what is in it, `versions` what wrote it."""

    settings: Mapping[str, object]
    versions: Mapping[str, str]
    system: str | None
    counter: TokenCounter
    notices: Sequence[Notice]
    companions: Companions


def stated_of(index: CodeIndex, recipe: Recipe) -> dict[str, Any]:
    """Answer the part of the manifest that is known before anything is made: where it is the same, the data set is."""
    statistics = index.statistics()
    beside = {file.path for file in recipe.companions.files}
    return {
        "format": FORMAT,
        **recipe.settings,
        "system": recipe.system,
        "versions": dict(recipe.versions),
        "tokens": {"counted_by": recipe.counter.name, "digest": recipe.counter.digest},
        "veil": index.meta["veil"],
        "redacted": dict(sorted(Counter(place["kind"] for place in (*hidden_places(index), *recipe.companions.hidden)).items())),
        # As they are when the file is read again: lists, not tuples.
        "notices": json.loads(json.dumps([asdict(notice) for notice in recipe.notices])),
        "code": {
            "files": statistics.files,
            "classes": statistics.classes,
            "methods": statistics.methods,
            "broken": statistics.broken,
            "dialects": dict(statistics.dialects),
        },
        "inputs": [{"path": f.path, "digest": f.digest, "dialect": f.dialect, "encoding": f.encoding} for f in index.files()],
        "companions": recipe.companions.to_json(),
        "skipped": [{"path": s.path, "reason": s.reason} for s in index.skipped() if s.path not in beside],
    }


def manifest_of(
    stated: dict[str, Any], tally: Tally, coverage: Coverage, digests: Mapping[str, str], passed_over: Mapping[str, int]
) -> dict[str, Any]:
    """Answer the object of manifest.json. `digest` is that of all samples, whether they are written as Parquet too or not."""
    samples = [digests[file_of(part, split)] for part, split in parts_and_splits()]
    return {
        **stated,
        "digest": digest_of(line_of(samples).encode()),
        "files": dict(sorted(digests.items())),
        "samples": tally.of_samples(),
        "tokens": {**stated["tokens"], "of": tally.of_tokens(), "edges": list(EDGES), "lengths": tally.of_lengths()},
        "dropped": tally.of_dropped(),
        "passed_over": dict(passed_over),
        "groups": {split: len(tally.groups[split]) for split in SPLITS},
        "coverage": coverage.summary(),
    }


def unchanged(folder: Path, stated: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the manifest of the data set in `folder` if the same would be made again, and each file is as it was written."""
    found = read_manifest(folder)
    if found is None or found.get("format") != FORMAT:
        return None
    tokens = {key: found["tokens"].get(key) for key in stated["tokens"]}
    if any(value != (tokens if key == "tokens" else found.get(key)) for key, value in stated.items()):
        return None
    same = all((folder / name).is_file() and file_digest(folder / name) == digest for name, digest in found["files"].items())
    return found if same and all((folder / name).is_file() for name in (INDEX, CARD, REPORT)) else None


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Answer the manifest of the data set in `folder`, None if stc has not written one there."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return found if str(found.get("tool", "")).startswith("stc") else None
    except (OSError, ValueError, AttributeError):
        return None


def needed_manifest(folder: Path) -> dict[str, Any]:
    """Answer the manifest of the data set in `folder`. Raises BadInputError if there is none, or one of another format."""
    found = read_manifest(folder)
    if found is None:
        raise BadInputError(f"{folder} is no data set of stc (no {MANIFEST} of one); make one with: stc compile-dataset SOURCE... -o OUT")
    if found.get("format") != FORMAT:
        raise BadInputError(f"{folder} was written in format {found.get('format')}, this stc reads {FORMAT}; make the data set anew")
    return found
