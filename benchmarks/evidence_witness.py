"""Opens every place that the findings of an index name, and looks there without parser or checker whether it is what is claimed.

    python benchmarks/evidence_witness.py INDEX SOURCES [--quiet]

SOURCES is the folder that was indexed. Of each place: is the file there, and the line; does the method or class stand there that is
named; and do the bare lines show what is said to be usual (for a finding itself: what is said to be here)? The last is asked where
lines can tell. Findings are those of `stc conventions check --all`.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

from mutation_witness import pattern_of, short, tokens

from checker.style.judge import LEAST_EVIDENCE
from stc.house_check import judged, open_judge

_PLACE = re.compile(r"(?:as in |, )([^,()]+) \(([^()]+):(\d+)\)")
_CHUNK = re.compile(r"!\s*([\w.]+)( class)? (?:methodsFor:|public\w*|private\w*)[^'\n]*(?:'((?:[^']|'')*)')?")
_XML = re.compile(r"<class-id>([\w.]+)( class)?</class-id>\s*<category>(.*?)</category>")
_END = re.compile(r"(?<!!)!\s*$|^\]\s*$")
_TONEL = re.compile(r"([\w.]+)( class)? >> (.*)$")
_LONGEST = 1_500
_SPACES = {"none": r"(?=\S)", "space": r"[ \t]", "line end": r"[ \t]*(?=\n)"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as it is printed; `text` are the lines from it on, `method` those from the pattern of its method on, "" where none is."""

    text: str
    method: str
    protocol: str | None
    name: str
    is_pattern: bool


@cache
def lines_of(path: Path) -> list[str]:
    # An end is an end, whatever the format.
    text = re.sub(r"<body[^>]*>", "", path.read_bytes().decode("utf-8", "replace"))
    return re.split(r"\r\n|\r|\n", unescape(text.replace("</body>", "!")) if "<class-id>" in text else text)


def spot(root: Path, reference: str, file: str, line: int) -> Spot | str:
    """Answer what stands at a place, or what is wrong with it."""
    path = root / file if (root / file).is_file() else root.parent / file
    if not path.is_file():
        return "no such file"
    lines = lines_of(path)
    if not 1 <= line <= len(lines):
        return "no such line"
    text = "\n".join(lines[line - 1 : line + 60])
    owner, arrow, selector = reference.partition(">>")
    name = short(owner.removesuffix(" class"))
    if not arrow:
        return Spot(text, "", None, name, False) if re.search(rf"\b{re.escape(name)}\b", text[:400]) else "the class is not named there"
    for at in range(line - 1, max(-1, line - _LONGEST), -1):
        if at < line - 1 and _END.search(lines[at]):
            break
        tonel = _TONEL.match(lines[at])
        head = "\n".join([tonel[3] if tonel else lines[at], *lines[at + 1 : at + 60]])
        if pattern_of(head) == selector and (tonel or at == line - 1 or not lines[at][:1].isspace()):
            found = header(lines, at, tonel)
            if found is None or found[0] == name:
                return Spot(text, head, found[1] if found else None, name, at == line - 1)
    return "the method is not there"


def header(lines: list[str], at: int, tonel: re.Match[str] | None) -> tuple[str, str | None] | None:
    """Answer class and protocol of what stands in a line, as the nearest header above says."""
    if tonel is not None:
        above = re.search(r"#category : (?:#'([^']*)'|#?(\w+)|'([^']*)')", lines[at - 1])
        return short(tonel[1]), next((group for group in above.groups() if group), None) if above else None
    for line in reversed(lines[max(0, at - 4 * _LONGEST) : at]):
        found = _CHUNK.search(line) or _XML.search(line)
        if found:
            return short(found[1]), found[3]
    return None


# What a line shows

Shows = Callable[[str, str, Spot], bool | None]


def protocol(_: str, value: str, seen: Spot) -> bool | None:
    return None if seen.protocol is None else seen.is_pattern and seen.protocol.partition(" - ")[0] == value


def like(value: str, name: str) -> bool | None:
    """Answer whether a name is of a form; None for a form that takes more than a look."""
    forms = {
        "theXxx": r"the[A-Z]", "aXxx": r"(an?|some)[A-Z]", "otherXxx": r"other[A-Z]", "newXxx": r"new[A-Z]",
        "oldXxx": r"old[A-Z]", "myXxx": r"my[A-Z]", "itsXxx": r"its[A-Z]", "Capital": r"[A-Z]", "with_underscore": r"\w*_",
        "article+type": r"an?[A-Z]", "article+keyword": r"an?[A-Z]",
        "article+other": r"an?[A-Z]", "article+type+other": r"an?[A-Z]", "word": r"[a-z]+$", "x": r"[a-z]$",
        "twoWords": r"[a-z]+\d*[A-Z]", "type": r"[a-z]+$", "abc": r"[a-z]\w*$", "x1": r"\w*\d$",
    }  # fmt: skip
    if value in forms:
        return re.match(forms[value], name) is not None
    return None if re.search(r"\W", value) else name == value


def argument(context: str, value: str, seen: Spot) -> bool | None:
    """Whether the argument behind the keyword of the context, or any, is called so, and stands in the line."""
    first = seen.text.partition("\n")[0]
    words = [word for _, word, _ in tokens(seen.method)]
    keyword = context.rpartition(" ")[2]
    pairs = [(word, name) for word, name in pairwise(words) if word.endswith(":") or not word[0].isalnum()]
    arguments = pairs[: max(1, pattern_of(seen.method).count(":"))]
    if value == "keyword":
        return any(word == f"{name}:" for word, name in arguments if name in first)
    said = [
        like(value, name) for word, name in arguments if (word == keyword or keyword in ("form", "setter", "operand")) and name in first
    ]
    return False if not said else None if None in said else any(said)


def local(context: str, value: str, seen: Spot) -> bool | None:
    """Whether a name that is declared or meant in the line is so: at the line's first name from the place on."""
    said = [like(value, name) for name in re.findall(r"[A-Za-z_]\w*", seen.text.partition("\n")[0])]
    return None if not said or None in said else any(said)


def words(_: str, value: str, seen: Spot) -> bool | None:
    """Whether the words of a value stand one behind the other in the first lines."""
    parts = [part for word in re.findall(r"[\w:]+|[=~<>&|]+", value) for part in re.findall(r"\w+:|\w+|[=~<>&|]+", word)]
    at, text = 0, "\n".join(seen.text.split("\n")[:25])
    for number, part in enumerate(parts):
        pattern = re.compile(rf"(?<!\w){re.escape(part)}" if part[0].isalnum() else re.escape(part))
        found = pattern.search(text, at) if number else pattern.search(text.partition("\n")[0])
        if found is None:
            return False
        at = found.end()
    return True


def layout(context: str, value: str, seen: Spot) -> bool | None:
    text, first = seen.text, seen.text.partition("\n")[0] + "\n"
    before = {"return": r"\^", "bracket": r"\[", "parameter": r"\[", "opening": r"\[", "parenthesis": r"\(", "bars": r"\|"}
    if context in before and value in _SPACES:
        after = r"\s*:" if context == "parameter" else ""
        return re.search(before[context] + _SPACES[value] + after, first if context != "opening" else text[:400]) is not None
    if context.startswith("gap"):
        pattern = re.match(rf"(?:{re.escape(first.strip())})?[ \t]*\n([ \t]*\n)*", text)
        blank = pattern[0].count("\n") - 1 if pattern else -1
        return {"next line": blank == 0, "empty line": blank == 1, "empty lines": blank > 1, "same line": blank < 0}.get(value)
    if context == "closing":
        return text.lstrip().startswith("]") or "]" in first if value != "on a line of its own" else first.strip().startswith("]")
    if context == "branch ifTrue:":
        return None if value != "on the next line" else re.match(r"\s*(if|and|or)\w*:", first) is not None
    if context.startswith("operator"):
        left = r"[ \t]" if value.startswith("x ") else r"(?<=[^\s])"
        right = r"\s" if value.endswith(" y") else r"(?=\S)"
        sign = "," if context.endswith(",") else r"[-+*/=<>~@,&|]+"
        return re.search(left + sign + right, text[:200]) is not None
    return None


def access(context: str, value: str, seen: Spot) -> bool | None:
    first = seen.text.partition("\n")[0]
    if value in ("getter", "setter"):
        return re.search(r"\bself\s+\w+", seen.text[:300]) is not None
    if value == "direct":
        return re.search(r"\b[a-z]\w*\b", first) is not None
    if context == "lazy":
        return ("ifNil:" in seen.text[:400]) == value.startswith("ifNil") and (value.startswith("ifNil") or "isNil" in seen.text[:400])
    name = pattern_of(seen.method)
    return re.search(rf"\^\s*{re.escape(name)}\b", seen.text[:400]) is not None if value == "plain" else None


def comment(context: str, value: str, seen: Spot) -> bool | None:
    # As far as the next class.
    own = re.split(r"ubclass:|defineClass:|<name>", seen.text)[:2]
    said = re.search(rf"(?s)\b{re.escape(seen.name)} comment:\s*'[^']|<comment>", "".join(own)) is not None
    return said == (value == "comment") if context == "comment class" else None


def names(context: str, value: str, seen: Spot) -> bool | None:
    if context.startswith("prefix "):
        return seen.name.startswith(value) if value != "none" else None
    return seen.name.endswith(value) if context.startswith("suffix ") else None


SHOWS: dict[str, Shows] = {
    "C01": protocol, "C02": protocol, "C05": names, "C07": argument, "C08": local, "C11": access, "C17": words, "C18": words, "C22": layout,
    "C25": comment,
}  # fmt: skip


def claims(index: Path) -> Iterator[tuple[str, str, str, str, str, int]]:
    """Yield (finding, "usual" or "here", context, value, file, line) of each place of each finding; the reference stands in the first."""
    with open_judge(index) as judge:
        for one in judged(judge, (), None, None, everything=True):
            told = [d for d in one.adherence.deviations if d.spoken or len(d.places) >= LEAST_EVIDENCE]
            for deviation, located in zip(told, one.located, strict=False):
                yield one.reference, "here", deviation.rule.context, deviation.value, located.file, located.line
                for reference, file, line in _PLACE.findall(located.issue.hint or ""):
                    yield reference, "usual", deviation.rule.context, deviation.rule.value, file, int(line)


def main() -> None:
    """Print what does not hold, and how many places do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--quiet", action="store_true", help="Only the numbers.")
    given = parser.parse_args()
    counted: Counter[tuple[str, str]] = Counter()
    for reference, which, context, value, file, line in claims(given.index):
        found = spot(given.sources, reference, file, line)
        if isinstance(found, str):
            said = found
        else:
            ask = SHOWS.get(context[:3])
            shows = ask(context[4:], value, found) if ask is not None else None
            said = "not asked" if shows is None else "shown" if shows else "not shown"
        counted[which, said] += 1
        if said not in ("shown", "not asked") and not given.quiet:
            print(f"{said}: {which} {context} = {value}: {reference} ({file}:{line})")
    for (which, said), number in sorted(counted.items()):
        print(f"{which:<6}{said:<30}{number:>8}")


if __name__ == "__main__":
    main()
