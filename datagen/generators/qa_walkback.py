"""What a walkback says: from its frames to the method, the place in its file, the statement, and who understands the message.

What: the frames of a message that nil did not understand, as VisualWorks, Squeak and Pharo print them; the frames are possible by
the code, their receivers are made up.
Why: that is what arrives from the customer; the first work is to find the method and the line, and who should have been there.
Question: We got this walkback. ... UndefinedObject(Object)>>doesNotUnderstand: #runs / BpRight>>isOpen / BpSchedule>>openRights
Answer: The fault is in `BpRight>>isOpen` (Rights/BpRight.st:88): it sends `#runs` to `contract` in line 91, which was nil. Two ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from datagen.answers import cited, group_of, list_traits, method_lines, method_sources, method_table, methods_claim, question
from datagen.frames import Frame, frame_of, is_of_base, nil_sends
from datagen.generators import generator
from datagen.phrase import bullets, capitalised, counted, hashed, listed, ticked
from datagen.quoting import readable
from datagen.sample import Claim, Sample
from datagen.subject import class_shown, method_shown, method_source, place
from datagen.testing import is_test
from stparse.index.model import MethodDef
from stparse.index.query import CodeIndex

KIND = "qa.walkback"
ASKED = (
    "We got this walkback. Where is the fault, and who implements the message?",
    "A customer sent this stack trace. Which method and line is it?",
    "What does this walkback tell? Give me the place in our code.",
    "This came up during a test. Where do I have to look?",
    "Explain this stack: which statement failed, and what was nil?",
)
# No customer runs our tests.
ASKED_OF_TESTS = tuple(text for text in ASKED if "customer" not in text)
MOST_PLACES, MOST_A_CLASS, MOST_TRIED = 3, 3, 12
Receiver = tuple[str, int]


@generator(KIND, over="classes")
def make(index: CodeIndex, random: Random, name: str) -> Iterator[Sample]:
    """Ask for up to three walkbacks whose top frame sends a message of the code base to a variable that may be nil."""
    if group_of(index, name) is None:
        return
    methods = list(method_table(index, name).values())
    found = (sample for method in random.sample(methods, min(MOST_TRIED, len(methods))) for sample in _samples(index, random, method))
    yield from islice(found, MOST_A_CLASS)


def _samples(index: CodeIndex, random: Random, method: MethodDef) -> Iterator[Sample]:
    """Yield the sample of a method, if it sends such a message."""
    tree = readable(method)
    if tree is None or method.selector == "doesNotUnderstand:":
        return
    sends = [send for send in nil_sends(tree) if 0 < index.implemented_selectors.get(send.selector, 0) < 100]
    if not sends:
        return
    chosen = random.choice(sends)
    same = [send for send in sends if send.selector == chosen.selector]
    lines = [method.source_line + method.source.count("\n", 0, send.at) for send in same]
    places = dict.fromkeys((send.receiver, line) for send, line in zip(same, lines, strict=True))
    if len(places) > MOST_PLACES or is_of_base(index, method, chosen.selector):
        return
    frame = frame_of(index, random, method)
    shown = method_shown(index, method)
    implementors = index.implementors(chosen.selector)
    claims = [
        _failing(shown, method, chosen.selector, list(places)),
        methods_claim("implementors", chosen.selector, index, implementors),
        Claim("frame", frame.of, (shown,), count=1, detail=method.selector),
    ]
    sources = [method_source(method), *method_sources(implementors)]
    if frame.caller is not None:
        claims.append(methods_claim("caller", method_shown(index, frame.caller), index, [frame.caller], detail=method.selector))
        sources.append(method_source(frame.caller))
    asked = ASKED if not is_test(index, method) and not (frame.caller and is_test(index, frame.caller)) else ASKED_OF_TESTS
    text = f"{random.choice(asked)}\n\n{_walkback(index, frame, chosen.selector)}"
    answer = _answer(index, frame, chosen.selector, list(places), implementors)
    yield question(KIND, text, answer, claims, sources, index, list_traits(len(implementors)))


def _failing(shown: str, method: MethodDef, selector: str, places: list[Receiver]) -> Claim:
    names, lines = zip(*places, strict=True)
    return Claim("failing send", selector, names, (place(method),), lines, len(places), detail=shown)


def _walkback(index: CodeIndex, frame: Frame, selector: str) -> str:
    """Answer the frames as an image prints them, the failing one first."""
    side = " class" if frame.method.meta else ""
    owner = class_shown(index, frame.method.class_name, frame.method.file)
    of = f"{frame.of}{side}" if frame.of == owner else f"{frame.of}{side}({owner}{side})"
    frames = [f"UndefinedObject(Object)>>doesNotUnderstand: #{selector}", f"{of}>>{frame.method.selector}"]
    if frame.caller is not None:
        frames.append(method_shown(index, frame.caller))
    return "```\n" + "\n".join(frames) + "\n```"


def _answer(index: CodeIndex, frame: Frame, selector: str, receivers: list[Receiver], implementors: Sequence[MethodDef]) -> str:
    method = frame.method
    owner = class_shown(index, method.class_name, method.file)
    heir = "" if frame.of == owner else f", which {ticked(frame.of)} inherits"
    lines: dict[str, list[str]] = {}
    for name, line in receivers:
        lines.setdefault(name, []).append(str(line))
    names: dict[str, list[str]] = {}
    for name, found in lines.items():
        names.setdefault(listed(found, "or"), []).append(ticked(name))
    places = [f"in line {where} to {listed(found, 'or')}" for where, found in names.items()]
    is_nil = "which was nil" if len(lines) == 1 else "one of which was nil"
    fault = f"The fault is in {cited(index, method)}{heir}: it sends {hashed(selector)} {listed(places, 'or')}, {is_nil}."
    if len(implementors) == 1:
        return f"{fault} Only {cited(index, implementors[0])} implements {hashed(selector)} in the indexed code."
    head = f"{capitalised(counted(len(implementors), 'method'))} implement {hashed(selector)} in the indexed code:"
    return f"{fault} {head}\n{bullets(method_lines(index, implementors), len(implementors))}"
