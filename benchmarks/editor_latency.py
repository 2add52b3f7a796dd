"""How long an editor waits: each question of `stc lsp` at random names of a file, over an index, in processor time of one process.

python benchmarks/editor_latency.py INDEX FOLDER FILE [QUESTIONS]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from time import process_time

from stc.editors.desk import Desk
from stc.editors.document import Snapshot
from stc.editors.outline import outline
from stparse.parser import parser_for
from stparse.text import decode


def main(index: Path, folder: Path, file: Path, questions: int) -> None:
    """Print median, 95th percentile and the longest of each question, in milliseconds."""
    desk = Desk(index, [folder])
    text, uri, location = decode((folder / file).read_bytes())[0], (folder / file).as_uri(), str(folder / file)
    taken: dict[str, list[float]] = {}

    def timed(what: str, ask: Callable[[], object]) -> None:
        began = process_time()
        ask()
        taken.setdefault(what, []).append(1000 * (process_time() - began))

    timed("the first check", lambda: desk.findings(desk.opened(uri, location, text, 1)))
    timed("the first time of the rules about classes", lambda: desk.judge_classes(desk.texts[uri], Event()))
    methods = [unit for unit in desk.texts[uri].reading.units if unit.kind == "method"]
    for number in range(5):
        # A key in a method in the middle of the file.
        before = desk.texts[uri]
        place = before.positions.place(before.span(methods[len(methods) // 2], 1, 1)[0])
        timed("a key", partial(desk.changed, uri, location, [((*place, *place), "x")], number))
        snapshot = desk.texts[uri]
        timed("outline of a changed text", partial(outline, snapshot))
        timed("check of a changed text", partial(desk.findings, snapshot))
        timed("the first hover after a change", partial(desk.hover, snapshot, places(snapshot, 1)[0]))
        timed("the rules about classes", partial(desk.judge_classes, snapshot, Event()))
        methods = [unit for unit in snapshot.reading.units if unit.kind == "method"]
    snapshot = desk.opened(uri, location, text, 9)
    for query in ("name", "Spec", "printOn:", "at", "Collection>>add"):
        timed("symbols", partial(desk.symbols, query))
    for at in places(snapshot, questions):
        timed("hover", partial(desk.hover, snapshot, at))
        timed("definition", partial(desk.definition, snapshot, at))
        timed("implementations", partial(desk.implementations, snapshot, at))
        timed("highlights", partial(desk.highlights, snapshot, at))
        timed("references", partial(desk.references, snapshot, at, declarations=False))
    desk.close()
    print(f"{len(text):,} characters, {len(snapshot.reading.units):,} units; milliseconds of processor time")
    for what, times in taken.items():
        times.sort()
        print(
            f"{what:42}{len(times):5}  median {times[len(times) // 2]:7.0f}  p95 {times[int(len(times) * 0.95)]:7.0f}  max {times[-1]:7.0f}"
        )


def places(snapshot: Snapshot, most: int) -> list[int]:
    """Answer where so many names and keywords of the text begin, drawn at random."""
    parser = parser_for(snapshot.source.dialect)
    found = []
    for unit in snapshot.reading.units:
        tokens = parser.tokens(unit.text)
        found += [
            snapshot.span(unit, start, start)[0]
            for kind, start in zip(tokens.kinds, tokens.starts, strict=True)
            if kind in ("NAME", "KEYWORD")
        ]
    return random.Random(1).sample(found, min(most, len(found)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 200)
