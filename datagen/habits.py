"""What is usual in a code base: the mined conventions that a sample can speak of, counted once for a whole compilation.

stc mines its conventions from the index (checker.style); of these the ones are kept that a second reading of the sources can count again
(datagen/claims/habits.py): protocols of selectors, names of arguments, also of blocks, tests for nil and empty, layers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

from checker.conventions import CONVENTIONS, MethodPage, Slot
from checker.conventions._names import FORMS
from checker.style.background import OTHER, public_houses
from checker.style.corpus import Corpus, read_corpus
from checker.style.counts import upwards
from checker.style.crew import crew_of
from checker.style.extract import page_of
from checker.style.rulebook import Names, Rulebook
from checker.style.rules import Rule, rules_of
from checker.style.tally import tally_of
from checker.style.views import views_of
from checker.style.voice import may_speak
from datagen.layers import Layer, layers_in
from datagen.subject import method_shown, place
from datagen.ways import categories_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.index.reads import ANYTHING, note

CODES = ("C01", "C07", "C08", "C18")
"""The conventions that are read from a method, apart from layers."""
_SPOKEN = re.compile(
    r"C01 (?:instance|class) (?!unary$|keyword$|binary$|test$)\S+(?: \S+)?|C07 name \S+|C08 block \S+"
    r"|C18 (?:not-nil|if-nil|if-not-nil|if-nil-else|not-empty|if-not-empty)"
)
EVIDENCE = 3
_MOST_FOREIGN = 5
_SEEN = 24
"""Places that are kept of a habit: a sample shows three, and none that is like its own method."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A method that keeps a habit: its id in the index, how it is shown, where it is; `shape` is equal for near duplicates."""

    owner: int
    name: str
    where: str
    shape: int | None


@dataclass(frozen=True, slots=True)
class Habit:
    """In `context`, a convention's code in front, stands `value` in `kept` of `count` cases."""

    context: str
    value: str
    kept: int
    count: int
    seen: tuple[Seen, ...]
    foreign: tuple[str, ...] = ()
    """What other code bases do here, the most frequent first."""

    @property
    def code(self) -> str:
        """The code of a finding about it: H07 for C07."""
        return "H" + self.context[1:3]


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """All that a compilation knows of the house. `book` has the rules of narrower scopes too, which silence the others."""

    habits: dict[str, Habit] = field(default_factory=dict)
    book: Rulebook = field(default_factory=lambda: Rulebook(()))
    layers: tuple[Layer, ...] = ()

    def of(self, page: MethodPage) -> list[tuple[Habit, Slot]]:
        """Answer the habits that speak of a method, each with the slot of it that they speak of."""
        names = Names(page.view.key, page.view.root, page.view.package)
        found = []
        for code in CODES if self.habits else ():
            for slot in CONVENTIONS[code].slots(page):
                rule = self.book.decide(f"{code} {slot.context}", names)
                habit = self.habits.get(rule.context) if rule is not None and rule.scope == "all" else None
                if habit is not None:
                    found.append((habit, slot))
        return found

    def without(self, habit: Habit, page: MethodPage) -> tuple[int, int]:
        """Answer how often a habit is kept, of how many cases, apart from those in a method: it is no evidence for itself."""
        code = habit.context[:3]
        own = [slot.value == habit.value for slot in CONVENTIONS[code].slots(page) if habit.context in upwards(f"{code} {slot.context}")]
        return habit.kept - sum(own), habit.count - len(own)

    def above(self, package: str) -> tuple[Layer, ...]:
        """Answer the layers that stand on a package."""
        return tuple(layer for layer in self.layers if layer.base == package)


class _Given:
    """What was mined in the process that began, for the one index that this process works with."""

    path: Path | None = None
    habits: Habits = Habits()


def use_habits(path: Path, habits: Habits) -> None:
    """Take these for the habits of the index at `path` from now on in this process, and mine nothing."""
    _Given.path, _Given.habits = path, habits


def habits_of(index: CodeIndex) -> Habits:
    """Answer the habits of an index: those that this process was given for it, else mined now. They rest on all methods."""
    note(ANYTHING)
    return _Given.habits if _Given.path == index.path.absolute() else mine_habits(index)


@lru_cache(maxsize=4)
def mine_habits(index: CodeIndex, jobs: int = 1) -> Habits:
    """Mine the habits of an index, whatever this process was given; the same whatever `jobs` is."""
    if not index.dialects:
        return Habits()
    with crew_of(index, jobs) as crew:
        corpus = read_corpus(index, crew)
    rules = rules_of(tally_of(corpus), public_houses().background(index.dialects[0][0]))
    habits = _counted(index, corpus, {rule.context: rule for rule in rules if _can_be_told(rule)})
    words = {category.strip().replace(" ", "_"): category for category in categories_of(index).values() if not set("'`|") & set(category)}
    return Habits(habits, Rulebook(rules), layers_in(corpus, {word: category for word, category in words.items() if word}))


def _can_be_told(rule: Rule) -> bool:
    """Whether a rule is for all, certain enough, and one that can be counted again."""
    if rule.scope != "all" or not rule.in_force or not may_speak(rule) or not _SPOKEN.fullmatch(rule.context):
        return False
    return not (rule.code == "C08" and rule.value in FORMS and rule.value not in ("aXxx", "theXxx"))


def _counted(index: CodeIndex, corpus: Corpus, rules: dict[str, Rule]) -> dict[str, Habit]:
    """Answer the habits of rules; here each case counts one, that of a test too."""
    kept: dict[str, int] = dict.fromkeys(rules, 0)
    count = dict(kept)
    seen: dict[str, list[int]] = {context: [] for context in rules}
    wanted = {number: found for number, text in enumerate(corpus.texts) if (found := [c for c in upwards(text) if c in rules])}
    for owner in corpus.methods():
        for row in range(*corpus.ranges[owner.id]):
            for context in wanted.get(corpus.contexts[row], ()):
                count[context] += 1
                if corpus.texts[corpus.values[row]] == rules[context].value:
                    kept[context] += 1
                    seen[context].append(owner.id)
    classes = {owner.id: owner.class_key for owner in corpus.owners.values()}
    chosen = {context: _some(owners, classes) for context, owners in seen.items()}
    shown = {method.id: _seen(index, method) for method in index.methods_with(sorted({one for ids in chosen.values() for one in ids}))}
    return {
        context: Habit(
            context, rule.value, kept[context], count[context], tuple(shown[one] for one in chosen[context]), _foreign(context, rule.value)
        )
        for context, rule in rules.items()
    }


def _foreign(context: str, value: str) -> tuple[str, ...]:
    """Answer what other code bases have in a context, each counting alike."""
    found: dict[str, float] = {}
    for house in public_houses().houses:
        for where, other, count in house.rows:
            if where == context and other not in (value, OTHER):
                found[other] = found.get(other, 0.0) + count / max(1, house.methods)
    return tuple(sorted(found, key=lambda other: (-found[other], other))[:_MOST_FOREIGN])


def _some(owners: list[int], classes: dict[int, str]) -> list[int]:
    """Answer some methods from different classes, spread over the code base."""
    first: dict[str, int] = {}
    for owner in owners:
        first.setdefault(classes[owner], owner)
    found = list(first.values())
    step = max(1, len(found) // _SEEN)
    return found[::step][:_SEEN]


def _seen(index: CodeIndex, method: MethodDef) -> Seen:
    return Seen(method.id, method_shown(index, method), place(method), method.shape)


def page_in(index: CodeIndex, method: MethodDef) -> MethodPage | None:
    """Answer a method as conventions meet it; None where it does not parse, or where a tool has written it."""
    # A view of a class knows its package and what is said of it elsewhere.
    note(ANYTHING)
    page = page_of(method, views_of(index).of(method.class_name, method.file))
    return None if page is None or page.is_generated else page


def evidence_of(habit: Habit, method: MethodDef, random: Random) -> tuple[Seen, ...]:
    """Answer three places that show a habit and are neither the method itself nor of its shape; none where there are fewer."""
    others = [one for one in habit.seen if one.owner != method.id and (one.shape is None or one.shape != method.shape)]
    drawn = sorted(random.sample(range(len(others)), EVIDENCE)) if len(others) >= EVIDENCE else []
    return tuple(others[at] for at in drawn)


def evidence_in(index: CodeIndex, layer: Layer, random: Random) -> tuple[Seen, ...]:
    """Answer three methods that show a layer."""
    return tuple(_seen(index, method) for method in index.methods_with(sorted(random.sample(layer.methods, EVIDENCE))))
