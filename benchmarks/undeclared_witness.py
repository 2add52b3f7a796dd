"""Is an undeclared variable really undeclared? Asked of the bare text: class definitions by one expression, no parser, no index.

    python benchmarks/false_alarms.py INDEX > findings.txt
    python benchmarks/undeclared_witness.py findings.txt FOLDER

For each C101 of the list the superclass chain is followed through all class definitions in the files of FOLDER, whatever
their place, and every definition of a name counts. Printed for each method: the chain, and "nowhere" if no class of it
declares the name; the class that does if one does; "?" where the chain leaves the folder before a root.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from pathlib import Path

from stparse.text import decode

_FINDING = re.compile(
    r"^(?P<file>[^:]+):\d+: C101 undeclared variable (?P<name>[\w.:]+) \(in (?P<class>[\w.:]+)(?P<meta> class)?>>(?P<selector>\S+)\)"
)
_DEFINITION = re.compile(
    r"(?P<super>[\w.:]+)\s+(?:\w*[sS]ubclass|variable\w*[sS]ubclass):\s*#(?P<class>[\w.:]+)(?P<rest>(?:\s+\w+:\s*(?:'[^']*'|#\w+|\w+))+)"
)
_SIDE = re.compile(r"(?P<class>[\w.:]+)\s+class\s+instanceVariableNames:\s*'(?P<names>[^']*)'")
_PART = re.compile(r"(\w+):\s*'([^']*)'")
_ROOTS = ("nil", "Object", "ProtoObject")


class Definitions:
    """All class definitions in a folder, by the last part of their names."""

    def __init__(self, folder: Path) -> None:
        self.supers: defaultdict[str, set[str]] = defaultdict(set)
        self.names: defaultdict[str, set[str]] = defaultdict(set)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            self._read(decode(path.read_bytes())[0])

    def _read(self, text: str) -> None:
        for hit in _DEFINITION.finditer(text):
            name = short(hit["class"])
            self.supers[name].add(short(hit["super"]))
            for part, names in _PART.findall(hit["rest"]):
                if part not in ("category", "package", "stamp", "comment"):
                    self.names[name].update(names.split())
        for hit in _SIDE.finditer(text):
            self.names[short(hit["class"])].update(hit["names"].split())

    def chain(self, name: str) -> list[str]:
        """Answer the class and everything above it, all definitions taken together."""
        found, todo = [], [name]
        while todo:
            one = todo.pop(0)
            if one not in found:
                found.append(one)
                todo += sorted(self.supers.get(one, ()))
        return found


def short(name: str) -> str:
    """Answer the last part of a name."""
    return re.split(r"\.|::", name)[-1]


def main() -> None:
    """Judge every finding of the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("findings", type=Path)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    known = Definitions(chosen.folder)
    counts: Counter[str] = Counter()
    asked = dict.fromkeys(
        (hit["class"], hit["meta"] or "", hit["selector"], hit["name"])
        for line in chosen.findings.read_text(encoding="utf-8").splitlines()
        if (hit := _FINDING.match(line))
    )
    for class_name, meta, selector, name in asked:
        chain = known.chain(short(class_name))
        owners = [one for one in chain if short(name) in known.names[one]]
        ends = any(one in _ROOTS for one in chain)
        said = f"declared in {owners[0]}" if owners else "nowhere" if ends else "?"
        counts[said.split(maxsplit=1)[0]] += 1
        elsewhere = sorted(one for one, names in known.names.items() if short(name) in names)
        print(f"{class_name}{meta}>>{selector} {name}: {said}; {' < '.join(chain)}; elsewhere in {', '.join(elsewhere[:4]) or 'none'}")
    print(dict(counts))


if __name__ == "__main__":
    main()
