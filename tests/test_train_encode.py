"""What is learnt, token by token: prompts and padding carry no loss, ends do, examples that are packed do not see each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import training
from training import BODIES, OFFERED, make_model, make_tokenizer, samples, texts_of, torch, write_dataset

from stparse.issue import BadInputError
from trainer.basemodel import read_base
from trainer.batches import batches
from trainer.chat import Chat, chat_of, open_tokenizer
from trainer.corpus import documents
from trainer.encode import EMPTY, NO_FIM, NOT_BACK, RESERVED, TOO_LONG, Encoder, Example
from trainer.fim import FAMILIES
from trainer.hardware import Machine
from trainer.learning import Batches, collator, features
from trainer.material import material_for
from trainer.model import load_model
from trainer.spec import RunSpec

pytestmark = pytest.mark.xdist_group("training")
TEXTS = texts_of(samples())
ASKED = [{"role": "user", "content": "Who sends #title?"}]
IGNORED = -100


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    made = make_tokenizer(TEXTS)
    made.pad_token = made.eos_token
    return made


@pytest.fixture(scope="module")
def encoder(tokenizer: Any) -> Encoder:
    return Encoder(chat_of(tokenizer), 512)


def spelt(tokenizer: Any, ids: list[int]) -> str:
    return str(tokenizer.decode(ids))


def test_the_prompt_is_given_and_the_answer_learnt_with_its_end(tokenizer: Any, encoder: Encoder) -> None:
    example = encoder.conversation(ASKED, "Nobody does.")
    assert example is not None
    labels = features(example)["labels"]
    assert len(labels) == len(example.ids)
    carried = [(spelt(tokenizer, [id_]), label != IGNORED) for id_, label in zip(example.ids, labels, strict=True)]
    assert "".join(text for text, _ in carried) == "<s>### Instruction:\nWho sends #title?\n### Response:\nNobody does.</s>"
    assert "".join(text for text, learnt in carried if not learnt) == "<s>### Instruction:\nWho sends #title?\n### Response:\n"
    assert "".join(text for text, learnt in carried if learnt) == "Nobody does.</s>"
    # From the first token of the answer on, without a gap, and each is its own label.
    assert labels == [IGNORED] * example.start + example.ids[example.start :]


def test_a_system_prompt_is_given_too(tokenizer: Any, encoder: Encoder) -> None:
    example = encoder.conversation([{"role": "system", "content": "You know."}, *ASKED], "Nobody does.")
    assert example is not None
    assert spelt(tokenizer, example.ids[: example.start]).startswith("<s>You know.\n### Instruction:")
    assert spelt(tokenizer, example.ids[example.start :]) == "Nobody does.</s>"


def test_padding_carries_no_loss_where_it_is_the_very_token_that_ends(tokenizer: Any, encoder: Encoder) -> None:
    assert tokenizer.pad_token_id == tokenizer.eos_token_id
    short, long = encoder.conversation(ASKED, "Nobody does."), encoder.conversation(ASKED, BODIES["release"])
    assert short is not None
    assert long is not None
    batch = collator(tokenizer, packed=False)([[features(short), features(long)]])
    missing = len(long.ids) - len(short.ids)
    assert batch["input_ids"][0].tolist() == short.ids + [tokenizer.pad_token_id] * missing
    assert set(batch) == {"input_ids", "labels"}, "without a mask: no row is longer for what stands behind it"
    assert batch["labels"][0].tolist() == [IGNORED] * short.start + short.ids[short.start :] + [IGNORED] * missing
    assert batch["labels"][0][len(short.ids) - 1] == tokenizer.eos_token_id, "the end of the answer is learnt"
    assert batch["labels"][1].tolist() == [IGNORED] * long.start + long.ids[long.start :]


def test_the_end_is_that_of_the_template(encoder: Encoder) -> None:
    assert (encoder.chat.before, encoder.chat.after) == ("", "</s>")
    made = make_tokenizer(TEXTS, template="chatml")
    made.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    chat = chat_of(made)
    # The template puts a new line behind the end: nobody ever generates it.
    assert (chat.after, chat.end) == ("<|im_end|>", made.convert_tokens_to_ids("<|im_end|>"))
    example = Encoder(chat, 512).conversation(ASKED, "Nobody does.")
    assert example is not None
    assert spelt(made, example.ids) == "<|im_start|>user\nWho sends #title?<|im_end|>\n<|im_start|>assistant\nNobody does.<|im_end|>"
    assert spelt(made, example.ids[example.start :]) == "Nobody does.<|im_end|>"


def test_a_template_that_ends_nothing_gets_the_token_that_ends_a_text() -> None:
    made = make_tokenizer(TEXTS, template="")
    made.chat_template = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}"
    made.chat_template += "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
    chat = chat_of(made)
    assert (chat.after, chat.end) == ("\n</s>", made.eos_token_id)


def test_what_a_template_puts_before_an_answer_is_learnt() -> None:
    made = make_tokenizer(TEXTS, template="")
    made.chat_template = "{% for m in messages %}{{ '<s>' if m['role'] == 'user' else '' }}"
    made.chat_template += "{{ '<think></think>' if m['role'] == 'assistant' else '' }}{{ m['content'] }}</s>{% endfor %}"
    chat = chat_of(made)
    example = Encoder(chat, 512).conversation(ASKED, "Nobody does.")
    assert example is not None
    assert spelt(made, example.ids[example.start :]) == "<think></think>Nobody does.</s>"


def test_a_base_without_a_template_is_refused_and_offered_one() -> None:
    with pytest.raises(BadInputError, match=r"has no chat template.*--chat-template.*\(chatml, instruction\).*never tuned for chat"):
        chat_of(make_tokenizer(TEXTS, template=""))


def test_a_template_that_changes_its_mind_is_refused() -> None:
    made = make_tokenizer(TEXTS, template="")
    made.chat_template = "{{ 'waiting' if add_generation_prompt else 'told' }}{% for m in messages %}{{ m['content'] }}{% endfor %}"
    with pytest.raises(BadInputError, match="does not begin a whole conversation"):
        chat_of(made)


def test_a_template_that_takes_no_system_prompt_says_so() -> None:
    made = make_tokenizer(TEXTS, template="")
    made.chat_template = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    made.chat_template += "{% for m in messages %}{{ m['content'] }}</s>{% endfor %}"
    with pytest.raises(BadInputError, match=r"refuses the conversation \(no system\); is it the system prompt\?"):
        Encoder(chat_of(made), 512).conversation([{"role": "system", "content": "x"}, *ASKED], "y")


def test_a_template_by_name_or_file(tmp_path: Path) -> None:
    make_tokenizer(TEXTS, template="").save_pretrained(tmp_path / "base")
    assert chat_of(open_tokenizer(tmp_path / "base", "instruction")).after == "</s>"
    assert chat_of(open_tokenizer(tmp_path / "base", str(OFFERED / "instruction.jinja"))).after == "</s>"
    with pytest.raises(BadInputError, match="neither a file nor one of stc's templates"):
        open_tokenizer(tmp_path / "base", "levitation")


def test_a_tokenizer_that_loses_white_space_is_refused(tmp_path: Path) -> None:
    from tokenizers import normalizers

    made = make_tokenizer(TEXTS)
    made.backend_tokenizer.normalizer = normalizers.Replace("\n\n", "\n")
    made.save_pretrained(tmp_path / "base")
    with pytest.raises(BadInputError, match="does not give code back as it was"):
        open_tokenizer(tmp_path / "base", "")


def test_what_is_too_long_is_dropped_whole_and_counted(tokenizer: Any, encoder: Encoder) -> None:
    whole = encoder.conversation(ASKED, BODIES["release"])
    assert whole is not None
    exact, short = Encoder(chat_of(tokenizer), len(whole.ids)), Encoder(chat_of(tokenizer), len(whole.ids) - 1)
    assert exact.conversation(ASKED, BODIES["release"]) == whole
    assert short.conversation(ASKED, BODIES["release"]) is None
    assert dict(short.dropped) == {TOO_LONG: 1}


def test_text_that_spells_a_token_of_the_models_own_is_dropped(tokenizer: Any) -> None:
    encoder = Encoder(chat_of(tokenizer), 512)
    assert encoder.conversation(ASKED, "It ends with </s> here.") is None
    assert encoder.conversation([{"role": "user", "content": "What is <｜fim▁hole｜>?"}], "A token.") is None
    assert encoder.document("'<s>' displayString") is None
    assert encoder.conversation(ASKED, " \n") is None
    assert dict(encoder.dropped) == {RESERVED: 3, EMPTY: 1}


def test_text_that_does_not_come_back_is_dropped() -> None:
    from tokenizers import normalizers

    made = make_tokenizer(TEXTS)
    made.backend_tokenizer.normalizer = normalizers.NFC()
    encoder = Encoder(chat_of(made), 512)
    assert encoder.conversation(ASKED, "Cafe\u0301.") is None
    assert encoder.conversation(ASKED, "Café.") is not None
    assert dict(encoder.dropped) == {NOT_BACK: 1}


@pytest.mark.parametrize("name", ["DeepSeek-Coder", "Qwen-Coder, CodeGemma", "StarCoder, Granite", "SantaCoder"])
def test_the_middle_is_learnt_in_the_tokens_of_the_base(name: str) -> None:
    family = FAMILIES[name]
    made = make_tokenizer(TEXTS, fim=False)
    made.add_special_tokens({"additional_special_tokens": list(family.tokens)})
    example = Encoder(chat_of(made), 512).middle("release\n\trights do: ", ".\n\tsuper release", "[:each | each release]")
    assert example is not None
    first, hole, end = family.tokens
    assert spelt(made, example.ids[: example.start]) == f"{first}release\n\trights do: {hole}.\n\tsuper release{end}"
    assert spelt(made, example.ids[example.start :]) == "[:each | each release]</s>"
    assert made.convert_ids_to_tokens(example.ids[:1]) == [first]


def test_codestral_is_given_what_is_behind_the_hole_first() -> None:
    made = make_tokenizer(TEXTS, fim=False)
    made.add_special_tokens({"additional_special_tokens": ["[PREFIX]", "[SUFFIX]"]})
    example = Encoder(chat_of(made), 512).middle("release\n\t", ".\n\tsuper release", "rights size")
    assert example is not None
    assert spelt(made, example.ids[: example.start]) == "[SUFFIX].\n\tsuper release[PREFIX]release\n\t"
    assert spelt(made, example.ids[example.start :]) == "rights size</s>"


def test_a_base_without_such_tokens_learns_no_middles() -> None:
    encoder = Encoder(chat_of(make_tokenizer(TEXTS, fim=False)), 512)
    assert encoder.middle("a", "b", "c") is None
    assert dict(encoder.dropped) == {NO_FIM: 1}


def test_of_a_document_all_is_learnt_but_what_nobody_can_know(tokenizer: Any, encoder: Encoder) -> None:
    example = encoder.document("!Right methodsFor: 'x'!")
    assert example is not None
    assert example.start == 1
    assert spelt(tokenizer, example.ids) == "!Right methodsFor: 'x'!</s>"


def test_a_pair_is_learnt_as_conversations_are(tokenizer: Any, encoder: Encoder) -> None:
    pair = encoder.pair(ASKED, "title\n\t^title", "title\n\t^title]")
    alone = encoder.conversation(ASKED, "title\n\t^title")
    assert pair is not None
    assert alone is not None
    assert pair.prompt + pair.chosen == alone.ids
    assert len(pair.prompt) == alone.start
    assert spelt(tokenizer, pair.rejected) == "title\n\t^title]</s>"


# Packing


@pytest.fixture(scope="module")
def loaded(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Answer a model as a run loads it: only without a cache does the library keep packed examples apart."""
    folder = tmp_path_factory.mktemp("base")
    make_model(tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return load_model(read_base(folder), RunSpec(), Machine("cpu", "fp32", 0)).eval()


def test_packed_examples_do_not_see_each_other(loaded: Any, tokenizer: Any, encoder: Encoder) -> None:
    examples = [example for body in BODIES.values() if (example := encoder.conversation(ASKED, body)) is not None]
    model = loaded
    packed = collator(tokenizer, packed=True)([[features(example) for example in examples]])
    assert "attention_mask" not in packed
    assert packed["input_ids"].shape == (1, sum(len(example.ids) for example in examples))
    with torch.no_grad():
        together = model(input_ids=packed["input_ids"], position_ids=packed["position_ids"]).logits[0]
        at = 0
        for example in examples:
            alone = model(input_ids=torch.tensor([example.ids])).logits[0]
            assert torch.allclose(together[at : at + len(example.ids)], alone, atol=1e-5)
            at += len(example.ids)
        # The test can fail: with a mask of ones, or a cache, the library lets them see each other.
        for spoilt in ({"attention_mask": torch.ones_like(packed["input_ids"])}, {"use_cache": True}):
            seen = model(input_ids=packed["input_ids"], position_ids=packed["position_ids"], **spoilt).logits[0]
            assert not torch.allclose(seen, together, atol=1e-2)


def test_packed_and_padded_batches_have_the_same_loss(loaded: Any, tokenizer: Any, encoder: Encoder) -> None:
    examples = [example for body in BODIES.values() if (example := encoder.conversation(ASKED, body)) is not None]
    model = loaded
    rows = [features(example) for example in examples]
    with torch.no_grad():
        losses = [float(model(**collator(tokenizer, packed)([rows])).loss) for packed in (True, False)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    # No token is learnt across a border: as many as in the examples alone.
    learnt = sum(example.learnt for example in examples)
    assert int((collator(tokenizer, packed=True)([rows])["labels"] != IGNORED).sum()) == learnt
    assert int((collator(tokenizer, packed=False)([rows])["labels"] != IGNORED).sum()) == learnt


def test_the_items_of_the_library_are_our_batches() -> None:
    examples = [Example(list(range(n)), 1) for n in (3, 5, 4)]
    found = Batches(examples, batches([3, 5, 4], 10, epochs=1, seed=1))
    assert sorted(len(row["input_ids"]) for i in range(len(found)) for row in found[i]) == [3, 4, 5]


# What a data set gives


def test_the_material_of_each_stage(tmp_path: Path, tokenizer: Any) -> None:
    data = write_dataset(tmp_path / "data")
    spec = RunSpec(validate_on=3, sample=2)
    encoder = Encoder(chat_of(tokenizer), 512)
    sft = material_for("sft", data, encoder, spec)
    assert (len(sft.train), len(sft.validation), len(sft.asked)) == (13, 3, 2)
    assert sft == material_for("sft", data, encoder, spec)
    dpo = material_for("dpo", data, encoder, spec)
    assert (len(dpo.train), len(dpo.validation)) == (3, 3)
    pretrain = material_for("pretrain", data, encoder, spec)
    said = [spelt(tokenizer, example.ids) for example in pretrain.train]
    middle = "<｜fim▁begin｜>release\n\trights do: <｜fim▁hole｜>.\n\tsuper release<｜fim▁end｜>[:each | each release]</s>"
    assert said[-1] == middle
    assert said[0].startswith("!")
    assert not pretrain.asked


def test_replayed_texts_are_a_share_of_all(tmp_path: Path, tokenizer: Any) -> None:
    data, replay = write_dataset(tmp_path / "data"), tmp_path / "general.jsonl"
    talk = '{"messages": [{"role": "user", "content": "Who sends it?"}, {"role": "assistant", "content": "Somebody."}]}\n'
    replay.write_text(talk * 40 + '{"text": "Other code."}\n' * 40, encoding="utf-8")
    encoder = Encoder(chat_of(tokenizer), 512)
    found = material_for("sft", data, encoder, RunSpec(replay=str(replay), replay_share=0.35))
    replayed = [example for example in found.train if "Somebody." in spelt(tokenizer, example.ids)]
    assert (len(replayed), len(found.train)) == (7, 20)
    replay.write_text('{"messages": []}\n', encoding="utf-8")
    with pytest.raises(BadInputError, match=r"general\.jsonl:1: neither a text nor messages"):
        material_for("sft", data, encoder, RunSpec(replay=str(replay)))


def test_nothing_to_learn_from_is_said_with_the_reasons(tmp_path: Path, tokenizer: Any) -> None:
    data = write_dataset(tmp_path / "data")
    with pytest.raises(BadInputError, match=rf"nothing to learn from for sft \({TOO_LONG}: 13\)"):
        material_for("sft", data, Encoder(chat_of(tokenizer), 8), RunSpec())


def test_documents_are_pieces_of_file_outs_without_what_is_withheld(tmp_path: Path) -> None:
    withheld = training.sample("qa.senders", "Who?", "Nobody.", "test", "prose")
    data = write_dataset(tmp_path / "data")
    every = list(documents(data, 10_000, len))
    # `samples()` validates on Right: none of its hierarchy is there.
    assert not [text for text in every if text.startswith(("!Right ", "!PayRight", "!FreeRight"))]
    data = write_dataset(tmp_path / "other", [withheld, *(s for s in samples() if s.split == "train")])
    assert list(documents(data, 10_000, len)) == every
    free = write_dataset(tmp_path / "free", [s for s in samples() if s.split == "train"])
    found = list(documents(free, 10_000, len))
    assert "!Right methodsFor: 'testing'!\n\nisOpen" in "".join(found)
    assert all(text.startswith("!") and text.endswith("! !\n") for text in found)
    for text in documents(free, 120, len):
        assert len(text) <= 120 or text.count("! \n\n") == 0, "a piece is longer only where one method is"


def test_chat_is_a_value(tokenizer: Any) -> None:
    assert chat_of(tokenizer) == Chat(tokenizer, "", "</s>", tokenizer.eos_token_id)
