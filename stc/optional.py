"""What stc uses where it is installed and does without where it is not: tables of samples, and other tokenizers."""

from __future__ import annotations

from importlib.util import find_spec

from datagen.tables import Tables
from datagen.tokens import OWN, TokenCounter
from stparse.issue import BadInputError

NO_TABLES = "pyarrow is not installed: the samples are written as JSONL alone; pip install 'stc[data]' adds Parquet"


def installed_tables() -> Tables | None:
    """Answer what writes and reads Parquet, or None."""
    if find_spec("pyarrow") is None:
        return None
    from datagen.parquet import PARQUET

    return PARQUET


def chosen_counter(name: str | None) -> TokenCounter:
    """Answer what counts tokens: our own estimate, or the tokenizer that `name` names. Raises BadInputError."""
    if name is None:
        return OWN
    if find_spec("tokenizers") is None:
        raise BadInputError("--tokenizer needs the package tokenizers: pip install 'stc[data]'; without the option stc counts by itself")
    from trainer.tokenizer import open_tokenizer

    found = open_tokenizer(name)
    return TokenCounter(found.name, found.digest, found.count)
