"""The goldens in fixtures/parse: cases of a title, a source, and the tree or the issue that it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stparse.dump import dump, tokens_of
from stparse.parser import Parsed, parse_method, parse_script
from stparse.text import Lines

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "parse"
_CASE = re.compile(r"^=== (.*)\n([\s\S]*?)^---\n([\s\S]*?)(?=^=== |\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Golden:
    """One case. A title that begins with `script: ` has a do-it for its source, all others a method."""

    dialect: str
    file: str
    title: str
    source: str
    expected: str

    @property
    def is_script(self) -> bool:
        return self.title.startswith("script: ")

    def parse(self, source: str | None = None) -> Parsed:
        """Parse the source (or another text as if it were this one)."""
        read = parse_script if self.is_script else parse_method
        return read(self.source if source is None else source, self.dialect)

    def __str__(self) -> str:
        return f"{self.dialect}/{self.file}: {self.title}"


def goldens() -> list[Golden]:
    """Answer the cases of all files."""
    return [case for path in sorted(FOLDER.glob("*/*.txt")) for case in cases_of(path)]


def cases_of(path: Path) -> Iterator[Golden]:
    """Yield the cases of one file."""
    text = path.read_text(encoding="utf-8")
    end = 0
    for match in _CASE.finditer(text):
        assert match.start() == end, f"{path}: no case begins at offset {end}"
        end = match.end()
        yield Golden(path.parent.name, path.stem, match[1], match[2].removesuffix("\n"), match[3].strip())
    assert end == len(text), f"{path}: no case begins at offset {end}"


def shown(parsed: Parsed, source: str) -> str:
    """Answer what a golden holds: the tree, or code, line:column and message of each issue."""
    if parsed.tree is not None:
        return dump(parsed.tree)
    lines = Lines(source)
    places = [(issue, *lines.line_column(issue.span.start)) for issue in parsed.issues]
    return "\n".join(f"{issue.code} {line}:{column} {issue.message}" for issue, line, column in places)


def is_same(left: str, right: str) -> bool:
    """Answer whether two results are the same, however their trees are laid out."""
    return tokens_of(left) == tokens_of(right) if left.startswith("(") and right.startswith("(") else left == right


def write(path: Path, cases: list[Golden]) -> None:
    """Write a file of goldens anew, with the trees that the parser makes now."""
    texts = [f"=== {case.title}\n{case.source}\n---\n{shown(case.parse(), case.source)}\n" for case in cases]
    path.write_text("\n".join(texts), encoding="utf-8", newline="\n")
