"""A trained model in other programs: merged it answers the same, as GGUF it has the same matrices, Ollama asks it in the same words."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from click.testing import CliRunner
from gotemplates import read_modelfile, render
from peft import PeftModel
from safetensors.numpy import load_file
from training import given, make_tokenizer, samples, texts_of, torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from datagen.exports import Folder
from stc.cli import cli
from stparse.issue import BadInputError
from trainer.chat import chat_of
from trainer.exports import EXPORTS, Trained, read_trained
from trainer.exports._gguf import heads_of, write_adapter
from trainer.exports.merged import with_older_keys
from trainer.folder import ADAPTER, WEIGHTS
from trainer.gotemplate import go_template, pieces_of
from trainer.lora import train
from trainer.model import quiet
from trainer.spec import RunSpec

pytestmark = pytest.mark.xdist_group("training")
IDS = torch.tensor([[0, 40, 50, 60, 70, 80, 90, 41, 51]])
SYSTEM = {"role": "system", "content": 'You know "our" code.'}
ASKED = {"role": "user", "content": "Who sends {{ .System }} #title?"}
SAID = {"role": "assistant", "content": "Nobody does."}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the folder of a run of two stages."""
    base, data = given()
    spec = RunSpec(
        base=base, data=data, stages=("sft", "dpo"), max_length=256, batch_tokens=512, accumulate=1, epochs=4, steps=4,
        evaluate_every=4, learning_rate=1e-2, preference_rate=1e-3, threads=1, sample=0,
    )  # fmt: skip
    return train(spec, tmp_path_factory.mktemp("serving") / "run", "stc test").folder


@pytest.fixture(scope="module")
def trained(run: Path) -> Trained:
    base, data = given()
    return read_trained(run, Path(base), Path(data), "")


def export(form: str, source: Path, out: Path, *more: str) -> Any:
    return CliRunner().invoke(cli, ["export", form, str(source), "-o", str(out), *more])


# The merged model


def test_the_merged_model_answers_as_base_and_adapter_do(run: Path, trained: Trained, tmp_path: Path) -> None:
    result = export("merged", run, tmp_path / "merged", "--base", str(trained.base.path))
    assert result.exit_code == 0, result.output
    with torch.no_grad(), quiet():
        base = AutoModelForCausalLM.from_pretrained(trained.base.path)
        bare = base(input_ids=IDS).logits
        adapted = PeftModel.from_pretrained(base, run / ADAPTER)(input_ids=IDS).logits
        merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")(input_ids=IDS).logits
    assert torch.allclose(merged, adapted, atol=1e-4)
    assert float((adapted - bare).abs().max()) > 0.1, "the adapter was to make a difference"
    assert not list((tmp_path / "merged").glob("adapter*"))
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "merged")
    assert tokenizer.chat_template == trained.chat.tokenizer.chat_template
    assert (
        json.loads((tmp_path / "merged" / "tokenizer_config.json").read_text(encoding="utf-8"))["tokenizer_class"]
        == "PreTrainedTokenizerFast"
    )
    assert read_modelfile((tmp_path / "merged" / "Modelfile").read_text(encoding="utf-8"))["FROM"] == ["."]
    if os.name == "posix":
        assert (tmp_path / "merged" / "model.safetensors").stat().st_mode & 0o044 or os.umask(os.umask(0o022)) & 0o044


def test_older_programs_find_how_positions_turn(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"dtype": "bfloat16", "rope_parameters": {"rope_theta": 100000.0, "rope_type": "linear", "factor": 4.0}}))
    with_older_keys(path)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert (found["rope_theta"], found["torch_dtype"]) == (100000.0, "bfloat16")
    assert found["rope_scaling"] == {"rope_type": "linear", "type": "linear", "factor": 4.0}
    path.write_text(json.dumps({"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}}))
    with_older_keys(path)
    assert "rope_scaling" not in json.loads(path.read_text(encoding="utf-8"))


# GGUF


def deltas(adapter: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Answer what the adapter adds to each layer, but for its scale."""
    found = load_file(adapter / WEIGHTS)
    layers = {
        name.removeprefix("base_model.model.").removesuffix(".lora_A.weight"): name for name in found if name.endswith("lora_A.weight")
    }
    return {layer: found[name.replace("lora_A", "lora_B")] @ found[name] for layer, name in layers.items()}


def read_back(path: Path, config: Any, *, undone: bool) -> dict[str, np.ndarray[Any, Any]]:
    """Answer the same from a GGUF file, by its names, with the rows of query and key in the order of Hugging Face again."""
    tensors = {tensor.name: np.array(tensor.data) for tensor in gguf.GGUFReader(path).tensors}
    found = {}
    for name in (name for name in tensors if name.endswith(".lora_a")):
        delta = tensors[name.replace(".lora_a", ".lora_b")] @ tensors[name]
        _, layer, part, *_ = name.split(".")
        part = {"attn_q": "q_proj", "attn_k": "k_proj", "attn_v": "v_proj", "attn_output": "o_proj"}[part]
        heads = heads_of(f".{part}", config) if undone else 0
        if heads:
            rows, columns = delta.shape
            delta = delta.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
        found[f"model.layers.{layer}.self_attn.{part}"] = delta
    return found


def test_the_gguf_adapter_has_the_same_matrices_with_rows_as_llama_cpp_wants_them(run: Path, trained: Trained, tmp_path: Path) -> None:
    assert export("gguf", run, tmp_path / "gguf", "--base", str(trained.base.path)).exit_code == 0
    path = tmp_path / "gguf" / "adapter.gguf"
    fields = {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()}
    said = {name: fields[name] for name in ("general.architecture", "general.type", "adapter.type", "adapter.lora.alpha")}
    assert said == {"general.architecture": "llama", "general.type": "adapter", "adapter.type": "lora", "adapter.lora.alpha": 32.0}
    wanted = deltas(run / ADAPTER)
    found = read_back(path, trained.base.config, undone=True)
    assert found.keys() == wanted.keys()
    assert all(np.allclose(found[layer], wanted[layer], atol=1e-6) for layer in wanted)
    as_written = read_back(path, trained.base.config, undone=False)
    moved = {layer.rsplit(".", 1)[1] for layer in wanted if not np.allclose(as_written[layer], wanted[layer], atol=1e-6)}
    assert moved == {"q_proj", "k_proj"}


def test_other_architectures_keep_their_rows(run: Path, trained: Trained, tmp_path: Path) -> None:
    config = {**trained.base.config, "architectures": ["Qwen2ForCausalLM"]}
    write_adapter(replace(trained, base=replace(trained.base, config=config)), tmp_path / "a.gguf")
    found, wanted = read_back(tmp_path / "a.gguf", config, undone=False), deltas(run / ADAPTER)
    assert all(np.allclose(found[layer], wanted[layer], atol=1e-6) for layer in wanted)
    config["architectures"] = ["MambaForCausalLM"]
    with pytest.raises(BadInputError, match=r"this base is MambaForCausalLM; llama.cpp's own"):
        write_adapter(replace(trained, base=replace(trained.base, config=config)), tmp_path / "b.gguf")


def test_an_adapter_that_llama_cpp_does_not_know_is_refused(run: Path, trained: Trained, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    settings = {**trained.lora, "use_dora": True}
    (copy / ADAPTER / "adapter_config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(BadInputError, match=r"uses use_dora, which llama\.cpp does not know"):
        write_adapter(replace(trained, run=replace(trained.run, folder=copy)), tmp_path / "a.gguf")


# Ollama

EACH = "{% for m in messages %}"
WAITS = "{% endfor %}{% if add_generation_prompt %}"
TEMPLATES = {
    "instruction": "",
    "chatml": "",
    # As Qwen's: a system prompt of its own where none is given.
    "default system": "{% if messages[0]['role'] != 'system' %}{{ '<|s|>You are Q.<|e|>' }}{% endif %}"
    + EACH
    + "{{ '<|' + m['role'][0] + '|>' + m['content'] + '<|e|>\n' }}"
    + WAITS
    + "{{ '<|a|>' }}{% endif %}",
    # As Llama's second: the system prompt stands inside of the first question.
    "inside": "{% set has = messages[0]['role'] == 'system' %}"
    "{% set first = '<<SYS>>' + messages[0]['content'] + '<</SYS>>' if has else '' %}"
    "{% for m in messages[1 if has else 0:] %}{% if m['role'] == 'user' %}{{ bos_token + '[INST] ' + (first if loop.first else '') }}"
    "{{ m['content'] + ' [/INST]' }}{% else %}{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}",
    "no system": "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}"
    + EACH
    + "{{ '{{' + m['role'] + '}}' + m['content'] + '</s>' }}"
    + WAITS
    + "{{ '{{assistant}}' }}{% endif %}",
    "thinking": EACH
    + "{{ '<|' + m['role'] + '|>' + ('<think></think>' if m['role'] == 'assistant' else '') + m['content'] + '</s>' }}"
    + WAITS
    + "{{ '<|assistant|>' }}{% endif %}",
}


@pytest.fixture(scope="module", params=TEMPLATES)
def chat(request: pytest.FixtureRequest) -> Any:
    given = TEMPLATES[request.param]
    made = make_tokenizer(texts_of(samples()), template="" if given else request.param, fim=request.param != "inside")
    if given:
        made.chat_template = given
    return chat_of(made)


def test_ollama_asks_in_the_words_that_were_trained_with(chat: Any) -> None:
    template = go_template(chat)
    conversations = [[ASKED], [ASKED, SAID, ASKED], [ASKED, SAID, ASKED, SAID, ASKED]]
    if pieces_of(chat).opening is not None:
        conversations += [[SYSTEM, *messages] for messages in conversations]
    for messages in conversations:
        assert render(template, messages) == chat.prompt(messages)


def test_what_begins_a_text_is_not_there_twice() -> None:
    from tokenizers import processors

    made = make_tokenizer(texts_of(samples()))
    assert render(go_template(chat_of(made)), [ASKED]).startswith("<s>### Instruction")
    made.backend_tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    assert render(go_template(chat_of(made)), [ASKED]).startswith("### Instruction")
    assert render(go_template(chat_of(made)), [SYSTEM, ASKED]).startswith('You know "our" code.\n### Instruction')


def test_ollama_fills_in_the_middle() -> None:
    template = go_template(chat_of(make_tokenizer(texts_of(samples()))))
    assert render(template, prompt="a\n", suffix="\nb") == "<｜fim▁begin｜>a\n<｜fim▁hole｜>\nb<｜fim▁end｜>"


def test_a_template_that_does_more_is_refused() -> None:
    made = make_tokenizer(texts_of(samples()), template="")
    # It numbers the messages: what stands before one depends on how many there were.
    made.chat_template = (
        EACH + "{{ '%d: ' % loop.index + m['content'] + '</s>' }}" + WAITS + "{{ '%d: ' % (messages | length + 1) }}{% endif %}"
    )
    with pytest.raises(BadInputError, match="does more than"):
        go_template(chat_of(made))


def test_a_modelfile_has_all_that_is_needed(run: Path, trained: Trained, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    record = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    (copy / "run.json").write_text(json.dumps({**record, "system": SYSTEM["content"]}), encoding="utf-8")
    out = tmp_path / "o"
    assert export("ollama", copy, out, "--base", str(trained.base.path)).exit_code == 0
    said = read_modelfile((out / "Modelfile").read_text(encoding="utf-8"))
    assert said.pop("TEMPLATE") == [go_template(trained.chat)]
    assert said == {
        "FROM": [str(trained.base.path.resolve())], "ADAPTER": ["./adapter.gguf"], "SYSTEM": [SYSTEM["content"]],
        "PARAMETER stop": ["</s>"], "PARAMETER temperature": ["0"],
    }  # fmt: skip
    assert export("ollama", copy, out, "--base", str(trained.base.path), "--from", "deepseek-coder:6.7b-base").exit_code == 0
    assert read_modelfile((out / "Modelfile").read_text(encoding="utf-8"))["FROM"] == ["deepseek-coder:6.7b-base"]
    (copy / "run.json").write_text(json.dumps({**record, "system": 'a """ b'}), encoding="utf-8")
    assert "cannot hold this text" in str(export("ollama", copy, out, "--base", str(trained.base.path)).exception)


def test_a_base_that_ollama_would_misread_is_refused(trained: Trained, tmp_path: Path) -> None:
    rope = {"rope_parameters": {"rope_theta": 100000.0, "rope_type": "linear", "factor": 4.0}}
    odd = replace(trained, base=replace(trained.base, config={**trained.base.config, **rope}))
    with pytest.raises(BadInputError, match="in a way that Ollama does not read"), Folder(tmp_path / "o", "ollama", "run") as out:
        EXPORTS["ollama"](odd, out)
    with Folder(tmp_path / "o", "ollama", "run") as out:
        EXPORTS["ollama"](replace(odd, served="base.gguf"), out)
    assert "FROM base.gguf" in (tmp_path / "o" / "Modelfile").read_text(encoding="utf-8")


# Refusals


def test_what_does_not_belong_together_is_refused(run: Path, trained: Trained, tmp_path: Path) -> None:
    base, data = given()
    out = tmp_path / "o"

    def said(form: str, source: Path, *more: str) -> str:
        result = export(form, source, out, *more)
        assert isinstance(result.exception, BadInputError), result.output
        return str(result.exception)

    assert "give the base model that it was trained on with --base" in said("gguf", run)
    assert "no export format for a trained model 'alpaca'" in said("alpaca", run, "--base", base)
    assert "are for a run of stc train" in said("axolotl", Path(data), "--base", base)
    assert "no export format 'gguf'" in said("gguf", Path(data))
    assert "so it needs the data set that the run learnt from: --data" in said("axolotl", run, "--base", base)
    other = tmp_path / "other"
    shutil.copytree(base, other)
    (other / "generation_config.json").write_text("{}", encoding="utf-8")
    assert "and " + str(other) + " is another" in said("merged", run, "--base", str(other))
    third = tmp_path / "data"
    shutil.copytree(data, third)
    manifest = json.loads((third / "manifest.json").read_text(encoding="utf-8"))
    (third / "manifest.json").write_text(json.dumps({**manifest, "digest": "e" * 64}), encoding="utf-8")
    assert "learnt from another data set" in said("axolotl", run, "--base", base, "--data", str(third))
    begun = tmp_path / "run"
    shutil.copytree(run, begun)
    record = json.loads((begun / "run.json").read_text(encoding="utf-8"))
    (begun / "run.json").write_text(json.dumps({**record, "status": "running"}), encoding="utf-8")
    assert "is no finished training" in said("merged", begun, "--base", base)
    assert not out.exists()
