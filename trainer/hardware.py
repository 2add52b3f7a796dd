"""What this machine can do: the device, how much memory is free there, which precision it computes in."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from stparse.issue import BadInputError
from trainer.spec import RunSpec

_CGROUP = Path("/sys/fs/cgroup")
_LIBRARIES = ("torch", "transformers", "tokenizers", "peft", "accelerate", "safetensors", "trl", "numpy")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run computes: `device` is cuda or cpu, `precision` fp32, bf16 or fp16, `memory` the bytes that are free."""

    device: str
    precision: str
    memory: int


def machine_for(spec: RunSpec) -> Machine:
    """Answer where a run of `spec` computes. Raises BadInputError for what this machine does not have."""
    has_cuda = torch.cuda.is_available()
    if spec.device == "cuda" and not has_cuda:
        raise BadInputError("there is no GPU here that torch can use; --device cpu or --preset cpu trains without one")
    device = "cuda" if has_cuda and spec.device != "cpu" else "cpu"
    precision = spec.precision
    if precision == "auto":
        precision = "fp32" if device == "cpu" else "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    if precision == "fp16" and device == "cpu":
        raise BadInputError("a CPU does not train in fp16; give --precision bf16, or fp32")
    if spec.quantize == "4bit" and (device == "cpu" or find_spec("bitsandbytes") is None):
        raise BadInputError("--quantize 4bit needs a GPU and bitsandbytes: pip install bitsandbytes, or leave it out")
    return Machine(device, precision, torch.cuda.mem_get_info()[0] if device == "cuda" else _free_memory())


def environment(machine: Machine) -> dict[str, Any]:
    """Answer what a run depends on besides its spec: versions, machine, threads."""
    return {
        "device": torch.cuda.get_device_name() if machine.device == "cuda" else platform.processor() or platform.machine(),
        "precision": machine.precision,
        "threads": torch.get_num_threads(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _LIBRARIES if find_spec(name) is not None},
    }


def peak_memory(machine: Machine) -> int | None:
    """Answer the most bytes that this process has taken, on the GPU if it computes there; None where the system does not tell."""
    if machine.device == "cuda":
        return int(torch.cuda.max_memory_reserved())
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, ValueError, StopIteration):
        return None


def _free_memory() -> int:
    """Answer the bytes that are free for this process: of the machine, and of the container where it is in one."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 2**62
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        if limit != "max":
            used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
            free = min(free, int(limit) - used)
    except (OSError, ValueError, StopIteration):
        pass
    return free
