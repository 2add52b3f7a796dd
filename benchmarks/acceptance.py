"""How much of real code parses, and comes back the same: methods found, rejected ones with the reason, bytes, round trips.

    STC_CORPORA=/path/to/corpora python benchmarks/acceptance.py [--corpus NAME]... [--files N] [--rejected FILE] [--jobs N]

One line a corpus. `--rejected` writes every rejected method with its issue and text, to be looked at one by one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from corpus import chunks, corpora, sources

from stparse.chunk import Chunk, ChunkKind
from stparse.issue import Issue
from stparse.parser import parse_method, parse_script
from stparse.text import Lines, SourceFile, unify_line_ends
from stparse.unparse import to_source


@dataclass(slots=True)
class Result:
    """What was found in one corpus."""

    name: str
    files: int = 0
    methods: int = 0
    doits: int = 0
    rejected: list[str] = field(default_factory=list)
    rejected_doits: list[str] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    dialects: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    unaccounted: int = 0
    unknown: int = 0
    round_trips: list[str] = field(default_factory=list)
    selectors: list[str] = field(default_factory=list)

    @property
    def parsed(self) -> int:
        return self.methods - len(self.rejected)

    def line(self) -> str:
        percent = 100 * self.parsed / self.methods if self.methods else 100.0
        return (
            f"{self.name:20} {self.files:6} {self.methods:7} {self.parsed:7} {percent:8.3f} {self.doits:6} {len(self.rejected_doits):5} "
            f"{self.unaccounted:5} {self.unknown:7} {len(self.round_trips):5} {len(self.selectors):5}  "
            f"{' '.join(f'{code}:{n}' for code, n in self.codes.most_common(6))}  {'/'.join(d for d, _ in self.dialects.most_common(3))}"
        )


HEAD = (
    f"{'corpus':20} {'files':>6} {'methods':>7} {'parsed':>7} {'percent':>8} {'do-its':>6} {'rej.':>5} "
    f"{'lost':>5} {'unknown':>7} {'trips':>5} {'names':>5}  most frequent issues; dialects"
)


def measure(folder: Path, most: int | None) -> Result:
    """Read one corpus, every method and every do-it of it."""
    result = Result(folder.name)
    for source in sources(folder, most):
        result.files += 1
        result.dialects[source.dialect] += 1
        at = 0
        for chunk in chunks(source):
            if not isinstance(chunk, Chunk):
                continue
            result.unaccounted += abs(chunk.span.start - at)
            at = chunk.span.end
            if chunk.kind is ChunkKind.UNKNOWN:
                result.unknown += len(chunk.text)
            elif chunk.kind is ChunkKind.METHOD:
                measure_method(result, source, chunk)
            elif chunk.kind is ChunkKind.DOIT:
                measure_doit(result, source, chunk)
        result.unaccounted += len(source.text) - at
        result.characters += len(source.text)
    return result


def measure_doit(result: Result, source: SourceFile, chunk: Chunk) -> None:
    result.doits += 1
    text = unify_line_ends(chunk.text)
    parsed = parse_script(text, source.dialect)
    if parsed.tree is None:
        result.rejected_doits.append(rejection(f"{source.path}:{source.lines.line(chunk.body)} ({source.dialect})", text, parsed.issues[0]))


def rejection(where: str, text: str, issue: Issue) -> str:
    line, column = Lines(text).line_column(issue.span.start)
    return f"{where}\n  {issue.code} {line}:{column} {issue.message}\n{text}\n"


def measure_method(result: Result, source: SourceFile, chunk: Chunk) -> None:
    result.methods += 1
    text = unify_line_ends(chunk.text)
    where = f"{source.path}:{source.lines.line(chunk.body)} {chunk.class_name}>>{chunk.selector} ({source.format}, {source.dialect})"
    parsed = parse_method(text, source.dialect)
    if parsed.tree is None:
        issue = parsed.issues[0]
        result.codes[issue.code] += 1
        result.rejected.append(rejection(where, text, issue))
        return
    selector = getattr(parsed.tree, "selector", None)
    if chunk.selector and selector != chunk.selector:
        result.selectors.append(f"{where}: the tree says {selector}")
    source_again = to_source(parsed.tree, source.dialect)
    again = parse_method(source_again, source.dialect)
    if again.tree is None or again.tree != parsed.tree or to_source(again.tree, source.dialect) != source_again:
        result.round_trips.append(f"{where}\n  {[issue.message for issue in again.issues]}\n{text}\n--- became\n{source_again}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument("--files", type=int, help="at most so many files of each corpus")
    parser.add_argument("--rejected", type=Path, help="write rejected methods and do-its and failed round trips to this file")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    arguments = parser.parse_args()
    print(HEAD)
    total = Result("total")
    texts: list[str] = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for result in pool.map(partial(measure, most=arguments.files), corpora(arguments.corpus)):
            print(result.line(), flush=True)
            texts += [f"{'=' * 20} {result.name}: rejected\n{text}" for text in result.rejected]
            texts += [f"{'=' * 20} {result.name}: do-it\n{text}" for text in result.rejected_doits]
            texts += [f"{'=' * 20} {result.name}: round trip\n{text}" for text in result.round_trips]
            texts += [f"{'=' * 20} {result.name}: selector\n{text}" for text in result.selectors]
            add(total, result)
    print(total.line())
    if arguments.rejected:
        arguments.rejected.write_text("\n".join(texts), encoding="utf-8", errors="backslashreplace")


def add(total: Result, result: Result) -> None:
    for name in ("files", "methods", "doits", "characters", "unaccounted", "unknown"):
        setattr(total, name, getattr(total, name) + getattr(result, name))
    for name in ("rejected", "rejected_doits", "round_trips", "selectors"):
        getattr(total, name).extend(getattr(result, name))
    total.codes += result.codes
    total.dialects += result.dialects


if __name__ == "__main__":
    main()
