"""Is what is asked for found? Questions that a code base asks of itself, without labels, put to five searches; recall@k, MRR, nDCG.

    python benchmarks/retrieval_recall.py INDEX [--queries N] [--seed N] [--only comments|questions] [--misses N]

Comments: the comment of a method is the query, and the method is to be found. No search sees the comment of any method; methods that have
the same selector and the same comment or code (copies) are as right. Questions: those that the generators of the data set make of drawn
classes, methods and selectors; what their samples draw on is to be found, and recall is the share of it, or of k.

`ours` is the retriever, `words` its search without look-ups, `split` BM25 over our terms. `raw` is BM25 over the words of the text as it
stands. `windows` is the prototype's way: BM25 over windows of 1,000 characters, 200 of them shared; a window counts as all its methods.
All are FTS5, so that only what is searched differs. Intervals draw whole classes. Times are processor time, in this process.
"""

from __future__ import annotations

import argparse
import math
import re
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from datagen.comments import is_prose
from datagen.generators import GENERATORS
from evaluator.statistics import bootstrap, paired
from retrieval.passage import class_text, parted
from retrieval.retriever import Retriever
from retrieval.search import Search
from retrieval.shelving import open_library
from retrieval.words import terms
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

MOST = 50
WINDOW, SHARED = 1000, 200
Found = list[set[int]]
"""What a search answers: the ids of each place of its list, the best first. A window is a place with several."""
Ask = Callable[[str], Found]


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a kind, what is right (each set is one thing to be found, by any of its ids), and the class that it is drawn from."""

    kind: str
    text: str
    right: tuple[frozenset[int], ...]
    cluster: str


@dataclass(slots=True)
class Scores:
    """The results of one search, a row for each query."""

    recall: list[float] = field(default_factory=list)
    reciprocal: list[float] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--queries", type=int, default=400, help="how many comments; of questions at most so many in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("comments", "questions"))
    parser.add_argument("--misses", type=int, default=0, help="show so many of the queries that ours misses")
    given = parser.parse_args()
    with CodeIndex.open(given.index) as index, tempfile.TemporaryDirectory() as folder:
        methods = list(index.methods())
        print(f"{given.index.name}: {len(methods):,} methods")
        for kind in ("comments", "questions"):
            if given.only in (None, kind):
                draw = comment_queries if kind == "comments" else question_queries
                queries = draw(index, methods, given.queries, Random(given.seed))
                asks = searches(index, methods, Path(folder) / f"{kind}.passages", comments=kind == "questions")
                report(kind, queries, {name: measured(ask, queries) for name, ask in asks.items()})
                show_misses(index, methods, queries, asks["ours"], given.misses)


# Queries


def comment_queries(index: CodeIndex, methods: Sequence[MethodDef], most: int, random: Random) -> list[Query]:
    """Answer the comments of drawn methods, each text once."""
    said = {m.comment: m for m in methods if m.parsed and m.comment and len(m.comment) < 600 and is_prose(m.comment, m.dialect)}
    alike = defaultdict[tuple[str, str], set[int]](set)
    for method in methods:
        for text in (method.comment or "", parted(method.source, method.dialect)[0]):
            alike[method.selector, text].add(method.id)
    found = []
    for text, method in random.sample(sorted(said.items()), min(most, len(said))):
        right = {method.id} | alike[method.selector, text] | alike[method.selector, parted(method.source, method.dialect)[0]]
        found.append(Query("comment", text, (frozenset(right),), method.class_name))
    return found


def question_queries(index: CodeIndex, methods: Sequence[MethodDef], most: int, random: Random) -> list[Query]:
    """Answer questions of every kind about code that the generators make of drawn entities, the same number of each at most."""
    places = {(method.file, method.span.start): method.id for method in methods}
    places |= {(definition.file, definition.span.start): definition.id for definition in index.classes()}
    names: dict[str, Sequence[Any]] = {
        "selectors": sorted(index.implemented_selectors.keys() | index.sent_selectors.keys()),
        "classes": sorted({group.path[-1] for group in index.class_table.groups}),
        "methods": list(methods),
    }
    kinds = [name for name in GENERATORS if name.startswith("qa.") and GENERATORS[name].over in names]
    found = []
    for kind in kinds:
        maker, each = GENERATORS[kind], list[Query]()
        entities = names[maker.over]
        for entity in random.sample(entities, min(60, len(entities))):
            for sample in maker.make(index, random, entity):
                ids = {places[s.file, s.span[0]] for s in sample.sources if (s.file, s.span[0]) in places}
                if ids:
                    each.append(Query(kind, sample.prompt.text, tuple(frozenset((one,)) for one in sorted(ids)), sample.group))
            if len(each) >= most // len(kinds):
                break
        found += each[: max(1, most // len(kinds))]
    return found


# Searches


def searches(index: CodeIndex, methods: Sequence[MethodDef], path: Path, *, comments: bool) -> dict[str, Ask]:
    """Answer the four searches over the same texts."""
    texts = {m.id: m.source if comments else parted(m.source, m.dialect)[0] for m in methods}
    heads = {m.id: f"{m.class_name} {m.protocol or ''}" for m in methods}
    classes = {definition.id: f"{definition.name} {class_text(definition)}" for definition in index.classes()}
    library = open_library(index, comments=comments, path=path)
    retriever, search = Retriever(index, library), Search(index, library)
    whole = {**{number: f"{heads[number]} {text}" for number, text in texts.items()}, **classes}
    return {
        "ours": lambda text: [{one.id} for one in retriever(text, MOST).passages],
        "words": lambda text: [{one.id} for one in search(text, MOST)],
        "split": lambda text: [{number} for number, _ in library.best(dict.fromkeys(terms(text)), MOST)],
        "raw": plain(((text, {number}) for number, text in whole.items())),
        "windows": plain(windows(methods, texts, classes)),
    }


def plain(passages: Iterable[tuple[str, set[int]]]) -> Ask:
    """Answer a search of BM25 over the words of texts as they stand."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(text, content = '')")
    places: list[set[int]] = []
    for text, ids in passages:
        places.append(ids)
        db.execute("INSERT INTO t (rowid, text) VALUES (?, ?)", (len(places), " ".join(re.findall(r"\w+", text))))

    def ask(text: str) -> Found:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text.lower())))
        rows = db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?", (asked, MOST)) if asked else []
        return [places[row - 1] for (row,) in rows]

    return ask


def windows(methods: Sequence[MethodDef], texts: dict[int, str], classes: dict[int, str]) -> Iterator[tuple[str, set[int]]]:
    """Yield windows of the files as a file-out would have them, with the methods that they hold a part of."""
    files = defaultdict[str, list[MethodDef]](list)
    for method in methods:
        files[method.file].append(method)
    for found in files.values():
        text, spans = "", list[tuple[int, int, int]]()
        for method in found:
            part = f"!{method.class_name} methodsFor: '{method.protocol or ''}'!\n{texts[method.id]}! !\n\n"
            spans.append((len(text), len(text) + len(part), method.id))
            text += part
        for start in range(0, max(1, len(text) - SHARED), WINDOW - SHARED):
            end = start + WINDOW
            yield text[start:end], {number for first, last, number in spans if first < end and last > start}
    yield from ((text, {number}) for number, text in classes.items())


# Results


def measured(ask: Ask, queries: Sequence[Query]) -> Scores:
    """Put all queries to a search."""
    scores = Scores()
    for query in queries:
        began = time.process_time()
        found = ask(query.text)
        scores.seconds.append(time.process_time() - began)
        ranks = sorted(r for r in (rank_of(right, found) for right in query.right) if r)
        full = min(10, len(query.right))
        scores.recall.append(
            sum(rank <= 10 for rank in ranks) / full if len(ranks) <= full else min(1.0, sum(r <= 10 for r in ranks) / full)
        )
        scores.reciprocal.append(1 / ranks[0] if ranks else 0.0)
        best = sum(1 / math.log2(1 + rank) for rank in range(1, full + 1))
        scores.gain.append(min(1.0, sum(1 / math.log2(1 + rank) for rank in ranks if rank <= 10) / best))
    return scores


def rank_of(right: frozenset[int], found: Found) -> int:
    """Answer where in a list something right stands first, 0 where it does not."""
    return next((rank for rank, ids in enumerate(found, 1) if ids & right), 0)


def report(kind: str, queries: Sequence[Query], scores: dict[str, Scores]) -> None:
    """Print what each search found, and ours against the others query by query."""
    clusters = [query.cluster for query in queries]
    print(f"{kind}: {len(queries)} queries of {len(set(clusters))} classes or hierarchies")
    for name, found in scores.items():
        times = sorted(found.seconds)
        cells = []
        for label, values in (("recall@10", found.recall), ("MRR", found.reciprocal), ("nDCG@10", found.gain)):
            near = bootstrap([(cluster, value, 1.0) for cluster, value in zip(clusters, values, strict=True)])
            cells.append(f"{label} {sum(values) / len(values):.3f} [{near.low:.3f}, {near.high:.3f}]")
        print(
            f"  {name:8} {'  '.join(cells)}  p50 {times[len(times) // 2] * 1000:.1f} ms, p95 {times[int(len(times) * 0.95)] * 1000:.1f} ms"
        )
    ours = scores["ours"].recall
    for name, found in scores.items():
        if name != "ours":
            both = paired(list(zip(clusters, found.recall, ours, strict=True)), binary=False)
            ratio = sum(ours) / (sum(found.recall) or 1)
            print(f"  ours against {name}: recall@10 x {ratio:.2f}, difference {both.difference:+.3f} [{both.low:+.3f}, {both.high:+.3f}]")
    if kind == "questions":
        for each in sorted({query.kind for query in queries}):
            rows = [place for place, query in enumerate(queries) if query.kind == each]
            means = {name: sum(found.recall[place] for place in rows) / len(rows) for name, found in scores.items()}
            print(f"    {each:24} {len(rows):4}  {'  '.join(f'{name} {mean:.2f}' for name, mean in means.items())}")


def show_misses(index: CodeIndex, methods: Sequence[MethodDef], queries: Sequence[Query], ask: Ask, most: int) -> None:
    """Print queries that ours misses, with what was to be found and what was found."""
    names = {method.id: method.reference for method in methods} | {one.id: one.qualified for one in index.classes()}
    asked = [(query, ask(query.text)) for query in queries] if most else []
    missed = [(query, found) for query, found in asked if not any(0 < rank_of(right, found) <= 10 for right in query.right)]
    for query, found in missed[:most]:
        print(f"- [{query.kind}] {query.text[:200]!r}\n    right: {[names.get(min(r)) for r in query.right][:4]}")
        print(f"    found: {[names.get(number) for ids in found[:5] for number in ids]}")


if __name__ == "__main__":
    main()
