"""Ollama: a Modelfile with the template that was trained with, the tokens that end an answer, the system prompt, and the adapter as GGUF.

An adapter as safetensors is not given: Ollama's own conversion reorders the wrong matrix of query and key (convert_llama_adapter.go).
"""

from __future__ import annotations

from trainer.exports import Folder, Trained, export
from trainer.exports._gguf import write_adapter
from trainer.exports._modelfile import base_for_ollama, modelfile

FILE = "adapter.gguf"


@export("ollama")
def write(trained: Trained, out: Folder) -> None:
    """Write Modelfile and adapter.gguf."""
    base = base_for_ollama(trained)
    write_adapter(trained, out.place(FILE))
    out.text("Modelfile", modelfile(trained, base, adapter=f"./{FILE}"))
    out.notes.append(f"ollama create NAME -f {out.shown}/Modelfile")
