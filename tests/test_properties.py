"""What holds for any tree and any text: trees survive the way to source and back, and no text is an exception."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stparse import nodes as n
from stparse.diagnose import faults
from stparse.dump import dump, tokens_of
from stparse.parser import Parsed, parse_method, parse_script
from stparse.tables import dialects
from stparse.text import decode
from stparse.unparse import to_source

ANY = st.characters(exclude_categories=["Cs"])
NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9]{0,5}", fullmatch=True) | st.sampled_from(["self", "nil", "größe", "it", "A", "e", "s2"])
VARIABLES = NAMES.map(lambda name: n.Variable(0, 0, name))
KEYWORDS = NAMES.map(lambda name: name + ":")
BINARY = st.text("+-*/\\~<>=@%&|?,", min_size=1, max_size=3)
DIGITS = st.from_regex(r"-?(?:[0-9]{1,4}|[0-9]+\.[0-9]+(?:e-?[0-9]|s2|d)?|16r[0-9A-F]{1,4}|2r1e8|10s)", fullmatch=True)
NUMBERS = DIGITS.map(lambda text: n.Number(0, 0, text))
SYMBOLS = st.one_of(
    NAMES,
    BINARY,
    st.lists(KEYWORDS, min_size=1, max_size=3).map("".join),
    st.text(ANY, max_size=5),
    st.sampled_from(["true", "nil", "a:b"]),
).map(lambda value: n.Symbol(0, 0, value))
STRINGS = st.text(ANY, max_size=8).map(lambda value: n.String(0, 0, value))
CHARACTERS = ANY.map(lambda value: n.Character(0, 0, value))
BINDINGS = st.sampled_from(["Core.Object", "Smalltalk", "A.B.C"]).map(lambda name: n.Binding(0, 0, name))
CONSTANTS = st.sampled_from(["nil", "true", "false"]).map(lambda name: n.Variable(0, 0, name))
BYTES = st.lists(st.integers(0, 255).map(lambda byte: n.Number(0, 0, str(byte))), max_size=4).map(lambda e: n.ByteArray(0, 0, tuple(e)))
LEAVES: st.SearchStrategy[n.Node] = st.one_of(NUMBERS, SYMBOLS, STRINGS, CHARACTERS, BINDINGS, BYTES)


def array_of(elements: list[n.Node]) -> n.Node:
    return n.LiteralArray(0, 0, tuple(elements))


ARRAYS = st.recursive(LEAVES | CONSTANTS, lambda inner: st.lists(inner, max_size=4).map(array_of), max_leaves=8)
LITERALS = st.lists(ARRAYS, max_size=4).map(array_of) | LEAVES
COMMENTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"'), max_size=8)

Parts = tuple[str, tuple[n.Node, ...]]


def parts(values: st.SearchStrategy[n.Node]) -> st.SearchStrategy[Parts]:
    """Answer selectors with as many arguments as they take."""
    keywords = st.lists(st.tuples(KEYWORDS, values), min_size=1, max_size=3)
    return st.one_of(
        NAMES.map(lambda name: (name, ())),
        st.tuples(BINARY, values).map(lambda pair: (pair[0], (pair[1],))),
        keywords.map(lambda pairs: ("".join(word for word, _ in pairs), tuple(value for _, value in pairs))),
    )


@st.composite
def sequences(draw: st.DrawFn, values: st.SearchStrategy[n.Node]) -> n.Sequence:
    """Answer bodies: temporaries, statements (some return), comments in order."""
    temporaries = draw(st.lists(VARIABLES, max_size=2))
    statements = draw(st.lists(values | values.map(lambda value: n.Return(0, 0, value)), max_size=3))
    places = sorted(draw(st.lists(st.integers(0, len(statements)), max_size=2)))
    comments = tuple((place, draw(COMMENTS)) for place in places)
    return n.Sequence(0, 0, tuple(temporaries), tuple(statements), comments)


def expressions_of(inner: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    """Answer what is made of smaller expressions."""
    messages = parts(inner).map(lambda made: n.Message(0, 0, *made))
    return st.one_of(
        st.tuples(inner, parts(inner)).map(lambda made: n.Send(0, 0, made[0], *made[1])),
        st.tuples(inner, st.lists(messages, min_size=2, max_size=3)).map(lambda made: n.Cascade(0, 0, made[0], tuple(made[1]))),
        st.tuples(VARIABLES, inner).map(lambda made: n.Assign(0, 0, *made)),
        st.tuples(st.lists(VARIABLES, max_size=2), sequences(inner)).map(lambda made: n.Block(0, 0, tuple(made[0]), made[1])),
        st.lists(inner, max_size=3).map(lambda made: n.Brace(0, 0, tuple(made))),
    )


EXPRESSIONS: st.SearchStrategy[n.Node] = st.recursive(VARIABLES | LITERALS, expressions_of, max_leaves=10)
PRAGMAS = st.one_of(
    NAMES.map(lambda name: n.Pragma(0, 0, name, ())),
    # `<C: ` begins a declaration in C.
    st.lists(st.tuples(KEYWORDS.filter(lambda word: word != "C:"), LITERALS | VARIABLES), min_size=1, max_size=2).map(
        lambda pairs: n.Pragma(0, 0, "".join(word for word, _ in pairs), tuple(value for _, value in pairs))
    ),
    st.sampled_from(["<C: int f(char *s)>", "<C: void g(void)>"]).map(lambda text: n.Foreign(0, 0, text)),
)


@st.composite
def methods(draw: st.DrawFn) -> n.Method:
    """Answer whole methods."""
    selector, arguments = draw(parts(VARIABLES))
    variables = tuple(argument for argument in arguments if isinstance(argument, n.Variable))
    return n.Method(0, 0, selector, variables, tuple(draw(st.lists(PRAGMAS, max_size=2))), draw(sequences(EXPRESSIONS)))


@given(methods())
@settings(max_examples=300)
def test_a_method_survives_the_way_to_source_and_back(method: n.Method) -> None:
    source = to_source(method)
    parsed = parse_method(source)
    assert parsed.tree == method, f"{source}\n{parsed.issues}"
    assert to_source(parsed.tree) == source
    assert dump(parsed.tree) == dump(method)


@given(sequences(EXPRESSIONS), st.sampled_from(["visualworks", "pharo", "dolphin", "va", "stx", "gnu", "gemstone"]))
@settings(max_examples=200)
def test_a_script_survives_in_every_dialect_of_its_constructs(body: n.Sequence, dialect: str) -> None:
    comments = [text for node in n.walk(body) if isinstance(node, n.Sequence) for _, text in node.comments]
    if dialect == "stx" and any(text.startswith(("/", "<<")) for text in comments):
        return  # that is a comment of its own kind there
    source = to_source(body, dialect)
    parsed = parse_script(source, dialect)
    assert parsed.tree == body, f"{source}\n{parsed.issues}"


@given(methods())
@settings(max_examples=100)
def test_a_dump_can_be_laid_out_at_will(method: n.Method) -> None:
    text = dump(method)
    assert tokens_of(text) == tokens_of(" ".join(tokens_of(text)))


PIECES = st.sampled_from(
    [
        *"()[]{}^.;:|!#$'\"-+<>=_ \n\t\r",
        *(":=", "::", "#(", "#[", "#{", "##(", "||", "--", "->", "|-1", "#+", "`", "%{", "%}", "@env0:"),
        *("16rFF", "3", "1e", "2.5s2", "a", "B.C", "at:", "a:b:", "'x'", '"c"', "$ ", "<C: int f(x)>", "<primitive: 1>"),
        *("é", "\0", "\x85", "\u2028", "\U0001f600"),
    ]
)


def assert_answered(parsed: Parsed, text: str) -> None:
    """Assert that a parse gives a tree, or else one issue that says where and why."""
    if parsed.tree is not None:
        assert parsed.issues == ()
        assert all(0 <= node.start <= node.end <= len(text) for node in n.walk(parsed.tree))
        return
    (issue,) = parsed.issues
    assert issue.code in faults()
    assert 0 <= issue.span.start <= issue.span.end <= len(text)
    assert issue.message
    assert issue.hint


@given(st.lists(PIECES, max_size=25).map("".join) | st.text(ANY, max_size=40), st.sampled_from(dialects()))
@settings(max_examples=1500)
@example("#", "visualworks")
@example("foo ^#{", "amber")
@example("foo $<", "gnu")
@example("foo 1:=", "squeak")
def test_any_text_is_answered(text: str, dialect: str) -> None:
    assert_answered(parse_method(text, dialect), text)
    assert_answered(parse_script(text, dialect), text)


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(dialects()))
@settings(max_examples=1500)
def test_what_parses_survives(text: str, dialect: str) -> None:
    for read in (parse_method, parse_script):
        tree = read(text, dialect).tree
        if tree is not None:
            source = to_source(tree, dialect)
            again = read(source, dialect)
            assert again.tree == tree, f"{source!r} {again.issues}"
            assert to_source(again.tree, dialect) == source


@given(st.binary(max_size=200), st.sampled_from(dialects()))
@settings(max_examples=300)
def test_any_bytes_are_answered(data: bytes, dialect: str) -> None:
    text, _ = decode(data)
    assert_answered(parse_method(text, dialect), text)
    assert_answered(parse_script(text, dialect), text)
