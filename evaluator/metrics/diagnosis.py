"""Does the model find the fault: the line, and what is wrong there?"""

from __future__ import annotations

import re

from evaluator.judged import Judged
from evaluator.metrics import Mark, metric


@metric(
    "diagnosis", title="finds the fault", better="higher", unit="share", of="faulty methods",
    applies=lambda item: item.fault is not None and item.pair is None,
    source="answers that name the line of the fault, and its code or message or what it must be, over all",
)  # fmt: skip
def score(judged: Judged) -> Mark:
    """Line and fault must both be named."""
    fault = judged.item.fault
    assert fault is not None
    text = judged.text
    # In a file-out the fault is noticed elsewhere than it is.
    if judged.item.kind not in ("negative.fileout", "negative.class") and not re.search(
        rf"\blines? (?:\d+,? (?:and )?)*{fault.line}\b", text, re.IGNORECASE
    ):
        return Mark(0.0, why=f"does not name line {fault.line}")
    words = [fault.code, fault.message, *judged.item.diagnosis, *([fault.was.strip()] if len(fault.was.strip()) > 1 else [])]
    right = any(word in text for word in words)
    return Mark(float(right), why="" if right else f"does not say {fault.message}")
