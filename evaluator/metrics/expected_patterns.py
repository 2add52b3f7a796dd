"""Does the answer hold all that the case expects, and nothing that it refuses?"""

from __future__ import annotations

from evaluator.expecting import holds
from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "expected_patterns", title="holds what is expected", better="higher", unit="share", of="cases",
    applies=lambda item: bool(item.expected or item.refused),
    source="cases of which every expected pattern is found and no refused one, over all (the seed's test cases)",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """What lacks, and what should not be there, is said."""
    lacking = [str(one) for one in judged.item.expected if not holds(one, judged)]
    refused = [str(one) for one in judged.item.refused if holds(one, judged)]
    said = [f"lacks {', '.join(lacking)}"] if lacking else []
    said += [f"has {', '.join(refused)}"] if refused else []
    return Mark(float(not said), why="; ".join(said))
