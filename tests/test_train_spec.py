"""What a run is to be, and whether it fits: settings that are refused, memory reckoned from a base's files alone, advice that holds."""

from __future__ import annotations

import json
import os
import re
import struct
from dataclasses import fields, replace
from pathlib import Path

import pytest

from stparse.issue import BadInputError
from trainer.basemodel import BaseModel, digest_of_model, read_base
from trainer.memory import GB, adapter_parameters, estimate, must_fit
from trainer.segments import grow_segments
from trainer.spec import PRESETS, RunSpec, preset_named

SEED = {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "vocab_size": 32256, "num_attention_heads": 32}
"""The shape of the seed's example, DeepSeek-Coder 6.7B."""


def shapes(config: dict[str, int]) -> dict[str, tuple[int, ...]]:
    hidden, inner, words = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (words, hidden), "lm_head.weight": (words, hidden)}
    for layer in range(config["num_hidden_layers"]):
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            found[f"model.layers.{layer}.self_attn.{name}.weight"] = (hidden, hidden)
        for name, shape in (("gate_proj", (inner, hidden)), ("up_proj", (inner, hidden)), ("down_proj", (hidden, inner))):
            found[f"model.layers.{layer}.mlp.{name}.weight"] = shape
        found[f"model.layers.{layer}.input_layernorm.weight"] = (hidden,)
    return found


def write_base(folder: Path, config: dict[str, object] | None = None) -> Path:
    """Write the files of a model, of whose weights only the header is there."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(SEED if config is None else config), encoding="utf-8")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    header = json.dumps({name: {"dtype": "BF16", "shape": shape, "data_offsets": [0, 0]} for name, shape in shapes(SEED).items()})
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header.encode())
    return folder


@pytest.fixture
def seed_base() -> BaseModel:
    return BaseModel(Path("deepseek"), SEED, shapes(SEED))


def test_the_defaults_are_those_of_the_seed() -> None:
    spec = RunSpec()
    assert (spec.r, spec.alpha, spec.dropout, spec.targets) == (16, 32, 0.1, ("q_proj", "k_proj", "v_proj", "o_proj"))
    assert all(field.metadata["help"].strip() for field in fields(RunSpec))


def test_stages_run_in_their_order() -> None:
    assert RunSpec(stages=("dpo", "sft")).stages == ("sft", "dpo")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"stages": ("sft", "rlhf")}, "stages has rlhf; it can be pretrain, sft, dpo"),
        ({"stages": ()}, "stages has nothing"),
        ({"precision": "int8"}, "precision has int8"),
        ({"r": 0}, "r is 0; it must be more than 0"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"max_length": 2048, "batch_tokens": 1024}, "an example would not fit"),
    ],
)
def test_settings_that_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError, match=re.escape(said)):
        RunSpec(**settings)  # type: ignore[arg-type]


def test_no_such_preset() -> None:
    with pytest.raises(BadInputError, match="there is no preset 'abacus'; there are rtx3070-8gb"):
        preset_named("abacus")


def test_what_learns_is_counted(seed_base: BaseModel) -> None:
    # Four square matrices in each of 32 layers, each with two sides of rank 16.
    assert adapter_parameters(seed_base, RunSpec()) == 32 * 4 * 16 * (4096 + 4096) == 16_777_216
    assert 6.7e9 < seed_base.parameters < 6.8e9
    with pytest.raises(BadInputError, match="no layers called c_attn"):
        adapter_parameters(seed_base, RunSpec(targets=("c_attn",)))


@pytest.mark.parametrize("name", ["rtx3070-8gb", "rtx4090-24gb"])
def test_the_seeds_model_fits_its_cards(name: str, seed_base: BaseModel) -> None:
    preset = PRESETS[name]
    assert preset.memory is not None
    found = must_fit(seed_base, RunSpec(**preset.settings), "bf16", "cuda", preset.memory)
    assert found.total > preset.memory / 2, "an estimate far below the card says nothing"


def test_what_cannot_fit_is_refused_with_advice_that_holds(seed_base: BaseModel) -> None:
    spec = RunSpec(device="cuda", checkpointing=False)
    with pytest.raises(BadInputError) as refused:
        must_fit(seed_base, spec, "bf16", "cuda", 8 * GB)
    said = str(refused.value)
    assert re.search(r"would take about \d+\.\d GB \(weights 12\.\d,.*and there are 8\.0 GB", said)
    options = dict(re.findall(r"--([a-z-]+) (\w+)", said.replace("--checkpointing ", "--checkpointing yes ")))
    assert options == {"checkpointing": "yes", "batch-tokens": "1024", "accumulate": "16", "quantize": "4bit"}
    changed = replace(spec, checkpointing=True, batch_tokens=1024, accumulate=16, quantize="4bit")
    assert must_fit(seed_base, changed, "bf16", "cuda", 8 * GB).total <= 8 * GB


def test_a_base_that_is_too_large_whatever_is_done(seed_base: BaseModel) -> None:
    with pytest.raises(BadInputError, match=r"Even with .*--max-length 512.* it would take 1\d\.\d GB: take a smaller base model"):
        must_fit(seed_base, RunSpec(), "fp32", "cpu", 8 * GB)


def test_each_setting_that_costs_memory_is_seen(seed_base: BaseModel) -> None:
    def total(precision: str = "bf16", **settings: object) -> int:
        return estimate(seed_base, replace(RunSpec(), **settings), precision, "cuda").total  # type: ignore[arg-type]

    assert total("fp32") > total()
    assert total(checkpointing=False) > total()
    assert total(batch_tokens=8192) > total()
    assert total(packing=True) > total()
    assert total(r=64) > total()
    assert total(quantize="4bit") < total()
    assert total(stages=("dpo",), max_length=4096) > total(max_length=4096)
    # Methods are written with as much room as a batch has; that is seen where a step takes less.
    assert total(sample=8, batch_tokens=1024, sample_tokens=4096) > total(sample=0, batch_tokens=1024, sample_tokens=4096)
    assert estimate(seed_base, RunSpec(), "bf16", "cuda", 4).weights == estimate(seed_base, RunSpec(), "bf16", "cuda").weights // 4


def test_the_estimate_is_what_a_card_took() -> None:
    # LOG.md, an H100, 1.3 billion parameters, 4,096 tokens, without checkpointing: 12.41 GB, of which the loss of then took all logits
    # in bf16, and three times in fp32, where it takes them and their gradients in bf16 now, and a piece of 64 MiB in fp32.
    config = {**SEED, "hidden_size": 2048, "intermediate_size": 5504, "num_hidden_layers": 24, "num_attention_heads": 16}
    spec = RunSpec(checkpointing=False, batch_tokens=4096, sample=0)
    found = estimate(BaseModel(Path("1.3b"), config, shapes(config)), spec, "bf16", "cuda")
    logits = 4096 * 32256
    wanted = 12.41 * GB - logits * (2 + 3 * 4) + logits * (2 + 2) + 2**24 * 4
    assert wanted < found.total - found.overhead < 1.1 * wanted


def test_a_base_is_read_from_its_headers(tmp_path: Path) -> None:
    base = read_base(write_base(tmp_path / "deepseek-coder-6.7b"))
    assert base.name == "deepseek-coder-6.7b"
    assert base.parameters == sum(rows * columns for rows, columns in base.matrices()) + 2 * 32256 * 4096 + 32 * 4096


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "config.json").unlink(), "has no config.json"),
        (
            lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
            "has no .safetensors. Other forms can run code",
        ),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"\xff" * 40), "is no .safetensors file, or a part of one"),
        (lambda folder: (folder / "config.json").write_text('{"auto_map": {}}'), "brings Python code of its own, which stc does not run"),
        (lambda folder: (folder / "config.json").write_text("{"), "cannot be read"),
    ],
)
def test_a_base_that_cannot_be_trained(tmp_path: Path, spoil: object, said: str) -> None:
    folder = write_base(tmp_path / "base")
    spoil(folder)  # type: ignore[operator]
    with pytest.raises(BadInputError, match=re.escape(said)):
        read_base(folder)


def test_code_of_a_base_is_trusted_by_name_only(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "odd", {**SEED, "auto_map": {"AutoModel": "x"}})
    with pytest.raises(BadInputError, match="--trust-remote-code odd"):
        read_base(folder, "other")
    assert read_base(folder, "odd").name == "odd"


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="downloads nothing"):
        read_base(tmp_path / "deepseek-ai" / "deepseek-coder")


def test_the_digest_of_a_base_is_that_of_its_files(tmp_path: Path) -> None:
    first, second = write_base(tmp_path / "a"), write_base(tmp_path / "b")
    assert digest_of_model(first) == digest_of_model(second)
    (second / "chat_template.jinja").write_text("x", encoding="utf-8")
    assert digest_of_model(first) != digest_of_model(second)


@pytest.mark.parametrize(
    ("platform", "given", "found"),
    [
        ("linux", {}, "expandable_segments:True"),
        ("linux", {"PYTORCH_CUDA_ALLOC_CONF": "max_split_size_mb:64"}, None),
        ("linux", {"PYTORCH_ALLOC_CONF": "backend:native"}, "backend:native"),
        ("win32", {}, None),
    ],
)
def test_memory_of_a_card_grows_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, platform: str, given: dict[str, str], found: str | None
) -> None:
    for name in ("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    grow_segments()
    assert os.environ.get("PYTORCH_ALLOC_CONF") == found
