"""A base model as its files say it is, read without loading it: shape, parameters, digest. No torch here."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stparse.issue import BadInputError

_LARGEST_HEADER = 100 * 2**20
_NEEDED = ("config.json", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A causal model in a folder: `weights` are the shapes of its tensors by name, as the headers of the .safetensors have them."""

    path: Path
    config: Mapping[str, Any]
    weights: Mapping[str, tuple[int, ...]]

    @property
    def name(self) -> str:
        """What it is called, without the place where it is."""
        return self.path.resolve().name

    @property
    def parameters(self) -> int:
        return sum(math.prod(shape) for shape in self.weights.values())

    def matrices(self, ending: str = "") -> list[tuple[int, ...]]:
        """Answer the shapes of the matrices in the layers, all or those whose layer has that name: `q_proj`."""
        layers = ((name, shape) for name, shape in self.weights.items() if ".layers." in name or ".h." in name)
        return [shape for name, shape in layers if len(shape) == 2 and name.endswith(f"{ending}.weight" if ending else "weight")]

    def number(self, *names: str) -> int:
        """Answer the first of these numbers that config.json has. Raises BadInputError."""
        for name in names:
            if isinstance(self.config.get(name), int):
                return int(self.config[name])
        raise BadInputError(f"{self.path}/config.json names no {names[0]}: this is no causal language model that stc can train")


def read_base(path: Path, trusted: str = "") -> BaseModel:
    """Read what the folder `path` holds. Raises BadInputError, with the remedy, if it cannot be trained."""
    if not path.is_dir():
        raise BadInputError(f"{path} is no folder; stc downloads nothing: fetch the base model and give its folder to --base")
    lacking = [name for name in _NEEDED if not (path / name).is_file()]
    if lacking:
        raise BadInputError(f"{path} has no {' and no '.join(lacking)}; it must be the folder of a model as save_pretrained writes it")
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInputError(f"{path}/config.json cannot be read ({error})") from error
    if "auto_map" in config and trusted != path.resolve().name:
        raise BadInputError(
            f"{path} brings Python code of its own, which stc does not run; "
            f"if you have read it and trust it: --trust-remote-code {path.resolve().name}"
        )
    files = sorted(path.glob("*.safetensors"))
    if not files:
        raise BadInputError(
            f"{path} has no .safetensors. Other forms can run code when they are loaded, and stc loads none of them; "
            "convert it once, where you trust it: AutoModelForCausalLM.from_pretrained(...).save_pretrained(...)"
        )
    weights: dict[str, tuple[int, ...]] = {}
    for file in files:
        weights.update(_shapes(file))
    return BaseModel(path, config, weights)


def digest_of_model(path: Path, show: Callable[[str, int, int], None] | None = None) -> str:
    """Answer the SHA-256 of all files that decide what a model is, a base or an adapter: weights, configuration, tokenizer, template."""
    files = sorted(file for file in path.iterdir() if file.suffix in (".safetensors", ".json", ".jinja", ".model", ".py"))
    found = hashlib.sha256()
    for done, file in enumerate(files):
        if show is not None:
            show("digest of the base", done, len(files))
        with file.open("rb") as opened:
            found.update(f"{file.name}\0{hashlib.file_digest(opened, 'sha256').hexdigest()}\n".encode())
    return found.hexdigest()


def _shapes(file: Path) -> dict[str, tuple[int, ...]]:
    """Answer the shapes that the header of a .safetensors file states."""
    try:
        with file.open("rb") as opened:
            (size,) = struct.unpack("<Q", opened.read(8))
            if size > _LARGEST_HEADER:
                raise ValueError(f"a header of {size} bytes")
            header = json.loads(opened.read(size))
        return {name: tuple(found["shape"]) for name, found in header.items() if name != "__metadata__"}
    except (OSError, struct.error, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"{file} is no .safetensors file, or a part of one ({error}); was the download complete?") from error
