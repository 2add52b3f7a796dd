"""How well conventions tell houses apart: for each public house the validity report that `stc conventions validate` gives a user.

    python benchmarks/conventions.py INDEX_FOLDER [--only vw,pharo-zinc] [--json FILE]

INDEX_FOLDER is that of convention_background.py. The house itself is taken out of the background; in each of four folds other houses,
of its dialect where there are four, are taken out of the background too and are what it is told apart from. Classes of the house are
held out whole, near duplicates left out, methods matched in size, and no name of the house takes part.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import fmean
from typing import Any

from convention_background import LEAST_METHODS, files_of, index_of
from houses import HOUSES

from checker.style.background import public_houses
from checker.style.mine import measured
from stparse.index.query import CodeIndex

COLUMNS = ("auc_method", "auc_class", "null", "brier", "pairs", "false_alarms", "stability")


def main() -> None:
    """Measure and print a row for each house, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    names = tuple(name for name in given.only.split(",") if name)
    print(f"{'house':<20}{'methods':>8}{'rules':>7}" + "".join(f"{column:>14}" for column in COLUMNS) + f"{'n pairs':>9}{'s':>6}  others")
    rows: list[dict[str, Any]] = []
    opened: dict[Path, CodeIndex] = {}
    for spec in HOUSES:
        path = index_of(given.folder, spec)
        if (names and not spec.name.startswith(names)) or not path.exists():
            continue
        if path not in opened:
            opened[path] = CodeIndex.open(path)
        began = time.process_time()
        public = public_houses().without((spec.name,))
        house, _ = measured(opened[path], public, 1, lambda phase, done, total: None, given.seed, files_of(spec, opened[path]))
        validity = house.validity
        if house.meta["methods"] < LEAST_METHODS:
            continue
        rules = sum(rule.in_force for rule in house.rules)
        rows.append({"house": spec.name, "methods": house.meta["methods"], "rules": rules, **validity.as_dict()})
        said = "".join(f"{_shown(getattr(validity, column)):>14}" for column in COLUMNS)
        seconds = time.process_time() - began
        print(
            f"{spec.name:<20}{house.meta['methods']:>8}{rules:>7}{said}{validity.pairs_count:>9}{seconds:>6.0f}  {validity.others}",
            flush=True,
        )
    means = {column: [row[column] for row in rows if row[column] is not None] for column in COLUMNS}
    print(f"{'mean of ' + str(len(rows)):<35}" + "".join(f"{_shown(fmean(found) if found else None):>14}" for found in means.values()))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
