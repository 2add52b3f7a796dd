"""How a method differs from the inherited version.

What: whether the override calls the inherited method, what it answers instead, which messages it sends more and which it does not
send; both are quoted.
Why: who reads an override wants to know what it adds and what it leaves out; an override that forgets super is a frequent fault.
Question: How does BpBarterRight>>isOpen differ from the inherited version? ...
Answer: It extends the inherited method: it sends `#isOpen` to super. It sends `#counter`, which the inherited one does not. ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from datagen.answers import cited, group_of, indexed_ancestors, method_table, methods_claim, pick, question
from datagen.generators import generator
from datagen.phrase import code_block, counted, hashed, listed, ticked, ticks
from datagen.quoting import readable, result_of
from datagen.sample import Claim, Sample
from datagen.subject import method_shown, method_source, text_of
from datagen.treefacts import locals_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Return, walk

KIND = "qa.difference"
ASKED = (
    "How does {m} differ from the inherited version?",
    "What does the override {m} change, compared with {o}?",
    "{m} overrides {o}. What does it do differently?",
    "Compare {m} with the method that it overrides.",
    "Does {m} still do what {o} does? What is added, what is left out?",
)
MOST_A_CLASS, MOST_MESSAGES, LONGEST_LITERAL = 3, 12, 40
LITERALS = ("number", "string", "symbol", "character", "array")
ANSWERS = {"self": "the receiver", "boolean": "a boolean", "block": "a block"}


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for the difference of up to three overrides of a class, each from the nearest method of the index that it replaces."""
    group = group_of(index, name)
    above = indexed_ancestors(index, group) if group is not None else None
    if above is None:
        return
    tables = [method_table(index, ancestor.path[-1]) for ancestor in above[0]]
    pairs = []
    for key, method in method_table(index, name).items():
        original = next((table[key] for table in tables if key in table), None)
        if original is not None and readable(method) is not None and readable(original) is not None:
            pairs.append((method, original))
    for method, original in random.sample(pairs, min(MOST_A_CLASS, len(pairs))):
        yield from _sample(index, random, method, original)


def _sample(index: CodeIndex, random: Random, method: MethodDef, original: MethodDef) -> Iterator[Sample]:
    own, its = _sent(index, method), _sent(index, original)
    supers = sum(send.receiver == "super" and send.selector == method.selector for send in index.sends_of(method))
    more = [s for s in own if s not in its]
    # What the inherited method sends is sent all the same where it is called.
    less = [] if supers else [s for s in its if s not in own]
    written = _written(index, original)
    stores = [name for name in _written(index, method) if name not in written]
    answered = _answered(method, original)
    told = more or less or stores or answered
    if max(len(more), len(less)) > MOST_MESSAGES or not told or "subclassResponsibility" in its:
        return
    shown = method_shown(index, method)
    claims = [
        Claim("source", shown),
        methods_claim("replaces", shown, index, [original], detail=method.selector),
        Claim("difference", shown, tuple(more), numbers=(supers,), count=len(more)),
        Claim("omission", shown, tuple(less), count=len(less)),
        Claim("further stores", shown, tuple(stores), count=len(stores)),
    ]
    if _is_empty(original):
        claims.append(Claim("empty original", shown))
    if answered:
        claims.append(Claim("answers", shown, tuple(stated for stated, _ in answered), count=2))
    asked = pick(random, ASKED, m=shown, o=method_shown(index, original))
    text = f"{asked}\n\n{code_block(text_of(method))}\n\nIt overrides {cited(index, original)}:\n\n{code_block(text_of(original))}"
    sources = [method_source(method), method_source(original)]
    yield question(KIND, text, _answer(method, claims, [words for _, words in answered]), claims, sources, index)


def _sent(index: CodeIndex, method: MethodDef) -> list[str]:
    """Answer the selectors that a method sends, each once, without the call of the inherited method."""
    sends = index.sends_of(method)
    return list(dict.fromkeys(s.selector for s in sends if not (s.receiver == "super" and s.selector == method.selector)))


def _written(index: CodeIndex, method: MethodDef) -> list[str]:
    """Answer the variables of the class that a method stores into, each once."""
    return list(dict.fromkeys(use.name for use in index.uses_of(method) if use.write and use.kind == "free"))


def _answered(method: MethodDef, original: MethodDef) -> list[tuple[str, str]]:
    """Answer what each of two methods answers, as a claim states it and in words; nothing where that is not told, or is the same."""
    found = []
    for one in (method, original):
        result = result_of(one, one.tree) if one.tree is not None else None
        # That a temporary is answered says nothing to who does not read on.
        if result is None or one.tree is None or result.name in locals_of(one.tree):
            return []
        if result.kind in LITERALS:
            text = _only_literal(one)
            if text is None:
                return []
            found.append((f"literal {text}", ticked(text)))
        else:
            new = f"a new instance of {ticked(result.name) if result.name else 'its class'}"
            words = new if result.kind == "new" else ANSWERS.get(result.kind) or ticked(result.name or result.kind)
            found.append((f"{result.kind} {result.name}".strip(), words))
    return found if found[0] != found[1] else []


def _is_empty(method: MethodDef) -> bool:
    """Whether a method has no statement and no primitive: at most a comment, or its category."""
    tree = method.tree
    return tree is not None and not tree.body.statements and all(getattr(p, "selector", "") == "category:" for p in tree.pragmas)


def _only_literal(method: MethodDef) -> str | None:
    """Answer the literal that a method answers in its only return, if it is short."""
    values = [node.value for node in walk(method.tree) if isinstance(node, Return)] if method.tree is not None else []
    text = method.source[values[0].start : values[0].end] if len(values) == 1 else ""
    return text if 0 < len(text) <= LONGEST_LITERAL and "`" not in text and "\n" not in text else None


def _answer(method: MethodDef, claims: list[Claim], answered: list[str]) -> str:
    found = {claim.kind: claim for claim in claims}
    (supers,), more = found["difference"].numbers, found["difference"].names
    less, stores = found["omission"].names, found["further stores"].names
    if supers:
        often = "" if supers == 1 else f", in {counted(supers, 'place')}"
        said = [f"It extends the inherited method: it sends {hashed(method.selector)} to super{often}."]
    else:
        said = [f"It replaces the inherited method: it does not send {hashed(method.selector)} to super."]
    if "empty original" in found:
        said.append("The inherited one does nothing.")
    if answered:
        said.append(f"It answers {answered[0]}, the inherited one {answered[1]}.")
    if more:
        said.append(f"It sends {_listed(method, more)}, which the inherited one does not.")
    if less:
        said.append(f"The inherited one sends {_listed(method, less)}, which this one does not.")
    if stores:
        said.append(f"It stores into {ticks(stores)}, which the inherited one does not.")
    return " ".join(said)


def _listed(method: MethodDef, selectors: Sequence[str]) -> str:
    return listed([f"{hashed(selector)}{' to others' if selector == method.selector else ''}" for selector in selectors])
