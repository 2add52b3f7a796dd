"""How people word the faults that the checker has a code for, and which places of the code they may name for one.

Written by hand, and by no look at an answer that is judged: each code has the words of which one of every group must be said, and
where the fault is of one name, how the checker's message gives that name, for it must be said, too. tests/test_diagnoses.py holds the
table to sentences of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from datagen.oracle import ticked_in
from datagen.phrase import code_in
from evaluator.item import Item
from evaluator.naming import gives


@dataclass(frozen=True, slots=True)
class Wording:
    """Groups of words, each a regular expression that must be found; `name` finds the name in the checker's message."""

    groups: tuple[str, ...]
    name: str = ""


_LACKS = r"missing|lack|forgot|omitted|left out|need|expect|absent|there is no\b|without"
_NOT = r"(?:not|never|n[o']t) (?:\w+ ){0,2}"
_OPEN = rf"{_LACKS}|unterminated|unclosed|unbalanced|unmatched|{_NOT}(?:terminated|closed?|ended|ends|finished)"
_BRACKET = r"bracket|parenthes|brace|`[\[\](){}]`|block|array"
_EXTRA = r"extra|superfluous|surplus|too many|redundant|stray|unmatched|unbalanced|unexpected|nothing to close|closes nothing"
_EXTRA += r"|never opened|no opening|does not belong|remove"
_STORES = r"assign|stor(?:e|ing)|overwrit|:=|written to|writes? to|chang"
_TWICE = r"twice|two times|second time|again|duplicat|already|more than once|redeclar|repeated|double"
_UNKNOWN = (
    rf"undeclared|undefined|unknown|{_NOT}(?:declared?|defined?|known|exist)|no (?:such )?(?:variable|class|name)|nobody d|does not know"
)
_USUALLY = r"usual|convention|normally|elsewhere|the house|other|should|must|belongs"
_WRONG_WORD = rf"{_UNKNOWN}|no definition|typo|misspel|spelt|spelled|wrong|invalid|{_NOT}valid|should be|must be|instead of"
_NOT_UNDERSTOOD = rf"nobody implements|{_NOT}(?:understood|understand|implement|exist)|unknown|no (?:such )?(?:method|selector|message)"
_NOT_UNDERSTOOD += r"|no (?:class|superclass) implements|doesNotUnderstand|invented"
_SUPER = (r"super", rf"{_LACKS}|{_NOT}(?:send|sent|call)|leaves out")
_BANG = r"`! ?!?`|\bbang|exclamation|chunk"
_BY_NAME = r"^(?:the temporary |the class name )?(\S+?),? (?:is|has|does)\b"
_DEAD = r"unreach|(?:never|not) (?:be )?(?:reached|execut|run\b|evaluat)|dead code|after (?:a |the |that )?(?:return|`?\^)|early|prematur"
_UNSET = (
    rf"before (?:\w+ ){{0,4}}(?:assign|initiali|set|value)|uninitiali|unassigned|{_NOT}(?:assign|initiali|set)|is (?:still |always )?nil"
)
_UNSET += r"|:=` is missing"

WORDINGS: dict[str, Wording] = {
    "P101": Wording((r"string|quot|apostrophe", _OPEN)),
    "P102": Wording((r"comment", _OPEN)),
    "P111": Wording((_BRACKET, _OPEN)),
    "P112": Wording((_BRACKET, _EXTRA)),
    "P121": Wording((r"argument|parameter|operand|value|expression", _LACKS)),
    "P131": Wording((r"period|full stop|\bdot\b|`\.`|separat", _LACKS)),
    "P135": Wording((r"colon|keyword|selector|`:`", r"torn|apart|space|blank|separat|split|gap|white")),
    "P161": Wording((r"cascade|semicolon|`;`", rf"{_LACKS}|nothing|before|remove|no message|first message|receiver")),
    "P163": Wording((r"cascade|semicolon|`;`|message", rf"{_LACKS}|nothing|after|behind|remove|no message|empty")),
    "C101": Wording((_UNKNOWN,), r"undeclared variable (\S+)"),
    "C102": Wording((_UNKNOWN,), r"(\S+)$"),
    "C104": Wording((r"argument|parameter", _STORES), r"argument (\S+)"),
    "C105": Wording((r"argument|parameter", _STORES), r"argument (\S+)"),
    "C106": Wording((r"\bself\b|\bsuper\b|pseudo|reserved", _STORES)),
    "C108": Wording((_TWICE,), _BY_NAME),
    "C109": Wording((r"argument|parameter", rf"{_TWICE}|same name|has the name|shadow|hides?\b|conflict|clash"), r"temporary (\S+)"),
    "C114": Wording((_DEAD,)),
    "C202": Wording((_UNSET,), r"temporary (\S+)"),
    "C302": Wording((_WRONG_WORD,), r"has (\S+)$"),
    "C303": Wording((r"superclass", r"literal|string|symbol|quot|not a class|no class|must be|apostrophe")),
    "C304": Wording((_TWICE,), _BY_NAME),
    "C305": Wording((r"superclass|inherit", r"already|inherit|again|defin|declar"), _BY_NAME),
    "C307": Wording((r"comma|`,`|no name|not a (?:valid )?name|blank|space",)),
    "C309": Wording((r"capital|upper.?case|lower.?case|big letter|small letter",)),
    "C310": Wording((_WRONG_WORD,), r"has a class (\S+?):"),
    "F201": Wording((_BANG, rf"{_OPEN}|end")),
    "F203": Wording((_BANG, rf"{_OPEN}|end")),
    "H01": Wording((r"protocol|categor", _USUALLY), r"in the protocol '([^']+)'"),
    "H07": Wording((r"argument|parameter|nam", _USUALLY), r"is called `([^`]+)`"),
    "H08": Wording((r"argument|parameter|nam", r"article|\ban?\b|prefix")),
    "H20": Wording(
        (r"package|layer|depend", r"above|stands on|upper|higher|cycl|circular|must not|may not|never|back|both ways"), r"^`([^`]+)`"
    ),
    "ST101": Wording((r"ifNil|ifNotNil",)),
    "ST102": Wording((r"\bnil\b|isNil|notNil", r"compar|isNil|notNil|ifNil|ifNotNil|==|=")),
    "ST103": Wording((r"\bnil\b|isNil|notNil", r"negat|\bnot\b|notNil|isNil")),
    "ST104": Wording((r"empt", r"negat|\bnot\b|notEmpty|isEmpty")),
    "ST105": Wording((r"compar|=|[<>]|smaller|less|larger|greater", r"negat|\bnot\b|opposite|revers|instead")),
    "ST108": Wording((r"boolean|\btrue\b|\bfalse\b", r"compar|redundant|superfluous|unnecessary|already|= ")),
    "ST109": Wording((r"\bsize\b", r"zero|\b0\b|isEmpty|notEmpty")),
    "ST112": Wording((r"reverse", r"do\b|reverseDo:|iterat|copy")),
    "ST113": Wording((r"keys|values|associations", r"keysDo:|valuesDo:|keysAndValuesDo:|\bdo:|iterat|copy|collect")),
    "ST114": Wording((r"\bmax\b|\bmin\b|max:|min:|larger|smaller|maximum|minimum|greater",)),
    "ST115": Wording((r"between:?|range",)),
    "ST127": Wording((r"printString|printOn:|print:", r"stream|print:|printOn:")),
    "ST128": Wording((r"white space|space|tab|\bcr\b|character", r"stream|nextPut|`?(?:space|tab|cr)`?")),
    "ST401": Wording((r"\bhash\b", rf"{_LACKS}|no `?hash|{_NOT}(?:defin|implement)")),
    "ST408": Wording((rf"{_LACKS}|abstract|subclassResponsibility|{_NOT}implement|must implement|has to implement",)),
    "ST409": Wording((r"super", _NOT_UNDERSTOOD), r"implements (\S+)"),
    "ST410": Wording((_NOT_UNDERSTOOD,), r"implements? (\S+)"),
    "ST412": Wording(_SUPER),
    "ST422": Wording((_NOT_UNDERSTOOD,), r"implements (\S+)"),
    "ST429": Wording(_SUPER),
}

_LINES = re.compile(r"\b(?:lines?|L)(?: (?:number|no\.?))? ?(\d+(?:(?:, | and |, and | or |-|–| to )\d+)*)", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_SHORTEST_QUOTE, _MOST_LINES = 2, 4


def names_fault(item: Item, text: str) -> bool:
    """Answer whether a text says what is wrong: by the code, as the checker says it, by what it must be, or in other words."""
    fault = item.fault
    assert fault is not None
    said = _flat(_prose(text))
    was = _flat(fault.was)
    if any(_flat(words) in said for words in (fault.message, *item.diagnosis)):
        return True
    if len(was) > 1 and was in {_flat(one) for one in ticked_in(_prose(text))}:
        return True
    wording = WORDINGS.get(fault.code, Wording(()))
    in_words = bool(wording.groups) and all(re.search(group, said, re.IGNORECASE) for group in wording.groups)
    name = re.search(wording.name, fault.message) if wording.name else None
    return (in_words or re.search(rf"\b{fault.code}\b", said) is not None) and (name is None or gives(said, name[1]))


def places_of(item: Item) -> frozenset[int]:
    """Answer the lines of the code of the question that are right to name: where the checker notices the fault, and where it was put.

    There are none where something is left out of a class.
    """
    fault = item.fault
    assert fault is not None
    if item.kind == "negative.class":
        return frozenset()
    code = _code_of(item.prompt.text)
    start, end = fault.span
    found = {fault.line}
    if code[start:end] == fault.now:
        found |= set(range(code.count("\n", 0, start) + 1, code.count("\n", 0, max(start, end)) + 2))
        # What is missing at the end of a line is noticed in the next that says anything.
        if not fault.now:
            found.add(len(code[:start].rstrip().split("\n")))
    return frozenset(found)


def names_place(item: Item, text: str) -> bool:
    """Answer whether a text names one of the places: by its line, or by a piece of its code that stands in no other line."""
    wanted = places_of(item)
    if not wanted:
        return True
    prose = _prose(text)
    if wanted & set(_lines_named(prose)):
        return True
    rows = [_flat(row) for row in _code_of(item.prompt.text).split("\n")]
    quotes = {_flat(one) for one in ticked_in(prose)}
    for quote in (one for one in quotes if len(one) >= _SHORTEST_QUOTE):
        holding = {at for at, row in enumerate(rows, 1) if quote in row}
        if holding and holding <= wanted:
            return True
    return False


def _lines_named(prose: str) -> Iterator[int]:
    for match in _LINES.finditer(prose):
        numbers = [int(one) for one in re.findall(r"\d+", match[1])]
        if re.fullmatch(r"\d+(?:-|–| to )\d+", match[1]):
            numbers = list(range(numbers[0], numbers[1] + 1))
        # "lines 3 to 5" is a place, "lines 1 to 40" is none.
        yield from numbers if len(numbers) <= _MOST_LINES else ()
    for at, word in enumerate(_ORDINALS, 1):
        if re.search(rf"\b{word} line\b", prose, re.IGNORECASE):
            yield at


def _prose(text: str) -> str:
    """Answer a text without its blocks of code."""
    return _BLOCK.sub(" ", text)


_BLOCK = re.compile(r"^[ \t>]*(`{3,}|~{3,}).*?(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=1000)
def _code_of(prompt: str) -> str:
    return (code_in(prompt) or ("",))[0]


def _flat(text: str) -> str:
    return " ".join(text.split())
