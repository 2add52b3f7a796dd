"""Base models with random weights, of the shape of real ones, and a tokenizer made from the texts of a data set: nothing is downloaded.

    python benchmarks/random_base.py DATASET FOLDER --shape 1.3b [--device cuda]

`1.3b` and `6.7b` have the shape of DeepSeek-Coder's. Such a model knows nothing, but its steps cost what those of a real one cost.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from trainer.chat import OFFERED
from trainer.fim import FAMILIES
from trainer.material import samples_of

SHAPES = {
    "tiny": {"hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 2048},
    "small": {"hidden_size": 512, "intermediate_size": 1376, "num_hidden_layers": 8, "num_attention_heads": 8, "vocab_size": 8192},
    "110m": {"hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 16384},
    "1.3b": {"hidden_size": 2048, "intermediate_size": 5504, "num_hidden_layers": 24, "num_attention_heads": 16, "vocab_size": 32256},
    "6.7b": {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32, "vocab_size": 32256},
}
_ROPE = {"rope_type": "linear", "rope_theta": 100000.0, "factor": 4.0}
_SPECIAL = ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<|EOT|>", *FAMILIES["DeepSeek-Coder"].tokens]


def main() -> None:
    """Write a base into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="1.3b")
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args()
    write_base(chosen.folder, chosen.shape, chosen.dataset, chosen.device)


def write_base(folder: Path, shape: str, dataset: Path, device: str = "cpu") -> None:
    """Write a model of `shape` into `folder`, in bf16 where it is made on a GPU, with a tokenizer for the data set in `dataset`."""
    torch.manual_seed(1)
    torch.set_default_dtype(torch.bfloat16 if device == "cuda" else torch.float32)
    config = LlamaConfig(**SHAPES[shape], rope_parameters=_ROPE, max_position_embeddings=16384, bos_token_id=0, eos_token_id=1)
    with torch.device(device):
        model = LlamaForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    model.save_pretrained(folder)
    tokenizer_of(_texts(dataset), SHAPES[shape]["vocab_size"]).save_pretrained(folder)


def tokenizer_of(texts: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """Answer a byte-level BPE of at most `size` tokens, with DeepSeek-Coder's own tokens and a template for instructions."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=_SPECIAL, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, bos_token=_SPECIAL[0], eos_token=_SPECIAL[1], pad_token=_SPECIAL[1])
    tokenizer.chat_template = (OFFERED / "instruction.jinja").read_text(encoding="utf-8").removesuffix("\n")
    return tokenizer


def _texts(dataset: Path) -> Iterator[str]:
    for part in ("sft", "completion"):
        for messages, sample in samples_of(dataset, part, "train"):
            yield from (message["content"] for message in messages)
            yield sample.answer


if __name__ == "__main__":
    main()
