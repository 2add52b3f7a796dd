"""The configuration of accelerate launch: how many processes on how many machines, and what each holds of a model. No torch here."""

from __future__ import annotations

import json
from typing import Any

from trainer.spec import RunSpec


def launch_config(spec: RunSpec, processes: int, machines: int = 1) -> str:
    """Answer the YAML for `accelerate launch --config_file`: FSDP, or whole models side by side where the base is in four bits.

    `processes` are those of all machines together. The command is the same on each machine, but for `--machine_rank`.
    """
    settings: dict[str, Any] = {
        "compute_environment": "LOCAL_MACHINE",
        "num_machines": machines,
        "num_processes": processes,
        "machine_rank": 0,
        "main_training_function": "main",
        "rdzv_backend": "static",
        "same_network": True,
        # The precision is that of the run.
        "mixed_precision": "no",
        "use_cpu": False,
    }
    if machines > 1:
        settings |= {"main_process_ip": "FILL IN: the address of the first machine", "main_process_port": 29500}
    if spec.quantize == "4bit":
        # Weights in four bits cannot be dealt out among the cards as they are stored.
        settings["distributed_type"] = "MULTI_GPU"
    else:
        settings["distributed_type"] = "FSDP"
        settings["fsdp_config"] = {
            "fsdp_version": 2,
            "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            "fsdp_reshard_after_forward": True,
            "fsdp_state_dict_type": "FULL_STATE_DICT",
            "fsdp_cpu_ram_efficient_loading": False,
            "fsdp_offload_params": False,
            # stc asks the library for it by itself.
            "fsdp_activation_checkpointing": False,
        }
    return "".join(_lines(settings))


def _lines(settings: dict[str, Any], indent: str = "") -> list[str]:
    found: list[str] = []
    for name, value in settings.items():
        if isinstance(value, dict):
            found += [f"{indent}{name}:\n", *_lines(value, f"{indent}  ")]
        else:
            found.append(f"{indent}{name}: {json.dumps(value)}\n")
    return found
