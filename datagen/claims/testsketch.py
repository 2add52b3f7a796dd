"""Claims about a test that an answer writes: it must pass, its subject is made so, and it is in the style of the tests that are there."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from datagen.claims import source_claim
from datagen.claims.quotes import is_below_test_case
from datagen.classfacts import short_of
from datagen.looks.tests import ALL, Tested
from datagen.oracle import Oracle, short_method
from datagen.phrase import code_in, number
from datagen.sample import Claim, Sample
from stparse.nodes import Method
from stparse.parser import DEFAULT_DIALECT, parse_method

_COMMENTS = r"(?:\s|\"[^\"]*\")*"
_SETTER = re.compile(
    rf"(\w+:)\s*(\w+){_COMMENTS}(\w+)\s*(?::=|_)\s*\2{_COMMENTS}(?:\.{_COMMENTS}self\s+(changed):\s*#\w+{_COMMENTS})?"
    rf"(?:\.{_COMMENTS}\^\s*self{_COMMENTS})?\.?{_COMMENTS}"
)
_GETTER = re.compile(rf"(\w+){_COMMENTS}\^\s*(\w+){_COMMENTS}\.?{_COMMENTS}")
_CONSTANT = re.compile(rf"(\w+){_COMMENTS}\^\s*((?:'(?:[^']|'')*')|#[\w:]+|#'[^']*'|-?[\w.]+){_COMMENTS}\.?{_COMMENTS}")
_NEW = re.compile(rf"new{_COMMENTS}\^\s*(?:super\s+new|self\s+basicNew)\s+(?:initialize|init|setUp|yourself)\s*\.?\s*")
_SUFFIXES = ("TestCase", "Tests", "Test")
_STORING = re.compile(r"(test\w+)\s+\| (\w+)( \w+)? \|\s+\2 := (\w+) new\.(?:\s+(\w+) := (\w+) (\w+)\.)?\s+\2 (\w+:) ([^.]+)\.\s+self (.+)")
_ANSWERING = re.compile(r"(test\w+)\s+self (.+)")


def _places(claim: Claim) -> tuple[str, ...]:
    return claim.places


@source_claim("tested", wants="texts", subjects=_places)
def tested(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The texts of the methods say what the answer does, and the test asserts just that of a new instance."""
    texts = []
    for name, where in zip(claim.names, claim.places, strict=True):
        text = next((t for t in oracle.evidence.texts.get(where, ()) if short_method(t.place.name) == short_method(name)), None)
        if text is None or f"`{name}` ({where})" not in sample.answer:
            return f"the answer does not cite {name}"
        texts.append(text.source.strip())
    if re.search(r" class>>new$", claim.names[-1]) and not _NEW.fullmatch(texts.pop()):
        return "its class does more than initialise an instance"
    test = next(iter(code_in(sample.answer)), "")
    dialect = oracle.dialects.get(sample.sources[0].file, DEFAULT_DIALECT)
    if not isinstance(parse_method(test, dialect).tree, Method):
        return "the test does not parse"
    owner = short_of(claim.about.partition(">>")[0])
    detail = claim.detail or ""
    return _answers(texts, test, owner, detail) if detail.startswith("=") else _stores(texts, test, owner, detail, sample, oracle)


def _answers(texts: list[str], test: str, owner: str, detail: str) -> str | None:
    found, said = _CONSTANT.fullmatch(texts[0]), _ANSWERING.fullmatch(test)
    if found is None or said is None or f"={found[2]}" != detail:
        return "the method does not answer that constant"
    expression, value = f"{owner} new {found[1]}", found[2]
    wanted = {"true": {f"assert: {expression}"}, "false": {f"deny: {expression}"}}.get(value, _equal(expression, value))
    if value[0].isalpha() and value not in ("true", "false"):
        return "that is no constant"
    return None if said[2] in wanted and said[1] == _name(found[1]) else "the test asserts something else"


def _stores(texts: list[str], test: str, owner: str, detail: str, sample: Sample, oracle: Oracle) -> str | None:
    setter, getter, said = _SETTER.fullmatch(texts[0]), _GETTER.fullmatch(texts[1]), _STORING.fullmatch(test)
    argument, _, tells = detail.partition("|")
    if setter is None or getter is None or said is None or setter[2] != argument:
        return "the methods are no setter and getter"
    path = oracle.path_of(owner)
    declared = {name for fact in oracle.classes.facts(path) for name in fact.definition.instance_variables}
    if setter[3] != getter[2] or setter[3] not in declared or setter[1] != f"{getter[1]}:":
        return "the getter answers another variable"
    if bool(setter[4]) != bool(tells) or bool(tells) != (" and tells of it with `#changed:`" in sample.answer):
        return "whether it tells of it is told wrongly"
    name, subject, other, made, held, _, _, selector, value, asserted = said.groups()
    if name != _name(getter[1]) or made != owner or selector != setter[1] or (held or "") != (other or "").strip():
        return "the test is about something else"
    if {subject, (other or "").strip()} & _variables(f"{owner}{_suffix(sample)}", oracle):
        return "a temporary hides a variable of the test class"
    got = f"{subject} {getter[1]}"
    if held:
        right = value == held and asserted == f"assert: {got} == {held}" and _can_be_made(said[6], said[7], owner, oracle)
        return None if right else "the test asserts something else"
    wanted = {f"assert: {got}"} if value == "true" else _equal(got, value)
    return None if asserted in wanted else "the test asserts something else"


def _suffix(sample: Sample) -> str:
    return next((claim.names[0] for claim in sample.claims if claim.kind == "test style" and claim.names), "")


def _variables(home: str, oracle: Oracle) -> set[str]:
    """Answer the variables of a test class, inherited ones too."""
    path = oracle.path_of(home)
    facts = [fact for one in (path, *oracle.classes.chain(path)) for fact in oracle.classes.facts(one)]
    return {name for fact in facts for name in (*fact.definition.instance_variables, *fact.definition.class_variables)}


def _can_be_made(name: str, selector: str, owner: str, oracle: Oracle) -> bool:
    """Whether an expression answers an object: of the base, or of a class whose `new` is that of the subject or of the base."""
    if (name, selector) in (("Object", "new"), ("Date", "today"), ("Time", "now")):
        return True
    return selector == "new" and oracle.is_defined(oracle.path_of(name)) and _new_of(name, oracle) in (None, _new_of(owner, oracle))


def _new_of(name: str, oracle: Oracle) -> str | None:
    """Answer the class whose `new` a class of the code base has."""
    path = oracle.path_of(name)
    owners = [oracle.path_of(one.class_name) for one in oracle.evidence.members.get("new", []) if one.meta]
    return next((one[-1] for one in (path, *oracle.classes.chain(path)) if one in owners), None)


def _equal(expression: str, value: str) -> set[str]:
    return {f"assert: {expression} = {value}", f"assert: {expression} equals: {value}"}


def _name(selector: str) -> str:
    return f"test{selector[0].upper()}{selector[1:]}"


@source_claim("made by new", wants="members", subjects=lambda claim: ("new",))
def made_by_new(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The `new` that the class has is this one, or that of the base."""
    found = _new_of(claim.detail or "", oracle)
    if found is None:
        return None if not claim.names and "`new` is that of the base" in sample.answer else "the code base has no `new` for it"
    wanted = f"{found} class>>new"
    named = claim.names and short_method(claim.names[0]) == wanted
    return None if named and "makes and initialises the instance" in sample.answer else f"it is made by {wanted}"


@lru_cache(maxsize=2)
def _style(oracle: Oracle) -> tuple[Counter[str], Counter[str], int, int, frozenset[str]]:
    """Answer the endings of the test classes, the protocols of the tests, how many compare in each way, and what they are called."""
    found: list[Tested] = [one for one in oracle.evidence.seen("tests", ALL) if is_below_test_case(one.class_name, oracle)]
    names = {short_of(one.class_name) for one in found}
    endings = Counter(next((end for end in _SUFFIXES if name.endswith(end)), "") for name in names)
    selectors = frozenset(one.place.name.partition(">>")[2] for one in found)
    return endings, Counter(one.protocol for one in found), sum(o.equal for o in found), sum(o.keyword for o in found), selectors


@source_claim("test style", wants="tests", subjects=lambda claim: (ALL,))
def in_style(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """Class, protocol and comparison are those of most tests of the sources, which have no test of that name yet."""
    endings, protocols, equal, keyword, selectors = _style(oracle)
    suffix, protocol = claim.names
    numbers = (endings[suffix], sum(endings.values()), protocols[protocol], sum(protocols.values()), equal, keyword)
    if claim.numbers != numbers or endings[suffix] * 2 <= numbers[1] or protocols[protocol] != max(protocols.values()):
        return f"the sources have {numbers}"
    test = next(iter(code_in(sample.answer)), "")
    rarer = "equals:" in test if keyword <= equal else " = " in test
    if test.split("\n", 1)[0] in selectors or rarer:
        return "the test is there, or compares in the rarer way"
    home = f"{short_of(claim.about.partition('>>')[0])}{suffix}"
    definitions = [fact.definition for path in oracle.classes.paths(home) for fact in oracle.classes.facts(path)]
    places = [f"{one.file}:{one.line}" for one in definitions]
    where = f"in `{home}` ({places[0]}), protocol '{protocol}'" if places else f"in a new class `{home}`, protocol '{protocol}'"
    usual, other = ("assert: x equals: y", "assert: x = y") if keyword > equal else ("assert: x = y", "assert: x equals: y")
    rest = f", and {number(min(equal, keyword))} with `{other}`" if min(equal, keyword) else f", none with `{other}`"
    said = (
        f"{_of(numbers[0], numbers[1])} test classes end in `{suffix}`",
        _stands(protocol, numbers[2], numbers[3]),
        f"{number(max(equal, keyword))} compare with `{usual}`{rest}",
        where,
    )
    missing = [words for words in said if words not in sample.answer]
    return f"the answer does not say: {missing[0]}" if missing or claim.detail != home else None


def _stands(protocol: str, n: int, total: int) -> str:
    if 3 * n >= 2 * total:
        return f"{_of(n, total)} tests are in the protocol '{protocol}'"
    return f"of the protocols '{protocol}' is the most frequent, with {number(n)} of the {number(total)} tests"


def _of(n: int, total: int) -> str:
    return f"all {number(total)}" if n == total else f"{number(n)} of the {number(total)}"
