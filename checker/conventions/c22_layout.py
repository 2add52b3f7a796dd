"""How the text of a method is laid out: indentation, spaces in brackets, line breaks of messages and cascades.

Why:
    Code that is laid out alike is compared and merged line by line; what is laid out otherwise makes every difference large.
Example:
    `ifTrue: [^self]` on the line of its condition, `^self` without a space, an empty line under the temporaries.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.conventions import MethodPage, Slot, convention
from checker.conventions._layout import of_blocks, of_lines, of_messages, of_tokens


@convention(
    "C22",
    __doc__,
    title="layout",
    contexts={
        "return": "the space after ^",
        "indent": "the indentation of the first line",
        "gap/1": "what stands between the pattern and the {0} under it",
        "bars": "the space inside of the bars of temporaries",
        "temporaries": "what stands under the temporaries",
        "bracket": "what stands after [ in a block on one line",
        "parameter": "what stands before the first parameter of a block",
        "bar": "what stands before the bar of a block",
        "opening": "what stands after [ in a block of several lines",
        "closing": "where ] stands in a block of several lines",
        "branch/1": "where {0} or its like stands after its condition",
        "glue": "what stands between a keyword and [",
        "keywords/1": "how a message of {0} keywords is broken into lines",
        "cascade": "how a cascade is broken into lines",
        "operator/1": "the space around {0}",
        "assignment": "how an assignment is written",
        "parenthesis": "what stands after (",
        "period": "whether the last statement ends in a period",
        "empty": "whether there are empty lines between statements",
        "width": "how long the longest line is",
        "trailing": "white space at the end of a line",
        "pattern/1": "how a pattern of {0} keywords is broken into lines",
        "tabs": "what lines are indented with",
    },
    voice=0.96,
    silent=("width", "trailing", "empty", "tabs"),
)
def slots(page: MethodPage) -> Iterator[Slot]:
    # A table or a store is laid out as such, often by a tool.
    if page.is_table:
        return
    for part in (of_tokens, of_blocks, of_messages, of_lines):
        for context, value, start, end in part(page):
            yield Slot(context, value, start, end)
