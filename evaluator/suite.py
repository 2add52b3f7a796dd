"""A suite in JSON: cases with a prompt, the patterns that its answer must hold, and whether its code must compile.

    [{"id": "rights-01", "use": "generation", "prompt": "Create Store subclass",
      "expected_patterns": ["subclass:", {"regex": "instanceVariableNames: '[^']*status"}, {"smalltalk": "`@store at: #rights"}],
      "must_compile": true}]

A pattern that is a text must stand in the answer as it is, whatever the white space; `regex` is searched in the answer; `smalltalk` is an
expression with metavariables that must match somewhere in the code of the answer, `method` one for a whole method (stparse/pattern.py).
docs/evaluation.md has the other keys.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from checker.reference import read_reference
from datagen.sample import Message, Prompt
from evaluator.item import USES, Expected, Item, Suite, Way
from stparse.dialect import DIALECTS
from stparse.index.pattern_text import guessed_selector
from stparse.issue import BadInputError
from stparse.parser import DEFAULT_DIALECT
from stparse.pattern import Pattern

KEYS = frozenset(
    (
        "id",
        "use",
        "prompt",
        "system",
        "class",
        "protocol",
        "dialect",
        "expected_patterns",
        "refused_patterns",
        "must_compile",
        "reference",
        "wrong",
        "why",
    )
)


def read_suite(path: Path, index: Path | None = None, dialect: str = "") -> Suite:
    """Answer the suite in the file `path`, judged in the code base `index`. Raises BadInputError, naming the case and the key."""
    cases = cases_of(path)
    items = tuple(_item(path, place, case, dialect or DEFAULT_DIALECT) for place, case in enumerate(cases, 1))
    twice = next((item.id for place, item in enumerate(items) if any(item.id == other.id for other in items[:place])), None)
    if twice is not None:
        raise BadInputError(f"{path}: two cases are called {twice}")
    # What the reference says does not judge anything; what is wrong, and why, is for people.
    judged = [{key: value for key, value in case.items() if key not in ("wrong", "why")} for case in cases]
    digest = hashlib.sha256(json.dumps([judged, dialect], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Suite(path.stem, digest, items, items[0].dialect, index=index)


def cases_of(path: Path) -> list[dict[str, Any]]:
    """Answer the cases as they stand in the file. Raises BadInputError where it holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path} is no suite of test cases ({error}); docs/evaluation.md shows one") from error
    cases = found.get("cases") if isinstance(found, dict) else found
    if not isinstance(cases, list) or not cases or not all(isinstance(case, dict) for case in cases):
        raise BadInputError(f"{path} holds no list of cases; docs/evaluation.md shows one")
    return cases


def _item(path: Path, place: int, case: Mapping[str, Any], dialect: str) -> Item:
    name = str(case.get("id") or f"case-{place:03}")
    where = f"{path}: {name}"
    unknown = sorted(set(case) - KEYS)
    if unknown:
        raise BadInputError(f"{where}: there is no key {', '.join(unknown)}; there are {', '.join(sorted(KEYS))}")
    prompt = _typed(where, case, "prompt", str, "")
    if not prompt.strip():
        raise BadInputError(f"{where}: it needs a prompt")
    use = _typed(where, case, "use", str, "")
    if use and use not in USES:
        raise BadInputError(f"{where}: use is {use!r}; it can be {', '.join(USES)}")
    dialect = _typed(where, case, "dialect", str, dialect)
    if dialect not in DIALECTS:
        raise BadInputError(f"{where}: there is no dialect {dialect!r}; there are {', '.join(sorted(DIALECTS))}")
    system = _typed(where, case, "system", str, "")
    about = _typed(where, case, "class", str, "")
    messages = ((Message("system", system),) if system else ()) + (Message("user", prompt),)
    named = read_reference(about) if about else None
    must_compile = _typed(where, case, "must_compile", bool, False)
    reference = _typed(where, case, "reference", str, "")
    return Item(
        id=name,
        kind=f"case.{use}" if use else "case",
        prompt=Prompt(messages),
        cluster=named.class_name if named else name,
        dialect=dialect,
        form="method" if named and must_compile else "prose",
        use=use,
        class_name=named.class_name if named else None,
        meta=named is not None and named.meta,
        selector=named.selector if named else None,
        written=((named.class_name, named.meta, named.selector or guessed_selector(reference)),) if named else (),
        protocol=_typed(where, case, "protocol", str, "") or None,
        must_compile=must_compile,
        reference=reference,
        expected=_patterns(where, case, "expected_patterns"),
        refused=_patterns(where, case, "refused_patterns"),
    )


def _typed(where: str, case: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    found = case.get(key, default)
    if not isinstance(found, kind):
        raise BadInputError(f"{where}: {key} is {found!r}, no {'text' if kind is str else 'true or false'}")
    return found


def _patterns(where: str, case: Mapping[str, Any], key: str) -> tuple[Expected, ...]:
    said = case.get(key, [])
    if not isinstance(said, list):
        raise BadInputError(f"{where}: {key} is no list")
    return tuple(_pattern(f"{where}: {key}", one) for one in said)


def _pattern(where: str, said: Any) -> Expected:
    if isinstance(said, str) and said.strip():
        return Expected(Way.TEXT, said)
    if isinstance(said, dict) and len(said) == 1:
        ((way, text),) = said.items()
        if way in (each.value for each in Way) and isinstance(text, str) and text.strip():
            found = Expected(Way(way), text)
            _PROVE[found.way](where, text)
            return found
    raise BadInputError(f'{where}: {said!r} is no pattern; write a text, {{"regex": "..."}}, {{"smalltalk": "..."}}, {{"method": "..."}}')


def _regex(where: str, text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise BadInputError(f"{where}: {text!r} is no regular expression ({error})") from error


def _smalltalk(where: str, text: str, *, method: bool = False) -> None:
    try:
        Pattern(text, method=method)
    except BadInputError as error:
        raise BadInputError(f"{where}: {error}") from error


_PROVE: dict[Way, Callable[[str, str], None]] = {
    Way.TEXT: lambda where, text: None,
    Way.REGEX: _regex,
    Way.SMALLTALK: _smalltalk,
    Way.METHOD: lambda where, text: _smalltalk(where, text, method=True),
}
