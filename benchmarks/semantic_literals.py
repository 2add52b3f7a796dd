"""Faults of literals, operators and letters put into real methods, and those that any statement can hold."""

from __future__ import annotations

from collections.abc import Iterator

from mutation import CLOSE, OPEN, Discard, Kind, Made, Maker, Subject, around, enter, kind, mutate
from semantic_names import IN_PLACE

from checker.faults import COLUMNS
from stparse import nodes as n

# Where the text is this fault and no other: elsewhere the grammar refuses it, it says another thing (Amber's `#{ }` is a
# dictionary), or the array that holds the fault is one itself.
_BRACES = tuple(set(COLUMNS.values()) - {"smalltalk80"})
_BYTES = tuple(set(COLUMNS.values()) - {"amber", "smalltalk80"})
_BINDINGS = tuple(set(COLUMNS.values()) - {"amber"})
_DOTTED = ("visualworks", "gnu", "dolphin")


# -- letters --------------------------------------------------------------------------------------------------------------


@kind("underscore-in-name")
def underscore_in_a_name(subject: Subject) -> Made:
    for name in subject.names:
        if "_" in subject.text:
            yield Discard("the method uses _ already, as a letter or to assign")
        else:
            yield subject.rename(name, name.name + "_zork")


@kind("foreign-letter")
def foreign_letter_in_a_name(subject: Subject) -> Made:
    for name in subject.names:
        yield subject.rename(name, name.name + "ß")


def _selectors(subject: Subject, more: str) -> Made:
    """Yield a message whose name, or first keyword, has something more to it."""
    for send in subject.sends:
        word = send.selector.partition(":")[0]
        if word.isalpha() and subject.text.startswith(word, send.at) and not IN_PLACE.fullmatch(send.selector):
            yield mutate(subject.text, (send.at, send.at + len(word), OPEN + word + more + CLOSE))


@kind("underscore-in-name")
def underscore_in_a_selector(subject: Subject) -> Made:
    if "_" in subject.text:
        yield Discard("the method uses _ already, as a letter or to assign")
    else:
        yield from _selectors(subject, "_zork")


@kind("foreign-letter")
def foreign_letter_in_a_selector(subject: Subject) -> Made:
    yield from _selectors(subject, "é")


@kind("foreign-letter")
def foreign_letter_in_a_symbol(subject: Subject) -> Made:
    for node in subject.case.nodes:
        spelling = subject.text[node.start : node.end]
        if isinstance(node, n.Symbol) and spelling[0] == "#" and spelling[1:].isalpha() and spelling.isascii():
            yield subject.replace(node, OPEN + spelling + "ñ" + CLOSE)


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
    """Yield the numbers of a method, those in literal arrays and pragmas too, spelt otherwise."""
    pragmas = [node for node in subject.tree.pragmas if isinstance(node, n.Pragma) and node.selector != "primitive:"]
    in_pragmas = [one for pragma in pragmas for one in pragma.arguments if isinstance(one, n.Number)]
    for node in (*numbers(subject), *elements(subject, n.LiteralArray), *in_pragmas):
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


@kind("byte-out-of-range", *_BYTES)
def byte_array_in_a_literal_array(subject: Subject) -> Made:
    yield from _in_arrays(subject, "‹300›", ("#[1 ", "]"))


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


def _in_arrays(subject: Subject, marked: str, around_it: tuple[str, str] = ("", "")) -> Made:
    """Yield something put before the first element of a literal array."""
    lead, trail = around_it
    for node in subject.case.nodes:
        if isinstance(node, n.LiteralArray) and subject.text[node.end - 1] == ")" and node.elements:
            yield subject.insert(node.elements[0].start, f"{lead}{marked}{trail} ")


@kind("punctuation-in-literal-array", "pharo")
def punctuation_in_a_literal_array(subject: Subject) -> Made:
    yield from _in_arrays(subject, ("‹;›", "‹.›", "‹^›")[len(subject.text) % 3])


@kind("bare-word-in-literal-array")
def word_in_a_literal_array(subject: Subject) -> Made:
    yield from _in_arrays(subject, ("‹zork›", "‹zork:›", "‹at:put:›")[len(subject.text) % 3])


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


@kind("long-operator")
def operator_of_the_pattern_made_longer(subject: Subject) -> Made:
    tree = subject.tree
    if len(tree.arguments) == 1 and not tree.selector.endswith(":"):
        yield mutate(subject.text, (tree.start, tree.start + len(tree.selector), "‹==>›"))


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
            yield subject.rename(name, "Zork." + name.name.capitalize())


# Faults that a statement can hold: it is put before a statement of the method. No dialects: all read it so.
STATEMENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("wrong-receiver-arity", "‹[:zork | self]› whileTrue: [self]. ", ()),
    ("missing-block-parameter", "1 to: 3 do: ‹[self]›. ", ()),
    ("empty-condition", "‹[]› whileTrue: [self]. ", ()),
    ("block-expected", "self ifTrue: ‹3›. ", ()),
    ("cascade-on-super", "‹super› foo; bar. ", ()),
    ("constant-as-message", "self foo ‹nil› bar. ", ()),
    ("self-as-message", "self foo ‹self› bar. ", ()),
    ("radix-without-digits", "self foo: ‹16r›. ", ()),
    ("small-digits", "self foo: ‹16rff›. ", ()),
    ("byte-out-of-range", "self foo: #[1 ‹256›]. ", _BYTES),
    ("float-array", "self foo: #[‹1.5› ‹2.5›]. ", _BYTES),
    ("caret-as-message", "self foo: 3‹^›4. ", ("squeak",)),
    ("bare-word-in-literal-array", "self foo: #(1 ‹foo›). ", ()),
    ("punctuation-in-literal-array", "self foo: #(1 ‹;› 2). ", ("pharo",)),
    ("return-in-brace-array", "self foo: {‹^1›}. ", _BRACES),
    ("binding-literal", "self foo: ‹#{Object}›. ", _BINDINGS),
    ("byte-array", "self foo: ‹#[1]›. ", ()),
    ("double-hash", "self foo: ‹##foo›. ", ()),
    ("long-operator", "‹self ==> self›. ", ()),
    ("foreign-letter", "self ‹größe›. ", ()),
    ("foreign-character", "self foo: ‹$ä›. ", ()),
    ("unknown-namespace", "self foo: ‹Zork.Foo›. ", ()),
    ("glued-period", "self foo: self bar‹.›self foo. ", ()),
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
