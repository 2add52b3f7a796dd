"""Faults of statements, messages and blocks put into real methods."""

from __future__ import annotations

import re
from itertools import pairwise

from mutation import CLOSE, HAS_BEGUN, OPEN, Discard, Made, Mutant, Subject, around, kind, mutate
from semantic_names import IN_PLACE, PSEUDO

from stparse import nodes as n

_RETURNED = Discard("what is before returns already")


# -- statements -----------------------------------------------------------------------------------------------------------


@kind("statement-after-return")
def return_put_before_the_last_statement(subject: Subject) -> Made:
    for sequence, statement, at in subject.statements():
        if isinstance(statement, n.Return) and statement is sequence.statements[-1]:
            returned = any(isinstance(other, n.Return) for other in sequence.statements[:-1])
            yield _RETURNED if returned else mutate(subject.text, (at, at, "^nil. "), *around(statement))


@kind("statement-after-return")
def statement_made_a_return(subject: Subject) -> Made:
    for sequence in subject.sequences:
        for number, (left, right) in enumerate(pairwise(sequence.statements)):
            if any(isinstance(other, n.Return) for other in sequence.statements[: number + 1]):
                yield _RETURNED
            else:
                at = subject.case.whole(left)[0]
                yield mutate(subject.text, (at, at, "^"), *around(right))


@kind("statement-after-return")
def statement_put_after_a_return(subject: Subject) -> Made:
    for sequence, statement, _ in subject.statements():
        if isinstance(statement, n.Return) and statement is sequence.statements[-1]:
            returned = any(isinstance(other, n.Return) for other in sequence.statements[:-1])
            end = subject.case.whole(statement)[1]
            yield _RETURNED if returned else subject.insert(end, ". ‹self foo›")


@kind("empty-statement")
def period_doubled(subject: Subject) -> Made:
    for sequence in subject.sequences:
        for _, right in pairwise(sequence.statements):
            yield subject.insert(subject.case.whole(right)[0], "‹.› ")


@kind("empty-statement")
def period_doubled_at_the_end(subject: Subject) -> Made:
    for sequence in subject.sequences:
        end = subject.case.whole(sequence.statements[-1])[1] if sequence.statements else len(subject.text)
        if subject.text[end : end + 1] == ".":
            yield subject.insert(end + 1, "‹.›")


@kind("glued-period")
def space_behind_a_period_removed(subject: Subject) -> Made:
    for sequence in subject.sequences:
        for left, right in pairwise(sequence.statements):
            end, start = subject.case.whole(left)[1], subject.case.whole(right)[0]
            if subject.text[end:start].strip() == "." and subject.text[start].isalpha():
                yield _glued(subject, end, start)


def _glued(subject: Subject, end: int, start: int) -> Mutant | Discard:
    """Remove what is between a period and the next statement; gst 3.2.5 was asked about what is discarded."""
    word = re.split(r"[^\w#.:]", subject.text[:end])[-1]
    if not word[:1].isalpha() or word in PSEUDO:
        return Discard("before the period stands a literal or a reserved word: no name goes on there, and it is legal")
    if word[0].isupper():
        return Discard("a name with a capital goes on behind the period: it is another name then")
    return mutate(subject.text, (end, start, "‹.›"))


@kind("empty-statement")
def period_before_the_first_statement(subject: Subject) -> Made:
    for sequence in subject.sequences:
        if sequence.statements:
            yield subject.insert(subject.case.whole(sequence.statements[0])[0], "‹.› ")


def _joined(subject: Subject, words: tuple[str, ...]) -> Made:
    """Yield two statements whose period is missing, where the second begins with one of these words."""
    for sequence in subject.sequences:
        for left, right in pairwise(sequence.statements):
            first = right
            while isinstance(first, n.Send | n.Cascade):
                first = first.receiver
            start, end = subject.case.whole(left)[1], subject.case.whole(right)[0]
            if not isinstance(first, n.Variable) or first.name not in words or first.start != end:
                continue
            if subject.text[start:end].strip() != ".":
                yield Discard("a comment or more than one period stands between the statements")
            elif not _goes_on(left, right):
                yield Discard("a part of a cascade is one message: the two statements do not parse as one")
            else:
                yield mutate(subject.text, (start, end, " "), *around(first))


def _goes_on(left: n.Node, right: n.Node) -> bool:
    """Answer whether a statement can go on with the words of another."""
    while isinstance(left, n.Assign | n.Return):
        left = left.value
    if not isinstance(left, n.Cascade):
        return True
    selector = left.messages[-1].selector
    unary = isinstance(right, n.Send) and not right.arguments
    return selector.endswith(":") or (bool(left.messages[-1].arguments) and unary)


def _colon_missing(subject: Subject, words: tuple[str, ...]) -> Made:
    """Yield a keyword whose colon is missing, so that the argument after it becomes a message."""
    for send in subject.sends:
        last = send.arguments[-1] if send.selector.endswith(":") else None
        if isinstance(last, n.Variable) and last.name in words and subject.text[: last.start].rstrip().endswith(":"):
            colon = subject.text.rindex(":", 0, last.start)
            if IN_PLACE.fullmatch(send.selector):
                yield Discard("a message that is compiled inline would lose its block")
            else:
                yield mutate(subject.text, (colon, colon + 1, " "), *around(last))


@kind("constant-as-message")
def colon_missing_before_a_constant(subject: Subject) -> Made:
    yield from _colon_missing(subject, ("nil", "true", "false"))


@kind("self-as-message")
def colon_missing_before_self(subject: Subject) -> Made:
    yield from _colon_missing(subject, ("self", "thisContext"))


@kind("self-as-message")
def period_removed_before_self(subject: Subject) -> Made:
    yield from _joined(subject, ("self", "super", "thisContext"))


# -- super ----------------------------------------------------------------------------------------------------------------


@kind("super-alone")
def super_in_place_of_self(subject: Subject) -> Made:
    for node in subject.case.nodes:
        value = node.value if isinstance(node, n.Return | n.Assign) else None
        if isinstance(value, n.Variable) and value.name == "self":
            yield subject.replace(value, "‹super›")


@kind("super-alone")
def super_as_a_statement(subject: Subject) -> Made:
    for _, _, at in subject.statements():
        yield subject.insert(at, "‹super›. ")


@kind("super-as-argument")
def super_argument_in_place_of_self(subject: Subject) -> Made:
    for node in subject.case.nodes:
        arguments = node.arguments if isinstance(node, n.Send | n.Message) else ()
        for argument in arguments:
            if isinstance(argument, n.Variable) and argument.name == "self":
                yield subject.replace(argument, "‹super›")


@kind("super-as-argument")
def super_as_argument(subject: Subject) -> Made:
    for _, _, at in subject.statements():
        yield subject.insert(at, "self foo: ‹super›. ")


@kind("cascade-on-super")
def cascade_on_super_in_place_of_self(subject: Subject) -> Made:
    for node in subject.case.nodes:
        if isinstance(node, n.Cascade) and isinstance(node.receiver, n.Variable) and node.receiver.name == "self":
            yield subject.replace(node.receiver, "‹super›")


# -- blocks of messages that are compiled inline --------------------------------------------------------------------------

_IFS = frozenset(("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "and:", "or:"))
_WHILES = frozenset(("whileTrue:", "whileFalse:"))
_MORE = frozenset(("whileTrue", "whileFalse", "repeat", "ifNil:", "ifNotNil:"))
_LOOPS = frozenset(("timesRepeat:", "to:do:", "to:by:do:"))
# As their sources say: MessageNode of Smalltalk-80, of Squeak 4.1 and of Cuis 7.5. Of the others we know no omission.
_COUNTED = {"smalltalk80": _IFS | _WHILES, "squeak": _IFS | _WHILES | _MORE}
_ORDINARY = Discard("this dialect's compiler does not count the parameters here: the block may be any")


def is_counted(subject: Subject, send: n.Send) -> bool:
    """Answer whether the compiler refuses a block with another number of parameters in this message."""
    return send.selector in _COUNTED.get(subject.dialect, _IFS | _WHILES | _MORE | _LOOPS)


def with_parameter(subject: Subject, block: n.Block) -> Mutant:
    """Give a block without parameters one; the whole block is what has to be found."""
    lead, trail = around(block)
    return mutate(subject.text, lead, (block.start + 1, block.start + 1, ":zork | "), trail)


@kind("wrong-block-arity")
def parameter_for_a_branch(subject: Subject) -> Made:
    for send in subject.sends:
        if send.selector in _IFS | _WHILES | {"ifNil:", "timesRepeat:"}:
            for block in send.arguments:
                if isinstance(block, n.Block) and not block.parameters:
                    yield with_parameter(subject, block) if is_counted(subject, send) else _ORDINARY


@kind("wrong-block-arity")
def second_parameter_for_a_loop(subject: Subject) -> Made:
    for send in subject.sends:
        block = send.arguments[-1] if send.selector in ("to:do:", "to:by:do:", "ifNotNil:") else None
        if isinstance(block, n.Block) and len(block.parameters) == 1:
            lead, trail = around(block)
            last = block.parameters[0].end
            made = mutate(subject.text, lead, (last, last, " :zork"), trail)
            yield made if is_counted(subject, send) else _ORDINARY


@kind("wrong-receiver-arity")
def parameter_for_a_condition(subject: Subject) -> Made:
    for send in subject.sends:
        loops = send.selector in _WHILES | {"whileTrue", "whileFalse", "repeat"}
        if loops and isinstance(send.receiver, n.Block) and not send.receiver.parameters:
            yield with_parameter(subject, send.receiver) if is_counted(subject, send) else _ORDINARY


@kind("missing-block-parameter")
def parameter_of_a_loop_removed(subject: Subject) -> Made:
    for send in subject.sends:
        block = send.arguments[-1] if send.selector in ("to:do:", "to:by:do:") else None
        if isinstance(block, n.Block) and len(block.parameters) == 1:
            parameter = block.parameters[0]
            bar = subject.text.find("|", parameter.end)
            name = next(one for one in subject.names if one.node is parameter)
            if name.reads or name.stores:
                yield Discard("the block uses its parameter: it would be undeclared as well")
            else:
                lead, trail = around(block)
                yield mutate(subject.text, lead, (block.start + 1, bar + 1, ""), trail)


@kind("empty-condition")
def condition_removed(subject: Subject) -> Made:
    for send in subject.sends:
        part = send.receiver if send.selector in _WHILES else send.arguments[0] if send.selector in ("and:", "or:") else None
        if isinstance(part, n.Block) and not part.parameters and part.body.statements:
            if any(name.holder is not part and subject.uses(name.name, part) for name in subject.names):
                yield Discard("the condition uses names of the method: they may be unused or unassigned without it")
            else:
                yield subject.replace(part, "‹[]›")


@kind("block-expected")
def brackets_of_a_branch_removed(subject: Subject) -> Made:
    for send in subject.sends:
        if send.selector in _IFS:
            for block in send.arguments:
                only = block.body.statements if isinstance(block, n.Block) and not block.body.temporaries else ()
                if len(only) == 1 and not isinstance(only[0], n.Return):
                    yield _unwrapped(subject, block, only[0])


def _unwrapped(subject: Subject, block: n.Node, only: n.Node) -> Mutant | Discard:
    if subject.dialect == "smalltalk80" and isinstance(only, n.Variable) and only.name != "nil":
        return Discard("a variable, which Smalltalk-80 takes in place of a block")
    if isinstance(only, n.Block):
        return Discard("a block is left")
    # What is no single word keeps its parentheses, or gets some.
    lead, trail = ("(" + OPEN, CLOSE + ")") if isinstance(only, n.Send | n.Cascade | n.Assign) else (OPEN, CLOSE)
    return mutate(subject.text, (block.start, only.start, lead), (only.end, block.end, trail))


# -- the pattern and what stands behind it --------------------------------------------------------------------------------


@kind("too-many-arguments")
def sixteen_arguments(subject: Subject) -> Made:
    tree = subject.tree
    if tree.selector.endswith(":") and len(tree.arguments) < 16:
        more = "".join(f" k{number}: zork{number}" for number in range(16 - len(tree.arguments)))
        at = tree.arguments[-1].end
        lead, trail = around(tree)
        yield mutate(subject.text, lead, (at, at, more), trail)


def pattern_end(subject: Subject) -> int:
    """Answer where the selector pattern of the method ends."""
    tree = subject.tree
    return tree.arguments[-1].end if tree.arguments else tree.start + len(tree.selector)


@kind("pragma")
def pragma_added(subject: Subject) -> Made:
    yield subject.insert(pattern_end(subject), "\n\t‹<foo: #bar>›")


# Smalltalk-80 refuses the pragma itself.
@kind("name-in-pragma", "pharo", "squeak", "dolphin", "amber")
def name_in_a_pragma(subject: Subject) -> Made:
    yield subject.insert(pattern_end(subject), "\n\t<foo: ‹zork›>")


@kind("glued-bars")
def empty_list_of_temporaries(subject: Subject) -> Made:
    for sequence in subject.sequences:
        if not sequence.temporaries and sequence.statements:
            at = subject.case.whole(sequence.statements[0])[0]
            yield HAS_BEGUN if subject.has_begun(sequence, at) else subject.insert(at, "‹||› ")


@kind("only-a-comment", code="P151")
def all_but_a_comment_removed(subject: Subject) -> Made:
    for start, end in subject.case.tokens.comments:
        comment = subject.text[start:end]
        if comment.startswith('"') and comment.endswith('"') and len(comment) > 2:
            yield mutate(subject.text, (0, start, ""), (end, len(subject.text), OPEN + CLOSE))


@kind("block-temporaries")
def temporary_of_a_block(subject: Subject) -> Made:
    for block in subject.blocks:
        if not block.body.temporaries and not subject.is_hidden(block):
            yield subject.declare(block.body, "‹zork›", "zork := 1. zork foo. ")
