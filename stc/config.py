"""Settings from stc.toml: what this code base has decided.

[check]
ignore = [{rule = "ST101", where = "Contract>>title", reason = "the compiler of 1996 has no ifNil:"}]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from checker.lint import selected_codes
from checker.suppress import Ignore
from stparse.issue import BadInputError

FILE = "stc.toml"
_KEYS = ("rule", "where", "reason")


@dataclass(frozen=True, slots=True)
class Settings:
    """What stc.toml says; an absent file says nothing."""

    ignore: tuple[Ignore, ...] = ()


def settings_from(path: Path = Path(FILE)) -> Settings:
    """Answer the settings of a file, which need not exist. Raises BadInputError with the place for one that is not as it should be."""
    if not path.is_file():
        return Settings()
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: {error}") from error
    check = table.get("check", {})
    entries = check.get("ignore", []) if isinstance(check, dict) else None
    if not isinstance(entries, list):
        raise BadInputError(f"{path}: [check] ignore is a list of tables with {', '.join(_KEYS)}")
    return Settings(tuple(_ignore(entry, path, number) for number, entry in enumerate(entries, 1)))


def _ignore(entry: object, path: Path, number: int) -> Ignore:
    place = f"{path}: [check] ignore, entry {number}"
    if not isinstance(entry, dict):
        raise BadInputError(f"{place}: write {{rule = ..., where = ..., reason = ...}}")
    unknown = sorted(set(entry) - set(_KEYS))
    if unknown:
        raise BadInputError(f"{place}: no key {unknown[0]!r}; there are {', '.join(_KEYS)}")
    for key in _KEYS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise BadInputError(f"{place}: {key} is missing; an entry says what is ignored, where, and for what reason")
    try:
        selected_codes([entry["rule"]])
    except BadInputError as error:
        raise BadInputError(f"{place}: {error}") from error
    return Ignore(entry["rule"], entry["where"].strip(), entry["reason"].strip())
