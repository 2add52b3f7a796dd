"""Makes checker/style/background.json.gz, the style of public code bases as counts; run it again when conventions read other slots.

    STC_CORPORA=... python benchmarks/convention_background.py INDEX_FOLDER -o checker/style/background.json.gz

INDEX_FOLDER holds an index of each corpus (`stc index CORPUS -o INDEX_FOLDER/CORPUS.sqlite`, a slash in its name as a hyphen).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from houses import HOUSES, HouseSpec

from checker.style.background import OTHER, PublicHouse, dump, root_of
from checker.style.corpus import Corpus, Owner, read_corpus
from checker.style.counts import Counts, Slot, above
from checker.style.crew import crew_of
from stparse.index.query import CodeIndex

MOST_METHODS = 1_800
LEAST_METHODS = 300
SAMPLE_CLASSES = 24
OF_A_CLASS = 8
HOUSES_OF_CONTEXT = 3
HOUSES_OF_VALUE = 2


def files_of(spec: HouseSpec, index: CodeIndex, most: int = MOST_METHODS) -> list[str]:
    """Answer files of a house with about `most` methods, the same ones each time."""
    files = [file for file in index.files() if spec.holds(file.path) and (file.methods or file.classes)]
    random.Random(spec.name).shuffle(files)
    taken: list[str] = []
    count = 0
    for file in files:
        if count < most and (not taken or count + file.methods <= most * 1.2):
            taken.append(file.path)
            count += file.methods
    return sorted(taken)


def index_of(folder: Path, spec: HouseSpec) -> Path:
    return folder / f"{spec.corpus.replace('/', '-')}.sqlite"


def corpora(folder: Path) -> Iterator[tuple[HouseSpec, Corpus]]:
    """Yield each house that there is an index of, with its slots."""
    opened: dict[Path, CodeIndex] = {}
    for spec in HOUSES:
        path = index_of(folder, spec)
        if path.exists():
            if path not in opened:
                opened[path] = CodeIndex.open(path)
            index = opened[path]
            with crew_of(index, 1) as crew:
                corpus = read_corpus(index, crew, files_of(spec, index))
            methods = sum(1 for _ in corpus.methods())
            print(f"{spec.name}: {methods} methods, {len(corpus.contexts)} slots, failed {corpus.failed}", flush=True)
            if methods >= LEAST_METHODS:
                yield spec, corpus


def main() -> None:
    """Count, keep what several houses have, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    given = parser.parse_args()
    counted: list[tuple[HouseSpec, Counts, list[list[Slot]], int]] = []
    for spec, corpus in corpora(given.folder):
        counted.append((spec, corpus.counts(), sample(corpus, spec.name), sum(1 for _ in corpus.methods())))
    contexts, values = shared(counts for _, counts, _, _ in counted)
    houses = []
    for spec, counts, methods, number in counted:
        rows: dict[Slot, float] = {}
        for context, found in counts.items():
            if context in contexts:
                for value, count in found.items():
                    said = value if (root_of(context), value) in values else OTHER
                    rows[context, said] = rows.get((context, said), 0.0) + count
        kept = [tuple(slot for slot in (_known(s, contexts, values) for s in slots) if slot is not None) for slots in methods]
        flat = tuple((context, value, count) for (context, value), count in sorted(rows.items()) if count)
        houses.append(PublicHouse(spec.name, spec.dialect, number, flat, tuple(kept)))
    given.out.write_bytes(dump(houses))
    print(f"{given.out}: {given.out.stat().st_size:,} bytes, {len(houses)} houses, {len(contexts):,} contexts")


def shared(of_houses: Iterator[Counts]) -> tuple[set[str], set[Slot]]:
    """Answer the contexts that several houses have, and the values, with the root of their context."""
    contexts: Counter[str] = Counter()
    values: Counter[Slot] = Counter()
    for counts in of_houses:
        contexts.update(context for context, _ in counts.items())
        values.update({(root_of(context), value) for context, found in counts.items() for value in found})
    return (
        {context for context, number in contexts.items() if number >= HOUSES_OF_CONTEXT},
        {slot for slot, number in values.items() if number >= HOUSES_OF_VALUE},
    )


def _known(slot: Slot, contexts: set[str], values: set[Slot]) -> Slot | None:
    context, value = slot
    while context and context not in contexts:
        context = above(context)
    return (context, value if (root_of(context), value) in values else OTHER) if context else None


def sample(corpus: Corpus, name: str) -> list[list[Slot]]:
    """Answer methods of some classes, eight of each class, one class behind the other."""
    chance = random.Random(name)
    by_class: dict[str, list[Owner]] = {}
    for owner in corpus.methods():
        by_class.setdefault(owner.class_key, []).append(owner)
    large = sorted(key for key, owners in by_class.items() if len(owners) >= OF_A_CLASS)
    found = []
    for key in chance.sample(large, min(SAMPLE_CLASSES, len(large))):
        found += [corpus.slots(owner.id) for owner in chance.sample(by_class[key], OF_A_CLASS)]
    return found


if __name__ == "__main__":
    main()
