"""Near-duplicates by MinHash, after Broder, "On the resemblance and containment of documents" (1997).

Of each sample the sets of five words in a row are sketched; two samples of a kind are alike when their sketches say that
at least ALIKE of those are the same (Jaccard). Sketches are made where samples are made, and compared in one place.
"""

from __future__ import annotations

import re
from collections import defaultdict

from rensa import RMinHash, RMinHashLSH

from datagen.phrase import code_in
from datagen.sample import Sample

Sketch = RMinHash
ALIKE = 0.85
"""What the deduplication of public code data sets takes too (BigCode: 5-grams, 0.85)."""
_NUMBERS = 128
"""So many numbers in a sketch: the estimate is within 0.03 of the truth two times of three."""
_BANDS = 16
"""Two samples that are just alike meet in one of 16 bands of 8 numbers in 99 of 100 cases."""
_IN_A_ROW = 5
_SEED = 1

_COMMENT = re.compile(r'"[^"]*"')
_LITERAL = re.compile(r"'[^']*'|\b\d+(?:r[\dA-Z]+)?|\$\S")
_CODE = re.compile(r"\w+:?|[^\w\s]")
_PROSE = re.compile(r"[\w:#>.]+")


def sketch(sample: Sample) -> RMinHash:
    """Answer the MinHash of a sample."""
    words = normalised(sample)
    rows = [" ".join(words[at : at + _IN_A_ROW]) for at in range(max(1, len(words) - _IN_A_ROW + 1))]
    made = RMinHash(_NUMBERS, _SEED)
    made.update(rows)
    return made


def normalised(sample: Sample) -> list[str]:
    """Answer the words by which samples are compared: code without comments and literals, prose without punctuation."""
    family = sample.kind.split(".", 1)[0]
    if family == "qa":
        return _PROSE.findall(f"{sample.prompt.text} {sample.answer}".lower())
    method = sample.answer if sample.form == "method" and family == "completion" else sample.rejected
    code = method if method is not None else "\n".join(code_in(sample.prompt.text))
    return _CODE.findall(_LITERAL.sub("0", _COMMENT.sub("", code)))


class Kept:
    """The samples that were let through, by kind: is this one like one of them?"""

    def __init__(self) -> None:
        self._kept: defaultdict[str, list[RMinHash]] = defaultdict(list)
        self._index: defaultdict[str, RMinHashLSH] = defaultdict(lambda: RMinHashLSH(ALIKE, _NUMBERS, _BANDS))

    def has_like(self, kind: str, made: RMinHash) -> bool:
        """Whether a sample of the kind that was added before is alike."""
        kept = self._kept[kind]
        return any(kept[number].jaccard(made) >= ALIKE for number in self._index[kind].query(made))

    def add(self, kind: str, made: RMinHash) -> None:
        """Remember a sample."""
        self._index[kind].insert(len(self._kept[kind]), made)
        self._kept[kind].append(made)
