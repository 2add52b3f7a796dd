"""Does `checker.check(dialect="gnu")` say what GNU Smalltalk says, on real methods and on their one-token mutants?

    STC_CORPORA=/path STC_GST=/path/to/gst python benchmarks/gst_agreement.py [--methods N] [--mutants N] [--seed N] [--show]

STC_GST is the program, or a script that starts it with its image and libraries (`docs/compilers.md` tells how to get
one). Each text is compiled by a process of its own, in a class that has the variables which the real method needs;
what gst answers is one of ok, undeclared and error. `--record FILE` keeps the answers, `--replay FILE` asks nobody.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from corpus import corpora, methods

from checker.check import Outcome, check
from checker.names import GivenNames
from stparse.nodes import Assign, Block, Method, Sequence, Variable, walk
from stparse.parser import parse_method, parser_for
from stparse.tables import END

_MESSAGE = re.compile(r"^[^\n:]*\.st:\d+: (.*)$", re.MULTILINE)
_UNDECLARED = re.compile(r"undefined variable .* referenced|assignment to undeclared variable|undeclared variable")
_WORDS = {Outcome.COMPILES: "ok", Outcome.UNDECLARED: "undeclared", Outcome.ERROR: "error"}
_RESERVED = frozenset(("self", "super", "nil", "true", "false", "thisContext"))
_LONGEST = 4000
# Names of namespaces and bindings are looked up at once, and gst's own image has only these.
_OUTSIDE = re.compile(r"#\{|\b(?!Smalltalk\b)[A-Z]\w*(?:\.|::)[A-Z]")


@dataclass(frozen=True, slots=True)
class Text:
    """A method to compile, in a class with these instance variables; `kind` is "real" or the edit that was made."""

    where: str
    kind: str
    source: str
    variables: tuple[str, ...]

    @property
    def names(self) -> GivenNames:
        return GivenNames(instance_variables=frozenset(self.variables))


def find_gst() -> Path:
    """Answer the program; end with a sentence where there is none."""
    given = os.environ.get("STC_GST") or shutil.which("gst")
    if not given or not Path(given).is_file():
        sys.exit("no GNU Smalltalk: set STC_GST to gst, or to a script that starts it (docs/compilers.md tells how to get one)")
    return Path(given).resolve()


def needed(tree: Method) -> tuple[str, ...]:
    """Answer the lower-case names that a method uses and nowhere declares."""
    declared = {variable.name for variable in tree.arguments}
    used: set[str] = set()
    for node in walk(tree):
        if isinstance(node, Block):
            declared.update(variable.name for variable in node.parameters)
        if isinstance(node, Sequence):
            declared.update(variable.name for variable in node.temporaries)
        if isinstance(node, Assign):
            used.add(node.target.name)
        if isinstance(node, Variable):
            used.add(node.name)
    return tuple(sorted(name for name in used - declared - _RESERVED if name.isidentifier() and name.isascii() and not name[0].isupper()))


def real_methods(count: int, names: list[str], seed: int) -> list[Text]:
    """Draw methods that our parser reads as GNU Smalltalk, half of them from code bases in that dialect."""
    random = Random(seed)
    own: list[Text] = []
    others: list[Text] = []
    for folder in corpora(names):
        for method in methods(folder, 400, seed):
            # A bang ends the method in the file that gst reads; a namespace has to be there.
            if "!" in method.source or _OUTSIDE.search(method.source) or len(method.source) > _LONGEST or not method.source.strip():
                continue
            tree = parse_method(method.source, method.dialect).tree
            if isinstance(tree, Method):
                text = Text(f"{folder.name}/{method.where}", "real", method.source, needed(tree))
                (own if method.dialect == "gnu" else others).append(text)
    half = min(len(own), count // 2)
    return random.sample(own, half) + random.sample(others, min(len(others), count - half))


def mutants(texts: list[Text], count: int, seed: int) -> Iterator[Text]:
    """Yield `count` one-token edits: a token left out, doubled, swapped with the next, or replaced by another of the method."""
    random = Random(seed)
    made = 0
    while made < count:
        text = random.choice(texts)
        tokens = parser_for("gnu").tokens(text.source)
        places = [place for place in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True) if place[0] != END]
        if len(places) < 4:
            continue
        at = random.randrange(len(places) - 1)
        _, start, end = places[at]
        _, next_start, next_end = places[at + 1]
        word, source = text.source[start:end], text.source
        kind = random.choice(("left out", "doubled", "swapped", "replaced"))
        if kind == "left out":
            edited = source[:start] + " " + source[end:]
        elif kind == "doubled":
            edited = f"{source[:end]} {word}{source[end:]}"
        elif kind == "swapped":
            edited = f"{source[:start]}{source[next_start:next_end]} {source[end:next_start]} {word}{source[next_end:]}"
        else:
            _, other, other_end = random.choice(places)
            edited = f"{source[:start]} {source[other:other_end]} {source[end:]}"
        if edited != source and "!" not in edited:
            made += 1
            yield Text(text.where, kind, edited, text.variables)


def ask(gst: Path, text: Text) -> tuple[str, str]:
    """Answer what gst says of one text: the verdict, and its messages."""
    variables = " ".join(text.variables)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "case.st")
        head = f"Object subclass: #STCCase instanceVariableNames: '{variables}' classVariableNames: '' poolDictionaries: '' category: 'x' !"
        file.write_text(f"{head}\n!STCCase methodsFor: 'x'!\n{text.source}\n! !\n", encoding="utf-8")
        try:
            done = subprocess.run([str(gst), "case.st"], cwd=folder, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return "no answer", ""
    said = _MESSAGE.findall((done.stdout + done.stderr).decode("utf-8", "replace"))
    if not said:
        return "ok", ""
    return "undeclared" if all(_UNDECLARED.search(message) for message in said) else "error", " / ".join(said)


def answers(texts: list[Text]) -> list[tuple[str, str]]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(partial(ask, find_gst()), texts))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", type=int, default=2000)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", action="append", default=[], help="only this one (may be repeated)")
    parser.add_argument("--show", action="store_true", help="print every text that the two judge differently")
    parser.add_argument("--record", type=Path, help="write the texts and what gst said to this file")
    parser.add_argument("--replay", type=Path, help="take texts and answers from such a file")
    options = parser.parse_args()
    if options.replay:
        lines = [json.loads(line) for line in options.replay.read_text(encoding="utf-8").splitlines()]
        texts = [Text(one["where"], one["kind"], one["source"], tuple(one["variables"])) for one in lines]
        said = [(one["gst"], one["messages"]) for one in lines]
    else:
        find_gst()
        texts = real_methods(options.methods, options.corpus, options.seed)
        texts += mutants(list(texts), options.mutants, options.seed)
        said = answers(texts)
    if options.record:
        options.record.write_text("".join(_line(text, *answer) for text, answer in zip(texts, said, strict=True)), encoding="utf-8")
    same: Counter[str] = Counter()
    every: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for text, (theirs, messages) in zip(texts, said, strict=True):
        verdict = check(text.source, dialect="gnu", names=text.names)
        ours = _WORDS[verdict.outcome]
        kind = "real" if text.kind == "real" else "mutants"
        every[kind] += 1
        if ours == theirs:
            same[kind] += 1
            continue
        codes = " ".join(issue.code for issue in verdict.issues)
        classes[f"{kind}: gst {theirs} ({messages[:60]}), stc {ours} ({codes})"] += 1
        if options.show:
            print(f"--- {text.where} {text.kind}: gst {theirs} ({messages}), stc {ours} ({codes})\n{text.source}\n")
    for name, count in classes.most_common():
        print(f"{count:5}  {name}")
    for kind, count in every.items():
        print(f"{kind:8} {same[kind]:6} of {count:6}  {100 * same[kind] / count:6.2f} %")
    return 0


def _line(text: Text, verdict: str, messages: str) -> str:
    said = {"where": text.where, "kind": text.kind, "source": text.source, "variables": text.variables}
    return json.dumps({**said, "gst": verdict, "messages": messages}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
