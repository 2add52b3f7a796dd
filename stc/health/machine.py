"""Processors, memory, room on the disk, and the graphics card with the torch that could use it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from stc.health import Check
from stc.health.packages import built_for
from stc.storing import data_folder

LEAST_MEMORY, LEAST_ROOM = 4, 5
"""Gigabytes: a data set of 100,000 methods takes less than 2 (LOG.md), and a checkpoint of an adapter with its base a few."""
_GIGA = 1e9


def checks() -> Iterator[Check]:
    """Processors, memory, disk and card."""
    yield Check("machine", "processors", "ok", str(os.cpu_count() or 1))
    yield _memory()
    yield _room("room here", Path.cwd())
    yield _room("room for the store", _existing(data_folder()))
    yield _card()


def _memory() -> Check:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return Check("machine", "memory", "absent", "this system does not tell")
    size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GIGA
    if size < LEAST_MEMORY:
        return Check("machine", "memory", "problem", f"{size:.1f} GB", "give --jobs 1, and train on another machine")
    return Check("machine", "memory", "ok", f"{size:.1f} GB")


def _existing(folder: Path) -> Path:
    return next((one for one in (folder, *folder.parents) if one.exists()), Path.cwd())


def _room(name: str, folder: Path) -> Check:
    free = shutil.disk_usage(folder).free / _GIGA
    said = f"{free:.0f} GB free on the disk of {folder}"
    if free < LEAST_ROOM:
        return Check("machine", name, "problem", said, "make room, or name another disk (-o, STC_DATA)")
    return Check("machine", name, "ok", said)


def _card() -> Check:
    """Ask the driver's own program, which answers in a moment, and torch's files what they were built for."""
    built = built_for()
    tool = shutil.which("nvidia-smi")
    if tool is None:
        torch = "" if built is None else f"; torch is built for {built if built == 'cpu' else f'CUDA {built}'}"
        return Check(
            "machine", "graphics card", "absent", f"no NVIDIA driver on the PATH{torch}", "stc train --preset cpu trains without one"
        )
    words = [tool, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    try:
        found = subprocess.run(words, capture_output=True, text=True, timeout=20, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        return Check("machine", "graphics card", "problem", f"nvidia-smi does not answer: {error}", "look at the driver")
    said = "; ".join(found.splitlines())
    if built == "cpu":
        remedy = "pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cu130 (or the CUDA of your driver)"
        return Check("machine", "graphics card", "problem", f"{said}; but torch is built without CUDA", remedy)
    return Check("machine", "graphics card", "ok", said)
