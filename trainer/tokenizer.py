"""Tokenizers of models, read from this machine: a tokenizer.json, a model's folder, or the cache of the hub. Never the network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import try_to_load_from_cache
from huggingface_hub.errors import HFValidationError
from tokenizers import Tokenizer

from stparse.issue import BadInputError

FILE = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class ModelTokenizer:
    """A tokenizer with the name it is known by, which holds no path of this machine, and the digest of its file."""

    name: str
    digest: str
    tokenizer: Tokenizer

    def count(self, texts: Sequence[str]) -> list[int]:
        """Answer how many tokens each text has, without those that begin and end a text."""
        return [len(found.ids) for found in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def open_tokenizer(name: str) -> ModelTokenizer:
    """Open the tokenizer in the file or folder `name`, or of the model `name` in the hub's cache. Raises BadInputError."""
    path = _path(name)
    try:
        data = path.read_bytes()
        tokenizer = Tokenizer.from_str(data.decode("utf-8"))
    except Exception as error:  # the library raises bare Exceptions
        raise BadInputError(f"{path} is no tokenizer ({error}); give a {FILE} as transformers writes it") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return ModelTokenizer(_shown(name), hashlib.sha256(data).hexdigest(), tokenizer)


def _path(name: str) -> Path:
    given = Path(name)
    if given.is_file():
        return given
    if given.is_dir():
        if (given / FILE).is_file():
            return given / FILE
        raise BadInputError(f"{given} has no {FILE}; a tokenizer of another kind is saved as one by transformers: save_pretrained")
    try:
        cached = try_to_load_from_cache(name, FILE)
    except HFValidationError:
        cached = None
    if isinstance(cached, str):
        return Path(cached)
    raise BadInputError(f"no file, folder or cached model {name!r}; stc downloads nothing: fetch {FILE} and give its path")


def _shown(name: str) -> str:
    path = Path(name)
    if path.is_file():
        return path.parent.name if path.name == FILE and path.parent.name else path.name
    return path.name if path.is_dir() else name
