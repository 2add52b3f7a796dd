"""What an argument is called, given the keyword that it stands behind.

Why:
    Arguments are the only types that a reader of Smalltalk sees; where they all follow one pattern, a signature is read at a glance.
Example:
    `at: anIndex put: anObject`; a setter `title: aString`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.conventions._names import FORMS, TYPES, article_of, capitalised, form_of, words_of


@convention(
    "C07",
    __doc__,
    title="argument names by keyword",
    contexts={
        "form/0": "how an argument is named",
        "form/1": "how the argument of {last} is named",
        "setter/0": "how the argument of a setter is named",
        "setter/1": "how the argument of a setter called {last} is named",
        "operand/0": "how the operand of a binary message is named",
        "operand/1": "how the operand of {last} is named",
        "name/1": "the name of the argument of {last}",
    },
    values={
        **FORMS,
        "article+type": "an article and a type (aString)",
        "article+keyword": "an article and the keyword (aTitle)",
        "article+other": "an article and what it is (aContract)",
        "type": "a type without an article (string)",
        "keyword": "the keyword itself (title)",
        "article+type+other": "an article and words that end in a type (aTitleString)",
    },
    tolerated=("otherXxx",),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    selector = page.method.selector
    arguments = page.tree.arguments
    if not arguments:
        return
    if ":" not in selector:
        yield Slot(f"operand {selector}", _relation("", arguments[0].name), *page.span(arguments[0]))
        return
    for keyword, argument in zip(selector.split(":"), arguments, strict=False):
        kind = "setter" if page.role == "setter" else "form"
        yield Slot(f"{kind} {keyword}:", _relation(keyword, argument.name), *page.span(argument))
        yield Slot(f"name {keyword}:", argument.name, *page.span(argument))


def _relation(keyword: str, name: str) -> str:
    """Answer how a name relates to the keyword before it."""
    article = article_of(name)
    noun = name[len(article) :]
    if keyword and name == keyword:
        return "keyword"
    if article in ("a", "an"):
        if keyword and noun == capitalised(keyword):
            return "article+keyword"
        if noun.lower() in TYPES:
            return "article+type"
        return "article+type+other" if words_of(noun)[-1].lower() in TYPES else "article+other"
    if name.lower() in TYPES:
        return "type"
    return form_of(name)
