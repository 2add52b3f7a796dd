"""The card of a data set: what a person reads before using it, with the header that `datasets` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datagen.split import SPLITS

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**9, "100K<n<1M"))

_LIMITS = """## Known limits

* Of completions only the syntax is proved, not that every name in them exists; of negatives of names the names are proved too.
* Senders are found by selector, as Smalltalk finds them: who receives a message is not known before it is sent. What is sent with
  `perform:` is not a send.
* "In the indexed code" means the files listed in `manifest.json`; the base image is outside.
* `tokens` is an estimate without a tokenizer; `quality` is a first guess from length and comments, not a person's judgement.
* The samples quote the source they were made from. Treat this folder as you treat that source.
"""


def card_text(name: str, manifest: Mapping[str, Any]) -> str:
    """Answer the text of README.md."""
    total = sum(sum(row.values()) for row in manifest["samples"].values())
    parts = (_header(name, total), _intro(name, total, manifest), _kinds(manifest), _dropped(manifest), _splits(manifest), _LIMITS)
    return "\n".join(parts)


def _header(name: str, total: int) -> str:
    size = next(label for most, label in _SIZES if total < most)
    files = "\n".join(f"  - split: {split}\n    path: {split}.jsonl" for split in SPLITS)
    return (
        f"---\npretty_name: {_yaml(name)}\nlanguage:\n- en\ntags:\n- smalltalk\n- code\ntask_categories:\n- text-generation\n"
        f"size_categories:\n- {size}\nconfigs:\n- config_name: default\n  data_files:\n{files}\n---\n"
    )


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _intro(name: str, total: int, manifest: Mapping[str, Any]) -> str:
    code = manifest["code"]
    dialects = ", ".join(f"{dialect} ({n} files)" for dialect, n in code["dialects"].items())
    return (
        f"# {name}\n\n{total:,} verified samples from {code['files']:,} files of Smalltalk with {code['classes']:,} classes and "
        f"{code['methods']:,} methods; {dialects}.\nMade by {manifest['tool']} with seed {manifest['seed']}. "
        "`stc verify` proves every sample again from this folder alone.\n"
    )


def _kinds(manifest: Mapping[str, Any]) -> str:
    rows = "".join(f"| `{kind}` | {' | '.join(f'{row[s]:,}' for s in SPLITS)} |\n" for kind, row in manifest["samples"].items())
    return f"## Samples\n\n| kind | {' | '.join(SPLITS)} |\n|---|---:|---:|---:|\n{rows}"


def _dropped(manifest: Mapping[str, Any]) -> str:
    rows = "".join(f"| {reason} | {n:,} |\n" for reason, n in manifest["dropped"].items())
    return f"## Dropped\n\nEach one is listed in `dropped.jsonl`.\n\n| reason | samples |\n|---|---:|\n{rows}"


def _splits(manifest: Mapping[str, Any]) -> str:
    groups = manifest["groups"]
    said = ", ".join(f"{groups[split]:,} in {split}" for split in SPLITS)
    return (
        "## Splits\n\nBy class hierarchy: a topmost class of the indexed code and all below it are in one split, together with hierarchies "
        f"that hold clones of its methods. Hierarchies: {said}.\n"
    )
