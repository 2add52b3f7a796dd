"""What is counted while samples are written: how many, how long, of which code; it holds keys and numbers, no texts."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from datagen.layout import PARTS, part_of
from datagen.sample import Sample
from datagen.split import SPLITS

EDGES = (32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
"""The lengths in tokens up to which a bar of the report goes; the last bar is open."""

Place = tuple[str, int]
"""A method: its file, and where it begins there."""


class Tally:
    """The numbers of a data set that is being written."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.tokens: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.lengths: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.groups: defaultdict[str, set[str]] = defaultdict(set)
        self.dropped: Counter[str] = Counter()
        self.methods: set[Place] = set()
        self.classes: set[str] = set()
        self.refused: dict[Place, str] = {}

    def add(self, sample: Sample, tokens: int) -> None:
        """Count a sample that is written."""
        self.counts[sample.kind][sample.split] += 1
        self.tokens[sample.kind][sample.split] += tokens
        self.lengths[part_of(sample.kind)][bisect_left(EDGES, tokens)] += 1
        self.groups[sample.split].add(sample.group)
        for source in sample.sources:
            self.classes.add(source.class_name.removesuffix(" class"))
            if source.selector is not None:
                self.methods.add((source.file, source.span[0]))

    def drop(self, sample: Sample, reason: str) -> None:
        """Count a sample that is not written."""
        self.dropped[reason] += 1
        for source in sample.sources[:1]:
            if source.selector is not None:
                self.refused.setdefault((source.file, source.span[0]), reason)

    def of_samples(self) -> dict[str, dict[str, int]]:
        """Answer the numbers of samples by kind and split."""
        return _by_split(self.counts)

    def of_tokens(self) -> dict[str, dict[str, int]]:
        """Answer the numbers of tokens by kind and split."""
        return _by_split(self.tokens)

    def of_lengths(self) -> dict[str, list[int]]:
        """Answer for each folder how many samples are up to each edge long, and over the last."""
        return {part: [self.lengths[part][bar] for bar in range(len(EDGES) + 1)] for part in PARTS}

    def of_dropped(self) -> dict[str, int]:
        """Answer the numbers of dropped samples by reason, the most frequent first."""
        return dict(sorted(self.dropped.items(), key=lambda item: (-item[1], item[0])))


def _by_split(counts: Mapping[str, Counter[str]]) -> dict[str, Any]:
    return {kind: {split: found[split] for split in SPLITS} for kind, found in sorted(counts.items())}
