"""A block, a statement or a message of a method, from what stands before and after it.

What: the class with its variables, and the method with one syntactic piece taken out, whole; prefix, piece and suffix joined are the
method again. What nobody could find again, a label or a table that stands nowhere else, is not taken out.
Why: completion in an editor; cutting at the borders of the syntax teaches where things end.
Question: What belongs at <FILL_ME>? ... items do: <FILL_ME>. ...
Answer: [:each | each release]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from datagen.comments import is_in_words
from datagen.generators import generator
from datagen.phrase import code_block, ticked
from datagen.request import class_context, context_claims
from datagen.sample import Claim, Sample, ask
from datagen.subject import method_shown, method_source, quality_of, root_of, text_of, traits_of
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex
from stparse.nodes import Block, Cascade, Method, Node, Return, Send, walk

KIND = "completion.fim"
HOLE = "<FILL_ME>"
ASKED = (
    "What belongs at {hole} in {m}? Answer with the missing code only.",
    "Fill in {hole} in {m}. Only the missing code, please.",
    "One piece of {m} is missing at {hole}. Write that piece and nothing else.",
    "Complete {m}: what goes where it says {hole}?",
)
SHORTEST, LONGEST = 8, 600
MOST_GUESSED = 0.3
_LITERAL = re.compile(r"'(?:[^']|'')*'|#\w+(?::\w+)*:?|(?<!\w)\d\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a method that can be taken out: `what` says which kind of part.

    A "message" has its keywords and arguments and no receiver, a "cascaded message" is one behind a semicolon.
    """

    start: int
    end: int
    what: str


@generator(KIND, over="methods")
def make(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Take one block, statement, message or argument out of a method."""
    text = text_of(method)
    tree = method.tree
    if tree is None or HOLE in text or "trivial" in traits_of(method):
        return
    shift = len(method.source) - len(method.source.lstrip())
    fitting = (p for p in pieces_of(tree, shift) if SHORTEST <= p.end - p.start <= min(LONGEST, len(text) * 0.6))
    pieces = [
        p for p in fitting if not _is_guesswork(text, p) and (is_in_words(method.comment, method.dialect) or not _is_all(tree, p, shift))
    ]
    if not pieces:
        return
    kinds = sorted({piece.what for piece in pieces})
    chosen_kind = random.choice(kinds)
    piece = random.choice([p for p in pieces if p.what == chosen_kind])
    middle = text[piece.start : piece.end]
    holed = text[: piece.start] + HOLE + text[piece.end :]
    shown = method_shown(index, method)
    asked = random.choice(ASKED).format(hole=ticked(HOLE), m=ticked(shown))
    traits = traits_of(method)
    context = class_context(index, method)
    yield Sample(
        kind=KIND,
        prompt=ask("\n\n".join(part for part in (asked, context, code_block(holed)) if part)),
        answer=middle,
        form="expression",
        claims=(*_claims(shown, piece), *context_claims(index, method)),
        sources=(method_source(method),),
        group=root_of(index, method.class_name, method.file),
        quality=quality_of(traits),
        traits=traits,
    )


def _claims(shown: str, piece: Piece) -> tuple[Claim, Claim]:
    return Claim("join", shown, span=(piece.start, piece.end), detail=piece.what), Claim("fragment", shown, detail=piece.what)


def _is_guesswork(text: str, piece: Piece) -> bool:
    """Whether literals that stand nowhere else make up much of a piece."""
    middle, rest = text[piece.start : piece.end], text[: piece.start] + text[piece.end :]
    return sum(len(literal) for literal in _LITERAL.findall(middle) if literal not in rest) > MOST_GUESSED * len(middle)


def _is_all(tree: Method, piece: Piece, shift: int) -> bool:
    """Whether nothing is left of a method but its pattern."""
    statements = tree.body.statements
    return len(statements) == 1 and piece.end + shift == statements[0].end and piece.what in ("answer", "statement")


def pieces_of(tree: Method, shift: int) -> Iterator[Piece]:
    """Yield the parts of a method that are worth completing: blocks, whole statements, messages of several arguments or in a
    cascade, arguments that are messages."""
    for node in walk(tree):
        if isinstance(node, Block) and node.body.statements:
            yield Piece(node.start - shift, node.end - shift, "block")
        elif isinstance(node, Send) and len(node.arguments) > 1:
            yield Piece(node.at - shift, node.end - shift, "message")
        yield from (Piece(found.start - shift, found.end - shift, what) for found, what in _below(node))


def _below(node: Node) -> Iterator[tuple[Node, str]]:
    if isinstance(node, Method | Block):
        statements = node.body.statements
        if len(statements) > 1:
            yield from ((statement, "statement") for statement in statements)
    elif isinstance(node, Send):
        yield from ((a, "argument") for a in node.arguments if isinstance(a, Send | Cascade))
    elif isinstance(node, Cascade):
        yield from ((message, "cascaded message") for message in node.messages[1:] if message.arguments)
    elif isinstance(node, Return) and isinstance(node.value, Send | Cascade):
        yield node.value, "answer"
