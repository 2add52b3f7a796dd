"""A data set after one edit: the same bytes as from nothing, and how much less is made and waited for.

    python benchmarks/incremental.py SOURCE [--edits N] [--seed N] [--limit N]

The sources are copied first and edited by chance, one file at a time, as tests/edits.py has it. After each edit the data
set is compiled with what is kept of the one before and, somewhere else, from nothing; every file but the index is compared.
Seconds are those of the processor, without the index. Exit 1 where the bytes differ.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from datagen import work
from datagen.compile import Settings, compile_dataset
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from edits import EDITS, edit
from folders import contents


class Compiler:
    """Compiles a code base, and counts what is made: a unit is what one generator makes of one entity."""

    def __init__(self, code: Path, limit: int) -> None:
        self.code, self.limit, self.made = code, limit, 0
        real = work.make_batch

        def counting(batch: work.Batch) -> list[bytes]:
            self.made += sum(len(names) for _, names in batch.pairs())
            return real(batch)

        work.make_batch = counting

    def run(self, folder: Path, cache: Path | None) -> tuple[int, float]:
        """Answer how many units were made, and the seconds."""
        folder.mkdir(exist_ok=True)
        build_index([self.code], folder / "index.sqlite", jobs=1)
        self.made, began = 0, time.process_time()
        with CodeIndex.open(folder / "index.sqlite") as index:
            compile_dataset(index, Settings(folder / "set", 1, limit=self.limit, cache=cache))
        return self.made, time.process_time() - began


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--edits", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=60_000)
    given = parser.parse_args(arguments)
    random = Random(given.seed)
    differing = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(given.source, folder / "code", ignore=shutil.ignore_patterns(".git"))
        compiler = Compiler(folder / "code", given.limit)
        made, seconds = compiler.run(folder / "kept", folder / "cache")
        print(f"{'from nothing':58} {made:7} units {seconds:7.1f} s", flush=True)
        for _ in range(given.edits):
            kind = random.choice(list(EDITS))
            file = edit(folder / "code", kind, random)
            again, less = compiler.run(folder / "kept", folder / "cache")
            shutil.rmtree(folder / "cold", ignore_errors=True)
            made, seconds = compiler.run(folder / "cold", None)
            same = contents(folder / "kept" / "set", "index.sqlite") == contents(folder / "cold" / "set", "index.sqlite")
            differing += not same
            said = "the same bytes" if same else "OTHER BYTES"
            print(f"{kind:24} {file[-32:]:33} {again:7} of {made:6} units {less:6.1f} of {seconds:6.1f} s  {said}", flush=True)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
