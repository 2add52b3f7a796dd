"""Faults of statements, blocks, messages and literals put into real methods."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mutation import CLOSE, OPEN, Discard, Kind, Made, Maker, Mutant, Name, Subject, enter, kind, mutate
from semantic_faults import DECLARED_TWICE, IN_PLACE

from checker.faults import COLUMNS
from stparse import nodes as n

_BRACES = tuple(set(COLUMNS.values()) - {"smalltalk80"})
_BYTES = tuple(set(COLUMNS.values()) - {"amber", "smalltalk80"})
_BINDINGS = tuple(set(COLUMNS.values()) - {"amber"})
_DOTTED = ("visualworks", "gnu", "dolphin")
_RETURNED = Discard("what is before returns already")


def around(node: n.Node) -> tuple[tuple[int, int, str], tuple[int, int, str]]:
    """Answer the marks around a node that stays as it is."""
    return (node.start, node.start, OPEN), (node.end, node.end, CLOSE)


# -- statements -----------------------------------------------------------------------------------------------------------


@kind("statement-after-return")
def return_put_before_the_last_statement(subject: Subject) -> Made:
    for sequence, statement, at in subject.statements():
        if isinstance(statement, n.Return) and statement is sequence.statements[-1]:
            returned = any(isinstance(other, n.Return) for other in sequence.statements[:-1])
            start, end = subject.case.whole(statement)
            yield _RETURNED if returned else mutate(subject.text, (at, at, "^nil. "), (start, start, OPEN), (end, end, CLOSE))


@kind("statement-after-return")
def statement_made_a_return(subject: Subject) -> Made:
    for sequence in subject.sequences:
        for number, (left, right) in enumerate(pairwise(sequence.statements)):
            if any(isinstance(other, n.Return) for other in sequence.statements[: number + 1]):
                yield _RETURNED
            else:
                at, (start, end) = subject.case.whole(left)[0], _extent(right)
                yield mutate(subject.text, (at, at, "^"), (start, start, OPEN), (end, end, CLOSE))


def _extent(node: n.Node) -> tuple[int, int]:
    return node.start, node.end


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
            elif isinstance(left, n.Send | n.Cascade | n.Assign | n.Return) and isinstance(right, n.Send) and not right.arguments:
                yield mutate(subject.text, (start, end, " "), *around(first))
            else:
                yield Discard("the two statements make one message of another name, or none")


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
_MORE = frozenset(("whileTrue", "whileFalse", "repeat", "to:do:", "to:by:do:", "ifNil:", "ifNotNil:"))
# As their sources say: MessageNode of Smalltalk-80, of Squeak 4.1 and of Cuis 7.5. Of the others we know no omission.
_EXPANDED = {"smalltalk80": _IFS | _WHILES, "squeak": _IFS | _WHILES | _MORE}
_ORDINARY = Discard("this dialect's compiler does not expand the message: the block may be any")


def is_expanded(subject: Subject, send: n.Send) -> bool:
    return send.selector in _EXPANDED.get(subject.dialect, _IFS | _WHILES | _MORE | {"timesRepeat:"})


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
                    yield with_parameter(subject, block) if is_expanded(subject, send) else _ORDINARY


@kind("wrong-block-arity")
def second_parameter_for_a_loop(subject: Subject) -> Made:
    for send in subject.sends:
        block = send.arguments[-1] if send.selector in ("to:do:", "to:by:do:", "ifNotNil:") else None
        if isinstance(block, n.Block) and len(block.parameters) == 1:
            lead, trail = around(block)
            last = block.parameters[0].end
            yield mutate(subject.text, lead, (last, last, " :zork"), trail) if is_expanded(subject, send) else _ORDINARY


@kind("wrong-receiver-arity")
def parameter_for_a_condition(subject: Subject) -> Made:
    for send in subject.sends:
        loops = send.selector in _WHILES | {"whileTrue", "whileFalse", "repeat"}
        if loops and isinstance(send.receiver, n.Block) and not send.receiver.parameters:
            yield with_parameter(subject, send.receiver) if is_expanded(subject, send) else _ORDINARY


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
                yield mutate(subject.text, (block.start, block.start, OPEN), (block.start + 1, bar + 1, ""), (block.end, block.end, CLOSE))


@kind("block-expected")
def brackets_of_a_branch_removed(subject: Subject) -> Made:
    for send in subject.sends:
        if send.selector in ("ifTrue:", "ifFalse:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "and:", "or:"):
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
        yield mutate(subject.text, (tree.start, tree.start, OPEN), (at, at, more), (tree.end, tree.end, CLOSE))


def pattern_end(subject: Subject) -> int:
    tree = subject.tree
    return tree.arguments[-1].end if tree.arguments else tree.start + len(tree.selector)


@kind("pragma")
def pragma_added(subject: Subject) -> Made:
    yield subject.insert(pattern_end(subject), "\n\t‹<foo: #bar>›")


@kind("name-in-pragma", "pharo", "squeak", "dolphin", "amber")
def name_in_a_pragma(subject: Subject) -> Made:
    yield subject.insert(pattern_end(subject), "\n\t<foo: ‹zork›>")


@kind("glued-bars")
def empty_list_of_temporaries(subject: Subject) -> Made:
    if not subject.tree.body.temporaries and not subject.tree.pragmas:
        yield subject.insert(pattern_end(subject), "\n\t‹||›")


@kind("only-a-comment", code="P151")
def all_but_a_comment_removed(subject: Subject) -> Made:
    for start, end in subject.case.tokens.comments:
        comment = subject.text[start:end]
        if comment.startswith('"') and comment.endswith('"') and len(comment) > 2:
            yield mutate(subject.text, (0, start, ""), (end, len(subject.text), OPEN + CLOSE))


@kind("underscore-in-name")
def underscore_in_a_name(subject: Subject) -> Made:
    for name in subject.names:
        if "_" in subject.text:
            yield Discard("the method uses _ already, as a letter or to assign")
        else:
            yield _renamed(subject, name, name.name + "_zork")


def _renamed(subject: Subject, name: Name, put: str) -> Mutant | Discard:
    return subject.rename(name, put) if subject.declares(name.name) == 1 else DECLARED_TWICE


@kind("foreign-letter")
def foreign_letter_in_a_name(subject: Subject) -> Made:
    for name in subject.names:
        yield _renamed(subject, name, name.name + "ß")


@kind("block-temporaries")
def temporary_of_a_block(subject: Subject) -> Made:
    for block in subject.blocks:
        if block.body.statements and not block.body.temporaries and not subject.is_hidden(block):
            yield subject.insert(subject.case.whole(block.body.statements[0])[0], "| ‹zork› | zork := 1. zork foo. ")


# -- literals -------------------------------------------------------------------------------------------------------------


def numbers(subject: Subject) -> Iterator[n.Number]:
    """Yield the numbers that another spelling can take the place of."""
    for node in subject.case.nodes:
        if isinstance(node, n.Number) and not subject.is_hidden(node):
            apart = subject.text[node.start - 1] in " \t\n(" and not subject.text[node.end : node.end + 1].isalnum()
            if apart:
                yield node


def elements(subject: Subject, holder: type[n.LiteralArray] | type[n.ByteArray]) -> Iterator[n.Number]:
    """Yield the numbers inside literal arrays or byte arrays."""
    for node in subject.case.nodes:
        if isinstance(node, holder):
            yield from (one for one in node.elements if isinstance(one, n.Number))


def _spelt(subject: Subject, forms: tuple[str, ...]) -> Made:
    """Yield the numbers of a method, those in literal arrays too, spelt otherwise."""
    for node in (*numbers(subject), *elements(subject, n.LiteralArray)):
        yield subject.replace(node, OPEN + forms[node.start % len(forms)] + CLOSE)


@kind("digit-outside-radix")
def digit_outside_radix(subject: Subject) -> Made:
    yield from _spelt(subject, ("2r3", "8r19", "16r1G", "-2r12"))


@kind("radix-too-small")
def radix_too_small(subject: Subject) -> Made:
    yield from _spelt(subject, ("1r1", "1r0", "0r1", "-1r1"))


@kind("radix-too-large")
def radix_too_large(subject: Subject) -> Made:
    yield from _spelt(subject, ("37r1", "99rZZ", "-40r1"))


@kind("small-digits")
def small_digits(subject: Subject) -> Made:
    yield from _spelt(subject, ("16rff", "16rDeadBeef", "16r1a"))


@kind("byte-out-of-range", *_BYTES)
def byte_array_with_a_number_too_large(subject: Subject) -> Made:
    for node in numbers(subject):
        put = ("256", "-1", "16r100", "1000")[node.start % 4]
        yield subject.replace(node, f"#[1 {OPEN}{put}{CLOSE}]")


@kind("byte-out-of-range", *_BYTES)
def byte_made_too_large(subject: Subject) -> Made:
    for node in elements(subject, n.ByteArray):
        if "." in node.text:
            yield Discard("an element of Cuis's array of floats: the others are no bytes then")
        else:
            yield subject.replace(node, OPEN + ("256", "-1", "16r100", "1000")[node.start % 4] + CLOSE)


@kind("float-array", *_BYTES)
def array_of_a_float(subject: Subject) -> Made:
    for node in numbers(subject):
        yield subject.replace(node, f"#[{OPEN}{node.start % 9}.5{CLOSE}]")


@kind("byte-array")
def byte_array_in_place_of_a_number(subject: Subject) -> Made:
    for node in numbers(subject):
        yield subject.replace(node, f"{OPEN}#[{node.start % 256} 2]{CLOSE}")


@kind("double-hash")
def hash_doubled(subject: Subject) -> Made:
    for node in subject.case.nodes:
        spelling = subject.text[node.start : node.end]
        if isinstance(node, n.Symbol) and spelling[0] == "#" and spelling[1].isalpha():
            yield subject.replace(node, OPEN + "#" + spelling + CLOSE)


@kind("space-after-hash")
def space_in_a_symbol(subject: Subject) -> Made:
    for node in subject.case.nodes:
        spelling = subject.text[node.start : node.end]
        if isinstance(node, n.Symbol) and spelling[0] == "#" and spelling[1].isalpha() and not subject.is_hidden(node):
            yield subject.replace(node, OPEN + "# " + spelling[1:] + CLOSE)


@kind("space-in-array-opener")
def space_in_a_literal_array(subject: Subject) -> Made:
    for node in subject.case.nodes:
        if isinstance(node, n.LiteralArray) and subject.text[node.start : node.start + 2] == "#(":
            yield mutate(subject.text, (node.start, node.start + 2, "‹# (›"))


def _in_arrays(subject: Subject, word: str) -> Made:
    for node in subject.case.nodes:
        if isinstance(node, n.LiteralArray) and subject.text[node.end - 1] == ")" and node.elements:
            yield subject.insert(node.elements[0].start, f"{OPEN}{word}{CLOSE} ")


@kind("punctuation-in-literal-array", "pharo")
def punctuation_in_a_literal_array(subject: Subject) -> Made:
    yield from _in_arrays(subject, ";.^"[len(subject.text) % 3])


@kind("bare-word-in-literal-array")
def word_in_a_literal_array(subject: Subject) -> Made:
    yield from _in_arrays(subject, ("zork", "zork:", "at:put:")[len(subject.text) % 3])


@kind("return-in-brace-array", *_BRACES)
def return_put_into_a_brace_array(subject: Subject) -> Made:
    for node in subject.case.nodes:
        if isinstance(node, n.Brace) and not node.dictionary:
            for element in node.elements:
                start, end = subject.case.whole(element)
                yield mutate(subject.text, (start, start, OPEN + "^"), (end, end, CLOSE))


@kind("binding-literal", *_BINDINGS)
def binding_in_place_of_a_class(subject: Subject) -> Made:
    for node in subject.free:
        if node.name[0].isupper() and node.name.isalnum() and not subject.is_hidden(node):
            yield subject.replace(node, f"{OPEN}#{{{node.name}}}{CLOSE}")


@kind("long-operator")
def operator_made_longer(subject: Subject) -> Made:
    for send in subject.sends:
        if send.selector in ("=", "==", "<", ">", "~=", "<=", ">=", ",", "->"):
            yield mutate(subject.text, *around(send), (send.at, send.at + len(send.selector), "==>"))


@kind("foreign-character")
def foreign_character(subject: Subject) -> Made:
    for node in subject.case.of(n.Character):
        if node.end - node.start == 2:
            yield subject.replace(node, "‹$ä›")


@kind("not-an-association", "amber")
def element_without_a_key(subject: Subject) -> Made:
    for node in numbers(subject):
        yield subject.replace(node, f"#{{1 -> 2. {OPEN}{node.text}{CLOSE}}}")


@kind("qualified-name", *_DOTTED)
def qualified_temporary(subject: Subject) -> Made:
    for name in subject.names:
        if name.kind == "temporary":
            yield _renamed(subject, name, "Zork." + name.name.capitalize())


# Faults that a statement can hold: it is put before a statement of the method. No dialects: all read it so.
STATEMENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("wrong-receiver-arity", "‹[:zork | self]› whileTrue: [self]. ", ()),
    ("missing-block-parameter", "1 to: 3 do: ‹[self]›. ", ()),
    ("block-expected", "self ifTrue: ‹3›. ", ()),
    ("cascade-on-super", "‹super› foo; bar. ", ()),
    ("constant-as-message", "self foo ‹nil› bar. ", ()),
    ("self-as-message", "self foo ‹self› bar. ", ()),
    ("radix-without-digits", "self foo: ‹16r›. ", ()),
    ("small-digits", "self foo: ‹16rff›. ", ()),
    ("byte-out-of-range", "self foo: #[1 ‹256›]. ", _BYTES),
    ("float-array", "self foo: #[‹1.5› ‹2.5›]. ", _BYTES),
    ("bare-word-in-literal-array", "self foo: #(1 ‹foo›). ", ()),
    ("punctuation-in-literal-array", "self foo: #(1 ‹;› 2). ", ("pharo",)),
    ("return-in-brace-array", "self foo: {‹^1›}. ", _BRACES),
    ("binding-literal", "self foo: ‹#{Object}›. ", _BINDINGS),
    ("byte-array", "self foo: ‹#[1]›. ", ()),
    ("double-hash", "self foo: ‹##foo›. ", ()),
    ("long-operator", "‹self ==> self›. ", ()),
    ("foreign-letter", "self ‹größe›. ", ()),
    ("foreign-character", "self foo: ‹$ä›. ", ()),
    ("qualified-name", "self ‹Object.Zork›. ", _DOTTED),
    ("block-temporaries", "[| ‹zork› | zork := 1. zork] value. ", ()),
    ("block-without-bar", "self foo: [:zork‹]›. ", ()),
    ("space-after-hash", "self foo: ‹# foo›. ", ()),
    ("space-in-array-opener", "self foo: ‹# (›1). ", ()),
    ("not-an-association", "self foo: #{‹Object›}. ", ("amber",)),
)


def _statement_maker(marked: str) -> Maker:
    def make(subject: Subject) -> Made:
        for _, _, at in subject.statements():
            yield subject.insert(at, marked)

    return make


for _fault, _marked, _dialects in STATEMENTS:
    enter(Kind("statement: " + _fault.replace("-", " "), _fault, _statement_maker(_marked), frozenset(_dialects) or None))
