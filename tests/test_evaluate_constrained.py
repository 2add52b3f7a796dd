"""Constrained decoding: what ends by itself parses, also from a model that knows nothing; and real methods can be written so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from evaluating import MINI, index_of
from training import given

from datagen.complete import Asked
from datagen.sample import ask
from stc.cli import cli
from stparse.decoding import decoding_grammar
from stparse.dialect import DIALECTS
from stparse.index.query import CodeIndex
from stparse.parser import parse_method
from trainer.complete import LocalModel

llguidance = pytest.importorskip("llguidance")
from llguidance import LLMatcher, LLTokenizer  # noqa: E402

pytestmark = pytest.mark.xdist_group("training")
BYTES = LLTokenizer("byte")
DRAWN = "abAB1e2r:.;^|<>-+=#$'\"()[]{}_ \n "
CLOSES = "]})'\"|>. "


def matcher(dialect: str) -> LLMatcher:
    grammar = LLMatcher.grammar_from_lark(decoding_grammar(dialect))
    assert not LLMatcher.validate_grammar(grammar, BYTES)
    return LLMatcher(BYTES, grammar, log_level=0)


def drawn(begin: LLMatcher, chance: random.Random) -> str | None:
    """Answer a text that chance has written letter by letter, None where it came to no end."""
    found, text, most = begin.deep_copy(), "", chance.choice((8, 16, 30, 60))
    while len(text) < 200:
        if found.is_accepting() and (len(text) >= most or chance.random() < 0.1):
            return text
        mask = found.compute_bitmask()
        can = [letter for letter in DRAWN if mask[ord(letter) >> 3] >> (ord(letter) & 7) & 1]
        closing = [letter for letter in can if letter in CLOSES]
        text += chance.choice(closing if len(text) > most and closing and chance.random() < 0.6 else can)
        found.consume_token(ord(text[-1]))
    return None


@pytest.mark.parametrize("dialect", [one for one in DIALECTS if one not in ("amber", "gemstone", "squeak")])
def test_what_chance_writes_by_the_grammar_parses(dialect: str) -> None:
    begin, chance = matcher(dialect), random.Random(11)
    texts = [text for _ in range(60) if (text := drawn(begin, chance)) is not None]
    assert len(texts) > 40
    assert not [text for text in texts if parse_method(text, dialect).tree is None]


@pytest.mark.parametrize("dialect", ["amber", "gemstone", "squeak"])
def test_in_three_dialects_ours_refuses_little_of_it(dialect: str) -> None:
    begin, chance = matcher(dialect), random.Random(11)
    texts = [text for _ in range(60) if (text := drawn(begin, chance)) is not None]
    assert sum(parse_method(text, dialect).tree is None for text in texts) <= len(texts) // 10


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("foo\n\t^1.5", True), ("foo\n\tx := 1.\n\t^x", True), ("foo\n\t^(x * 1.5)", True), ("foo\n\t^(1 .5)", False),
        ("foo\n\t^Core.Object new", True), ("foo\n\tself bar: Foo.\n\tBar baz", True), ("foo\n\t^(Core .Object)", False),
        ("foo\n\t^-3 abs - -4", True), ("foo\n\t^(- 3)", False), ("foo\n\t^[:a :b | a]", True), ("foo\n\t^[:a:b | a]", False),
        ("foo: x\n\t<category: #bar>\n\t^x", True), ("foo\n\t<C: void foo(long a)>", True), ("foo\n\t^#(a:b: #c -1 $') , #Foo.Bar", True),
        ("foo\n\t^x ]", False), ("foo\n\tx := ", False), ("foo\n\t^16r1F + 1e5", True),
    ],
)  # fmt: skip
def test_what_may_be_written_is_what_parses(text: str, may: bool) -> None:
    found = matcher("visualworks")
    whole = found.try_consume_tokens(list(text.encode())) == len(text.encode()) and found.is_accepting()
    assert whole is may
    assert (parse_method(text).tree is not None) is may


def test_real_methods_can_be_written(tmp_path: Path) -> None:
    with CodeIndex.open(index_of(MINI, tmp_path / "i.sqlite")) as index:
        methods = [m for m in index.methods() if m.tree is not None and m.dialect == "visualworks"][::4]
    begin = matcher("visualworks")
    texts = [method.source.strip().encode() for method in methods]
    assert len(texts) > 200
    assert not [text for text in texts if begin.deep_copy().validate_tokens(list(text)) != len(text)]


def test_a_model_that_is_made_to_wander_writes_what_parses() -> None:
    asked = [Asked(f"m{place}", ask(f"Write something {place}"), place, form="method", dialect="visualworks") for place in range(24)]
    shares = {}
    for constrained in (False, True):
        model = LocalModel(Path(given()[0]), most=60, temperature=1.6, batch=24, constrained=constrained)
        assert model.identity["constrained"] is constrained
        found = [one.text or "" for one in model(asked) if one.ended]
        assert found
        shares[constrained] = sum(parse_method(text).tree is not None for text in found) / len(found)
    assert shares[True] == 1.0
    assert shares[False] < 0.5


def test_only_methods_are_held_to_the_grammar() -> None:
    model = LocalModel(Path(given()[0]), most=20, constrained=True)
    prose, method = model(
        [
            Asked("p", ask("Who sends #title?"), form="prose", dialect="visualworks"),
            Asked("m", ask("Write title"), form="method", dialect="visualworks"),
        ]
    )
    assert prose.text == "Everybody does."
    assert method.text is not None
    assert parse_method(method.text).tree is not None


def test_a_server_is_not_constrained(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('[{"prompt": "x", "expected_patterns": ["y"]}]', encoding="utf-8")
    said = ["evaluate", str(tmp_path / "s.json"), "-o", str(tmp_path / "out"), "--endpoint", "http://127.0.0.1:9/v1", "--model", "m"]
    found = CliRunner().invoke(cli, [*said, "--constrained"])
    assert "--constrained is for a model on this machine" in str(found.exception)
