"""Passages found by meaning: vectors that are kept, brought up to date, and fused with what words find."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy", reason="vectors need numpy: pip install 'stc[train]'")
import numpy as np

from retrieval.library import Library
from retrieval.passage import Passage
from retrieval.retriever import Retriever
from retrieval.search import Search
from retrieval.shelving import open_library
from retrieval.vectors import Matrix, open_vectors, text_of, vectors_path
from stparse.index.build import build_index
from stparse.index.query import CodeIndex
from stparse.issue import StcError

SOURCE = """Object subclass: #Slot
\tinstanceVariableNames: 'length'
\tclassVariableNames: ''
\tpoolDictionaries: ''
\tcategory: 'Slots'!

!Slot methodsFor: 'planning'!
gapBefore: aSlot
\t^aSlot begin - self end!

isAdvert
\t^false! !
"""
SENSES = {"gap": 0, "pause": 0, "hole": 0, "advert": 1, "commercial": 1}


class _Senses:
    """An encoder that knows a few words by their sense; `texts` are those that it was given."""

    def __init__(self, identity: str = "senses") -> None:
        self.identity, self.texts = identity, list[str]()

    def __call__(self, texts: Sequence[str], *, question: bool) -> Matrix:
        self.texts += texts
        rows = np.zeros((len(texts), 3), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[2] = 0.1
            for word, sense in SENSES.items():
                row[sense] += word in text.lower()
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[CodeIndex]:
    (tmp_path / "Slot.st").write_text(SOURCE, encoding="utf-8", newline="\n")
    build_index([tmp_path / "Slot.st"], tmp_path / "code.sqlite")
    with CodeIndex.open(tmp_path / "code.sqlite") as opened:
        yield opened


def _passages(index: CodeIndex, library: Library) -> Callable[[], list[Passage]]:
    return lambda: list(Search(index, library).passages(library.ids()).values())


def test_a_question_finds_what_shares_no_word_with_it(index: CodeIndex) -> None:
    library = open_library(index)
    vectors = open_vectors(vectors_path(index.path), _Senses(), library.digest, _passages(index, library))
    asked = "how long is the pause"
    assert "Slot>>gapBefore:" not in [one.name for one in Retriever(index, library).find(asked, 5)]
    found = Retriever(index, library, vectors).find(asked, 5)
    assert found[0].name == "Slot>>gapBefore:"
    assert found[0].why == ("meaning",)
    both = Retriever(index, library, vectors).find("the gap before a slot", 5)[0]
    assert (both.name, both.why) == ("Slot>>gapBefore:", ("words", "meaning"))
    named = Retriever(index, library, vectors).find("Who implements #gapBefore: in a pause?", 5)
    assert named == Retriever(index, library).find("Who implements #gapBefore: in a pause?", 5)
    assert Retriever(index, library, vectors).identity != Retriever(index, library).identity


def test_an_encoder_is_given_names_as_words(index: CodeIndex) -> None:
    library, senses = open_library(index), _Senses()
    vectors = open_vectors(vectors_path(index.path), senses, library.digest, _passages(index, library))
    assert "slot gap before. gap before a slot a slot begin self end" in senses.texts
    vectors.best("Who sends #gapBefore:?", 1)
    assert senses.texts[-1] == "who sends gap before"


def test_of_what_is_alike_the_lower_ids_come_first(tmp_path: Path) -> None:
    passages = [Passage("method", f"Slot>>m{number}", "f", number, "a gap", number) for number in range(1, 8)]
    vectors = open_vectors(tmp_path / "v", _Senses(), "x", lambda: passages)
    assert [number for number, _ in vectors.best("gap", 3)] == [1, 2, 3]


def test_what_is_kept_is_not_made_again(index: CodeIndex) -> None:
    library, path = open_library(index), vectors_path(index.path)
    first = _Senses()
    made = open_vectors(path, first, library.digest, _passages(index, library))
    assert sorted(first.texts) == sorted({text_of(one) for one in _passages(index, library)()})
    again = _Senses()

    def unasked() -> list[Passage]:
        raise AssertionError

    kept = open_vectors(path, again, library.digest, unasked)
    assert again.texts == []
    assert kept.best("a hole", 3) == made.best("a hole", 3)
    # Another library of which one text is new: only that is made, and what no passage has goes.
    one, *rest = _passages(index, library)()
    changed = Passage(one.kind, one.name, one.file, one.line, one.text + " commercial", one.id)
    later = open_vectors(path, again, "another", lambda: [changed, *rest])
    assert again.texts == ["a hole", text_of(changed)]
    assert later.best("commercial", 1)[0][1] > 0.9
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone()[0] == len({text_of(p) for p in (changed, *rest)})
    db.close()


def test_what_another_process_took_away_is_made_again(index: CodeIndex) -> None:
    library, path, again = open_library(index), vectors_path(index.path), _Senses()
    open_vectors(path, _Senses(), library.digest, _passages(index, library))
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM vectors WHERE digest = (SELECT min(digest) FROM vectors)")
    db.close()
    found = open_vectors(path, again, library.digest, _passages(index, library))
    assert len(again.texts) == 1
    assert len(found.best("gap", 100)) == library.passages


def test_another_encoder_makes_all_anew(index: CodeIndex) -> None:
    library, path = open_library(index), vectors_path(index.path)
    open_vectors(path, _Senses(), library.digest, _passages(index, library))
    other = _Senses("others")
    open_vectors(path, other, library.digest, _passages(index, library))
    assert len(other.texts) == len({text_of(one) for one in _passages(index, library)()})


def test_what_was_made_stays_when_it_is_interrupted(index: CodeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.vectors._AT_ONCE", 1)
    library, path = open_library(index), vectors_path(index.path)

    class Stops(_Senses):
        def __call__(self, texts: Sequence[str], *, question: bool) -> Matrix:
            if len(self.texts) == 2:
                raise KeyboardInterrupt
            return super().__call__(texts, question=question)

    stops, goes_on = Stops(), _Senses()
    with pytest.raises(KeyboardInterrupt):
        open_vectors(path, stops, library.digest, _passages(index, library))
    open_vectors(path, goes_on, library.digest, _passages(index, library))
    assert not set(stops.texts) & set(goes_on.texts)
    assert len(stops.texts) + len(goes_on.texts) == len({text_of(one) for one in _passages(index, library)()})


def test_a_file_that_is_none_is_told(index: CodeIndex) -> None:
    vectors_path(index.path).write_bytes(b"no database at all" * 100)
    with pytest.raises(StcError, match=r"code\.sqlite\.vectors cannot be read or written"):
        open_vectors(vectors_path(index.path), _Senses(), "x", list)


def test_nothing_to_find_is_nothing(tmp_path: Path) -> None:
    assert open_vectors(tmp_path / "v", _Senses(), "x", list).best("a gap", 3) == []


# The encoder itself


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer with random weights."""
    pytest.importorskip("torch", reason="needs stc[train]")
    pytest.importorskip("transformers", reason="needs stc[train]")
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "slot", "gap", "the", "pause", "query", ":"]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    sizes: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=32, **sizes)).save_pretrained(folder)
    return folder


def test_an_encoder_means_over_what_is_no_padding(encoder: Path) -> None:
    from trainer.encoder import LocalEncoder

    encode = LocalEncoder(encoder, device="cpu")
    alone, beside = encode(["slot gap"], question=False), encode(["slot gap", "the pause " * 50], question=False)
    assert np.allclose(alone[0], beside[0], atol=1e-5)
    assert np.allclose(np.linalg.norm(beside, axis=1), 1, atol=1e-5)
    assert not np.allclose(beside[0], beside[1], atol=1e-2)


def test_an_encoder_reads_a_question_with_its_prompt(encoder: Path, tmp_path: Path) -> None:
    import shutil

    from trainer.encoder import LocalEncoder

    folder = tmp_path / "prompted"
    shutil.copytree(encoder, folder)
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "query: "}}', encoding="utf-8")
    plain, prompted = LocalEncoder(encoder, device="cpu"), LocalEncoder(folder, device="cpu")
    assert np.allclose(prompted(["slot"], question=True), plain(["query: slot"], question=True), atol=1e-6)
    assert np.allclose(prompted(["slot"], question=False), plain(["slot"], question=False), atol=1e-6)
    assert prompted.identity != plain.identity


def test_an_encoder_reads_no_more_than_it_was_trained_on(encoder: Path, tmp_path: Path) -> None:
    import shutil

    from trainer.encoder import LocalEncoder

    folder = tmp_path / "short"
    shutil.copytree(encoder, folder)
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 4}', encoding="utf-8")
    encode = LocalEncoder(folder, device="cpu")
    # [CLS] slot gap [SEP]
    assert np.allclose(encode(["slot gap the pause"], question=False), encode(["slot gap"], question=False), atol=1e-6)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]', "computes more than the mean"),
        ("config.json", '{"model_type": "bert", "auto_map": {"AutoModel": "x.Y"}}', "Python code of its own"),
        ("model.safetensors", None, "neither .onnx nor .bin"),
    ],
)
def test_what_would_give_other_vectors_is_refused(encoder: Path, tmp_path: Path, file: str, text: str | None, said: str) -> None:
    import shutil

    from stparse.issue import BadInputError
    from trainer.encoder import LocalEncoder

    folder = tmp_path / "other"
    shutil.copytree(encoder, folder)
    if text is None:
        (folder / file).rename(folder / "model.onnx")
    else:
        (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=said):
        LocalEncoder(folder)


def test_what_is_no_encoder_of_means_is_refused(encoder: Path, tmp_path: Path) -> None:
    import shutil

    from stparse.issue import BadInputError
    from trainer.encoder import LocalEncoder

    folder = tmp_path / "cls"
    shutil.copytree(encoder, folder)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(
        '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}', encoding="utf-8"
    )
    with pytest.raises(BadInputError, match="another pooling"):
        LocalEncoder(folder)
    with pytest.raises(BadInputError, match="give its folder to --encoder"):
        LocalEncoder(tmp_path / "none")
