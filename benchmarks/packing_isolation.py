"""Do packed examples see each other on this device? Logits of a packed row against those of each example alone.

    python benchmarks/packing_isolation.py DATASET BASE --device cuda --precision bf16

In bf16 and fp16 sums come out differently in another shape: `noise` is that difference for the same examples padded, and
`spoilt` what it is where examples do see each other.
"""

from __future__ import annotations

import argparse
import json
from itertools import islice
from pathlib import Path

import torch

from trainer.basemodel import read_base
from trainer.chat import chat_of, open_tokenizer
from trainer.encode import Encoder
from trainer.hardware import Machine
from trainer.learning import collator, features
from trainer.material import samples_of
from trainer.model import load_model
from trainer.spec import RunSpec


def main() -> None:
    """Print the largest differences as one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="fp32")
    chosen = parser.parse_args()
    chat = chat_of(open_tokenizer(chosen.base, ""))
    encoder = Encoder(chat, 512)
    found = (encoder.conversation(m, s.answer) for m, s in samples_of(chosen.dataset, "sft", "train"))
    examples = list(islice((example for example in found if example is not None), 8))
    model = load_model(read_base(chosen.base), RunSpec(), Machine(chosen.device, chosen.precision, 0)).eval()
    rows = [features(example) for example in examples]
    packed, padded = (
        {name: value.to(chosen.device) for name, value in collator(chat.tokenizer, packed=way)([rows]).items() if name != "labels"}
        for way in (True, False)
    )
    with torch.no_grad():
        together = model(**packed).logits[0].float()
        spoilt = model(**packed, attention_mask=torch.ones_like(packed["input_ids"])).logits[0].float()
        beside = model(**padded).logits.float()
        differences = {"packed": 0.0, "noise": 0.0, "spoilt": 0.0}
        at = 0
        for place, example in enumerate(examples):
            alone = model(input_ids=torch.tensor([example.ids], device=chosen.device)).logits[0].float()
            until = at + len(example.ids)
            for name, logits in (
                ("packed", together[at:until]),
                ("noise", beside[place, : len(example.ids)]),
                ("spoilt", spoilt[at:until]),
            ):
                differences[name] = max(differences[name], float((logits - alone).abs().max()))
            at = until
    device = torch.cuda.get_device_name() if chosen.device == "cuda" else "CPU"
    size = round(float(together.abs().max()), 2)
    print(json.dumps({"device": device, "precision": chosen.precision, **differences, "largest_logit": size, "examples": len(examples)}))


if __name__ == "__main__":
    main()
