"""Compiled tables are cached, and a cache that is broken, stale or cannot be written is never trusted and never an error."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from lark.exceptions import GrammarError

from stparse import tables
from stparse.tables import Tables, cache_folder, dialects, grammar_text, load

GRAMMAR = 'start: NAME ("," NAME)*\nNAME: /[a-z]+/\n%ignore /\\s+/\n'


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer an empty cache folder that is in use."""
    monkeypatch.setenv("STC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer the list of grammars that were compiled, as it grows."""
    grammars: list[str] = []
    compile_tables = tables.compile_tables

    def spy(text: str, starts: tuple[str, ...]) -> Tables:
        grammars.append(text)
        return compile_tables(text, starts)

    monkeypatch.setattr(tables, "compile_tables", spy)
    return grammars


def shape(made: Tables) -> tuple[object, ...]:
    """Answer what two compilations of a grammar share: Lark numbers the states anew each time."""
    return made.patterns, made.ignored, made.words, made.rules, sorted(sorted(row) for row in made.actions), len(made.gotos)


def only_file(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def test_the_second_load_reads_the_cache(cache: Path, compiled: list[str]) -> None:
    first = load(GRAMMAR, ("start",))
    assert load(GRAMMAR, ("start",)) == first
    assert len(compiled) == 1
    assert only_file(cache).suffix == ".json"


@pytest.mark.usefixtures("cache")
def test_another_grammar_or_start_is_another_entry(compiled: list[str]) -> None:
    load(GRAMMAR, ("start",))
    load(GRAMMAR + "// changed\n", ("start",))
    load(GRAMMAR + "other: NAME\n", ("start", "other"))
    assert len(compiled) == 3


@pytest.mark.parametrize("harm", ["empty", "truncated", "garbage", "one byte", "no tables", "not a file"])
def test_a_broken_cache_is_built_again(cache: Path, compiled: list[str], harm: str) -> None:
    first = load(GRAMMAR, ("start",))
    path = only_file(cache)
    whole = path.read_bytes()
    if harm == "not a file":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(
            {
                "empty": b"",
                "truncated": whole[: len(whole) // 2],
                "garbage": bytes(range(256)),
                "one byte": whole.replace(b"NAME", b"NAMF", 1),
                "no tables": hashlib.sha256(b"{}").hexdigest().encode() + b"\n{}",
            }[harm]
        )
    assert shape(load(GRAMMAR, ("start",))) == shape(first)
    assert len(compiled) == 2
    if harm != "not a file":
        load(GRAMMAR, ("start",))
        assert len(compiled) == 2
    assert [p.name for p in cache.iterdir()] == [path.name]


def test_a_stale_cache_of_another_version_is_not_read(cache: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    load(GRAMMAR, ("start",))
    monkeypatch.setattr(tables, "_VERSION", -1)
    load(GRAMMAR, ("start",))
    assert len(compiled) == 2
    assert len(list(cache.iterdir())) == 2


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[str]) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("STC_CACHE", str(tmp_path / "file" / "cache"))
    assert shape(load(GRAMMAR, ("start",))) == shape(load(GRAMMAR, ("start",)))
    assert len(compiled) == 2


@pytest.mark.usefixtures("rights")
def test_a_folder_without_rights_costs_only_time(cache: Path, compiled: list[str]) -> None:
    cache.mkdir()
    cache.chmod(0o500)
    load(GRAMMAR, ("start",))
    assert list(cache.iterdir()) == []
    assert len(compiled) == 1


def test_a_full_disk_leaves_no_file_behind(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    load(GRAMMAR, ("start",))
    assert list(cache.glob("*.json")) == []
    assert list(cache.iterdir()) == []


def test_the_cache_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STC_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert cache_folder() == tmp_path / "stc"


def test_a_grammar_with_conflicts_is_refused() -> None:
    with pytest.raises(GrammarError):
        load("start: a | b\na: NAME\nb: NAME\nNAME: /[a-z]+/\n", ("start",))


def test_tables_survive_json() -> None:
    made = tables.compile_tables(GRAMMAR, ("start",))
    assert json.loads(json.dumps(asdict(made)))["starts"] == made.starts


def test_every_dialect_has_tables() -> None:
    assert {"visualworks", "squeak", "pharo", "gnu", "dolphin", "stx", "va", "gemstone", "amber", "smalltalk80"} == set(dialects())
    assert grammar_text("smalltalk") in grammar_text("smalltalk", "dialects/pharo")
