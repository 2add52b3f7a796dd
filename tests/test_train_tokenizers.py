"""Tokenizers of other shapes: what begins every text with a space, or with a token, learns the very answers that byte-level ones do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from training import BODIES, OFFERED, make_tokenizer, samples, texts_of
from transformers import PreTrainedTokenizerFast

from trainer.chat import chat_of, open_tokenizer
from trainer.encode import Encoder
from trainer.fim import FAMILIES, fim_tokens
from trainer.gotemplate import go_template

pytestmark = pytest.mark.xdist_group("training")
TEXTS = texts_of(samples())
ASKED = [{"role": "user", "content": "Who sends #title?"}]
CODELLAMA = FAMILIES["CodeLlama"]
SPACE = "▁"


def spaced(style: str) -> Tokenizer:
    """Answer a tokenizer as sentencepiece's are when they are converted: a space before a text, and bytes for what it does not know."""
    core = Tokenizer(models.BPE(unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=True)
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False)
    core.train_from_iterator([text.replace("\n", " ").replace("\t", " ") for text in TEXTS], trainer)
    learnt = json.loads(core.to_str())["model"]
    # White space but the space is spelt in bytes, as in Llama's.
    vocabulary = dict(learnt["vocab"])
    for byte in range(256):
        vocabulary[f"<0x{byte:02X}>"] = len(vocabulary)
    merges = [tuple(pair) for pair in learnt["merges"]]
    made = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    if style == "llama":
        made.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    else:
        made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="first", split=False)
    made.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )  # fmt: skip
    return made


def byte_level() -> Any:
    return make_tokenizer(TEXTS, fim=False).backend_tokenizer


@pytest.fixture(params=["bytes", "bytes, begun", "llama", "llama, begun", "mistral", "mistral, begun"])
def tokenizer(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Answer a tokenizer of each shape, as a run opens it: with a token that begins each text or without; it pads with its end."""
    style, _, begun = request.param.partition(", ")
    core = byte_level() if style == "bytes" else spaced(style)
    if begun:
        core.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", core.token_to_id("<s>"))])
    made = PreTrainedTokenizerFast(tokenizer_object=core, bos_token="<s>", eos_token="</s>")
    made.add_special_tokens({"additional_special_tokens": list(CODELLAMA.tokens)})
    made.chat_template = (OFFERED / "instruction.jinja").read_text(encoding="utf-8").removesuffix("\n")
    made.save_pretrained(tmp_path / "base")
    found = open_tokenizer(tmp_path / "base", "")
    assert found.pad_token == found.eos_token
    return found


@pytest.mark.parametrize("answer", ["Nobody does.", *BODIES.values(), "\tindented", "  two spaces", "\n\nlines", "Größe €"])
def test_the_answer_is_learnt_as_it_is(tokenizer: Any, answer: str) -> None:
    encoder = Encoder(chat_of(tokenizer), 512)
    example = encoder.conversation(ASKED, answer)
    assert example is not None, encoder.dropped
    given, learnt = example.ids[: example.start], example.ids[example.start :]
    # As generation is given it: by the template, without anything added.
    assert given == encoder.asked(ASKED)
    assert given == tokenizer(encoder.chat.prompt(ASKED), add_special_tokens=False)["input_ids"]
    assert given.count(tokenizer.bos_token_id) == 1, "the template begins the text, and the tokenizer does not begin it again"
    assert learnt[-1] == tokenizer.eos_token_id
    # What is decoded behind the prompt is the answer, without a space that nobody wrote.
    both, alone = tokenizer.decode(example.ids[:-1]), tokenizer.decode(given)
    assert both.removeprefix(alone) == answer


def test_a_hole_is_filled_as_codellama_learnt_it(tokenizer: Any) -> None:
    encoder = Encoder(chat_of(tokenizer), 512)
    example = encoder.middle("release\n\trights do: ", ".\n\tsuper release", "[:each | each release]")
    assert example is not None
    first, between, last, end = (tokenizer.convert_tokens_to_ids(token) for token in CODELLAMA.tokens)
    begins = tokenizer("")["input_ids"][:1] == [tokenizer.bos_token_id]
    assert example.ids[: 1 + begins] == [tokenizer.bos_token_id] * begins + [first]
    assert example.ids[example.start - 1] == last
    assert example.ids[-1] == end, "a middle ends with its own token"
    assert tokenizer.decode(example.ids[example.start : -1]) == "[:each | each release]"
    at = example.ids.index(between)
    prefix, suffix = example.ids[1 + begins : at], example.ids[at + 1 : example.start - 1]
    assert prefix == tokenizer("release\n\trights do: ", add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(suffix) == ".\n\tsuper release"
    # Behind the hole there is no space before the point.
    assert suffix == encoder.continued(".\n\tsuper release")
    assert SPACE not in tokenizer.convert_ids_to_tokens(suffix)[0]


def test_as_a_text_it_is_what_codellama_publishes(tokenizer: Any) -> None:
    fim = fim_tokens(tokenizer)
    assert fim is not None
    assert fim.text("a", "b") == "<PRE> a <SUF>b <MID>"
    assert "<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>" in go_template(chat_of(tokenizer))
