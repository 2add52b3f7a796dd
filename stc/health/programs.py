"""Programs that stc calls where they are on the PATH."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from stc.health import Check

_WANTED = (
    (("git",), "git", "compile-dataset --history", "install git"),
    (("age", "gpg"), "age or gpg", "stc store backup --seal", "install age (https://age-encryption.org) or GnuPG"),
)


def checks() -> Iterator[Check]:
    """One for each program, or for several of which one is enough."""
    for names, shown, uses, remedy in _WANTED:
        found = next((path for name in names if (path := shutil.which(name))), None)
        if found:
            yield Check("programs", shown, "ok", found)
        else:
            yield Check("programs", shown, "absent", f"not on the PATH; wanted for {uses}", remedy)
