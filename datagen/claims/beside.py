"""Claims about files beside the Smalltalk, proved from their text, line by line: sections of documents, declarations of TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datagen.claims import source_claim
from datagen.mentions import FEWEST_WORDS, LONGEST
from datagen.naming import BINARY
from datagen.oracle import Oracle
from datagen.phrase import code_in
from datagen.sample import Claim, Sample

_BEGINS = re.compile(r" {0,3}#{1,6}[ \t]+\S")
_EXPLAINS = re.compile(r"\*\*[^*]{2,60}\*\* ?[-:\u2013\u2014] ")
_MARKS = re.compile(r"[*_`#]|\]\([^)]*\)|\[")
_PLACE = re.compile(r"^(\S+:\d+), \".*\":$")
_PLACES = re.compile(r"^- (\S+:\d+), \"")
_MEMBER = re.compile(
    r"\s*((?:(?:public|private|protected|static|readonly|override|abstract|async|declare|get|set)\s+)*)\*?\s*(#?[\w$]+)\s*[?!]?\s*[(<:=;]"
)
_SILENT = re.compile(r"/\*.*?\*/|//[^\n]*|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`", re.DOTALL)
_PROPERTY = re.compile(r"(?:public|private|protected|readonly)\s+(?:readonly\s+)?([\w$]+)\s*[?:=,)]")


@source_claim("document", wants="owned", subjects=lambda claim: (claim.about.partition(">>")[2],))
def document(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These sections, and no others, name the subject first; the answer quotes the first ones word for word and lists the others."""
    found: dict[str, list[str]] = {}
    for file in oracle.companions.values():
        for number, lines in _parts(file.text) if file.is_markdown else ():
            if _is_led_by(lines, claim.about, oracle):
                found[f"{file.path}:{number}"] = lines
    if sorted(found) != sorted(claim.places) or claim.count != len(found):
        return f"the documents speak of it in {', '.join(sorted(found)) or 'no place'}"
    for place, title in zip(claim.places, claim.names, strict=True):
        if _plain(title) not in _plain(found[place][0]):
            return f"{place} does not begin with {title}"
    quoted, listed = _quoted(sample.answer)
    if [*quoted, *listed] != list(claim.places):
        return "the answer quotes other sections"
    wrong = [place for place, lines in quoted.items() if lines != [line.rstrip() for line in found[place]]]
    return f"{wrong[0]} is not quoted word for word" if wrong else None


def _parts(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line and the lines of each part that begins with a heading or a term."""
    begins, fence = [], ""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~"):
            fence = mark if not fence else "" if mark == fence else fence
        elif not fence and (_BEGINS.match(line) or (_EXPLAINS.match(line) and not (at and lines[at - 1].strip()))):
            begins.append(at)
    for at, end in zip(begins, [*begins, len(lines)][1:], strict=True):
        part = lines[at:end]
        while not part[-1].strip():
            part.pop()
        if (len(part) > 1 or not _BEGINS.match(part[0])) and len(" ".join(part).split()) >= FEWEST_WORDS:
            part[-1] = part[-1].rstrip()
            if len("\n".join(part)) <= LONGEST:
                yield at + 1, part


def _is_led_by(lines: list[str], subject: str, oracle: Oracle) -> bool:
    """Whether the heading or the first sentence below it names the subject."""
    lead = "\n".join(lines)
    if _BEGINS.match(lines[0]):
        below = "\n".join(lines[1:]).lstrip()
        ends = [found.start() for found in re.finditer(r"[.!?:]\s|\n\s*\n", below)]
        first = below[: ends[0] + 1] if ends else below
        lead = f"{lines[0]}\n{'' if below[:1] == '|' or below[:3] in ('```', '~~~') else first}"
    if ">>" not in subject:
        wanted = rf"`{subject}`|(?<![\w>:`]){subject}(?![\w`]|>>| class>>)" if _is_camel(subject) else rf"`{subject}`"
        return re.search(wanted, lead) is not None
    selector = subject.partition(">>")[2]
    alone = len(oracle.evidence.owned.get(selector, ())) == 1 and not selector.islower() and selector[:1].islower()
    words = (rf"`{re.escape(subject)}`", rf"(?<![\w>:`]){re.escape(subject)}(?![\w:])") + (
        (rf"`#?{re.escape(selector)}`",) if alone else ()
    )
    return any(re.search(word, lead) for word in words)


def _is_camel(name: str) -> bool:
    return re.fullmatch(r"[A-Z]\w*[a-z]\w*[A-Z]\w*", name) is not None


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())


def _quoted(answer: str) -> tuple[dict[str, list[str]], list[str]]:
    """Answer the quoted lines by place, and the places that are only listed."""
    quoted: dict[str, list[str]] = {}
    listed: list[str] = []
    place = ""
    for line in answer.split("\n"):
        if found := _PLACE.match(line):
            place = found[1]
            quoted[place] = []
        elif line.startswith(">") and place:
            quoted[place].append(line[2:])
        elif found := _PLACES.match(line):
            listed.append(found[1])
    return quoted, listed


@source_claim("counterpart", wants="classes")
def counterpart(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The answer quotes the declaration; these methods, of so many, and no others have a member of their name in it."""
    source = next((one for one in sample.sources if one.file in oracle.companions), None)
    text = oracle.companions[source.file].text[source.span[0] : source.span[1]] if source is not None else ""
    if code_in(sample.answer, "typescript") != (text,) or not re.search(rf"\b(?:class|interface) {claim.detail}\b", text):
        return "the answer does not quote the declaration"
    members = set(_members(text))
    known = {(one.meta, one.selector) for one in oracle.evidence.classes.get(claim.about, ())}
    expected = {key for key in known if any((key[0], name) in members for name in _names(key[1]))}
    stated = {(name.startswith("class>>"), name.removeprefix("class>>")) for name in claim.names}
    if claim.numbers != (len(known),) or claim.count != len(expected) or not stated <= expected:
        return f"{len(expected)} of {len(known)} methods have a member of their name"
    missing = [name for name in claim.names if f"`{name}`" not in sample.answer.rpartition("```")[2]]
    return f"the answer does not say {missing[0]}" if missing else None


def _names(selector: str) -> Iterator[str]:
    """Yield the names that a selector may have: its letters, with a capital for each colon before the last."""
    name = re.sub(r":(\w)", lambda found: found[1].upper(), selector).rstrip(":")
    takes = ":" if selector.endswith(":") or selector in BINARY else ""
    yield from (BINARY.get(selector, name) + takes, f"{name}_{takes}")


def _members(text: str) -> Iterator[tuple[bool, str]]:
    """Yield side and name of what is declared between the outermost braces, and of the fields that the constructor's arguments make;
    behind what can be given an argument stands a colon."""
    plain = _SILENT.sub(lambda found: " " * len(found[0]), text)
    depth, begins = 0, False
    for at, sign in enumerate(plain):
        found = _MEMBER.match(plain, at) if depth == 1 and begins and not sign.isspace() else None
        if found and found[2] != "constructor":
            static, takes = "static" in found[1], found[0][-1] in "(<" and "get " not in found[1]
            yield static, f"{found[2]}:" if takes else found[2]
            if takes and "set " not in found[1]:
                yield static, found[2]
        elif found:
            yield from ((False, name) for name in _PROPERTY.findall(plain[at : plain.index("{", at)]))
        if not sign.isspace():
            begins = depth <= 2 and sign in ";{}"
        depth += (sign in "{([") - (sign in "})]")
