"""The card of a data set: what a person reads before using it, with the header that `datasets` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from datagen.layout import PARTS, file_of, part_of
from datagen.split import SPLITS
from datagen.tables import COLUMNS, Type

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**9, "100K<n<1M"))

_LIMITS = """## Known limits

* Of completions only the syntax is proved, not that every name in them exists; of negatives of names the names are proved too.
* Senders are found by selector, as Smalltalk finds them: who receives a message is not known before it is sent. What is sent with
  `perform:` is not a send.
* "In the indexed code" means the files listed in `manifest.json`; the base image is outside.
* The token counts leave out what a chat template adds; `quality` is a first guess from length and comments, not a person's judgement.
* A rejected method of a pair has one fault that a checker finds. It says nothing about style.
* The samples quote the source they were made from. Treat this folder as you treat that source.
"""


def card_text(name: str, manifest: Mapping[str, Any]) -> str:
    """Answer the text of README.md."""
    sizes = sizes_of(manifest)
    total = sum(sum(row.values()) for row in sizes.values())
    parts = (
        _header(name, total, sizes, manifest),
        _intro(name, total, manifest),
        _loading(sizes),
        _kinds(manifest),
        _tokens(manifest),
        _dropped(manifest),
        _splits(manifest),
        _provenance(manifest),
        _licence(manifest),
        _LIMITS,
    )
    return "\n".join(part for part in parts if part)


def sizes_of(manifest: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Answer how many samples each folder has of each split."""
    sizes = {part: dict.fromkeys(SPLITS, 0) for part in PARTS}
    for kind, row in manifest["samples"].items():
        for split, number in row.items():
            sizes[part_of(kind)][split] += number
    return sizes


# The header


def _header(name: str, total: int, sizes: Mapping[str, Mapping[str, int]], manifest: Mapping[str, Any]) -> str:
    size = next(label for most, label in _SIZES if total < most)
    ending = next((name.rsplit(".", 1)[1] for name in manifest["files"] if "/" in name and not name.endswith(".jsonl")), "jsonl")
    filled = [part for part in PARTS if any(sizes[part].values())]
    configs = "".join(_config(part, sizes[part], ending) for part in filled)
    infos = "".join(f"- config_name: {part}\n  features:\n{_features(part)}" for part in filled)
    licence = "other" if manifest["notices"] else "unknown"
    return (
        f"---\npretty_name: {_yaml(name)}\nlicense: {licence}\nlanguage:\n- en\ntags:\n- smalltalk\n- code\n"
        f"task_categories:\n- text-generation\nsize_categories:\n- {size}\n"
        + (f"configs:\n{configs}dataset_info:\n{infos}" if filled else "")
        + "---\n"
    )


def _config(part: str, sizes: Mapping[str, int], ending: str) -> str:
    files = "".join(f"  - split: {split}\n    path: {file_of(part, split, ending)}\n" for split in SPLITS if sizes[split])
    default = "  default: true\n" if part == PARTS[0] else ""
    return f"- config_name: {part}\n{default}  data_files:\n{files}"


def _features(part: str) -> str:
    return "".join(f"{line}\n" for name, kind in COLUMNS[part].items() for line in _feature(name, kind, "  "))


def _feature(name: str, kind: Type, indent: str) -> Iterator[str]:
    """Yield the lines that declare a column, as `datasets` writes them itself."""
    yield f"{indent}- name: {name}"
    if isinstance(kind, str):
        yield f"{indent}  dtype: {kind}"
    elif isinstance(kind, dict):
        yield f"{indent}  struct:"
        for inner, held in kind.items():
            yield from _feature(inner, held, f"{indent}  ")
    elif isinstance(kind[0], str):
        yield f"{indent}  list: {kind[0]}"
    else:
        yield f"{indent}  list:"
        assert isinstance(kind[0], dict)
        for inner, held in kind[0].items():
            yield from _feature(inner, held, f"{indent}  ")


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# The text


def _intro(name: str, total: int, manifest: Mapping[str, Any]) -> str:
    code = manifest["code"]
    dialects = ", ".join(f"{dialect} ({n} files)" for dialect, n in code["dialects"].items())
    system = manifest["system"]
    said = f"Every conversation begins with this system prompt:\n\n{_quoted(system)}\n" if system else "There is no system prompt.\n"
    return (
        f"# {name}\n\n{total:,} verified samples from {code['files']:,} files of Smalltalk with {code['classes']:,} classes and "
        f"{code['methods']:,} methods; {dialects}.\nMade by {manifest['tool']} with seed {manifest['seed']}. "
        f"`stc verify` proves every sample again from this folder alone.\n\n{said}"
    )


def _loading(sizes: Mapping[str, Mapping[str, int]]) -> str:
    what = {
        "sft": "questions and repairs: `messages`",
        "completion": "methods and pieces of methods to be written: `prompt`, `completion`",
        "preference": "a method and the same with one fault: `prompt`, `chosen`, `rejected`; `fault.span` is the edit",
    }
    filled = [part for part in PARTS if any(sizes[part].values())]
    calls = "".join(f'{part} = load_dataset("FOLDER", "{part}")\n' for part in filled)
    rows = "".join(f"| `{part}/` | {what[part]} | {' | '.join(f'{sizes[part][s]:,}' for s in SPLITS)} |\n" for part in PARTS)
    return (
        f"## Loading\n\n```python\nfrom datasets import load_dataset\n\n{calls}```\n\n"
        f"| folder | what | {' | '.join(SPLITS)} |\n|---|---|{'---:|' * len(SPLITS)}\n{rows}"
    )


def _kinds(manifest: Mapping[str, Any]) -> str:
    rows = "".join(f"| `{kind}` | {' | '.join(f'{row[s]:,}' for s in SPLITS)} |\n" for kind, row in manifest["samples"].items())
    return f"## Samples\n\n| kind | {' | '.join(SPLITS)} |\n|---|{'---:|' * len(SPLITS)}\n{rows}"


def _tokens(manifest: Mapping[str, Any]) -> str:
    totals = {split: sum(row[split] for row in manifest["tokens"]["of"].values()) for split in SPLITS}
    said = ", ".join(f"{n:,} in {split}" for split, n in totals.items())
    return f"## Tokens\n\n{said}; counted by {manifest['tokens']['counted_by']}.\n"


def _dropped(manifest: Mapping[str, Any]) -> str:
    rows = "".join(f"| {reason} | {n:,} |\n" for reason, n in manifest["dropped"].items())
    return f"## Dropped\n\nEach one is listed in `dropped.jsonl`.\n\n| reason | samples |\n|---|---:|\n{rows}" if rows else ""


def _splits(manifest: Mapping[str, Any]) -> str:
    groups = manifest["groups"]
    said = ", ".join(f"{groups[split]:,} in {split}" for split in SPLITS)
    return (
        "## Splits\n\nBy class hierarchy: a topmost class of the indexed code and all below it are in one split, together with hierarchies "
        f"that hold clones of its methods. Hierarchies: {said}. `seen` holds questions about the code of the training part that are "
        "not asked there.\n"
    )


def _provenance(manifest: Mapping[str, Any]) -> str:
    coverage = manifest["coverage"]["methods"]
    return (
        f"## Provenance\n\n`manifest.json` names the {len(manifest['inputs']):,} files that were read, with their digests, and "
        f"{len(manifest['skipped']):,} that were not, with the reason. Every sample names its file, class, selector and span. "
        f"{coverage['covered']:,} of {coverage['all']:,} methods are drawn on; `report.html` shows which are not.\n"
    )


def _licence(manifest: Mapping[str, Any]) -> str:
    notices = manifest["notices"]
    if not notices:
        return "## Licence\n\nNeither a licence file nor a remark on a licence was found in the sources. Ask whoever owns the code.\n"
    rows = "".join(f"| {_cell(n['path'])} | {n['places']:,} | {n['licence'] or ''} | {_cell(n['text'])} |\n" for n in notices)
    return (
        "## Licence\n\nWhat the sources say, quoted and not judged; the samples quote the same sources.\n\n"
        f"| where first | files | names | says |\n|---|---:|---|---|\n{rows}"
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
