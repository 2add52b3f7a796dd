"""A LoRA adapter as GGUF, with the names and the layout that llama.cpp's convert_lora_to_gguf.py gives it.

llama.cpp turns neighbouring pairs of a head where Hugging Face turns its two halves. For the architectures concerned the rows of the
query and key matrices are therefore written in another order, and so are those of an adapter's second matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import torch
from safetensors.torch import load_file

from stparse.issue import BadInputError
from trainer.checkpoints import made_readable
from trainer.exports._trained import Trained
from trainer.folder import WEIGHTS


@dataclass(frozen=True, slots=True)
class _Kind:
    """How llama.cpp calls an architecture, and whether it wants the rows of query and key in its own order."""

    arch: gguf.MODEL_ARCH
    reordered: bool = False


_KINDS = {
    "LlamaForCausalLM": _Kind(gguf.MODEL_ARCH.LLAMA, reordered=True),
    "MistralForCausalLM": _Kind(gguf.MODEL_ARCH.LLAMA, reordered=True),
    "GraniteForCausalLM": _Kind(gguf.MODEL_ARCH.GRANITE, reordered=True),
    "Qwen2ForCausalLM": _Kind(gguf.MODEL_ARCH.QWEN2),
    "Qwen3ForCausalLM": _Kind(gguf.MODEL_ARCH.QWEN3),
    "GemmaForCausalLM": _Kind(gguf.MODEL_ARCH.GEMMA),
    "Gemma2ForCausalLM": _Kind(gguf.MODEL_ARCH.GEMMA2),
    "Starcoder2ForCausalLM": _Kind(gguf.MODEL_ARCH.STARCODER2),
}
"""Those whose matrices llama.cpp takes as they are, but for that order (conversion/*.py of llama.cpp)."""
_BEFORE, _A, _B = "base_model.model.", ".lora_A.weight", ".lora_B.weight"


def write_adapter(trained: Trained, path: Path) -> None:
    """Write the adapter of a run as GGUF in fp32. Raises BadInputError for what llama.cpp could not use."""
    config, settings = trained.base.config, trained.lora
    kind = _kind_of(config)
    _must_be_plain(settings)
    alpha = float(settings["lora_alpha"]) * (settings["r"] ** 0.5 if settings.get("use_rslora") else 1.0)
    names = gguf.get_tensor_name_map(kind.arch, trained.base.number("num_hidden_layers"))
    tensors = load_file(trained.adapter / WEIGHTS)
    writer = gguf.GGUFWriter(path, gguf.MODEL_ARCH_NAMES[kind.arch])
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for name in sorted(tensors):
        layer = name.removeprefix(_BEFORE).removesuffix(_A).removesuffix(_B)
        found = names.get_name(layer)
        if found is None or not name.endswith((_A, _B)):
            raise BadInputError(f"llama.cpp has no place for {name}: an adapter for it is on the layers of attention and MLP alone")
        values = tensors[name].float()
        if name.endswith(_B) and kind.reordered:
            values = _reordered(values, layer, config)
        writer.add_tensor(f"{found}.weight.{'lora_a' if name.endswith(_A) else 'lora_b'}", values.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    made_readable(path.parent)


def heads_of(layer: str, config: Any) -> int:
    """Answer how many heads the matrix of a layer has whose rows llama.cpp wants in its own order; 0 for another layer."""
    if layer.endswith(".q_proj"):
        return int(config["num_attention_heads"])
    if layer.endswith(".k_proj"):
        return int(config.get("num_key_value_heads") or config["num_attention_heads"])
    return 0


def _reordered(values: torch.Tensor, layer: str, config: Any) -> torch.Tensor:
    heads = heads_of(layer, config)
    if not heads:
        return values
    rows, columns = values.shape
    return values.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def _kind_of(config: Any) -> _Kind:
    architectures = config.get("architectures") or ["nothing"]
    if architectures[0] not in _KINDS:
        raise BadInputError(
            f"stc writes GGUF adapters for {', '.join(_KINDS)}, and this base is {architectures[0]}; "
            "llama.cpp's own convert_lora_to_gguf.py knows more, and `stc export merged` needs none of it"
        )
    return _KINDS[architectures[0]]


def _must_be_plain(settings: dict[str, Any]) -> None:
    """Refuse what stc itself never trains: an adapter that was put into the folder may have more."""
    for name in ("use_dora", "modules_to_save", "rank_pattern", "alpha_pattern"):
        if settings.get(name):
            raise BadInputError(f"the adapter uses {name}, which llama.cpp does not know; use `stc export merged`")
