"""Does `checker.check(dialect="gnu")` say what GNU Smalltalk says, on real methods and on their one-token mutants?

    STC_CORPORA=/path STC_GST=/path/to/gst python benchmarks/gst_agreement.py [--methods N] [--mutants N] [--seed N] [--show]

STC_GST is the program, or a script that starts it with its image and libraries (docs/compilers.md tells how to get
one). What it answers is ok, undeclared or error (benchmarks/gst.py); we must say the same of the three. Half of the methods
are from code bases in GNU Smalltalk's own dialect. `--record FILE` keeps the answers, `--replay FILE` asks nobody.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from corpus import RealMethod, corpora, methods
from gst import Answer, Question, ask_all, can_be_asked, dotted_names, find_gst, is_a_name, known_globals

from checker.check import Outcome, Verdict, check
from checker.names import GivenNames
from stparse.nodes import Assign, Block, Method, Sequence, Variable, walk
from stparse.parser import parse_method, parser_for
from stparse.tables import END

_WORDS = {Outcome.COMPILES: "ok", Outcome.UNDECLARED: "undeclared", Outcome.ERROR: "error"}
_RESERVED = frozenset(("self", "super", "nil", "true", "false", "thisContext"))
_LONGEST = 20_000
_PRIMITIVE = re.compile(r"primitive number out of range|bad primitive number|undefined variable VMpr_\w+ referenced")


@dataclass(frozen=True, slots=True)
class Text:
    """A question with where the method is from, and its kind: "real", or the edit that was made."""

    where: str
    dialect: str
    kind: str
    question: Question

    @property
    def group(self) -> str:
        """What its agreement is counted under."""
        kind = "real methods" if self.kind == "real" else "mutants"
        return f"{kind}, {'own dialect' if self.dialect == 'gnu' else 'other dialects'}"


@dataclass(frozen=True, slots=True)
class Case:
    """One text with both answers."""

    text: Text
    said: Answer
    verdict: Verdict

    @property
    def ours(self) -> str:
        return _WORDS[self.verdict.outcome]

    @property
    def codes(self) -> str:
        return " ".join(sorted({issue.code for issue in self.verdict.issues if issue.severity.value == "error"}))


@dataclass(frozen=True, slots=True)
class Reason:
    """A class of disagreements: what it is called, why the two differ, and how it is recognised."""

    name: str
    why: str
    matches: Callable[[Case], bool]


# The first that matches is the class of a disagreement.
REASONS: tuple[Reason, ...] = (
    Reason(
        "primitives of another machine",
        "gst 3.2.5 knows the primitives of its own virtual machine only; which ones a machine has is no question of the language",
        lambda case: case.ours == "ok" and bool(_PRIMITIVE.search(case.said.messages)),
    ),
    Reason(
        "literal array closed by a brace",
        "gst takes `{#(1 2 #( }` without a word, though two literal arrays are open; we do not follow it there",
        lambda case: case.said.verdict == "ok" and "P113" in case.codes,
    ),
)


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
    return tuple(sorted(name for name in used - declared - _RESERVED if is_a_name(name) and not name[0].isupper()))


def question_of(method: RealMethod) -> Question | None:
    """Answer the question about a real method, None where our parser refuses it: what variables it needs is not known then."""
    tree = parse_method(method.source, method.dialect).tree
    return Question(method.source, needed(tree), dotted_names(method.source)) if isinstance(tree, Method) else None


def real_methods(count: int, names: list[str], seed: int) -> list[Text]:
    """Draw methods, half of them from code bases in GNU Smalltalk's own dialect; say what could not be asked about."""
    random = Random(seed)
    own: list[Text] = []
    others: list[Text] = []
    left_out: Counter[str] = Counter()
    for folder in corpora(names):
        for method in methods(folder, 400, seed):
            if not can_be_asked(method.source):
                left_out["a bang in the code would end the method"] += 1
            elif len(method.source) > _LONGEST:
                left_out[f"longer than {_LONGEST:,} characters"] += 1
            elif (question := question_of(method)) is None:
                left_out["does not parse in its own dialect"] += 1
            else:
                text = Text(f"{folder.name}/{method.where}", method.dialect, "real", question)
                (own if method.dialect == "gnu" else others).append(text)
    half = min(len(own), count // 2)
    drawn = random.sample(own, half) + random.sample(others, min(len(others), count - half))
    print(f"{len(own):,} methods in the own dialect, {len(others):,} in others; left out: {dict(left_out)}")
    return drawn


def mutants(texts: list[Text], count: int, seed: int) -> Iterator[Text]:
    """Yield `count` one-token edits: a token left out, doubled, swapped with the next, or replaced by another of the method."""
    random = Random(seed)
    made = 0
    while made < count:
        text = random.choice(texts)
        kind = random.choice(("left out", "doubled", "swapped", "replaced"))
        source = text.question.source
        edited = _edited(source, kind, random)
        if edited is not None and edited != source and can_be_asked(edited):
            made += 1
            yield Text(text.where, text.dialect, kind, Question(edited, text.question.variables, text.question.dotted))


def _edited(source: str, kind: str, random: Random) -> str | None:
    tokens = parser_for("gnu").tokens(source)
    places = [place for place in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True) if place[0] != END]
    if len(places) < 4:
        return None
    at = random.randrange(len(places) - 1)
    _, start, end = places[at]
    _, next_start, next_end = places[at + 1]
    word = source[start:end]
    if kind == "left out":
        return source[:start] + " " + source[end:]
    if kind == "doubled":
        return f"{source[:end]} {word}{source[end:]}"
    if kind == "swapped":
        return f"{source[:start]}{source[next_start:next_end]} {source[end:next_start]} {word}{source[next_end:]}"
    _, other, other_end = random.choice(places)
    return f"{source[:start]} {source[other:other_end]} {source[end:]}"


def judged(text: Text, said: Answer, image: frozenset[str]) -> Case:
    """Answer both answers of one text; we are told what gst was told: the variables, and the names in its image."""
    question = text.question
    spaces = {".".join(name.split(".")[:length]) for name in question.dotted for length in range(1, name.count(".") + 2)}
    variables = frozenset(question.variables)
    names = GivenNames(variables, globals=frozenset(image | spaces | {name.replace(".", "::") for name in spaces}), base=bool(image))
    return Case(text, said, check(question.source, dialect="gnu", names=names))


def reason_of(case: Case) -> str:
    """Answer the class of a disagreement."""
    return next((reason.name for reason in REASONS if reason.matches(case)), "UNEXPLAINED")


def report(cases: list[Case], *, show: bool) -> None:
    """Print the disagreements by class, then the agreement of each group of texts."""
    different = [case for case in cases if case.ours != case.said.verdict]
    if show:
        for case in different:
            print(f"--- {case.text.where} {case.text.kind} [{reason_of(case)}]: {_both(case)}\n{case.text.question.source}\n")
    why = {reason.name: reason.why for reason in REASONS}
    for name, count in Counter(map(reason_of, different)).most_common():
        print(f"{count:5}  {name}: {why.get(name, 'see --show')}")
        for both, times in Counter(_both(case) for case in different if reason_of(case) == name).most_common(8):
            print(f"       {times:5}  {both}")
    complained = [case for case in cases if case.said.compiled and case.said.verdict == "error"]
    if complained:
        said = Counter(re.sub("`.*'", "...", case.said.messages.split(" / ")[0]) for case in complained)
        print(f"{len(complained):5}  gst complains, and compiles the method all the same; counted as refused here: {dict(said)}")
    groups = sorted({case.text.group for case in cases})
    for group in (*groups, "real", "mutants"):
        mine = [case for case in cases if case.text.group.startswith(group)]
        same = sum(case.ours == case.said.verdict for case in mine)
        refused = sum((case.ours == "ok") is (case.said.verdict == "ok") for case in mine)
        verdicts = Counter(case.said.verdict for case in mine)
        shares = f"{100 * same / len(mine):6.2f} %; compiles or not: {100 * refused / len(mine):6.2f} %" if mine else ""
        print(f"{group:30} {same:6} of {len(mine):6}  {shares}; gst: {dict(verdicts)}")


def _both(case: Case) -> str:
    return f"gst {case.said.verdict} ({case.said.messages[:70]}), stc {case.ours} ({case.codes})"


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
        first, *lines = [json.loads(line) for line in options.replay.read_text(encoding="utf-8").splitlines()]
        image, asked = frozenset(first["image"]), [_read(line) for line in lines]
    else:
        find_gst()
        image = known_globals()
        texts = real_methods(options.methods, options.corpus, options.seed)
        texts += mutants(list(texts), options.mutants, options.seed)
        asked = list(zip(texts, ask_all([text.question for text in texts]), strict=True))
    if options.record:
        lines = [json.dumps({"image": sorted(image)}), *(_line(text, said) for text, said in asked)]
        options.record.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    report([judged(text, said, image) for text, said in asked], show=options.show)
    return 0


def _line(text: Text, said: Answer) -> str:
    question = text.question
    known = {"where": text.where, "dialect": text.dialect, "kind": text.kind, "source": question.source}
    given = {"variables": question.variables, "dotted": question.dotted}
    return json.dumps({**known, **given, "gst": said.verdict, "messages": said.messages, "compiled": said.compiled}, ensure_ascii=False)


def _read(one: dict[str, str]) -> tuple[Text, Answer]:
    question = Question(one["source"], tuple(one["variables"]), tuple(one["dotted"]))
    return Text(one["where"], one["dialect"], one["kind"], question), Answer(one["gst"], one["messages"], int(one["compiled"]))


if __name__ == "__main__":
    sys.exit(main())
