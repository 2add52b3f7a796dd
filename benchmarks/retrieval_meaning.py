"""Does an encoder find what words do not? The queries of retrieval_recall.py, put to words, to meaning, and to both; needs stc[train].

    python benchmarks/retrieval_meaning.py INDEX ENCODER [--queries N] [--seed N] [--kind comments|questions]

ENCODER is the folder of an encoder, as for `stc ask --encoder`. Where comments are asked with, the encoder sees none of any method, as the
words do not. Making the vectors and each question are timed in processor time, on one thread.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import torch
from retrieval_recall import MOST, Ask, comment_queries, measured, question_queries, report

from retrieval.library import Library
from retrieval.passage import Passage, parted
from retrieval.retriever import Retriever
from retrieval.search import Search
from retrieval.shelving import open_library
from retrieval.vectors import open_vectors
from stparse.index.query import CodeIndex
from trainer.encoder import LocalEncoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--queries", type=int, default=200, help="how many comments; of questions at most so many in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=("comments", "questions"), default="comments")
    given = parser.parse_args()
    torch.set_num_threads(1)
    hidden = given.kind == "comments"
    with CodeIndex.open(given.index) as index, tempfile.TemporaryDirectory() as folder:
        methods = list(index.methods())
        queries = (comment_queries if hidden else question_queries)(index, methods, given.queries, Random(given.seed))
        library = open_library(index, comments=not hidden, path=Path(folder) / "passages")
        encode, began = LocalEncoder(given.encoder, device="cpu"), time.process_time()
        vectors = open_vectors(Path(folder) / "vectors", encode, library.digest, lambda: list(passages(index, library, hidden=hidden)))
        print(f"{given.index.name}: {library.passages:,} passages, vectors made in {time.process_time() - began:.1f} s of processor time")
        words, both, search = Retriever(index, library), Retriever(index, library, vectors), Search(index, library)
        asks: dict[str, Ask] = {
            "ours": lambda text: [{one.id} for one in both(text, MOST).passages],
            "no encoder": lambda text: [{one.id} for one in words(text, MOST).passages],
            "words": lambda text: [{one.id} for one in search(text, MOST)],
            "meaning": lambda text: [{number} for number, _ in vectors.best(text, MOST)],
        }
        report(given.kind, queries, {name: measured(ask, queries) for name, ask in asks.items()})


def passages(index: CodeIndex, library: Library, *, hidden: bool) -> Iterator[Passage]:
    """Yield the passages of a library, those of methods without their comments where these are hidden."""
    dialects = {method.id: method.dialect for method in index.methods()}
    for one in Search(index, library).passages(library.ids()).values():
        yield replace(one, text=parted(one.text, dialects[one.id])[0]) if hidden and one.id in dialects else one


if __name__ == "__main__":
    main()
