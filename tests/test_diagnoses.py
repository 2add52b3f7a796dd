"""Diagnoses in other words than the checker's: each fault has sentences of people that name it, and ones that name another."""

from __future__ import annotations

import re

import pytest

from datagen.sample import Fault, ask
from evaluator.diagnoses import WORDINGS, names_fault, names_place, places_of
from evaluator.item import Item

SAID: dict[str, tuple[str, str, str]] = {
    "P101": ("string is not terminated", "The closing quote of the string is missing.", "The comment is never closed."),
    "P102": ("comment is not terminated", "You never closed the comment.", "A period is missing."),
    "P111": ("`]` is missing", "The block opened there is not closed.", "There is one bracket too many."),
    "P112": ("`)` closes nothing", "There is one closing parenthesis too many.", "The closing parenthesis is missing."),
    "P121": ("an argument is missing after `at:`", "at: needs an argument here.", "at: has two arguments."),
    "P131": ("a period is missing before `x :=`", "The statement before lacks a full stop.", "There is a period too many."),
    "P135": ("`at` and its colon are torn apart", "There is a space between the keyword and its colon.", "The keyword is unknown."),
    "P161": ("a cascade needs a message before `;`", "Nothing is sent before the semicolon.", "A period is missing."),
    "P163": ("a message is missing after `;`", "After the semicolon a message is expected.", "The comment is not closed."),
    "C101": ("undeclared variable zork", "zork is not declared anywhere.", "foo is not declared anywhere."),
    "C102": ("nobody knows the class Zork", "There is no class Zork; Zork is undefined.", "Foo is undefined."),
    "C104": ("cannot store into the argument aName", "aName is a parameter and is assigned.", "bName is assigned."),
    "C105": ("cannot store into the block argument each", "It assigns to each, an argument.", "each is not declared."),
    "C106": ("cannot store into self", "self is a pseudo variable; nobody can assign to it.", "self does not understand this."),
    "C108": ("count is declared twice", "The temporary count is declared a second time.", "The temporary total is declared a second time."),
    "C109": (
        "the temporary aName has the name of an argument",
        "The local aName hides the argument.",
        "aName is an argument that nobody uses.",
    ),
    "C114": ("statements after ^ are never reached", "Everything behind the return is dead code.", "The method has no return."),
    "C202": (
        "the temporary total is read before anything is assigned to it: it is nil here",
        "total has not been initialized.",
        "sum has not been initialized.",
    ),
    "C302": ("no definition has catagory:", "catagory: is misspelled.", "category is misspelled."),
    "C303": ("the superclass is a literal, not a class", "The superclass is written as a string.", "The superclass is unknown."),
    "C304": ("model is listed twice", "model occurs two times.", "view occurs two times."),
    "C305": ("name is defined in a superclass already", "name is inherited already.", "title is inherited already."),
    "C307": ("model, is no name of a variable", "Names are separated by blanks, not by a comma.", "The names are right."),
    "C309": (
        "the class name cMNode does not begin with a capital",
        "Class names start with an upper-case letter.",
        "The class has no comment.",
    ),
    "C310": (
        "neither the index nor the base has a class CMNodes: names that may be its variables are not judged",
        "There is no class CMNodes; a typo.",
        "There is no class CMNode.",
    ),
    "F201": ("the file ends inside this chunk", "The bang at the end is missing.", "The header is wrong."),
    "F203": (
        "the methods before this were not ended by an empty chunk",
        "The `! !` after the last method is missing.",
        "The class is unknown.",
    ),
    "H01": (
        "usually `release` is in the protocol 'initialize-release' (H01); here it is 'other'.",
        "release belongs into the protocol initialize-release, as elsewhere.",
        "release belongs into the protocol accessing, as elsewhere.",
    ),
    "H07": (
        "usually the argument of `name:` is called `aString` (H07); here it is `x`.",
        "By convention the argument is named aString.",
        "By convention the argument is named anObject.",
    ),
    "H08": (
        "usually the argument of a block for `#collect:` has an article in its name (H08); here it is `e`.",
        "The argument of the block should have an article, as in aContract.",
        "The block has no argument.",
    ),
    "H20": (
        "`BpFoo` is a class of 'Bp-Rights', which stands on 'Bp-Foundation' (H20)",
        "BpFoo is of a package above, so the two would depend on each other: a circular dependency.",
        "BpBar is of a package above, so the two would depend on each other: a circular dependency.",
    ),
    "ST101": ("a test for nil and a branch are one message", "Write ifNil: for that.", "Write isEmpty for that."),
    "ST103": ("a test for nil is negated", "isNil not is notNil.", "isEmpty not is notEmpty."),
    "ST105": ("a comparison is negated", "The negated comparison is written with the opposite operator.", "The size is asked for."),
    "ST112": ("a reversed copy is only iterated over", "reverse makes a copy; send reverseDo:.", "keys makes a copy; send keysDo:."),
    "ST113": (
        "a copy of the keys or values is only iterated over",
        "keys makes a copy; send keysDo:.",
        "reverse makes one; send reverseDo:.",
    ),
    "ST114": ("the larger or smaller of two values is chosen by hand", "That is max:.", "That is between:and:."),
    "ST115": ("two comparisons ask whether a value lies in a range", "That is between:and:.", "That is max:."),
    "ST127": ("a printed string is put on a stream", "Send print: to the stream in place of printString.", "Send space to the stream."),
    "ST128": ("white space is put on a stream as a character", "Send space to the stream.", "Send isNil."),
    "ST102": ("a comparison with nil", "Do not compare with nil; send isNil.", "Do not compare with true."),
    "ST104": ("a test for emptiness is negated", "In place of isEmpty not write notEmpty.", "The size is compared with zero."),
    "ST108": ("a test is compared with a Boolean", "Comparing a Boolean with true is redundant.", "Do not compare with nil."),
    "ST109": ("a size compared with zero", "size = 0 is isEmpty.", "A test is negated."),
    "ST401": ("= is defined, but hash is not", "It defines = without hash.", "It defines hash twice."),
    "ST408": ("Foo leaves out kind, which Bar demands", "kind is abstract above and has to be implemented.", "kind is sent twice."),
    "ST409": (
        "no superclass implements kind",
        "super kind is not implemented by any superclass.",
        "super title is not implemented by any superclass.",
    ),
    "ST410": (
        "neither this class nor its superclasses implement kind",
        "kind is not understood by the receiver.",
        "title is not understood by the receiver.",
    ),
    "ST412": ("setUp leaves out the setUp of TestCase", "It does not send super setUp.", "setUp is sent twice."),
    "ST422": (
        "nobody implements push:",
        "There is no method push:, so it raises doesNotUnderstand.",
        "There is no method pop, so it raises doesNotUnderstand.",
    ),
    "ST429": ("initialize leaves out the initialize of Foo", "The super send is missing in initialize.", "initialize is sent twice."),
}  # fmt: skip
CODE = "foo: aName\n\t| total |\n\tself bar\n\ttotal := aName size.\n\t^total"


def item(code: str = "P131", message: str = "a period is missing before `total :=`", **more: object) -> Item:
    fault = Fault("N04", code, message, 4, (32, 32), ".", "")
    asked = ask(f"What is wrong?\n\n```smalltalk\n{CODE}\n```")
    return Item("a", "negative.syntax", asked, "A", "visualworks", fault=fault, **more)  # type: ignore[arg-type]


def test_the_table_is_whole() -> None:
    assert SAID.keys() == WORDINGS.keys()


@pytest.mark.parametrize("code", SAID)
def test_other_words_name_it_and_other_faults_do_not(code: str) -> None:
    message, right, wrong = SAID[code]
    assert names_fault(item(code, message), f"In line 4: {right}")
    assert names_fault(item(code, message), f"In line 4: {message}.")
    name = re.search(WORDINGS[code].name, message) if WORDINGS[code].name else None
    assert names_fault(item(code, message), f"It is {code}{f': {name[1]}' if name else ''}.")
    assert not names_fault(item(code, message), f"In line 4: {wrong}")
    assert not names_fault(item(code, message), "In line 4 something is wrong. Corrected:")


def test_what_it_must_be_names_it_and_code_alone_does_not() -> None:
    about = item("C302", "no definition has catagory:", diagnosis=("it must be `category:`",))
    assert names_fault(about, "Here it must be `category:`.")
    assert not names_fault(about, "```smalltalk\nfoo category: 'it must be `category:`'\n```")
    # What stood there, as a name of its own, and not as a part of another word.
    was = Item("a", "negative.definition", ask("?"), "A", "visualworks", fault=Fault("N21", "X1", "x", 1, (0, 0), "poolDictionaries:", ""))
    assert names_fault(was, "Write `poolDictionaries:`.")
    assert not names_fault(was, "Write poolDictionaries: there.")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Line 4: it is wrong.", True), ("In line 3 a period is missing.", True), ("lines 3 and 4", True), ("Lines 2-4", True),
        ("the third line", True),        ("L4 is wrong", True), ("a period belongs behind `self bar`", True), ("before `total :=`", True),
        ("Line 1: a period is missing.", False), ("A period is missing.", False), ("lines 1 to 40", False), ("at `total`", False),
        ("at `total2`", False),
        ("`aName` is wrong", False), ("online 4", False), ("```smalltalk\n\tself bar. \"line 4\"\n```", False),
    ],
)  # fmt: skip
def test_places(text: str, right: bool) -> None:
    assert places_of(item()) == {3, 4}
    assert names_place(item(), text) is right


def test_what_is_left_out_of_a_class_has_no_place() -> None:
    left_out = Item(
        "a", "negative.class", ask("?"), "A", "visualworks", fault=Fault("N20", "ST401", "= is defined, but hash is not", 3, (0, 0), "", "")
    )
    assert names_place(left_out, "It has no hash.")
