"""How often a name was seen, in words: what is common is no feat to know."""

from __future__ import annotations

BUCKETS = ("never seen", "seen 1-10", "seen 11-100", "seen over 100")


def bucket(times: int) -> str:
    """Answer the bucket of a count."""
    return BUCKETS[0 if times == 0 else 1 if times <= 10 else 2 if times <= 100 else 3]
