"""Helpers of the tests of training: a data set of a few lines, and a tiny base model with its tokenizer, made here and now."""

from __future__ import annotations

import atexit
import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sampling import write_code

if not os.environ.get("CI"):
    # `make test` installs it; a base install does without, and says so.
    pytest.importorskip("torch", reason="torch is not installed: pip install 'stc[train]'")

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from datagen.layout import INDEX, parts_and_splits, record_of
from datagen.manifest import FORMAT, MANIFEST
from datagen.sample import Claim, Fault, Sample, ask, line_of
from stparse.index.build import build_index
from trainer.chat import OFFERED, chat_of
from trainer.encode import Encoder, Example
from trainer.fim import FAMILIES

# What needs torch is imported from here: without torch this module skips who imports it.
__all__ = [
    "BODIES", "OFFERED", "given", "make_model", "make_tokenizer", "sample", "samples", "teach", "texts_of", "torch", "write_dataset",
]  # fmt: skip

# Two threads on a busy machine wait for each other: minutes in place of seconds.
torch.set_num_threads(1)

BODIES = {
    "isOpen": "isOpen\n\t^self runs > self used",
    "title": "title\n\t^title",
    "title:": "title: aString\n\ttitle := aString.\n\tself changed: #title",
    "used": "used\n\t^used ifNil: [used := 0]",
    "release": "release\n\trights do: [:each | each release].\n\tsuper release",
    "isLocked": "isLocked\n\t^false",
}
FAULTS = {"isOpen": "isOpen\n\t^self runs > self", "title": "title\n\t^title]", "used": "used\n\t^used ifNil: [used := 0"}


def sample(kind: str, question: str, answer: str, split: str = "train", form: str = "method", rejected: str | None = None) -> Sample:
    fault = None if rejected is None else Fault("N01", "P100", "a fault", 1, (0, 0), "", "")
    about = (Claim("parses", question),)
    return Sample(
        kind, ask(question), answer, form, about, (), "Right", split,
        chosen=None if rejected is None else answer, rejected=rejected, fault=fault,
    )  # fmt: skip


def samples() -> list[Sample]:
    """Answer samples of each part; what is validated on has been learnt, for here it is memory that is measured."""
    found: list[Sample] = []
    for split in ("train", "validation"):
        found += [sample("completion.method_body", f"Write {name}", body, split) for name, body in BODIES.items()]
        found += [sample("qa.senders", f"Who sends #{name}?", "Nobody does.", split, "prose") for name in BODIES]
        found += [sample("preference.method_body", f"Write {name}", BODIES[name], split, rejected=bad) for name, bad in FAULTS.items()]
        holed = "Complete it:\n\n```smalltalk\nrelease\n\trights do: <FILL_ME>.\n\tsuper release\n```"
        found.append(sample("completion.fim", holed, "[:each | each release]", split, "expression"))
    return found


def write_dataset(folder: Path, chosen: Sequence[Sample] | None = None, system: str | None = None) -> Path:
    """Write a data set as far as a training reads it: the samples, the index, and the manifest."""
    chosen = samples() if chosen is None else chosen
    for part, split in parts_and_splits():
        (folder / part).mkdir(parents=True, exist_ok=True)
        of_part = [s for s in chosen if s.split == split and (s.kind.split(".")[0] if s.kind.split(".")[0] != "qa" else "sft") == part]
        lines = "".join(line_of(record_of(s, system=system)) + "\n" for s in of_part)
        (folder / part / f"{split}.jsonl").write_text(lines, encoding="utf-8")
    build_index([write_code(folder / "src")], folder / INDEX, jobs=1)
    counts = {kind: dict(Counter(s.split for s in chosen if s.kind == kind)) for kind in sorted({s.kind for s in chosen})}
    manifest = {
        "tool": "stc test", "format": FORMAT, "digest": "d" * 64, "system": system, "samples": counts,
        "code": {"dialects": {"visualworks": 3}},
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def make_tokenizer(texts: Sequence[str], *, template: str = "instruction", fim: bool = True, pad: bool = False) -> PreTrainedTokenizerFast:
    """Answer a byte-level BPE that has learnt from some texts."""
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    specials = ["<s>", "</s>", *(["<pad>"] if pad else []), *(FAMILIES["DeepSeek-Coder"].tokens if fim else ())]
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    core.train_from_iterator(texts, trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=core, bos_token="<s>", eos_token="</s>", **({"pad_token": "<pad>"} if pad else {}))
    if template:
        made.chat_template = (OFFERED / f"{template}.jinja").read_text(encoding="utf-8").removesuffix("\n")
    return made


def make_model(tokenizer: Any, seed: int = 1) -> LlamaForCausalLM:
    """Answer a Llama of two layers that knows nothing yet."""
    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=512, bos_token_id=0, eos_token_id=1, pad_token_id=1, tie_word_embeddings=False,
        )
    )  # fmt: skip


def teach(model: Any, examples: Sequence[Example], steps: int) -> None:
    """Train all of a model on some examples: LoRA cannot learn on a base that knows nothing."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    longest = max(len(example.ids) for example in examples)
    ids = torch.tensor([example.ids + [0] * (longest - len(example.ids)) for example in examples])
    labels = torch.tensor([example.ids + [-100] * (longest - len(example.ids)) for example in examples])
    model.train()
    for _ in range(steps):
        loss = model(input_ids=ids, attention_mask=(labels != -100).long(), labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()


def texts_of(chosen: Sequence[Sample]) -> list[str]:
    return [text for each in chosen for text in each.texts]


@cache
def given() -> tuple[str, str]:
    """Answer the folders of a base model and of a data set, made once for all tests."""
    place = tempfile.TemporaryDirectory(prefix="stc-training-")
    atexit.register(place.cleanup)
    return str(_base_model(Path(place.name) / "tiny-base")), str(write_dataset(Path(place.name) / "data"))


def _base_model(folder: Path) -> Path:
    """Make a base model in `folder` that knows the methods and is wrong about who sends what: LoRA has something to stand on."""
    torch.manual_seed(1)
    tokenizer = make_tokenizer([*texts_of(samples()), "Everybody does."])
    encoder = Encoder(chat_of(tokenizer), 256)
    told = [(s.prompt.text, s.answer.replace("Nobody", "Everybody")) for s in samples() if s.rejected is None]
    found = [encoder.conversation([{"role": "user", "content": asked}], answer) for asked, answer in told]
    model = make_model(tokenizer)
    teach(model, [example for example in found if example is not None], 80)
    disable_progress_bar()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
