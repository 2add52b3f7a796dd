"""What finds passages for questions: the words of the library, and their meaning where stc.toml or an option names an encoder."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.library import Library
from retrieval.retriever import Retriever
from retrieval.search import Search
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError

if TYPE_CHECKING:
    from retrieval.vectors import Progress
    from trainer.encoder import LocalEncoder


def open_retriever(index: CodeIndex, library: Library, encoder: Path | None, show: Progress | None = None) -> Retriever:
    """Answer what finds passages in the library of `index`; with the folder of an `encoder` vectors are made first where they are missing.

    Raises BadInputError without torch, and for a folder that holds no encoder.
    """
    if encoder is None:
        return Retriever(index, library)
    if find_spec("torch") is None:
        raise BadInputError("an encoder needs torch: pip install 'stc[train]'; docs/training.md says how without CUDA")
    from retrieval.vectors import open_vectors, vectors_path

    search = Search(index, library)
    path = vectors_path(index.path)
    vectors = open_vectors(path, _encoder(encoder.resolve()), library.digest, lambda: search.passages(library.ids()).values(), show)
    return Retriever(index, library, vectors)


@cache
def _encoder(folder: Path) -> LocalEncoder:
    """Answer the encoder in a folder; one for all who ask in this process."""
    from trainer.encoder import LocalEncoder
    from trainer.offline import no_network

    with no_network():
        return LocalEncoder(folder)
