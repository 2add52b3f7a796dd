"""Chance that repeats itself: a number for each generator and entity, whoever asks and in whatever order."""

from __future__ import annotations

import hashlib


def number_for(seed: int, generator: str, key: str) -> int:
    """Answer a number of 64 bits that depends on nothing but these three."""
    return int.from_bytes(hashlib.blake2b(f"{seed}\0{generator}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
