"""Does the checker find faulty what Pharo's own tests of its parser call faulty, and nothing else?

    STC_CORPORA=/path/to/corpora python benchmarks/pharo_snippets.py [--show]

The class ASTCodeSnippet of Pharo lists some 350 snippets, each with `isParseFaulty:`, `isFaulty:` and
`isFaultyMinusUndeclared:`, and with defaults for its group. Our parser reads that class: nothing in here knows Pharo's
code but for these selectors. What Pharo reads is compared with our parser, what it compiles with our verdict.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import corpora, methods

from checker.check import Outcome, check
from checker.names import GivenNames
from stparse import nodes as n
from stparse.parser import parse_method, parse_script

_NAMES = GivenNames(
    classes=frozenset(("Object", "Point", "Warning", "CodeError", "RuntimeSyntaxError")),
    globals=frozenset(("Smalltalk", "Transcript")),
    base=True,
)
_FLAGS = ("isScripting", "isFaulty", "isParseFaulty", "isFaultyMinusUndeclared")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text, whether it is a script, and what Pharo says: does it parse, compile, compile but for undeclared names?"""

    group: str
    source: str
    script: bool
    parses: bool
    compiles: bool
    compiles_but_for_names: bool


def snippets() -> Iterator[Snippet]:
    """Yield the snippets that the corpus called pharo holds."""
    for method in methods(corpora(["pharo"])[0]):
        if method.class_name == "ASTCodeSnippet" and method.source.startswith("bad"):
            tree = parse_method(method.source, "pharo").tree
            assert isinstance(tree, n.Method)
            said = [settings for node in n.walk(tree) if (settings := settings_of(node))]
            default = next(settings for settings in said if "group" in settings)
            for settings in said:
                if isinstance(settings.get("source"), str):
                    yield snippet_of(tree.selector, settings, default)


def settings_of(node: n.Node) -> dict[str, object]:
    """Answer {selector without its colon: literal} of `self new source: '...'; isFaulty: true`."""
    if not (isinstance(node, n.Cascade) and isinstance(node.receiver, n.Send) and node.receiver.selector == "new"):
        return {}
    found: dict[str, object] = {}
    for message in node.messages:
        if len(message.arguments) == 1:
            argument = message.arguments[0]
            name = argument.name if isinstance(argument, n.Variable) else None
            value = argument.value if isinstance(argument, n.String | n.Symbol) else {"true": True, "false": False}.get(name or "")
            found[message.selector[:-1]] = value
    return found


def snippet_of(group: str, settings: dict[str, object], default: dict[str, object]) -> Snippet:
    """Answer a snippet: what it leaves open is as in its group, and else follows from `isFaulty:` (applyDefaultTo:)."""
    script, faulty, parse_faulty, faulty_names = (settings.get(flag, default.get(flag)) for flag in _FLAGS)
    parse_faulty = faulty if parse_faulty is None else parse_faulty
    faulty_names = faulty if settings.get("isFaultyMinusUndeclared") is None else faulty_names
    return Snippet(group, str(settings["source"]), bool(script), not parse_faulty, not faulty, not faulty_names)


def main() -> int:
    show = "--show" in sys.argv[1:]
    parsed = compiled = count = 0
    for snippet in snippets():
        count += 1
        text = snippet.source.replace("\r", "\n")
        read = (parse_script if snippet.script else parse_method)(text, "pharo")
        verdict = check(text, dialect="pharo", kind="expression" if snippet.script else "method", names=_NAMES)
        same = (read.tree is not None) == snippet.parses
        expected = Outcome.COMPILES if snippet.compiles else Outcome.UNDECLARED if snippet.compiles_but_for_names else Outcome.ERROR
        agreed = verdict.outcome == expected
        parsed += same
        compiled += agreed
        if show and not (same and agreed):
            codes = " ".join(f"{issue.code} {issue.message};" for issue in verdict.issues)
            print(f"{snippet.group:22} parses {snippet.parses} {read.tree is not None}  {expected} {verdict.outcome} {text!r} {codes}")
    print(f"{count} snippets")
    for what, agreed_on in (("the parser", parsed), ("the verdict", compiled)):
        print(f"{what} agrees on {agreed_on} ({agreed_on / max(1, count):.1%})")
    return 0 if count else 2


if __name__ == "__main__":
    sys.exit(main())
