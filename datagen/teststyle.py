"""How the tests of a code base are written: what their classes are called, where they stand, how they compare; counted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from datagen.testing import is_test, test_classes
from stparse.index.classtable import path_of
from stparse.index.query import CodeIndex
from stparse.index.reads import remembered
from stparse.nodes import Method
from stparse.pattern import Pattern

SUFFIXES = ("TestCase", "Tests", "Test")
FEWEST_CLASSES, FEWEST_TESTS = 3, 10
_EQUAL, _KEYWORD = Pattern("self assert: `@a = `@b"), Pattern("self assert: `@a equals: `@b")
_BLANK = re.compile(r"[^\n]*\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class TestStyle:
    """Of so many test classes so many end in `suffix`, of so many tests so many are in `protocol`; so many compare in the one way and in
    the other. `blank` tells whether most leave a line empty under the pattern, `article` whether temporaries have one."""

    suffix: str
    protocol: str
    with_keyword: bool
    numbers: tuple[int, int, int, int, int, int]
    blank: bool
    article: bool

    def comparison(self, one: str, other: str) -> str:
        """Answer the statement that two expressions are equal."""
        return f"self assert: {one} equals: {other}" if self.with_keyword else f"self assert: {one} = {other}"


@remembered(2)
def test_style(index: CodeIndex) -> TestStyle | None:
    """Answer the style of the tests; None where there are too few, or where they have no style."""
    found = (method for name in sorted(test_classes(index)) for method in index.methods_of(name, meta=False))
    methods = {method.id: method for method in found if method.parsed and is_test(index, method)}
    names = {path_of(method.class_name)[-1] for method in methods.values()}
    if len(names) < FEWEST_CLASSES or len(methods) < FEWEST_TESTS:
        return None
    suffixes = Counter(suffix_of(name) for name in names)
    protocols = Counter(method.protocol or "" for method in methods.values())
    trees = [method.tree for method in methods.values() if isinstance(method.tree, Method)]
    equal, keyword = (sum(next(pattern.find(tree), None) is not None for tree in trees) for pattern in (_EQUAL, _KEYWORD))
    suffix, protocol = _most(suffixes), _most(protocols)
    numbers = (suffixes[suffix], len(names), protocols[protocol], len(methods), equal, keyword)
    usual = 3 * numbers[0] >= 2 * numbers[1] and 2 * numbers[2] >= numbers[3] and max(equal, keyword) >= 3
    clear = max(equal, keyword) >= 2 * min(equal, keyword)
    if not (usual and clear and suffix and protocol) or protocol.startswith("*") or set("`'") & set(protocol):
        return None
    blank = 2 * sum(bool(_BLANK.match(method.source)) for method in methods.values()) > len(methods)
    temporaries = [one.name for tree in trees for one in tree.body.temporaries]
    article = 2 * sum(bool(re.match(r"an?[A-Z]", name)) for name in temporaries) >= len(temporaries)
    return TestStyle(suffix, protocol, keyword > equal, numbers, blank, article)


def suffix_of(name: str) -> str:
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")


def _most(counted: Counter[str]) -> str:
    return min(counted, key=lambda one: (-counted[one], one))
