"""Claims about a sketch in TypeScript: tree-sitter reads it, and what it says is held against a scan of the sources."""

from __future__ import annotations

import re
from collections import Counter

from datagen.claims import source_claim
from datagen.constructs import ROOTS, WORDED
from datagen.looks.untranslated import Untranslated
from datagen.naming import THINGS, VERBS
from datagen.oracle import Oracle
from datagen.phrase import code_in, listed
from datagen.sample import Claim, Sample
from datagen.scan import Member
from datagen.typescript import Member as Declared
from datagen.typescript import TypeScriptClass, read_typescript

_CITED = re.compile(r"`([^`]+>>[^`]+)` \(([^()]+:\d+)\)")
_SYMBOL = re.compile(r"\W+")


@source_claim("sketch", wants="classes")
def sketch(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """The TypeScript parses, and declares the class with its superclass, a field for each variable, and each method once."""
    declared = _declared(sample)
    if declared is None or declared.name != claim.about:
        return "the answer does not declare the class, or does not parse"
    facts = oracle.classes.facts(oracle.path_of(claim.about))
    above = oracle.classes.superclass_name(oracle.path_of(claim.about))
    wanted = None if above in ROOTS or above is None else re.split(r"[.:]", above)[-1]
    if len(facts) != 1 or (declared.superclass or "Object") != (wanted if wanted not in ROOTS else "Object"):
        return f"it extends {declared.superclass}, and should {wanted}"
    one = facts[0].definition
    fields = Counter((m.static, m.name.removeprefix("_")) for m in declared.members if m.kind == "field")
    variables = Counter([(False, name.removeprefix("_")) for name in one.instance_variables])
    variables.update((True, name.removeprefix("_")) for name in (*one.class_variables, *one.class_instance_variables))
    if fields != variables or claim.names != one.instance_variables[:30]:
        return "its fields are not the variables of the class"
    return _methods(sample, claim, declared, oracle.evidence.classes.get(claim.about, []))


def _methods(sample: Sample, claim: Claim, declared: TypeScriptClass, members: list[Member]) -> str | None:
    wanted = {(member.meta, member.selector): member for member in reversed(members)}
    methods = [member for member in declared.members if member.kind == "method"]
    found = Counter((method.static, _selector(method)) for method in methods)
    if found != Counter(wanted.keys()) or claim.count != len(found):
        return "its methods are not those of the class"
    if len({(method.static, method.name) for method in methods}) != len(methods):
        return "two of its methods have one name"
    for method in methods:
        member = wanted[method.static, _selector(method)]
        words = (member.pattern or "").split()
        arguments = words[1::2] if len(words) > 1 else []
        if [name.removesuffix("_") for name in method.parameters] != [name.removesuffix("_") for name in arguments]:
            return f"the parameters of {method.name} are not {arguments}"
        if not _is_named_after(method.name, member.selector):
            return f"{method.name} is not named after {member.selector}"
        if f"`{member.pattern}`" not in sample.prompt.text:
            return f"the question does not say {member.pattern}"
    return None


@source_claim("setters", wants="owned", subjects=lambda claim: tuple(name[:-1] for name in claim.names))
def setters(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """A selector of one keyword is `set...` just where somebody implements the unary one too, on the same side; a verb is `...With`."""
    keyword = [method for method in _methods_in(sample) if _selector(method).count(":") == 1]
    if Counter(map(_selector, keyword)) != Counter(claim.names):
        return "the claim names other selectors"
    for method in keyword:
        selector = _selector(method)
        there = any(meta == method.static for _, meta in oracle.evidence.owned.get(selector[:-1], ()))
        plain = selector.removesuffix(":")
        is_done = _verb(plain) in VERBS and not plain.endswith(tuple(THINGS))
        other = f"{plain}With" if is_done else f"set{plain[:1].upper()}{plain[1:]}"
        if (method.name == other) != there:
            return f"{selector} should {'' if there else 'not '}be {other}"
    return None


@source_claim("types", wants="untranslated", subjects=lambda claim: tuple(f"#{name}" for name in claim.names))
def types(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """All who implement these selectors, on the same side, answer what the sketch says; of the others it says nothing."""
    stated = [(_selector(method), method.static, method.type) for method in _methods_in(sample) if method.type != "unknown"]
    if Counter(name for name, _, _ in stated) != Counter(claim.names):
        return "the claim names other methods"
    for name, static, kind in stated:
        found = {one.type for one in oracle.evidence.seen("untranslated", f"#{name}") if one.meta == static}
        if found != {kind}:
            return f"{name} answers {listed(sorted(found), 'or')}"
    return None


@source_claim("constructs", wants="untranslated")
def constructs(sample: Sample, claim: Claim, oracle: Oracle) -> str | None:
    """These constructs are in the methods of the class, in so many each, and the answer lists no others."""
    seen: dict[tuple[bool, str], Untranslated] = {}
    for one in oracle.evidence.seen("untranslated", claim.about):
        seen.setdefault((one.meta, one.selector), one)
    found = {kind: [one.place for one in seen.values() if kind in one.kinds] for kind in WORDED}
    found = {kind: places for kind, places in found.items() if places}
    if list(found) != list(claim.names) or tuple(map(len, found.values())) != claim.numbers:
        return f"the sources say {', '.join(f'{kind} {len(places)}' for kind, places in found.items()) or 'none'}"
    lines = [line for line in sample.answer.split("\n") if _CITED.search(line) and line.startswith("- ")]
    for kind, places in found.items():
        line = next((line for line in lines if line.startswith(f"- {WORDED[kind]} In `")), "")
        said = [(name.rpartition(".")[2], where) for name, where in _CITED.findall(line)]
        left = len(places) - len(said)
        if not said or not set(said) <= {(place.name, place.where) for place in places} or (left and f" and {left} more." not in line):
            return f"the answer does not list the places of {kind}"
    return None if len(lines) == len(found) else "the answer lists more"


def _declared(sample: Sample) -> TypeScriptClass | None:
    """Answer the one class that the answer declares; None where it does not parse."""
    code = code_in(sample.answer, "typescript")
    found = read_typescript(code[0]) if len(code) == 1 else None
    return found.classes[0] if found is not None and found.sound and len(found.classes) == 1 else None


def _methods_in(sample: Sample) -> list[Declared]:
    declared = _declared(sample)
    return [member for member in declared.members if member.kind == "method"] if declared is not None else []


def _verb(selector: str) -> str:
    """Answer what stands before the first capital or digit."""
    return next((selector[:at] for at, letter in enumerate(selector) if not letter.islower()), selector)


def _selector(method: Declared) -> str:
    """Answer the old selector: the remark behind the signature, or the name itself."""
    return method.remark or method.name


def _is_named_after(name: str, selector: str) -> bool:
    if _SYMBOL.fullmatch(selector):
        return name.isidentifier()
    plain = selector.replace(":", "").lower()
    return name.lower() in (plain, f"{plain}_", f"set{plain}", f"{plain}with")
