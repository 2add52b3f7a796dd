"""Claims about an override and the method that it replaces, both quoted by the question: their tokens are read and compared."""

from __future__ import annotations

import re
from itertools import pairwise

from datagen.claims import source_claim, text_claim
from datagen.claims.reading import Words, is_kind
from datagen.oracle import Oracle, short_method
from datagen.phrase import code_in, counted
from datagen.sample import Claim, Sample
from datagen.treefacts import locals_of, sends_to_self
from datagen.wording import parsed
from stparse.nodes import Message, Method, Node, Send, walk
from stparse.parser import parser_for

_MORE = re.compile(r"It sends (.+?), which the inherited one does not\.")
_LESS = re.compile(r"The inherited one sends (.+?), which this one does not\.")
_ANSWERS = {"self": "the receiver", "boolean": "a boolean", "array": "an array", "block": "a block"}
_STORES = re.compile(r"It stores into (.+?), which the inherited one does not\.")
_SELECTOR = re.compile(r"`#([^`]+)`")


@text_claim("difference")
def difference(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The first method sends these messages that the second does not, and so often the inherited one to super."""
    own, its, supers = _both(sample, dialect)
    more = [selector for selector in own if selector not in its]
    if set(claim.names) != set(more) or claim.numbers != (supers,):
        return f"it sends {' '.join(more) or 'nothing'} more, and {supers} to super"
    starts = "It extends" if supers else "It replaces"
    if not sample.answer.startswith(starts) or (supers > 1 and f"in {counted(supers, 'place')}." not in sample.answer):
        return f"it sends {supers} messages to super"
    return None if _said(_MORE, sample) == list(claim.names) else "the answer says that other messages are added"


@text_claim("omission")
def omission(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The first method does not send these messages, which the second one sends."""
    own, its, supers = _both(sample, dialect)
    less = set() if supers else set(its) - set(own)
    if set(claim.names) != less or _said(_LESS, sample) != list(claim.names):
        return f"it leaves out {' '.join(sorted(less)) or 'nothing'}"
    return None


@text_claim("further stores")
def further_stores(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The first method stores into these variables that it does not declare, and the second does not."""
    own, its = (_stored(text, dialect) for text in code_in(sample.prompt.text)[:2])
    said = _STORES.search(sample.answer)
    names = re.findall(r"`([^`]+)`", said[1]) if said else []
    return (
        None
        if set(claim.names) == own - its and names == list(claim.names)
        else f"it stores into {' '.join(sorted(own - its)) or 'nothing'}"
    )


@text_claim("empty original")
def empty_original(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """Of the second method there are no tokens behind the pattern, but those of a category and of temporaries."""
    text = code_in(sample.prompt.text)[1]
    tree = parsed(text, dialect).tree
    body = Words(text, dialect).body(len(tree.arguments) if isinstance(tree, Method) else 0)
    left = re.sub(r"< category: '[^']*' >|\|[^|]*\|", "", body).strip()
    if left:
        return f"it does {left}"
    return None if "The inherited one does nothing." in sample.answer else "the answer does not say so"


@text_claim("answers")
def answers(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """All that the first method answers is such a thing, and so is all that the second one answers."""
    said = []
    for text, stated in zip(code_in(sample.prompt.text)[:2], claim.names, strict=True):
        kind, _, name = stated.partition(" ")
        returned = [value for _, value in Words(text, dialect).returned()] or ["self"]
        other = [value for value in returned if not (value == name if kind == "literal" else is_kind(value, kind, name, dialect))]
        if other:
            return f"`{other[0]}` is not {stated}"
        new = f"a new instance of {f'`{name}`' if name else 'its class'}"
        said.append(new if kind == "new" else _ANSWERS.get(kind) or f"`{name or kind}`")
    words = f"It answers {said[0]}, the inherited one {said[1]}."
    return None if words in sample.answer else "the answer tells wrongly what the two answer"


def _stored(text: str, dialect: str) -> set[str]:
    """Answer the names before an assignment sign that no bar or colon declares, and that are no globals."""
    tokens = parser_for(dialect).tokens(text)
    words = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    tree = parsed(text, dialect).tree
    own = locals_of(tree) if isinstance(tree, Method) else set()
    return {name for name, sign in pairwise(words) if sign in (":=", "_") and name not in own and not name[:1].isupper()}


@source_claim("replaces", wants="members", subjects=lambda claim: (claim.detail or "",))
def replaces(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The second quoted method is the nearest above the first one that has its selector and side."""
    quoted = [short_method(f"{source.class_name}>>{source.selector}") for source in sample.sources]
    if quoted != [short_method(name) for name in (claim.about, *claim.names)] or not claim.about.endswith(f">>{claim.detail}"):
        return "the sources are other methods"
    owner = claim.about.partition(">>")[0]
    meta = owner.endswith(" class")
    having = [oracle.path_of(m.class_name) for m in oracle.evidence.members.get(claim.detail or "", ()) if m.meta is meta]
    nearest = next((step for step in oracle.classes.chain(oracle.path_of(owner.removesuffix(" class"))) if step in having), None)
    if nearest != oracle.path_of(claim.names[0].partition(">>")[0].removesuffix(" class")):
        return f"the nearest is in {nearest and nearest[-1]}"
    return (
        None
        if f"It overrides `{claim.names[0]}` ({claim.places[0]})" in sample.prompt.text
        else "the question does not say what it overrides"
    )


def _both(sample: Sample, dialect: str) -> tuple[list[str], list[str], int]:
    """Answer what each of the quoted methods sends, without the call of the inherited one, and how often the first calls that."""
    own, its = (parsed(text, dialect).tree for text in code_in(sample.prompt.text)[:2])
    selector = own.selector if isinstance(own, Method) else ""
    return _without_super(own, selector), _without_super(its, selector), _supers(own, selector)


def _without_super(tree: Node | None, selector: str) -> list[str]:
    nodes = [n for n in walk(tree) if isinstance(n, Send | Message)] if tree is not None else []
    sent = [n.selector for n in sorted(nodes, key=lambda n: n.at if isinstance(n, Send) else n.start)]
    only_super = sent.count(selector) == _supers(tree, selector)
    return [s for s in dict.fromkeys(sent) if s != selector or not only_super]


def _supers(tree: Node | None, selector: str) -> int:
    return list(sends_to_self(tree)).count(("super", selector)) if isinstance(tree, Method) else 0


def _said(pattern: re.Pattern[str], sample: Sample) -> list[str]:
    match = pattern.search(sample.answer)
    return _SELECTOR.findall(match[1]) if match else []
