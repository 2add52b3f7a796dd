"""The adapter for llama.cpp: one GGUF file beside a base in GGUF, `llama-server -m BASE.gguf --lora adapter.gguf`."""

from __future__ import annotations

from trainer.exports import Folder, Trained, export
from trainer.exports._gguf import write_adapter

FILE = "adapter.gguf"


@export("gguf")
def write(trained: Trained, out: Folder) -> None:
    """Write adapter.gguf."""
    write_adapter(trained, out.place(FILE))
    out.notes.append(
        f"llama-server -m BASE.gguf --lora {out.shown}/{FILE}   (BASE.gguf: the same base, by llama.cpp's convert_hf_to_gguf.py)"
    )
