"""An encoder on this machine: vectors of texts by a small model that the user has in a folder (`retrieval.vectors.Encode`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, AutoTokenizer

from stparse.issue import BadInputError
from trainer.basemodel import digest_of_model, read_base
from trainer.model import quiet

_LONGEST = 512
_MODULES = ("Transformer", "Pooling", "Normalize")
"""The steps of sentence-transformers that modules.json may name: what is computed here."""
_PREFIXES = ("query", "document")
"""What sentence-transformers calls them in config_sentence_transformers.json."""


class LocalEncoder:
    """Means over the last layer, of length 1 (Reimers and Gurevych 2019), with the prompts that the model's folder names.

    Models that want another pooling than the mean are refused, where their folder says so.
    """

    @quiet()
    def __init__(self, folder: Path, device: str = "auto") -> None:
        """Raises BadInputError where the folder holds no encoder that can be loaded."""
        if not folder.is_dir():
            raise BadInputError(f"{folder} is no folder; stc downloads nothing: fetch an encoder and give its folder to --encoder")
        if not any(folder.glob("*.safetensors")):
            raise BadInputError(
                f"{folder} has no .safetensors, and stc reads no other weights, neither .onnx nor .bin; take the files of the encoder "
                "that have them, or convert it once, where you trust it: AutoModel.from_pretrained(...).save_pretrained(...)"
            )
        if "auto_map" in _json(folder / "config.json"):
            raise BadInputError(f"{folder} brings Python code of its own, which stc does not run; take an encoder that transformers knows")
        read_base(folder)
        prompts, pooling = (
            _json(folder / "config_sentence_transformers.json").get("prompts", {}),
            _json(folder / "1_Pooling" / "config.json"),
        )
        if pooling and not pooling.get("pooling_mode_mean_tokens", pooling.get("pooling_mode") == "mean"):
            raise BadInputError(
                f"{folder} wants another pooling than the mean ({folder / '1_Pooling'}); take an encoder that takes the mean"
            )
        further = [str(one.get("type", "")) for one in _list(folder / "modules.json")]
        if unknown := [name for name in further if name.rpartition(".")[2] not in _MODULES]:
            raise BadInputError(f"{folder} computes more than the mean ({', '.join(unknown)} in modules.json); take an encoder without")
        self._prompts = [str(prompts.get(name) or "") for name in _PREFIXES]
        self._device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
            self._model = AutoModel.from_pretrained(folder, use_safetensors=True, dtype=torch.float32).to(self._device).eval()
        except (ValueError, OSError, ImportError) as error:
            raise BadInputError(f"{folder} cannot be loaded as an encoder: {error}") from error
        # What the encoder was trained on; longer texts cost more and mean less to it.
        trained = _json(folder / "sentence_bert_config.json").get("max_seq_length") or _LONGEST
        self._most = min(_LONGEST, int(trained), int(getattr(self._model.config, "max_position_embeddings", _LONGEST)))
        self.identity = digest_of_model(folder)

    def __call__(self, texts: Sequence[str], *, question: bool) -> Any:
        """Answer a numpy array of float32, a row of length 1 for each text."""
        prompt = self._prompts[0 if question else 1]
        given = self._tokenizer(
            [prompt + text for text in texts], padding=True, truncation=True, max_length=self._most, return_tensors="pt"
        )
        given = {name: value.to(self._device) for name, value in given.items() if name != "token_type_ids"}
        with torch.inference_mode():
            states = self._model(**given).last_hidden_state
        mask = given["attention_mask"].unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(mean, dim=-1).float().cpu().numpy()


def _json(path: Path) -> dict[str, Any]:
    return dict(_read(path) or {})


def _list(path: Path) -> list[dict[str, Any]]:
    return list(_read(path) or [])


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except ValueError as error:
        raise BadInputError(f"{path} cannot be read ({error})") from error
