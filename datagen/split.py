"""Which hierarchy goes to which part of the data set: whole hierarchies, with those that hold clones of theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from datagen.chance import number_for
from datagen.sample import Sample
from datagen.subject import root_of
from stparse.index.query import CodeIndex

SPLITS = ("train", "validation", "test", "seen")
"""`seen`: questions about code of the training part that are asked nowhere in it. A model that fails `test` and not `seen`
has learnt this code; one that passes both has learnt to read code."""
SEEN_SHARE = 0.02
CLONE_TOKENS = 40
"""Methods of equal shape with fewer tokens than these are alike by chance."""


def clone_pairs(index: CodeIndex) -> set[tuple[str, str]]:
    """Answer the pairs of hierarchies that have methods of equal shape."""
    pairs: set[tuple[str, str]] = set()
    for methods in index.clones(CLONE_TOKENS):
        roots = sorted({root_of(index, method.class_name, method.file) for method in methods})
        pairs.update((roots[0], other) for other in roots[1:])
    return pairs


def assign(weights: Mapping[str, int], pairs: Iterable[tuple[str, str]], seed: int, share: float) -> dict[str, str]:
    """Answer the split of each hierarchy. Test and validation get about `share` of the weight each, in an order of chance.

    A hierarchy much larger than the share always trains; where all are that large there is no test part, and that is said.
    """
    groups = _joined(weights, pairs)
    sizes = Counter({name: sum(weights.get(root, 0) for root in roots) for name, roots in groups.items()})
    target = share * sum(weights.values())
    order = sorted(groups, key=lambda name: (number_for(seed, "split", name), name))
    chosen: dict[str, str] = {}
    for split in ("test", "validation"):
        filled = 0
        for name in order:
            size = sizes[name]
            if name not in chosen and size and filled < target and filled + size <= max(1.5 * target, 1):
                chosen[name] = split
                filled += size
    return {root: chosen.get(name, "train") for name, roots in groups.items() for root in roots}


def torn_pairs(samples: Iterable[tuple[str, Sequence[str]]], splits: Mapping[str, str]) -> set[tuple[str, str]]:
    """Answer the hierarchies that must stay together so that no kind is lost, because each of its samples is about several parts.

    `samples` are kinds with their hierarchies, in an order that repeats itself; of a kind that would be lost, those of the sample with the
    fewest hierarchies stay together. Nothing is answered where no kind is lost.
    """
    best: dict[str, Sequence[str]] = {}
    whole: set[str] = set()
    for kind, roots in samples:
        if len({splits[root] for root in roots}) < 2:
            whole.add(kind)
        elif len(roots) < len(best.get(kind, (*roots, ""))):
            best[kind] = roots
    return {(roots[0], other) for kind, roots in best.items() if kind not in whole for other in roots[1:]}


def split_of(sample: Sample, splits: Mapping[str, str], root: str, seed: int) -> str:
    """Answer the part that a sample of the hierarchy `root` is in: that of the hierarchy, or "seen" for a few questions."""
    split = splits[root]
    if split != "train" or not sample.kind.startswith("qa."):
        return split
    about = " ".join(sorted({claim.about for claim in sample.claims}))
    return "seen" if number_for(seed, f"seen {sample.kind}", about) < SEEN_SHARE * 2**64 else split


def _joined(weights: Mapping[str, int], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Answer the hierarchies that belong together, each group under its first name."""
    parent = {root: root for root in weights}

    def find(root: str) -> str:
        while parent.setdefault(root, root) != root:
            parent[root] = parent[parent[root]]
            root = parent[root]
        return root

    for one, other in pairs:
        first, second = sorted((find(one), find(other)))
        parent[second] = first
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for root in sorted(parent):
        groups[find(root)].append(root)
    return dict(groups)
