"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from checker.verdict import Located
from stc import __version__
from stparse.issue import Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif_text(found: Iterable[Located], descriptions: Mapping[str, str]) -> str:
    """Answer the log of one run; `descriptions` say what a code means, and those that occur become its rules."""
    results = list(found)
    codes = sorted({one.issue.code for one in results})
    driver = {"name": "stc", "version": __version__, "rules": [_rule(code, results, descriptions) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.issue.code)) for one in results],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str, found: list[Located], descriptions: Mapping[str, str]) -> dict[str, Any]:
    first = next(one.issue for one in found if one.issue.code == code)
    rule: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": descriptions.get(code) or first.message},
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
    }
    if first.hint:
        rule["help"] = {"text": first.hint}
    return rule


def _result(one: Located, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(one.file)}, "region": _region(one)},
    }
    if one.class_name is not None:
        name = f"{one.class_name}{' class' if one.meta else ''}>>{one.selector or '?'}"
        place["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "member"}]
    text = one.issue.message + (f" ({one.issue.hint})" if one.issue.hint else "")
    level = _LEVELS[one.issue.severity]
    return {"ruleId": one.issue.code, "ruleIndex": index, "level": level, "message": {"text": text}, "locations": [place]}


def _region(one: Located) -> dict[str, int]:
    return {"startLine": one.line, "startColumn": one.column, "endLine": one.end_line, "endColumn": one.end_column}


def _uri(path: str) -> str:
    return "stdin" if path == "-" else f"file://{quote(path)}" if path.startswith("/") else quote(path)
