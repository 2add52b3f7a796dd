"""GNU Smalltalk as a judge of methods: what it says of one text, and proof that the text is what it was asked about.

A text is compiled by a process of its own, as the only method of a class that has the variables which the text needs.
The file goes on behind the method and prints how many methods the class has then, so that a crash, a text that
was swallowed and a text that fell into two methods do not pass for "ok".
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

_MESSAGE = re.compile(r"^[^\n:]*\.st:(\d+): (.*)$", re.MULTILINE)
_UNDECLARED = re.compile(r"undefined variable (\S+) referenced|assignment to undeclared variable (\S+)|undeclared variable (\S+)")
_COUNT = re.compile(r"^compiled (\d+)$", re.MULTILINE)
_ENDS = re.compile(r"""'[^']*(?:''[^']*)*'|"[^"]*"|\$[\s\S]|(!)""")
_DOTTED = re.compile(r"\b[A-Z]\w*(?:(?:\.|::)[A-Za-z]\w*)+")
_CRASH = re.compile(r"Aborted|Segmentation|Error occurred while not in byte code interpreter")
_NAME = re.compile(r"[A-Za-z]\w*")
# gst stops at its first fault: so often it is asked again with the undeclared name declared.
_MOST_QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A method, the instance variables of the class that it is for, and the dotted names that the image must have."""

    source: str
    variables: tuple[str, ...] = ()
    dotted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What gst says: ok, undeclared, error, or why there is no answer; its messages; how many methods it compiled."""

    verdict: str
    messages: str
    compiled: int


def find_gst() -> Path:
    """Answer the program; end with a sentence where there is none."""
    given = os.environ.get("STC_GST") or shutil.which("gst")
    if not given or not Path(given).is_file():
        sys.exit("no GNU Smalltalk: set STC_GST to gst, or to a script that starts it (docs/compilers.md tells how to get one)")
    return Path(given).resolve()


def can_be_asked(source: str) -> bool:
    """Answer whether a file can hold the method: outside of strings and comments a bang would end it."""
    return not any(match[1] for match in _ENDS.finditer(source))


def is_a_name(word: str) -> bool:
    """Answer whether gst reads a word as the name of a variable; it takes none that begins with "_"."""
    return _NAME.fullmatch(word) is not None and word.isascii()


def dotted_names(source: str) -> tuple[str, ...]:
    """Answer the names with a namespace in a text, and in its comments, where they do no harm."""
    return tuple(sorted({name.replace("::", ".") for name in _DOTTED.findall(source)}))


def ask(gst: Path, question: Question) -> Answer:
    """Answer what gst says, of all that is wrong with the text.

    gst stops at the first fault. Where that is an undeclared name, the name is declared and gst is asked again, so that
    "undeclared" means that nothing else is wrong.
    """
    first = answer = _ask_once(gst, question)
    declared = set(question.variables)
    while answer.verdict == "undeclared" and len(declared) < len(question.variables) + _MOST_QUESTIONS:
        names = {next(filter(None, found)) for found in _UNDECLARED.findall(answer.messages)} - declared
        if not names or not all(map(is_a_name, names)):
            break
        declared |= names
        answer = _ask_once(gst, replace(question, variables=tuple(sorted(declared))))
    if answer.verdict in ("ok", "undeclared"):
        return first
    return replace(answer, messages=answer.messages if answer is first else f"{first.messages} / {answer.messages}")


def ask_all(questions: list[Question]) -> list[Answer]:
    """Answer what gst says of each, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(partial(ask, find_gst()), questions))


def known_globals() -> frozenset[str]:
    """Answer the names of the globals and namespaces of gst's own image."""
    return frozenset(_run(find_gst(), "(Smalltalk keys) do: [:each | Transcript showCr: each]!\n").split()) | {"Smalltalk"}


def _ask_once(gst: Path, question: Question) -> Answer:
    variables = " ".join(question.variables)
    head = f"Object subclass: #STCCase instanceVariableNames: '{variables}' classVariableNames: '' poolDictionaries: '' category: 'x' !\n"
    spaces = "".join(f"{_declaring(name)} !\n" for name in question.dotted)
    tail = "! !\n\nTranscript showCr: 'compiled ', STCCase selectors size printString !\n"
    before = f"{spaces}{head}\n!STCCase methodsFor: 'x'!\n"
    said = _run(gst, f"{before}{question.source}\n{tail}")
    found = [(int(line), message) for line, message in _MESSAGE.findall(said) if not _CRASH.match(message)]
    messages, count = [message for _, message in found], _COUNT.search(said)
    compiled = int(count[1]) if count else 0
    if any(line <= before.count("\n") for line, _ in found):
        return Answer("no answer", " / ".join(messages), compiled)
    if not messages:
        return Answer("ok" if compiled == 1 else "no answer", "", compiled)
    undeclared = all(_UNDECLARED.search(message) for message in messages)
    return Answer("undeclared" if undeclared else "error", " / ".join(messages), compiled)


def _declaring(dotted: str) -> str:
    """Answer an expression that puts a dotted name into the image, unless it is there."""
    *spaces, last = dotted.split(".")
    place, parts = "Smalltalk", []
    for space in spaces:
        if space != "Smalltalk":
            parts.append(f"({place} includesKey: #{space}) ifFalse: [{place} addSubspace: #{space}]")
            place = f"({place} at: #{space})"
    parts.append(f"({place} includesKey: #{last}) ifFalse: [{place} at: #{last} put: nil]")
    return f"[{'. '.join(parts)}] on: Error do: [:e | e return: nil]"


def _run(gst: Path, text: str) -> str:
    """Answer what gst prints about a file, to its end, to its crash, or nothing where it takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "case.st").write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([str(gst), "case.st"], cwd=folder, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return ""
    return (done.stdout + done.stderr).decode("utf-8", "replace")
