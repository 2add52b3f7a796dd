"""Are the class definitions of the answer what a compiler takes: keywords that exist, names that can be?"""

from __future__ import annotations

from checker.verdict import Outcome
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "definition_validity", title="definitions are valid", better="higher", unit="share", of="answers with a class definition",
    applies=lambda item: item.is_code and item.form == "class", source="answers whose class definitions all pass the checker "
    "(C3xx), over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """The classes of a file-out count too."""
    found = [one for one in judged.pieces if one.piece.kind in ("class", "fileout")]
    if not found:
        return Mark(0.0, why="no class definition in this answer")
    bad = next((one for one in found if one.verdict.outcome is Outcome.ERROR), None)
    why = "" if bad is None else next((f"{i.code} {i.message}" for i in bad.verdict.issues if i.severity.value == "error"), "")
    return Mark(float(bad is None), why=why)
