"""The packages of the base and of each extra: whether they are here, in a release that stc takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from stc.health import Check

_USES = {
    "": "everything",
    "data": "Parquet, and tokens counted by a tokenizer",
    "train": "stc train, and stc evaluate with a model on this machine",
    "store": "stc store, review, promote",
    "web": "stc serve",
    "mcp": "stc mcp",
    "lsp": "stc lsp",
    "dask": "compile-dataset --executor",
}
_NOT_FOR_USERS = frozenset(("dev", "all"))
_CPU_TORCH = "pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu (a machine without a card), then "


def checks() -> Iterator[Check]:
    """One for each extra that stc declares, the base first."""
    try:
        declared = [Requirement(text) for text in requires("stc") or ()]
    except PackageNotFoundError:
        yield Check("packages", "stc", "problem", "stc runs from a folder and is not installed", "pip install -e . in that folder")
        return
    for extra, wanted in _by_extra(declared).items():
        yield _check(extra, wanted)


def _by_extra(declared: list[Requirement]) -> dict[str, list[Requirement]]:
    """Answer the requirements of each extra, of the base under ""; each only where its marker fits this machine."""
    extras = sorted({(one.marker and str(one.marker).rpartition("extra == ")[2].strip("\"'")) or "" for one in declared})
    return {
        extra: [one for one in declared if _is_of(one, extra)]
        for extra in extras
        if extra not in _NOT_FOR_USERS and any(_is_of(one, extra) for one in declared)
    }


def _is_of(requirement: Requirement, extra: str) -> bool:
    if requirement.marker is None:
        return extra == ""
    return requirement.marker.evaluate({"extra": extra}) and (extra == "" or not requirement.marker.evaluate({"extra": ""}))


def _check(extra: str, wanted: list[Requirement]) -> Check:
    missing, wrong, here = [], [], []
    for one in wanted:
        try:
            found = version(one.name)
        except PackageNotFoundError:
            missing.append(one.name)
            continue
        # A local part, as in 2.13.0+cpu, says how it was built.
        if one.specifier.contains(found.partition("+")[0], prereleases=True):
            here.append(f"{one.name} {found}")
        else:
            wrong.append(f"{one.name} {found} (stc takes {one.specifier})")
    name = f"stc[{extra}]" if extra else "stc"
    remedy = _remedy(name, missing)
    uses = _USES.get(extra, "")
    if wrong:
        return Check("packages", name, "problem", f"other releases: {', '.join(wrong)}", remedy)
    if missing:
        state = "absent" if extra else "problem"
        said = f"not here: {', '.join(missing)}" + (f"; wanted for {uses}" if uses else "")
        return Check("packages", name, state, said, remedy)
    return Check("packages", name, "ok", ", ".join(here))


def _remedy(name: str, missing: list[str]) -> str:
    first = _CPU_TORCH if "torch" in missing and sys.platform == "linux" else ""
    return f"{first}pip install '{name}'"


def built_for() -> str | None:
    """Answer what the installed torch was built for, as it says itself: "cpu", or the release of CUDA; None where there is no torch.

    Read from its file, because to import it takes seconds.
    """
    try:
        release = version("torch")
    except PackageNotFoundError:
        return None
    for folder in map(Path, sys.path):
        text = folder / "torch" / "version.py"
        if text.is_file():
            line = next((one for one in text.read_text(encoding="utf-8").splitlines() if one.startswith("cuda")), "")
            built = line.partition("=")[2].strip().strip("'\"")
            return built if built not in ("", "None") else "cpu"
    return release.partition("+")[2] or "cpu"
