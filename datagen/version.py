"""Which code makes data sets: one that another version has made is made anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import checker
from stparse.index.tool import digest_of_code, tool_version


@cache
def code_version() -> str:
    """Answer the digest of all packages that decide what is in a data set."""
    return digest_of_code(Path(checker.__file__).parent, Path(__file__).parent) + tool_version()
