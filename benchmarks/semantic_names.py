"""Faults of names put into real methods: undeclared, out of scope, stored into, declared twice, hidden, unused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mutation import CLOSE, DECLARED_TWICE, FOREIGN, OPEN, Discard, Made, Mutant, Subject, kind, mutate

from stparse import nodes as n

PSEUDO = ("self", "super", "nil", "true", "false", "thisContext")
CONSTANTS = ("nil", "true", "false")
# What any compiler may expand in place: a block has as many parameters there as the message says.
IN_PLACE = re.compile(
    r"(if(True|False|Nil|NotNil):)+|(and|or|while(True|False)|timesRepeat):|while(True|False)|repeat|to:(by:)?do:"
    r"|caseOf:(otherwise:)?"
)
_KNOWN = Discard("the misspelling is a name of the method too")
_ONE_LETTER = Discard("a name of one letter: nobody can say what its misspelling means")
_ONLY_USE = Discard("the only read of a temporary: it is unused as well")
_ANOTHER_SCOPE = Discard("another scope of the method declares the name: out of scope there")
_HIDDEN = Discard("an inner declaration of the same name stands in between")
_USED_INSIDE = Discard("the block uses the outer variable: its meaning would change as well")
_ARITY = Discard("the block belongs to a message that is compiled inline: one parameter more is a fault of its own")
_COMPUTED = Discard("evaluated while compiling: names mean other things there")


def misspelt(name: str, turn: int) -> str:
    """Answer a name with a letter doubled, one dropped, or two swapped; its first letter and the namespace are kept.

    In a name of three letters nothing is swapped, and in one of two none dropped: that would be another word.
    """
    dot = "::" if "::" in name else "."
    space, dot, last = name.rpartition(dot)
    at = 1 + turn % max(len(last) - 2, 1)
    doubled = last[:at] + last[at : at + 1] + last[at:]
    dropped = last[:at] + last[at + 1 :]
    swapped = last[:at] + last[at + 1 : at + 2] + last[at : at + 1] + last[at + 2 :]
    forms = (doubled, dropped, swapped)[: max(len(last) - 1, 1)]
    new = forms[turn // 7 % len(forms)]
    return space + dot + (doubled if new == last else new)


def statements_in(subject: Subject, scope: tuple[int, int]) -> Iterator[int]:
    """Yield where statements begin inside a scope."""
    for _, _, at in subject.statements():
        if scope[0] < at < scope[1]:
            yield at


def values(subject: Subject) -> Iterator[n.Node]:
    """Yield literals that stand as an argument of a keyword message: an assignment in parentheses may take their place."""
    for send in subject.sends:
        if send.selector.endswith(":"):
            yield from (node for node in send.arguments if isinstance(node, n.Number | n.String | n.Symbol))


# -- undeclared -----------------------------------------------------------------------------------------------------------


def _misspelt(subject: Subject, node: n.Variable) -> Mutant | Discard:
    new = misspelt(node.name, node.start)
    if len(node.name) == 1:
        return _ONE_LETTER
    if subject.is_hidden(node):
        return _COMPUTED
    return _KNOWN if new in subject.words() or new in PSEUDO else subject.replace(node, OPEN + new + CLOSE)


@kind("undeclared-variable")
def misspelt_variable(subject: Subject) -> Made:
    for node in (*(read for name in subject.names for read in name.reads), *subject.free):
        if node.name not in PSEUDO and not node.name[0].isupper() and subject.text[node.start : node.end] == node.name:
            yield _misspelt(subject, node)


@kind("undeclared-variable")
def another_variable(subject: Subject) -> Made:
    for name in subject.names:
        for node in name.reads:
            only = name.kind == "temporary" and len(name.reads) == 1
            yield _ONLY_USE if only else subject.replace(node, OPEN + "zork" + CLOSE)


@kind("undeclared-variable")
def misspelt_in_assignment(subject: Subject) -> Made:
    for node in (*(store for name in subject.names for store in name.stores), *subject.free_stores):
        if not node.name[0].isupper():
            yield _misspelt(subject, node)


@kind("undeclared-variable")
def declaration_removed(subject: Subject) -> Made:
    for name in subject.names:
        uses = (*name.reads, *name.stores)
        if name.kind != "temporary" or not uses:
            continue
        if subject.declares(name.name) > 1:
            yield _ANOTHER_SCOPE
        elif name.name[0].isupper():
            yield Discard("a temporary with a capital: a global may have its name")
        else:
            marked = [(use.start, use.end, OPEN + name.name + CLOSE) for use in uses]
            yield mutate(subject.text, (name.node.start, name.node.end, ""), *marked)


@kind("undeclared-variable")
def assigned_and_not_declared(subject: Subject) -> Made:
    for _, _, at in subject.statements():
        yield subject.insert(at, "‹zork› := 1. ")


@kind("undeclared-global")
def misspelt_class(subject: Subject) -> Made:
    for node in subject.free:
        if node.name[0].isupper() and subject.text[node.start : node.end] == node.name:
            new = misspelt(node.name, node.start)
            yield _KNOWN if new in subject.words() else subject.replace(node, OPEN + new + CLOSE)


@kind("undeclared-global")
def unknown_class(subject: Subject) -> Made:
    for _, _, at in subject.statements():
        yield subject.insert(at, "self foo: ‹Zork› new. ")


@kind("undeclared-global")
def unknown_class_assigned(subject: Subject) -> Made:
    for _, _, at in subject.statements():
        yield subject.insert(at, "‹Zork› := 1. ")


@kind("out-of-scope")
def block_variable_outside(subject: Subject) -> Made:
    yield from _outside(subject, "‹{name}› foo. ")


@kind("out-of-scope")
def block_variable_assigned_outside(subject: Subject) -> Made:
    yield from _outside(subject, "‹{name}› := 1. ")


@kind("out-of-scope-refused")
def refused_block_variable_outside(subject: Subject) -> Made:
    yield from _outside(subject, "‹{name}› foo. ")


@kind("out-of-scope-refused")
def refused_block_variable_assigned_outside(subject: Subject) -> Made:
    yield from _outside(subject, "‹{name}› := 1. ")


@kind("out-of-scope-refused")
def refused_block_variable_as_an_argument(subject: Subject) -> Made:
    yield from _outside(subject, "self foo: ‹{name}›. ")


def _outside(subject: Subject, put: str) -> Made:
    """Yield a statement that uses a variable of a block behind the block."""
    free = {node.name for node in (*subject.free, *subject.free_stores)}
    for name in subject.names:
        if not isinstance(name.holder, n.Block):
            continue
        for _, _, at in subject.statements():
            if at < name.scope[1]:
                continue
            if subject.is_hidden(name.holder):
                yield _COMPUTED
            elif name.name in free or subject.find(name.name, at) is not None:
                yield Discard("a variable of the same name is known there")
            else:
                yield subject.insert(at, put.format(name=name.name))


# -- stores ---------------------------------------------------------------------------------------------------------------


def _stores(subject: Subject, sought: str) -> Made:
    """Yield an assignment to a declared name, as a statement and as an argument, wherever the name means it."""
    for name in subject.names:
        if name.kind != sought:
            continue
        if subject.declares(name.name) > 1 and subject.find(name.name, name.node.start) is not name:
            yield DECLARED_TWICE
            continue
        for at in statements_in(subject, name.scope):
            yield _HIDDEN if subject.find(name.name, at) is not name else subject.insert(at, f"‹{name.name}› := 1. ")
        for node in values(subject):
            if subject.find(name.name, node.start) is name:
                yield subject.replace(node, f"(‹{name.name}› := {subject.text[node.start : node.end]})")


@kind("store-into-argument")
def store_into_argument(subject: Subject) -> Made:
    yield from _stores(subject, "argument")


@kind("store-into-block-argument")
def store_into_block_argument(subject: Subject) -> Made:
    yield from _stores(subject, "block argument")


@kind("store-into-pseudo-variable")
def store_into_pseudo_variable(subject: Subject) -> Made:
    for number, (_, _, at) in enumerate(subject.statements()):
        yield subject.insert(at, f"‹{PSEUDO[number % 6]}› := 1. ")


@kind("store-into-pseudo-variable")
def pseudo_variable_assigned_in_an_argument(subject: Subject) -> Made:
    for number, node in enumerate(values(subject)):
        yield subject.replace(node, f"(‹{PSEUDO[number % 6]}› := {subject.text[node.start : node.end]})")


@kind("store-into-class")
def store_into_class(subject: Subject) -> Made:
    stored = {node.name for node in subject.free_stores}
    classes = sorted({node.name for node in subject.free if node.name[0].isupper()} - stored) or ["Object"]
    for number, (_, _, at) in enumerate(subject.statements()):
        name = classes[number % len(classes)]
        yield _HIDDEN if subject.find(name, at) else subject.insert(at, f"‹{name}› := 1. ")


# -- declared twice -------------------------------------------------------------------------------------------------------


@kind("duplicate-name")
def duplicate_temporary(subject: Subject) -> Made:
    for sequence in subject.sequences:
        for temporary in sequence.temporaries:
            yield subject.insert(sequence.temporaries[-1].end, f" ‹{temporary.name}›")


@kind("duplicate-name")
def duplicate_block_argument(subject: Subject) -> Made:
    for block in subject.blocks:
        for parameter in block.parameters:
            yield one_parameter_more(subject, block, parameter.name)


@kind("duplicate-name")
def duplicate_argument(subject: Subject) -> Made:
    for argument in subject.tree.arguments:
        yield one_argument_more(subject, argument.name)


def one_parameter_more(subject: Subject, block: n.Block, name: str) -> Mutant | Discard:
    """Give a block that has parameters one more, which is what has to be found."""
    if subject.is_hidden(block):
        return _COMPUTED
    if any(part is block for send in subject.sends if IN_PLACE.fullmatch(send.selector) for part in (send.receiver, *send.arguments)):
        return _ARITY
    return subject.insert(block.parameters[-1].end, f" :‹{name}›")


def one_argument_more(subject: Subject, name: str) -> Mutant | Discard:
    """Give a keyword method one more argument, which is what has to be found."""
    if not subject.tree.selector.endswith(":") or len(subject.tree.arguments) > 14:
        return Discard("not a keyword method that can have one argument more")
    return subject.insert(subject.tree.arguments[-1].end, f" also: ‹{name}›")


@kind("temporary-like-argument")
def temporary_like_argument(subject: Subject) -> Made:
    for argument in subject.tree.arguments:
        yield subject.declare(subject.tree.body, f"‹{argument.name}›")


@kind("temporary-like-argument")
def block_temporary_like_its_argument(subject: Subject) -> Made:
    for block in subject.blocks:
        for parameter in block.parameters:
            if subject.is_hidden(block):
                yield _COMPUTED
            elif block.body.temporaries or subject.dialect != "smalltalk80":
                yield subject.declare(block.body, f"‹{parameter.name}›")


# -- hidden ---------------------------------------------------------------------------------------------------------------


def _temporary_of(subject: Subject, block: n.Block, name: str) -> Made:
    """Yield a temporary of a block that is assigned and read, so that its name is the only thing wrong with it."""
    if not subject.is_hidden(block) and subject.dialect != "smalltalk80":
        yield subject.declare(block.body, f"‹{name}›", f"{name} := 1. {name} foo. ")


def _around_block(subject: Subject, block: n.Block, kinds: tuple[str, ...]) -> list[str]:
    """Answer the names of these kinds that a block sees, and that nothing else is called."""
    around = [one for one in subject.names if one.kind in kinds and one.scope[0] < block.start and block.end <= one.scope[1]]
    return [one.name for one in around if subject.declares(one.name) == 1]


def _hiding(subject: Subject, kinds: tuple[str, ...]) -> Made:
    """Yield a temporary or a parameter more of a block, called like a name around it."""
    for block in subject.blocks:
        for name in _around_block(subject, block, kinds):
            if subject.uses(name, block):
                yield _USED_INSIDE
                continue
            yield from _temporary_of(subject, block, name)
            if block.parameters:
                yield one_parameter_more(subject, block, name)


@kind("shadows-argument")
def shadowed_argument(subject: Subject) -> Made:
    yield from _hiding(subject, ("argument",))


@kind("shadows-outer-variable")
def shadowed_temporary(subject: Subject) -> Made:
    yield from _hiding(subject, ("temporary", "block argument"))


@kind("shadows-instance-variable")
def shadowed_instance_variable(subject: Subject) -> Made:
    own = sorted({node.name for node in subject.free if node.name not in PSEUDO and not node.name[0].isupper()})
    for block in subject.blocks:
        for name in own or ["instanceVariable"]:
            if subject.uses(name, block):
                yield _USED_INSIDE
            elif block.parameters:
                yield one_parameter_more(subject, block, name)


@kind("shadows-instance-variable")
def renamed_like_an_instance_variable(subject: Subject) -> Made:
    for name in subject.names:
        yield subject.rename(name, "instanceVariable")


# -- reserved words -------------------------------------------------------------------------------------------------------


@kind("reserved-word")
def constant_as_temporary(subject: Subject) -> Made:
    for number, sequence in enumerate(subject.sequences):
        if sequence.temporaries:
            yield subject.insert(sequence.temporaries[-1].end, f" ‹{CONSTANTS[number % 3]}›")


@kind("reserved-word")
def constant_as_argument(subject: Subject) -> Made:
    yield one_argument_more(subject, CONSTANTS[len(subject.text) % 3])
    for number, block in enumerate(subject.blocks):
        if block.parameters:
            yield one_parameter_more(subject, block, CONSTANTS[number % 3])


@kind("pseudo-variable-as-name")
def reserved_word_as_argument(subject: Subject) -> Made:
    words = ("self", "super", "thisContext")
    yield one_argument_more(subject, words[len(subject.text) % 3])
    for number, block in enumerate(subject.blocks):
        if block.parameters:
            yield one_parameter_more(subject, block, words[number % 3])


@kind("pseudo-variable-as-name")
def reserved_word_as_temporary(subject: Subject) -> Made:
    words = ("self", "super", "thisContext")
    for number, sequence in enumerate(subject.sequences):
        if sequence.temporaries:
            yield subject.insert(sequence.temporaries[-1].end, f" ‹{words[number % 3]}›")


# -- temporaries that do nothing ------------------------------------------------------------------------------------------


@kind("unused-temporary")
def unused_temporary(subject: Subject) -> Made:
    for sequence in subject.sequences:
        if sequence is subject.tree.body or subject.dialect != "smalltalk80":
            yield subject.declare(sequence, "‹zork›")


@kind("never-read")
def temporary_never_read(subject: Subject) -> Made:
    for sequence in subject.sequences:
        if sequence is subject.tree.body or subject.dialect != "smalltalk80":
            yield subject.declare(sequence, "‹zork›", "zork := 1. ")


@kind("never-read")
def reads_replaced(subject: Subject) -> Made:
    """Each read of a temporary gives way to nil."""
    for name in subject.names:
        if name.kind == "temporary" and name.reads and name.stores and subject.is_foreign(name.name):
            yield FOREIGN
        elif name.kind == "temporary" and name.reads and name.stores:
            reads = [(node.start, node.end, "nil") for node in name.reads]
            yield mutate(subject.text, (name.node.start, name.node.end, OPEN + name.name + CLOSE), *reads)


@kind("read-before-write")
def read_before_all_else(subject: Subject) -> Made:
    for sequence in subject.sequences:
        for temporary in sequence.temporaries:
            at = subject.case.whole(sequence.statements[0])[0] if sequence.statements else 0
            name = subject.find(temporary.name, at)
            if name is not None and name.node is temporary and name.stores and name.reads:
                yield subject.insert(at, f"self foo: ‹{temporary.name}›. ")


@kind("read-before-write")
def assignment_removed(subject: Subject) -> Made:
    """The only assignment of a temporary, a statement of the method itself, and the first read in a later one."""
    statements = subject.tree.body.statements
    for name in subject.names:
        stores = [node for node in statements if isinstance(node, n.Assign) and any(node.target is store for store in name.stores)]
        if name.holder is not subject.tree or name.kind != "temporary" or not stores or not name.reads:
            continue
        first = min(name.reads, key=lambda node: node.start)
        end = subject.case.whole(stores[0])[1]
        if subject.is_foreign(name.name):
            yield FOREIGN
        elif len(name.stores) > 1 or first.start < end:
            yield Discard("assigned more than once, or read before")
        elif any(block.start < first.start < block.end for block in subject.blocks):
            yield Discard("read in a block, which may run at any time")
        elif any(isinstance(node, n.Assign | n.Block | n.Variable) and node is not stores[0].target for node in n.walk(stores[0].value)):
            yield Discard("what is assigned uses other names: they would be missed too")
        else:
            period = re.match(r"\s*\.", subject.text[end:])
            yield mutate(
                subject.text,
                (stores[0].start, end + (period.end() if period else 0), ""),
                (first.start, first.end, OPEN + name.name + CLOSE),
            )
