"""N05: words and signs of another language.

What: `null` for nil, `this` for self, `return` for `^`, `new Foo` for Foo new, "..." for '...', `=` for `:=`.
Why: models have read far more of other languages; what a compiler says of it is seldom what is wrong.
Good: total := OrderedCollection new
Bad:  total := new OrderedCollection

Operators such as `&&` and `!=` are left alone: they are binary selectors, and compile. `=` for `:=` is put in only where
the variable is a temporary that has no value yet, since else the comparison is valid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from checker.names import PSEUDO_VARIABLES
from datagen.mutations import Mutant, edited, must_be, mutation
from datagen.reading import Reading, shuffled
from stparse.nodes import Assign, Cascade, Message, Return, Send, String, Variable, walk

_LONGEST_STRING = 24
_THIS = 0.3


@mutation("N05", "syntax names", rate=0.5)
def mutate(reading: Reading, random: Random) -> Iterator[Mutant]:
    """Put one foreign word or sign in, of a kind of chance."""
    makers = shuffled(random, [_null, _return, _new, _quotes, _equals])
    # Nearly every method sends something to self: else most mutants would say `this`.
    if random.random() < _THIS:
        makers.append(_this)
    for maker in makers:
        yield from shuffled(random, list(maker(reading)))


def _word(reading: Reading, node: Variable, now: str) -> Iterator[Mutant]:
    code = reading.code_of("undeclared-variable")
    if code and reading.is_free(now):
        yield edited(reading.text, node.start, node.end, now, code, node.start, told=must_be(node.name))


def _null(reading: Reading) -> Iterator[Mutant]:
    for node in reading.reads():
        if node.name == "nil":
            yield from _word(reading, node, "null")


def _this(reading: Reading) -> Iterator[Mutant]:
    for node in walk(reading.tree.body):
        if isinstance(node, Send | Cascade) and isinstance(node.receiver, Variable) and node.receiver.name == "self":
            yield from _word(reading, node.receiver, "this")


def _return(reading: Reading) -> Iterator[Mutant]:
    code = reading.code_of("undeclared-variable")
    if not code or not reading.is_free("return"):
        return
    read = Counter(node.name for node in reading.reads())
    for node in walk(reading.tree.body):
        if isinstance(node, Return):
            # Before a name the word is read as the receiver of a unary message; before anything else it is not read at all.
            first = reading.index_at(node.start + 1)
            if reading.tokens.kinds[first] == "NAME" and reading.word(first) not in PSEUDO_VARIABLES and "." not in reading.word(first):
                # A temporary that is read only here would be unused as well.
                if read[reading.word(first)] == 1 and reading.word(first) in reading.declared:
                    continue
                begun = reading.text[node.start : reading.tokens.ends[first]]
                told = f"a value is returned with `^`: it must be `{begun}`" if "\n" not in begun else None
                yield edited(reading.text, node.start, reading.tokens.starts[first], "return ", code, node.start, told=told)


def _new(reading: Reading) -> Iterator[Mutant]:
    code = reading.code_of("undeclared-variable")
    if not code or not reading.is_free("new"):
        return
    for node in walk(reading.tree.body):
        if isinstance(node, Send) and node.selector == "new" and isinstance(node.receiver, Variable):
            receiver = node.receiver
            if receiver.name[0].isupper() and receiver.name.isalnum() and receiver.start == node.start:
                told = f"the receiver comes first: it must be `{receiver.name} new`"
                yield edited(reading.text, node.start, node.at + 3, f"new {receiver.name}", code, node.start, told=told)


def _quotes(reading: Reading) -> Iterator[Mutant]:
    for node in walk(reading.tree.body):
        if isinstance(node, Send | Message) and node.selector.endswith(":"):
            for argument in node.arguments:
                if isinstance(argument, String) and '"' not in argument.value and 0 < len(argument.value) <= _LONGEST_STRING:
                    yield from _as_comment(reading, argument)


def _as_comment(reading: Reading, argument: String) -> Iterator[Mutant]:
    # What is left is a comment, and the parser looks for the argument behind it.
    before = reading.index_at(argument.start) - 1
    after = reading.index_at(argument.end)
    plain = reading.text[argument.start] == "'" and "'" not in argument.value
    if plain and reading.word(before).endswith(":"):
        at_end = reading.tokens.kinds[after] == "$END"
        place = reading.tokens.ends[before] if at_end else reading.tokens.starts[after]
        now = f'"{argument.value}"'
        told = None if "`" in now else f"`{now}` is a comment, and a string has single quotes: it must be `'{argument.value}'`"
        yield edited(reading.text, argument.start, argument.end, now, "P121", place, told=told)


def _equals(reading: Reading) -> Iterator[Mutant]:
    code = reading.code_of("read-before-write")
    temporaries = {node.name for node in reading.tree.body.temporaries}
    seen: set[str] = set()
    for node in sorted((n for n in reading.executed() if isinstance(n, Variable)), key=lambda n: n.start):
        if node.name in seen or node.name not in temporaries:
            continue
        seen.add(node.name)
        statement = next((s for s in reading.tree.body.statements if isinstance(s, Assign) and s.target is node), None)
        if code and statement is not None and not isinstance(statement.value, Assign):
            sign = reading.index_at(node.end)
            # An argument that is super is another fault.
            if reading.word(sign) == ":=" and reading.word(sign + 1) != "super":
                start = reading.tokens.starts[sign]
                told = f"`=` compares: it must be `{node.name} :=`"
                yield edited(reading.text, node.start, start + 2, f"{reading.text[node.start : start]}=", code, node.start, told=told)
