"""Lark's LALR tables of a grammar, compiled once and kept in the user's cache; the only importer of lark.

Lark reads the grammar, checks it and computes the tables. What runs on every method is `stparse.engine`, a small
driver of these tables (docs/decisions/0001): five times the speed of Lark's own, and it knows where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grammar import FOLDER
from stparse.lazy import lazy_module

if TYPE_CHECKING:
    from lark import Lark

# Only the first use of a grammar on a machine needs it: the tables of all others are in the cache.
_lark = lazy_module("lark")
# Only for writing the tables, once.
_tempfile = lazy_module("tempfile")
_VERSION = 2
END = "$END"


@dataclass(frozen=True, slots=True)
class Rule:
    """One production. `keep` are the positions whose values go on, `spread` those of them that are lists.

    `build` names the node maker (None: the only value passes through); `collect` marks a helper of `+` and `*`,
    whose value is the list of what its turns gave.
    """

    lhs: str
    size: int
    build: str | None
    collect: bool
    keep: tuple[int, ...]
    spread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """An LALR automaton: terminals with their patterns in matching order, rules, and one row of actions a state.

    `actions[state][terminal]` is the next state of a shift (>= 0) or `~rule` of a reduction; `words[terminal][text]`
    is the terminal that an exact text makes of another ("|" of BINARY).
    """

    patterns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    words: dict[str, dict[str, str]]
    rules: tuple[Rule, ...]
    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    starts: dict[str, int]


def grammar_text(name: str, *overlays: str) -> str:
    """Answer the text of `grammar/<name>.lark`, followed by those of the overlays: "dialects/pharo", "pattern"."""
    return "\n".join((FOLDER / f"{part}.lark").read_text(encoding="utf-8") for part in (name, *overlays))


@cache
def dialects() -> tuple[str, ...]:
    """Answer the names of all dialects: the overlays there are."""
    return tuple(sorted(path.stem for path in (FOLDER / "dialects").glob("*.lark")))


def load(text: str, starts: tuple[str, ...]) -> Tables:
    """Answer the tables of a grammar text, from the cache when it holds them whole, else compiled and cached."""
    key = hashlib.sha256(json.dumps([_VERSION, text, starts, sys.version_info[:2]]).encode()).hexdigest()
    path = cache_folder() / f"{key[:32]}.json"
    cached = _read(path)
    if cached is not None:
        return cached
    tables = compile_tables(text, starts)
    _write(path, tables)
    return tables


def cache_folder() -> Path:
    """Answer the folder of cached tables: `STC_CACHE`, else the user's cache folder of this system."""
    given = os.environ.get("STC_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base, usual = os.environ.get("LOCALAPPDATA"), Path.home() / "AppData" / "Local"
    else:
        base, usual = os.environ.get("XDG_CACHE_HOME"), Path.home() / ".cache"
    return (Path(base) if base else usual) / "stc"


def _read(path: Path) -> Tables | None:
    """Answer the cached tables, or None where they are missing, cut short or changed."""
    try:
        checksum, _, payload = path.read_bytes().partition(b"\n")
        if hashlib.sha256(payload).hexdigest().encode() != checksum:
            return None
        return _from_json(json.loads(payload))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _from_json(data: dict[str, Any]) -> Tables:
    return Tables(
        patterns=tuple((name, pattern) for name, pattern in data["patterns"]),
        ignored=tuple(data["ignored"]),
        words=data["words"],
        rules=tuple(Rule(**{**rule, "keep": tuple(rule["keep"]), "spread": tuple(rule["spread"])}) for rule in data["rules"]),
        actions=tuple(data["actions"]),
        gotos=tuple(data["gotos"]),
        starts=data["starts"],
    )


def _write(path: Path, tables: Tables) -> None:
    """Write the cache file whole or not at all; a cache that cannot be written is only slower."""
    payload = json.dumps(asdict(tables), separators=(",", ":")).encode()
    written: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, delete=False) as file:
            written = Path(file.name)
            file.write(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        written.replace(path)
    except OSError:
        if written is not None:
            with suppress(OSError):
                written.unlink()


def lark_of(text: str, starts: tuple[str, ...]) -> Lark:
    """Answer Lark's own parser of a grammar text: for the tables, and for tests that compare with it."""
    parser: Lark = _lark.Lark(text, parser="lalr", lexer="basic", start=list(starts), maybe_placeholders=False, propagate_positions=True)
    return parser


def compile_tables(text: str, starts: tuple[str, ...]) -> Tables:
    """Answer the tables that Lark computes for a grammar text.

    Raises lark.exceptions.GrammarError where the grammar is no LALR(1) grammar.
    """
    parser = lark_of(text, starts)
    table = parser.parser.parser._parse_table
    numbers = {rule: number for number, rule in enumerate(parser.rules)}
    terminals = sorted(parser.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    patterns, words = _split_words(terminals)
    lists = _list_rules(parser.rules)
    order = sorted(table.states)
    place = {state: index for index, state in enumerate(order)}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    nonterminals = {rule.origin.name for rule in parser.rules}
    for state in order:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (action, target) in table.states[state].items():
            if symbol in nonterminals:
                goto[symbol] = place[target]
            else:
                row[symbol] = ~numbers[target] if action.name == "Reduce" else place[target]
        actions.append(row)
        gotos.append(goto)
    for state in table.end_states.values():
        # Lark accepts by state; here the accept is a shift of the end, so that the driver asks one question only.
        actions[place[state]][END] = place[state]
    return Tables(
        patterns=tuple(patterns),
        ignored=tuple(parser.ignore_tokens),
        words=words,
        rules=tuple(_rule(rule, lists) for rule in parser.rules),
        actions=tuple(actions),
        gotos=tuple(gotos),
        starts={name: place[state] for name, state in table.start_states.items()},
    )


def _split_words(terminals: list[Any]) -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    """Set fixed texts that a pattern would match too apart, as Lark does: the pattern matches, the text decides."""
    expressions = [t for t in terminals if t.pattern.type == "re"]
    words: dict[str, dict[str, str]] = {}
    patterns: list[tuple[str, str]] = []
    for terminal in terminals:
        pattern = terminal.pattern
        owner = None
        if pattern.type == "str":
            owner = next((e for e in expressions if re.fullmatch(e.pattern.to_regexp(), pattern.value)), None)
        if owner is None:
            patterns.append((terminal.name, pattern.to_regexp()))
        else:
            words.setdefault(owner.name, {}).setdefault(pattern.value, terminal.name)
    return patterns, words


def _list_rules(rules: list[Any]) -> set[str]:
    """Answer the names of inlined rules whose value is a list: all but those that only choose one symbol."""
    inlined = {rule.origin.name for rule in rules if rule.origin.name.startswith("_")}
    return {name for name in inlined if any(len(rule.expansion) != 1 for rule in rules if rule.origin.name == name)} | {
        name for name in inlined if name.startswith("__")
    }


def _rule(rule: Any, lists: set[str]) -> Rule:
    name = rule.origin.name
    keep = tuple(i for i, symbol in enumerate(rule.expansion) if not getattr(symbol, "filter_out", False))
    spread = tuple(i for i in keep if rule.expansion[i].name in lists)
    collect = name in lists
    passes = not collect and rule.alias is None and len(keep) == 1 and (rule.options.expand1 or name.startswith("_"))
    build = None if passes or collect else rule.alias or name
    return Rule(lhs=name, size=len(rule.expansion), build=build, collect=collect, keep=keep, spread=spread)
