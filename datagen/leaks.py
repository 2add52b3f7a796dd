"""Is the body of a test method in a text that a model is trained on? Then the test measures memory.

A body is the method behind its selector pattern, without comments and layout; one of MOST_SHARED tokens or fewer is what any
two methods have in common. Training texts are read twice, as they stand and without the comments of their code.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable

from datagen.phrase import code_in
from datagen.sample import Sample
from datagen.subject import root_of
from stparse.index.model import MethodDef
from stparse.index.pattern_text import start_of_pattern, token_count
from stparse.index.query import CodeIndex

MOST_SHARED = 20
# What a quote begins depends on what stands before it: characters, strings and comments are told apart in one pass.
_QUOTED = re.compile(r"""\$.|'(?:[^']|'')*'|("[^"]*")""", re.DOTALL)
_WORD = re.compile(r"\w+|[^\w\s]")


def words_of(text: str) -> list[str]:
    """Answer the words and signs of a text."""
    return _WORD.findall(text)


def without_comments(code: str) -> str:
    """Answer code without its comments; a double quote inside of a string begins none, nor does an apostrophe in a comment a string."""
    return _QUOTED.sub(lambda found: " " if found[1] else found[0], code)


class Bodies:
    """The bodies of test methods, to be looked for in training texts; each is given with the name of its method."""

    def __init__(self, bodies: Iterable[tuple[str, str]]) -> None:
        # By the longest word, which few other texts have.
        self._by_anchor: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for name, body in bodies:
            if token_count(body) > MOST_SHARED:
                for words in (words_of(without_comments(body)), words_of(body)):
                    self._by_anchor[max(words, key=lambda word: (len(word), word))].setdefault(_joined(words), name)

    @classmethod
    def of(cls, index: CodeIndex, roots: Container[str]) -> Bodies:
        """Answer the bodies of all methods of the hierarchies `roots`."""
        return cls((m.reference, body) for m in index.methods() if root_of(index, m.class_name, m.file) in roots and (body := _body(m)))

    def found_in_sample(self, sample: Sample) -> str | None:
        """Answer the name of a method whose body the sample shows, in what is asked, answered, chosen or rejected."""
        shown = (*sample.texts, sample.chosen or "", sample.rejected or "")
        return next((name for text in dict.fromkeys(shown) if (name := self.found_in(text))), None)

    def found_in(self, text: str) -> str | None:
        """Answer the name of a method whose body is in the text; None if there is none."""
        for words in (words_of(text), words_of("\n".join(map(without_comments, code_in(text))))):
            anchors = self._by_anchor.keys() & set(words)
            if anchors:
                joined = _joined(words)
                hit = next((name for anchor in sorted(anchors) for body, name in self._by_anchor[anchor].items() if body in joined), None)
                if hit is not None:
                    return hit
        return None


def _body(method: MethodDef) -> str:
    """Answer the source behind the selector pattern; nothing where the method is broken."""
    tree = method.tree
    if tree is None:
        return ""
    end = tree.arguments[-1].end if tree.arguments else start_of_pattern(method.source) + len(tree.selector)
    return method.source[end:]


def _joined(words: list[str]) -> str:
    # With a separator at both ends, so that `at` is not found in `that`.
    return f" {' '.join(words)} "
