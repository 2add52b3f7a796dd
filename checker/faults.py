"""The table of compile faults: what each dialect's compiler says of it (`checker/faults.txt`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stparse.issue import Issue, Severity
from stparse.text import Span

COLUMNS = {
    "vw": "visualworks",
    "pharo": "pharo",
    "squeak": "squeak",
    "dolphin": "dolphin",
    "gnu": "gnu",
    "stx": "stx",
    "va": "va",
    "gem": "gemstone",
    "amber": "amber",
    "st80": "smalltalk80",
}
_SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "U": Severity.ERROR}


@dataclass(frozen=True, slots=True)
class Fault:
    """One row: `verdicts` maps a dialect to E, W, U or -; `unsure` are the dialects whose verdict was not observed."""

    code: str
    name: str
    verdicts: dict[str, str]
    unsure: frozenset[str]
    message: str
    hint: str

    def issue(self, dialect: str, span: Span, **words: str) -> Issue | None:
        """Answer the issue in a dialect, or None where its compiler says nothing."""
        severity = _SEVERITIES.get(self.verdicts[dialect])
        if severity is None:
            return None
        words = {"name": "", "near": "", **words}
        return Issue(self.code, self.message.format(**words), severity, span, self.hint.format(**words))


@cache
def faults() -> dict[str, Fault]:
    """Answer the rows of the table by fault name.

    Raises ValueError with the line for a row that is not as the table's head says.
    """
    lines = Path(__file__).with_name("faults.txt").read_text(encoding="utf-8").splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("code "))
    columns = lines[head].split()[2:]
    table: dict[str, Fault] = {}
    for number in range(head + 1, len(lines) - 2):
        if not lines[number].startswith("C"):
            continue
        code, name, *cells = lines[number].split()
        if len(cells) != len(columns) or any(cell[0] not in "EWU-" for cell in cells):
            raise ValueError(f"checker/faults.txt:{number + 1}: {code} needs one of E W U - for each of {', '.join(columns)}")
        verdicts = {COLUMNS[column]: cell[0] for column, cell in zip(columns, cells, strict=True)}
        unsure = frozenset(COLUMNS[column] for column, cell in zip(columns, cells, strict=True) if cell.endswith("?"))
        table[name] = Fault(code, name, verdicts, unsure, lines[number + 1].strip(), lines[number + 2].strip())
    return table
