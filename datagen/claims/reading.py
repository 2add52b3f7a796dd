"""Claims about a method that the question quotes: what it answers, its role, what it sends, what it does not use, its comment.

The generators walk the tree; here the tokens of the quoted text are read, and values are matched with Smalltalk patterns.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

from datagen.claims import source_claim, text_claim
from datagen.judging import base_of
from datagen.oracle import Oracle, ticked_in
from datagen.phrase import code_in
from datagen.sample import Claim, Sample
from datagen.subject import digest
from datagen.wording import parsed
from stparse.nodes import Message, Send, walk
from stparse.nodes import Sequence as Statements
from stparse.parser import DEFAULT_DIALECT, parse_script, parser_for
from stparse.pattern import Pattern
from stparse.text import Lines

_OPENING, _CLOSING = frozenset(("(", "[", "{", "#(", "#[", "#{", "##(")), frozenset((")", "]", "}"))
_BINARY = ("=", "==", "~=", "~~", "<", ">", "<=", ">=")
_UNARY = ("isNil", "notNil", "isEmpty", "notEmpty", "not", "isString", "isSymbol")
_KEYWORD = ("and:", "or:", "includes:", "isKindOf:", "isMemberOf:", "respondsTo:", "includesKey:")
_BOOLEAN = (
    "true",
    "false",
    *(f"`@a {selector} `@b" for selector in (*_BINARY, *_KEYWORD)),
    *(f"`@a {selector}" for selector in _UNARY),
)
_LITERALS = {
    "number": re.compile(r"-?\d[\w.]*"),
    "string": re.compile(r"'(?:[^']|'')*'", re.DOTALL),
    "symbol": re.compile(r"#(?:[^\W\d][\w:.]*|'(?:[^']|'')*'|[^\w\s(\[{'#]+)"),
    "character": re.compile(r"\$.", re.DOTALL),
    "array": re.compile(r"#[\[(].*[\])]", re.DOTALL),
    "block": re.compile(r"\[.*\]", re.DOTALL),
}
_NEW = re.compile(r"(?P<who>[\w.:]+) (?:new|basicNew|new: .+)")
_NIL = r"(?:isNil|== nil)"
_ROLES = {
    "getter": re.compile(r"\^ (?P<v>\w+)"),
    "setter": re.compile(r"(?P<v>\w+) (?::=|_) (?P<a>\w+)"),
    "lazy getter": re.compile(
        rf"\^ (?P<v>\w+) ifNil: \[ (?P=v) (?::=|_) .+ \]|"
        rf"(?P<w>\w+) (?:ifNil:|{_NIL} ifTrue:) \[ (?P=w) (?::=|_) .+ \] \. \^ (?P=w)|"
        rf"\( (?P<x>\w+) {_NIL} \) ifTrue: \[ (?P=x) (?::=|_) .+ \] \. \^ (?P=x)",
        re.DOTALL,
    ),
}  # fmt: skip
_PRAGMAS = re.compile(r"^(?:< [^<>]+ > )+")
_ABOUT = ("lazy getter", "getter", "setter", "factory")
_ASKS = re.compile(r"[a-z]{2,8}[A-Z]")
_SAID = {
    "self": "the receiver, `self`",
    "nil": "always `nil`",
    "true": "always `true`",
    "false": "always `false`",
    "boolean": "a boolean",
    "variable": "`",
    "new": "a new instance of",
}


class Words:
    """The tokens of a method that a question quotes, with their places."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        tokens = parser_for(dialect).tokens(self.text)
        spans = [(start, end) for start, end in zip(tokens.starts, tokens.ends, strict=True) if end > start]
        self.places = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.words = [self.text[start:end] for start, end in spans]

    def returned(self) -> list[tuple[int, str]]:
        """Answer line and text of what stands after each `^`."""
        lines = Lines(self.text)
        return [(lines.line(self.places[n]), self._after(n)) for n, word in enumerate(self.words) if word == "^"]

    def _after(self, caret: int) -> str:
        depth, end = 0, caret + 1
        while end < len(self.words):
            word = self.words[end]
            depth += (word in _OPENING) - (word in _CLOSING)
            if depth < 0 or (depth == 0 and word == "."):
                break
            end += 1
        return self.text[self.places[caret + 1] : self.ends[end - 1]]

    def ends_with_return(self) -> bool:
        """Whether a `^` stands outside of all brackets, and no statement behind its own."""
        depth, outside = 0, []
        for word in self.words:
            depth += (word in _OPENING) - (word in _CLOSING)
            outside += [word] * (depth == 0)
        while outside[-1:] == ["."]:
            outside.pop()
        return "^" in outside and "." not in outside[outside[::-1].index("^") * -1 - 1 :]

    def body(self, arguments: int) -> str:
        """Answer the tokens after the pattern and the pragmas, without a last period, with single spaces between them."""
        words = self.words[max(1, 2 * arguments) :]
        return _PRAGMAS.sub("", " ".join(words[:-1] if words[-1:] == ["."] else words))


def _quoted(sample: Sample) -> str:
    return (code_in(sample.prompt.text) or ("",))[0]


@text_claim("result")
def result(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """Each `^` answers such a thing, in these lines; without any it is the receiver."""
    kind, _, name = (claim.detail or "").partition(" ")
    words = Words(_quoted(sample), dialect)
    returned = words.returned()
    if tuple(line for line, _ in returned) != claim.numbers or (not returned and kind != "self"):
        return f"it returns in lines {[line for line, _ in returned]}"
    other = [text for _, text in returned if not is_kind(text, kind, name, dialect)]
    if other:
        return f"`{other[0]}` is not {kind} {name}"
    if _SAID.get(kind, kind) not in sample.answer.lower() or (name and f"`{name}`" not in sample.answer):
        return f"the answer does not say that it is {kind} {name}"
    if (bool(returned) and not words.ends_with_return()) != ("ends without a `^`" in sample.answer):
        return "the answer tells wrongly whether it may end without a return"
    lines = sorted(set(claim.numbers))
    return None if [int(n) for n in re.findall(r"\d+", sample.answer.rpartition("(line")[2])] == lines else "the answer gives other lines"


def is_kind(text: str, kind: str, name: str, dialect: str) -> bool:
    """Whether the text of a returned value is such a thing."""
    if kind in ("self", "nil", "true", "false"):
        return text == kind
    if kind == "variable":
        return text == name
    if kind in _LITERALS:
        return bool(_LITERALS[kind].fullmatch(text)) and name in ("", text)
    tree = parse_script(text, dialect).tree
    value = tree.statements[0] if isinstance(tree, Statements) and len(tree.statements) == 1 else tree
    if kind == "boolean":
        return value is not None and any(pattern.match(value) for pattern in _patterns())
    made = _NEW.match(" ".join(text.replace("(", " ").split()))
    return made is not None and (made["who"] == name or (not name and made["who"] in ("self", "super")))


@cache
def _patterns() -> tuple[Pattern, ...]:
    return tuple(Pattern(text) for text in _BOOLEAN)


@text_claim("role")
def role(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The tokens of the method have the shape of its role."""
    words = Words(_quoted(sample), dialect)
    tree = parsed(words.text, dialect).tree
    arguments = len(getattr(tree, "arguments", ()))
    name = next((name for name in _ABOUT if (claim.detail or "").startswith(f"{name} ")), claim.detail or "")
    says = "Neither accessor, predicate nor constructor" if name in ("none", "factory") else f"A {name}"
    if f"{says}:" not in sample.answer:
        return f"the answer does not say that it is a {name}"
    if name in _ROLES:
        found = _ROLES[name].fullmatch(words.body(arguments))
        variable = next((found[group] for group in ("v", "w", "x") if found.groupdict().get(group)), None) if found else None
        fits = variable is not None and claim.detail == f"{name} {variable}" and f"instance variable `{variable}`" in sample.answer
        if found and name == "setter":
            fits = fits and arguments == 1 and words.words[1] == found["a"]
        return None if fits else f"it does not look like a {name}"
    texts = [text for _, text in words.returned()]
    if name == "factory":
        made = (claim.detail or "").partition(" ")[2]
        fits = bool(texts) and all(is_kind(text, "new", made, dialect) for text in texts) and f"`{made}`" in sample.answer
    else:
        fits = _has_role(name, texts, words, arguments, dialect)
    return None if fits else f"it does not look like a {name}"


def _has_role(name: str, texts: list[str], words: Words, arguments: int, dialect: str) -> bool:
    if name == "predicate":
        # What does something first and then answers whether it could is no test, unless it is called like one.
        asks = "." not in words.words[:-1] or _ASKS.match(words.words[0])
        return arguments == 0 and bool(asks and texts) and all(is_kind(text, "boolean", "", dialect) for text in texts)
    if name == "constructor":
        return bool(texts) and all(_NEW.match(" ".join(text.replace("(", " ").split())) for text in texts)
    return name == "none" and not texts and "." in words.words


@source_claim("instance variable")
def instance_variable(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """A class on the line of the quoted method's class defines the variable, and the answer says what it is."""
    class_name = sample.sources[0].class_name
    path, owner = oracle.path_of(class_name.removesuffix(" class")), oracle.path_of(claim.detail or "")
    attribute = "class_instance_variables" if class_name.endswith(" class") else "instance_variables"
    if owner not in (path, *oracle.classes.chain(path)):
        return f"{claim.detail} is not above {class_name}"
    if not any(claim.about in getattr(fact.definition, attribute) for fact in oracle.classes.facts(owner)):
        return f"{claim.detail} does not define {claim.about}"
    return None if f"instance variable `{claim.about}`" in sample.answer else "the answer does not say that it is an instance variable"


@text_claim("messages")
def messages(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The method sends these selectors, in this order, and no others."""
    text = (code_in(sample.prompt.text) or ("",))[0]
    tree = parsed(text, dialect).tree
    sent = [(n.at if isinstance(n, Send) else n.start, n.selector) for n in walk(tree) if isinstance(n, Send | Message)] if tree else []
    ordered = list(dict.fromkeys(selector for _, selector in sorted(sent)))
    said = ticked_in(sample.answer.partition(" The indexed code ")[0])
    if ordered != list(claim.names) or said != [f"#{selector}" for selector in ordered]:
        return f"it sends {' '.join(ordered)}"
    return None


@source_claim("implemented messages", wants="implemented", subjects=lambda claim: tuple((claim.detail or "").split()))
def implemented_messages(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These of the selectors, and no others, are implemented."""
    selectors = (claim.detail or "").split()
    ours = [selector for selector in selectors if selector in oracle.evidence.implemented]
    foreign = [selector for selector in selectors if selector not in ours]
    said = sample.answer.partition(" The indexed code ")[2]
    if ours != list(claim.names):
        return f"implemented are {' '.join(ours) or 'none'}"
    if not foreign or not ours:
        of_two = "both of them" if ours else "neither of them"
        words = (of_two, "all of them", "implements it") if ours else (of_two, "none of them", "does not implement it")
        return None if any(word in said for word in words) else "the answer tells wrongly what is implemented"
    mine, _, outside = said.partition(", but not ")
    expected = ([f"#{s}" for s in ours], [f"#{s}" for s in foreign])
    return None if (ticked_in(mine), ticked_in(outside)) == expected else "the answer tells wrongly what is implemented"


@text_claim("unused")
def unused(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """Each name stands where it is declared and, if it is only assigned, before `:=`; all other declared names stand elsewhere too."""
    words = Words(_quoted(sample), dialect).words
    counts = Counter(words)
    for name, where in zip(claim.names, claim.places, strict=True):
        assigned = sum(word == name and after in (":=", "_") for word, after in pairwise(words))
        if counts[name] - 1 != assigned or (assigned > 0) != where.endswith("only assigned"):
            return f"{name} is read, or not {where}"
    if not claim.names:
        return None if "Nothing is unused" in sample.answer else "the answer does not say that all are needed"
    return None if sorted(ticked_in(sample.answer)) == sorted(claim.names) else "the answer names others"


@text_claim("comment")
def comment(sample: Sample, claim: Claim, dialect: str) -> str | None:
    """The answer is a comment, and put back into the quoted method it gives the source."""
    bare = (code_in(sample.prompt.text) or ("",))[0]
    start = claim.span[0] if claim.span else 0
    if digest(bare[:start] + (claim.detail or "") + sample.answer + bare[start:]) != sample.sources[0].digest:
        return "with the comment the method is not its source"
    return None if re.fullmatch(r'"[^"]+"', sample.answer) else "the answer is no comment"


@source_claim("unknown messages", wants="implemented", subjects=lambda claim: (*claim.names, *(claim.detail or "").split()))
def unknown_messages(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Of what the quoted method sends, these selectors are neither in the code base nor in the base of its dialect."""
    dialect = oracle.dialects.get(sample.sources[0].file, DEFAULT_DIALECT)
    base = base_of(dialect)
    text = (code_in(sample.prompt.text) or ("",))[0]
    lines, tree = Lines(text), parsed(text, dialect).tree
    places: dict[str, int] = {}
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, Send | Message):
            line = lines.line(node.at if isinstance(node, Send) else node.start)
            places[node.selector] = min(line, places.get(node.selector, line))
    if base is None or not base.complete or set(places) != {*claim.names, *(claim.detail or "").split()}:
        return f"it sends {' '.join(places)}"
    unknown = {s: line for s, line in places.items() if s not in oracle.evidence.implemented and s not in base.selectors}
    if dict(zip(claim.names, claim.numbers, strict=True)) != unknown:
        return f"unknown are {' '.join(unknown) or 'none'}"
    said = re.findall(r"`#([^`]+)` \(line (\d+)\)", sample.answer)
    if said != [(selector, str(line)) for selector, line in zip(claim.names, claim.numbers, strict=True)]:
        return "the answer names others"
    return None if sample.answer.startswith("No unknown message:") == (not unknown) else "the answer tells wrongly whether there are any"
