"""One-fault mutants of real methods: each maker puts one fault into a text that parses, and says which codes name that fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from corpus import RealMethod

from stparse import nodes as n
from stparse.parser import parse_method, parser_for
from stparse.scanner import Tokens
from stparse.tables import END

_CLOSERS = {")", "]", "}"}


@dataclass(slots=True)
class Case:
    """A method that parses, with what the makers look at."""

    method: RealMethod
    tree: n.Node
    tokens: Tokens
    nodes: list[n.Node] = field(default_factory=list)
    literals: list[tuple[int, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.method.source

    def words(self) -> Iterator[tuple[str, int, int]]:
        """Yield kind, start and end of each token that is not inside a literal array, a pragma or a foreign text."""
        for kind, start, end in zip(self.tokens.kinds, self.tokens.starts, self.tokens.ends, strict=True):
            if kind != END and not any(first <= start < last for first, last in self.literals):
                yield kind, start, end

    def of(self, *kinds: type[n.Node]) -> list[n.Node]:
        return [node for node in self.nodes if isinstance(node, kinds)]

    def without(self, start: int, end: int, put: str = "") -> str:
        """Answer the text with a range replaced."""
        return self.text[:start] + put + self.text[end:]

    def whole(self, node: n.Node) -> tuple[int, int]:
        """Answer the range of a node with the parentheses around it."""
        start, end = node.start, node.end
        while True:
            before, after = len(self.text[:start].rstrip()), end + len(self.text[end:]) - len(self.text[end:].lstrip())
            if self.text[before - 1 : before] != "(" or self.text[after : after + 1] != ")" or self.text[before - 2 : before] == "#(":
                return start, end
            start, end = before - 1, after + 1


def case_of(method: RealMethod) -> Case | None:
    """Answer a case, or None for a method that does not parse as it is."""
    tree = parse_method(method.source, method.dialect).tree
    if tree is None:
        return None
    case = Case(method, tree, parser_for(method.dialect).tokens(method.source))
    case.nodes = list(n.walk(tree))
    case.literals = [(node.start, node.end) for node in case.of(n.LiteralArray, n.ByteArray, n.Pragma, n.Foreign, n.Binding)]
    return case


Maker = Callable[[Case], Iterator[str]]
MAKERS: dict[str, tuple[frozenset[str], Maker]] = {}


def fault(codes: str) -> Callable[[Maker], Maker]:
    """Register a maker; `codes` are all that name its fault."""

    def enter(maker: Maker) -> Maker:
        MAKERS[maker.__name__.replace("_", " ")] = (frozenset(codes.split()), maker)
        return maker

    return enter


def mutants(case: Case, random: Random) -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield one mutant of each kind that the method allows: the kind, the codes that name it, the text."""
    for name, (codes, maker) in MAKERS.items():
        found = [text for text in maker(case) if text != case.text]
        if found:
            yield name, codes, random.choice(found)


def arguments_of(case: Case, keyword: bool) -> Iterator[n.Node]:
    for node in case.nodes:
        if isinstance(node, n.Send | n.Message) and node.arguments and node.selector.endswith(":") is keyword:
            yield from node.arguments


def statements_of(case: Case) -> Iterator[tuple[n.Node, ...]]:
    for node in case.nodes:
        if isinstance(node, n.Sequence):
            yield node.statements


# -- brackets ---------------------------------------------------------------------------------------------------------


@fault("P111 P113")
def closer_removed(case: Case) -> Iterator[str]:
    for _, start, end in case.words():
        if case.text[start:end] in _CLOSERS:
            yield case.without(start, end)


@fault("P112")
def opener_removed(case: Case) -> Iterator[str]:
    for _, start, end in case.words():
        if case.text[start:end] in ("(", "{"):
            yield case.without(start, end, " ")


@fault("P111 P112 P113")
def closer_added(case: Case) -> Iterator[str]:
    for number, (_, _, end) in enumerate(case.words()):
        yield case.without(end, end, ")]}"[number % 3])


@fault("P111")
def opener_added(case: Case) -> Iterator[str]:
    for number, (kind, start, _) in enumerate(case.words()):
        if start > case.tree.start and kind in ("NAME", "NUMBER", "STRING"):
            yield case.without(start, start, "(["[number % 2])


@fault("P111 P112 P113")
def closer_swapped(case: Case) -> Iterator[str]:
    for _, start, end in case.words():
        word = case.text[start:end]
        if word in _CLOSERS:
            yield case.without(start, end, "]" if word == ")" else ")")


@fault("P113 P111")
def literal_array_not_closed(case: Case) -> Iterator[str]:
    for node in case.of(n.LiteralArray, n.ByteArray):
        if case.text[node.end - 1] in ")]":
            yield case.without(node.end - 1, node.end)


# -- quotes -----------------------------------------------------------------------------------------------------------


@fault("P101")
def string_not_closed(case: Case) -> Iterator[str]:
    for node in case.of(n.String):
        yield case.without(node.end - 1, node.end)


@fault("P101")
def string_not_opened(case: Case) -> Iterator[str]:
    for node in case.of(n.String):
        yield case.without(node.start, node.start + 1)


@fault("P101")
def quote_in_string(case: Case) -> Iterator[str]:
    for node in case.of(n.String):
        if node.end - node.start > 4:
            yield case.without(node.start + 2, node.start + 2, "'")


@fault("P102")
def comment_not_closed(case: Case) -> Iterator[str]:
    for _, end in case.tokens.comments:
        if case.text[end - 1] == '"':
            yield case.without(end - 1, end)


@fault("P102")
def comment_not_opened(case: Case) -> Iterator[str]:
    for start, end in case.tokens.comments:
        if case.text[end - 1] == '"':
            yield case.without(start, start + 1)


# -- operands ---------------------------------------------------------------------------------------------------------


@fault("P121")
def argument_missing(case: Case) -> Iterator[str]:
    for argument in arguments_of(case, True):
        yield case.without(*case.whole(argument))


@fault("P122")
def operand_missing(case: Case) -> Iterator[str]:
    for argument in arguments_of(case, False):
        yield case.without(*case.whole(argument))


@fault("P123")
def nothing_assigned(case: Case) -> Iterator[str]:
    for node in case.of(n.Assign):
        assert isinstance(node, n.Assign)
        yield case.without(*case.whole(node.value))


@fault("P124")
def nothing_returned(case: Case) -> Iterator[str]:
    for node in case.of(n.Return):
        assert isinstance(node, n.Return)
        yield case.without(*case.whole(node.value))


@fault("P125")
def nothing_in_parentheses(case: Case) -> Iterator[str]:
    for node in case.of(n.Send, n.Variable, n.Cascade):
        start, end = case.whole(node)
        if start < node.start and case.text[start] == "(":
            yield case.without(start, end, "()")


# A pattern may go on: `foo: x` and then `at: 3` without a receiver.
@fault("P126 P152")
def receiver_missing(case: Case) -> Iterator[str]:
    for statements in statements_of(case):
        for statement in statements:
            if isinstance(statement, n.Send) and statement.arguments and statement.selector[0] not in "|<-":
                yield case.without(*case.whole(statement.receiver))


@fault("P127")
def return_in_expression(case: Case) -> Iterator[str]:
    for argument in arguments_of(case, True):
        start, _ = case.whole(argument)
        yield case.without(start, start, "^ ")


# -- statements -------------------------------------------------------------------------------------------------------


@fault("P131")
def period_missing(case: Case) -> Iterator[str]:
    for statements in statements_of(case):
        for left, right in pairwise(statements):
            end = case.whole(left)[1]
            between = case.text[end : case.whole(right)[0]]
            if between.strip() == ".":
                yield case.without(end, end + len(between), between.replace(".", " "))


@fault("P131")
def literal_behind_statement(case: Case) -> Iterator[str]:
    for statements in statements_of(case):
        for number, statement in enumerate(statements):
            end = case.whole(statement)[1]
            yield case.without(end, end, (" 'abc'", " 3", " #foo", " $a")[number % 4])


@fault("P132")
def assignment_to_literal(case: Case) -> Iterator[str]:
    for number, node in enumerate(case.of(n.Assign)):
        assert isinstance(node, n.Assign)
        yield case.without(node.target.start, node.target.end, ("3", "'abc'", "#foo", "(a)")[number % 4])


@fault("P133")
def space_in_assignment(case: Case) -> Iterator[str]:
    for _, start, end in case.words():
        if case.text[start:end] == ":=":
            yield case.without(start, end, " : =")


@fault("P134")
def minus_before_name(case: Case) -> Iterator[str]:
    for node in (*arguments_of(case, True), *(each.value for each in case.nodes if isinstance(each, n.Assign | n.Return))):
        start, _ = case.whole(node)
        if isinstance(node, n.Variable):
            yield case.without(start, start, " - ")


# -- headers ----------------------------------------------------------------------------------------------------------


@fault("P141")
def colon_missing_in_block(case: Case) -> Iterator[str]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        for parameter in node.parameters:
            yield case.without(parameter.start - 1, parameter.start, " ")


@fault("P141")
def bar_missing_in_block(case: Case) -> Iterator[str]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        if node.parameters and node.body.statements and not node.body.temporaries:
            last = node.parameters[-1].end
            bar = last + len(case.text[last:]) - len(case.text[last:].lstrip())
            if case.text[bar] == "|" and case.text[bar + 1] != "|":
                yield case.without(bar, bar + 1, " ")


@fault("P141")
def name_without_colon_in_block(case: Case) -> Iterator[str]:
    for node in case.of(n.Block):
        assert isinstance(node, n.Block)
        if node.parameters and node.body.statements:
            yield case.without(node.parameters[-1].end, node.parameters[-1].end, " other ")


@fault("P142")
def temporaries_not_closed(case: Case) -> Iterator[str]:
    for node in case.of(n.Sequence):
        assert isinstance(node, n.Sequence)
        if node.temporaries:
            last = node.temporaries[-1].end
            bar = last + len(case.text[last:]) - len(case.text[last:].lstrip())
            if case.text[bar] == "|":
                yield case.without(bar, bar + 1)


@fault("P143")
def temporaries_behind_statement(case: Case) -> Iterator[str]:
    for statements in statements_of(case):
        for statement in statements[1:]:
            start, _ = case.whole(statement)
            yield case.without(start, start, "| other | ")


@fault("P152")
def argument_name_missing(case: Case) -> Iterator[str]:
    if isinstance(case.tree, n.Method):
        for argument in case.tree.arguments:
            yield case.without(argument.start, argument.end)


@fault("P151")
def pattern_missing(case: Case) -> Iterator[str]:
    if isinstance(case.tree, n.Method) and case.tree.body.statements:
        first = case.tree.body.statements[0]
        if isinstance(first, n.Return):
            yield case.text[first.start :]


# -- cascades and islands ---------------------------------------------------------------------------------------------


@fault("P161")
def cascade_on_value(case: Case) -> Iterator[str]:
    for node in case.of(n.Cascade):
        assert isinstance(node, n.Cascade)
        if isinstance(node.receiver, n.Variable | n.Block | n.String):
            end = node.messages[0].end
            yield case.without(node.messages[0].start, end + len(case.text[end:]) - len(case.text[end:].lstrip(") ")), "")


@fault("P162")
def cascade_without_receiver(case: Case) -> Iterator[str]:
    for statements in statements_of(case):
        for statement in statements:
            if isinstance(statement, n.Cascade):
                yield case.without(statement.start, statement.messages[0].end)


@fault("P163")
def message_missing_in_cascade(case: Case) -> Iterator[str]:
    for node in case.of(n.Cascade):
        assert isinstance(node, n.Cascade)
        for message in node.messages[1:]:
            if not any(c in "()" for c in case.text[message.end : message.end + 1]) or message.arguments == ():
                yield case.without(message.start, message.end)


@fault("P171")
def pragma_not_closed(case: Case) -> Iterator[str]:
    for node in case.of(n.Pragma):
        yield case.without(node.end - 1, node.end)


@fault("P171 P121")
def pragma_without_argument(case: Case) -> Iterator[str]:
    for node in case.of(n.Pragma):
        assert isinstance(node, n.Pragma)
        if node.arguments:
            yield case.without(node.arguments[-1].start, node.arguments[-1].end)


@fault("P114")
def expression_in_literal_array(case: Case) -> Iterator[str]:
    for node in case.of(n.LiteralArray):
        if case.text[node.end - 1] == ")" and case.text[node.start] == "#":
            yield case.without(node.end - 1, node.end - 1, " ^")


@fault("P115")
def name_in_byte_array(case: Case) -> Iterator[str]:
    for node in case.of(n.ByteArray):
        yield case.without(node.end - 1, node.end - 1, " abc")


@fault("P103")
def stray_character(case: Case) -> Iterator[str]:
    for statements in statements_of(case):
        for statement in statements:
            yield case.without(statement.start, statement.start, "“")
