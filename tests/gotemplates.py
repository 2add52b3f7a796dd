"""A second reader of what is written for Ollama: its Modelfile, and as much of Go's language of templates as is used there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_PART = re.compile(r"\{\{ (.*?) \}\}", re.DOTALL)
_COMMAND = re.compile(r'^(FROM|ADAPTER|SYSTEM|TEMPLATE|PARAMETER \w+) (?:"""(.*?)"""|([^\n]*))$', re.MULTILINE | re.DOTALL)


def read_modelfile(text: str) -> dict[str, list[str]]:
    """Answer the values of a Modelfile by their commands: `{"FROM": ["base"], "PARAMETER stop": ["</s>"]}`."""
    found: dict[str, list[str]] = {}
    for name, quoted, plain in _COMMAND.findall(text):
        found.setdefault(name, []).append(quoted or plain)
    return found


def render(template: str, messages: Sequence[Mapping[str, str]] = (), *, prompt: str = "", suffix: str = "") -> str:
    """Answer what Ollama makes of a template: for a conversation, or for a hole between `prompt` and `suffix`."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    data = {"Prompt": prompt, "Suffix": suffix} if suffix else {"System": system, "Messages": messages}
    nodes, rest = _nodes(_PART.split(template), 0)
    assert rest == -1, "a template must close all that it opens"
    return _said(nodes, data, {})


def _nodes(parts: list[str], at: int) -> tuple[list[Any], int]:
    """Answer the nodes from the part `at` on, up to an `else` or `end`, and where that is; -1 at the end of all."""
    found: list[Any] = []
    while at < len(parts):
        part = parts[at]
        if at % 2 == 0:
            found.append(part)
        elif part.startswith(("else", "end")):
            return found, at
        elif part.startswith("if "):
            branches, wanted = [], part[3:]
            while True:
                inside, at = _nodes(parts, at + 1)
                branches.append((wanted, inside))
                if parts[at] == "end":
                    break
                wanted = parts[at].removeprefix("else").strip().removeprefix("if ") or "true"
            found.append(("if", branches))
        elif part.startswith("range "):
            inside, at = _nodes(parts, at + 1)
            found.append(("range", part[6:], inside))
        else:
            found.append(("do", part))
        at += 1
    return found, -1


def _said(nodes: list[Any], here: Mapping[str, Any], variables: dict[str, Any]) -> str:
    said = ""
    for node in nodes:
        match node:
            case str():
                said += node
            case ("if", branches):
                said += next((_said(inside, here, variables) for wanted, inside in branches if _value(wanted, here, variables)), "")
            case ("range", over, inside):
                each = _value(over, here, variables)
                said += "".join(_said(inside, {name.title(): text for name, text in one.items()}, variables) for one in each)
            case (_, text):
                assigned = re.fullmatch(r"(\$\w+) :?= (.*)", text)
                if assigned:
                    variables[assigned[1]] = _value(assigned[2], here, variables)
                else:
                    said += str(_value(text, here, variables))
    return said


def _value(text: str, here: Mapping[str, Any], variables: dict[str, Any]) -> Any:
    if text.startswith("eq "):
        _, first, second = text.split()
        return _value(first, here, variables) == _value(second, here, variables)
    if text.startswith("."):
        return here.get(text[1:], "")
    if text.startswith("$"):
        return variables[text]
    return {"true": True, "false": False}[text] if text in ("true", "false") else text.strip('"')
