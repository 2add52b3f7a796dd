"""The report of a data set: one HTML file without a script or a link to anywhere, made from the manifest alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from datagen.charts import bar_table, legend, number, percent, table
from datagen.layout import PARTS
from datagen.split import SPLITS

_STYLE = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
SHOWN = 30
Manifest = Mapping[str, Any]


def report_text(name: str, manifest: Manifest) -> str:
    """Answer the text of report.html."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(name)}: report of a data set</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{report_body(name, manifest)}</main>\n</body>\n</html>\n"
    )


def report_body(name: str, manifest: Manifest) -> str:
    """Answer what stands on the page, as HTML without a style: for report.html, and for pages that have a style of their own."""
    sections = [(title, text) for title, text in _sections(manifest) if text]
    links = "".join(f'<li><a href="#{_anchor(title)}">{title}</a></li>' for title, _ in sections)
    body = "".join(f'<section><h2 id="{_anchor(title)}">{title}</h2>{text}</section>\n' for title, text in sections)
    return f'<header><h1>{escape(name)}</h1>\n{_intro(manifest)}</header>\n<nav aria-label="Sections"><ul>{links}</ul></nav>\n{body}'


def _sections(manifest: Manifest) -> Iterator[tuple[str, str]]:
    yield "Kinds of samples", _kinds(manifest)
    yield "Splits", _splits(manifest)
    yield "Lengths", _lengths(manifest)
    yield "Dropped", _dropped(manifest)
    yield "Coverage of the code", _coverage(manifest)
    yield "What no sample covers", _uncovered(manifest)
    yield "Where it comes from", _origin(manifest)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _total(rows: Mapping[str, Mapping[str, int]]) -> int:
    return sum(sum(row.values()) for row in rows.values())


def _intro(manifest: Manifest) -> str:
    covered = manifest["coverage"]["methods"]
    code = manifest["code"]
    facts = {
        "samples": number(_total(manifest["samples"])),
        "tokens": number(_total(manifest["tokens"]["of"])),
        "kinds": number(len(manifest["samples"])),
        "dropped": number(sum(manifest["dropped"].values())),
        "methods drawn on": percent(covered["covered"], covered["all"]),
    }
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    system = manifest["system"]
    said = f"<p>Every conversation begins with this system prompt:</p><blockquote>{escape(system)}</blockquote>" if system else ""
    return (
        f'<p class="soft">From {number(code["files"])} files with {number(code["classes"])} classes and {number(code["methods"])} methods; '
        f"{escape(manifest['tool'])}, seed {manifest['seed']}. Tokens are counted by {escape(manifest['tokens']['counted_by'])}.</p>\n"
        f'<dl class="facts">{shown}</dl>{said}\n'
    )


def _kinds(manifest: Manifest) -> str:
    tokens = manifest["tokens"]["of"]
    rows = []
    for kind, row in manifest["samples"].items():
        values = [row[split] for split in SPLITS]
        each = round(sum(tokens[kind].values()) / max(1, sum(values)))
        rows.append((kind, values, [*map(number, values), number(sum(values)), number(each)]))
    heads = ("kind", *SPLITS, "all", "tokens each")
    return legend(SPLITS) + _wide(bar_table("Samples of each kind; the last column is the mean length.", heads, rows, code=True))


def _splits(manifest: Manifest) -> str:
    samples, tokens = manifest["samples"], manifest["tokens"]["of"]
    rows = []
    for split in SPLITS:
        count, length = (sum(row[split] for row in found.values()) for found in (samples, tokens))
        cells = [number(count), percent(count, _total(samples)), number(length), number(manifest["groups"][split])]
        rows.append((split, [count], cells))
    empty = " and no ".join(split for split in SPLITS if not any(row[split] for row in samples.values()))
    note = f'<p class="warn">There is no {empty} part: the code has too few class hierarchies to divide.</p>' if empty else ""
    text = "<p>A class hierarchy is in one split as a whole, together with those that hold clones of its methods.</p>"
    return text + note + _wide(bar_table("Samples of each split.", ("split", "samples", "part", "tokens", "hierarchies"), rows))


def _lengths(manifest: Manifest) -> str:
    edges, lengths = manifest["tokens"]["edges"], manifest["tokens"]["lengths"]
    names = [f"up to {number(edge)}" for edge in edges] + [f"over {number(edges[-1])}"]
    rows = []
    for place, name in enumerate(names):
        values = [lengths[part][place] for part in PARTS]
        rows.append((name, values, [*map(number, values), number(sum(values))]))
    while rows and not sum(rows[-1][1]):
        rows.pop()
    return legend(PARTS) + _wide(bar_table("Samples by their length in tokens, prompt and answer.", ("tokens", *PARTS, "all"), rows))


def _dropped(manifest: Manifest) -> str:
    rows = [(reason, [n], [number(n)]) for reason, n in manifest["dropped"].items()]
    if not rows:
        return "<p>Nothing was dropped.</p>"
    return "<p>Each one is listed in <code>dropped.jsonl</code>.</p>" + _wide(bar_table("Samples by reason.", ("reason", "samples"), rows))


def _coverage(manifest: Manifest) -> str:
    found = manifest["coverage"]
    whole = [_part(what, found[what]["covered"], found[what]["all"], 100) for what in ("methods", "classes", "protocols")]
    listed = [_part(p["protocol"], p["covered"], p["methods"], p["methods"]) for p in found["by_protocol"]]
    left = found["protocols"]["all"] - len(listed)
    more = f'<p class="soft">and {number(left)} smaller protocols</p>' if left > 0 else ""
    all_of_it = bar_table("What at least one sample draws on.", ("", "drawn on", "of", "part"), whole)
    named = bar_table("The largest protocols, by methods.", ("protocol", "drawn on", "of", "part"), listed)
    return legend(("drawn on", "not drawn on")) + _wide(all_of_it) + _wide(named) + more


def _part(name: str, part: int, whole: int, width: int) -> tuple[str, list[int], list[str]]:
    """Answer a row whose bar is `width` long."""
    covered = width * part // max(1, whole)
    return name, [covered, width - covered], _covered(part, whole)


def _covered(part: int, whole: int) -> list[str]:
    return [number(part), number(whole), percent(part, whole)]


def _uncovered(manifest: Manifest) -> str:
    found = manifest["coverage"]
    reasons = [(reason, [n], [number(n)]) for reason, n in found["uncovered_because"].items()]
    if not reasons and not found["uncovered_classes"]:
        return "<p>Every method and every class is drawn on by a sample.</p>"
    parts = [_wide(bar_table("Methods that no sample draws on, and why.", ("reason", "methods"), reasons))] if reasons else []
    classes = [(c["class"], *_covered(c["covered"], c["methods"])) for c in found["most_uncovered"][:SHOWN]]
    if classes:
        caption = f"The {len(classes)} classes with the most such methods." if len(classes) > 1 else "The class with such methods."
        parts.append(_wide(table(caption, ("class", "drawn on", "of", "part"), classes, 3)))
    if found["uncovered_classes"]:
        names = "".join(f"<li><code>{escape(name)}</code></li>" for name in found["uncovered_classes"])
        left = found["classes"]["all"] - found["classes"]["covered"] - len(found["uncovered_classes"])
        more = f'<p class="soft">and {number(left)} more</p>' if left > 0 else ""
        parts.append(f'<p>Classes of which neither the definition nor a method is drawn on:</p><ul class="names">{names}</ul>{more}')
    return "".join(parts)


def _origin(manifest: Manifest) -> str:
    dialects = [(dialect, number(n)) for dialect, n in manifest["code"]["dialects"].items()]
    parts = [_wide(table("Files by dialect; their digests are in manifest.json.", ("dialect", "files"), dialects, 1))]
    if manifest["skipped"]:
        parts.append(f"<p>{number(len(manifest['skipped']))} files were not read, each with its reason in <code>manifest.json</code>.</p>")
    notices = [(n["path"], n["licence"] or "", n["text"], number(n["places"])) for n in manifest["notices"]]
    if notices:
        parts.append(_wide(table("What the sources say of their licence.", ("where first", "names", "says", "files"), notices, 1)))
    else:
        parts.append("<p>Neither a licence file nor a remark on a licence was found in the sources.</p>")
    return "".join(parts)


def _wide(text: str) -> str:
    return f'<div class="scroll" tabindex="0" role="group" aria-label="table">{text}</div>'
