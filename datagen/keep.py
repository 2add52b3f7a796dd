"""Which samples are kept: KEEP is the list, in the order in which it is applied; every refusal has a reason that is counted.

Each entry is shown what the entries before it have let through, and answers a judge, which gives a reason or None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from datagen.near import Kept, Sketch

LARGEST_SHARE = 0.15
"""No kind makes up more of the set than this, where there is enough of the others."""
NONE_SHARE = 0.13
"""Of the answers to a list question so many may be "none"."""
TRIVIAL_SHARE = 0.10
GENERATED_SHARE = 0.02
MOST_TOKENS = 6000
ENOUGH = 200
"""So many of a kind stay whatever its share is: a small code base has few classes to ask about."""
FEW = 5
"""A cap never bites below this number: small code bases would lose all of something."""
FEWEST_NONES = 1
"""But of answers "none" one is enough: in a small code base five would be a third of a kind, and its first guess."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the filters know of a sample: enough to judge 100,000 of them in memory."""

    id: str
    kind: str
    traits: frozenset[str]
    tokens: int
    sketch: Sketch
    splits: tuple[str, ...]
    failed: str | None = field(default=None)


Judge = Callable[[Card], str | None]
Filter = Callable[[Sequence[Card]], Judge]


def claim_failed(cards: Sequence[Card]) -> Judge:
    """What does not hold what it claims is never shipped."""
    return lambda card: f"claim failed: {card.failed.split(':', 1)[0]}" if card.failed and "broken" not in card.traits else None


def broken_method(cards: Sequence[Card]) -> Judge:
    """A method that does not parse teaches nothing but its own diagnosis."""
    return lambda card: "broken method" if "broken" in card.traits and ("found broken" not in card.traits or card.failed) else None


def too_long(cards: Sequence[Card]) -> Judge:
    """Longer than the context of the models that are trained here."""
    return lambda card: f"too long: over {MOST_TOKENS:,} tokens" if card.tokens > MOST_TOKENS else None


def exact_duplicate(cards: Sequence[Card]) -> Judge:
    """The same prompt and answer; the first stays."""
    seen: set[str] = set()

    def judge(card: Card) -> str | None:
        if card.id in seen:
            return "exact duplicate"
        seen.add(card.id)
        return None

    return judge


def near_duplicate(cards: Sequence[Card]) -> Judge:
    """Alike but for comments, literals, layout, punctuation and a few words (datagen/near.py); the first stays."""
    kept = Kept()

    def judge(card: Card) -> str | None:
        if kept.has_like(card.kind, card.sketch):
            return "near-duplicate"
        kept.add(card.kind, card.sketch)
        return None

    return judge


def spans_splits(cards: Sequence[Card]) -> Judge:
    """A sample about hierarchies of different splits would carry facts from one to the other."""
    return lambda card: "about hierarchies of different splits" if len(card.splits) > 1 else None


def trivial_cap(cards: Sequence[Card]) -> Judge:
    """Accessors are a quarter of most code bases, and all alike."""
    return _cap(cards, "trivial", TRIVIAL_SHARE, "trivial accessor, over their share")


def generated_cap(cards: Sequence[Card]) -> Judge:
    """Window specs and the like are written by tools."""
    return _cap(cards, "generated", GENERATED_SHARE, "generated code, over its share")


def none_cap(cards: Sequence[Card]) -> Judge:
    """A model must learn to say "none", but not as its first guess."""
    return _cap(cards, "none", NONE_SHARE, 'answer "none", over its share', FEWEST_NONES)


def which_cap(cards: Sequence[Card]) -> Judge:
    """Questions back are rare in life too."""
    return _cap(cards, "which", TRIVIAL_SHARE, 'answer "which one", over its share')


def kind_share(cards: Sequence[Card]) -> Judge:
    """No kind over its share, where there is enough of the others."""
    counts = Counter(card.kind for card in cards)
    limit = max(fitting(list(counts.values())), ENOUGH)
    left = Counter(dict.fromkeys(counts, limit))

    def judge(card: Card) -> str | None:
        left[card.kind] -= 1
        return "over the share of its kind" if left[card.kind] < 0 else None

    return judge


KEEP: tuple[Filter, ...] = (
    claim_failed,
    broken_method,
    too_long,
    exact_duplicate,
    near_duplicate,
    spans_splits,
    trivial_cap,
    generated_cap,
    none_cap,
    which_cap,
    kind_share,
)


def keep(cards: Sequence[Card]) -> tuple[list[Card], dict[int, str]]:
    """Answer the cards that every filter lets through, and the reason for each of the others by its position.

    The order of the cards decides which of several is kept: give them in an order of chance that repeats itself.
    """
    left = list(enumerate(cards))
    dropped: dict[int, str] = {}
    for make in KEEP:
        judge = make([card for _, card in left])
        passed = []
        for position, card in left:
            reason = judge(card)
            if reason is None:
                passed.append((position, card))
            else:
                dropped[position] = reason
        left = passed
    return [card for _, card in left], dropped


def _cap(cards: Sequence[Card], trait: str, share: float, reason: str, fewest: int = FEW) -> Judge:
    """At most `share` of what stays of each kind may have the trait, but `fewest` of them in any case."""
    others = Counter(card.kind for card in cards if trait not in card.traits)
    left = Counter({kind: max(fewest, round(others[kind] * share / (1 - share))) for kind in {card.kind for card in cards}})

    def judge(card: Card) -> str | None:
        if trait not in card.traits:
            return None
        left[card.kind] -= 1
        return reason if left[card.kind] < 0 else None

    return judge


def fitting(counts: Sequence[int]) -> int:
    """Answer the largest number that no kind exceeds when each is at most LARGEST_SHARE of what is left."""
    limit = max(counts, default=0)
    while limit > 0:
        next_limit = int(LARGEST_SHARE * sum(min(n, limit) for n in counts))
        if next_limit >= limit:
            return limit
        limit = next_limit
    return limit
