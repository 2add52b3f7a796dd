"""The base model with LoRA on it: loaded from its folder, in the precision of the run, adapter read and written as safetensors."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training, set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, set_seed
from transformers.utils.logging import disable_progress_bar

from stparse.issue import BadInputError
from trainer.basemodel import BaseModel
from trainer.folder import WEIGHTS
from trainer.hardware import Machine
from trainer.spec import RunSpec

_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to themselves what the libraries have to say to each other."""
    disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


@quiet()
def load_model(base: BaseModel, spec: RunSpec, machine: Machine, *, alone: bool = True) -> Any:
    """Load the base and put LoRA on it, which begins as the seed says. Raises BadInputError for a base that cannot be loaded.

    One of several processes does not put it onto a card `alone`: the library does, in parts or whole; but for four bits, which stay put.
    """
    dtype = _TYPES[machine.precision]
    four_bits = spec.quantize == "4bit"
    try:
        model = AutoModelForCausalLM.from_pretrained(
            base.path,
            dtype=dtype,
            use_safetensors=True,
            trust_remote_code=bool(spec.trust_remote_code),
            attn_implementation="sdpa",
            device_map={"": torch.cuda.current_device()} if machine.device == "cuda" and (alone or four_bits) else None,
            quantization_config=_four_bits(dtype) if four_bits else None,
        )
    except (ValueError, OSError, ImportError) as error:
        raise BadInputError(f"{base.path} cannot be loaded as a causal language model: {error}") from error
    # With a cache the library no longer keeps packed examples apart.
    model.config.use_cache = False
    if four_bits:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=spec.checkpointing)
    set_seed(spec.seed)
    settings = LoraConfig(
        task_type="CAUSAL_LM", r=spec.r, lora_alpha=spec.alpha, lora_dropout=spec.dropout, target_modules=list(spec.targets)
    )
    # What learns is kept in fp32 whatever the base is in.
    return get_peft_model(model, settings, autocast_adapter_dtype=True)


def read_adapter(model: Any, folder: Path) -> None:
    """Put the adapter in `folder` in place of what LoRA has now."""
    set_peft_model_state_dict(model, load_file(folder / WEIGHTS))


def _four_bits(dtype: torch.dtype) -> BitsAndBytesConfig:
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype)
