"""A model that is measured with passages: never with what it is to write, within its window, and told from one without."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evaluating import MINI, index_of, suite_of

from datagen.complete import Asked, Completion
from datagen.layout import Written
from datagen.leaks import words_of
from datagen.sample import Claim, Sample, Source, ask
from evaluator.asking import asked_of
from evaluator.dataset_suite import item_of
from evaluator.item import Item, Suite
from retrieval.context import Room
from retrieval.passage import Passage
from stc.cli import cli
from stc.openbook import estimated_length, hidden_of, open_book, shown_line
from stparse.index.query import CodeIndex

pytestmark = pytest.mark.xdist_group("evaluate")
ASKED = "Write isOpen of BpRange"


class Model:
    """Notes what it is shown, and says yes."""

    ranks, batch = False, 50
    identity: Mapping[str, Any] = {"kind": "test"}

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def __call__(self, asked: Sequence[Asked]) -> list[Completion]:
        self.asked += asked
        return [Completion("yes") for _ in asked]


def quiet(phase: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(MINI / "Foundation", tmp_path_factory.mktemp("openbook") / "index.sqlite")


@pytest.fixture(scope="module")
def suite(path: Path) -> Suite:
    return suite_of(path, 60)


def shown(suite: Suite, index: Path, room: Room | None = None) -> dict[str, str]:
    model = Model()
    with open_book(model, suite, index, room, quiet) as reader:
        reader(asked_of(suite.items, 1, ranks=False))
    return {one.id: one.prompt.text for one in model.asked}


def test_no_prompt_shows_what_is_to_be_written(suite: Suite, path: Path) -> None:
    prompts = shown(suite, path)
    bare = {item.id: item.prompt.text for item in suite.items}
    assert sum(prompts[one] != bare[one] for one in bare) > 50
    copies = 0
    for item in suite.items:
        text = " ".join(words_of(prompts[item.id]))
        assert f"method {item.class_name}{' class' if item.meta else ''}>>{item.selector} (" not in prompts[item.id]
        body = item.reference.partition("\n")[2]
        if len(words_of(body)) > 30:
            copies += 1
            assert " ".join(words_of(body)) not in text
    assert copies > 10
    # What is not hidden is found: the method that is asked for comes first of all.
    with CodeIndex.open(path) as index:
        open_suite = Suite(suite.name, suite.digest, tuple(_unhidden(item) for item in suite.items), suite.dialect, index=index.path)
    prompts = shown(open_suite, path)
    assert sum(f">>{item.selector} (" in prompts[item.id].split("[2]")[0] for item in suite.items) > 50


def _unhidden(item: Item) -> Item:
    return Item(item.id, item.kind, item.prompt, item.cluster, item.dialect)


def test_a_copy_of_the_answer_is_hidden_wherever_it_stands(suite: Suite, path: Path) -> None:
    item = max(suite.items, key=lambda one: len(one.reference))
    hidden = hidden_of(suite)
    with CodeIndex.open(path) as index:
        method = next(m for m in index.methods() if m.source.strip() == item.reference)
    copy = Passage("document", "How to", "a.md", 1, f"As in:\n\n```smalltalk\n{method.source}\n```\n")
    other = Passage("method", "Foo>>bar", "Foo.st", 1, "bar\n\t^1", class_name="Foo", selector="bar")
    assert hidden(Asked(item.id, item.prompt), copy)
    assert not hidden(Asked(item.id, item.prompt), other)
    # A short method that another class has too is the answer as well; in a text it is what any two have in common.
    short = Item(
        "s", "completion.method_body", ask("?"), "Foo", "visualworks", "method", reference="bar\n\t^1", written=(("Qux", False, "bar"),)
    )
    named = Item("n", "qa.body_signature", ask("?"), "Foo", "visualworks", "names", reference="bar", written=(("Qux", False, "bar"),))
    hidden = hidden_of(Suite("s", "0" * 64, (short, named), "visualworks"))
    copied = Passage("method", "Foo>>bar", "Foo.st", 1, 'bar\n\t"As Qux does."\n\t^ 1', class_name="Foo", selector="bar")
    another = Passage("method", "Foo>>bar", "Foo.st", 1, "bar\n\t^2", class_name="Foo", selector="bar")
    assert [hidden(Asked("s", ask("?")), one) for one in (copied, another, copy)] == [True, False, False]
    assert [hidden(Asked("n", ask("?")), one) for one in (copied, another)] == [True, True]


def test_a_prompt_never_grows_out_of_the_window(suite: Suite, path: Path) -> None:
    whole, cut = shown(suite, path), shown(suite, path, Room(900, estimated_length))
    questions = {item.id: item.prompt.text for item in suite.items}
    assert any(estimated_length(ask(text)) > 900 for text in whole.values())
    for name, text in cut.items():
        assert estimated_length(ask(text)) <= 900
        assert text.endswith(questions[name])
    assert any("[3] " in text for text in cut.values())
    assert shown(suite, path, Room(0, estimated_length)) == questions


def test_what_was_shown_is_told(suite: Suite, path: Path) -> None:
    model = Model()
    with open_book(model, suite, path, Room(0, estimated_length), quiet) as reader:
        reader([Asked(suite.items[0].id, suite.items[0].prompt)])
        assert shown_line(reader.shown) == (
            "0.0 passages were shown with each of 1 prompts in the mean; 1 got none: nothing was found, or nothing fitted into the window"
        )
        assert reader.identity["context"]["room"] == 0
        assert reader.identity["kind"] == "test"


@pytest.mark.parametrize(
    ("kind", "kept_back"),
    [
        ("completion.method_body", True),
        ("negative.syntax", True),
        ("qa.comment", True),
        ("qa.senders", False),
        ("qa.method_purpose", False),
    ],
)
def test_what_is_to_be_found_is_shown_and_what_is_to_be_written_is_not(kind: str, kept_back: bool) -> None:
    source = Source("Foo.st", "Foo class", "bar", (0, 9), "d")
    sample = Sample(kind, ask("?"), "bar\n\t^1", "method", (Claim("source", "Foo"),), (source,), "Foo", "test")
    item = item_of(Written(sample, "i", 1, None), {}, "visualworks")
    assert item.written == ((("Foo", True, "bar"),) if kept_back else ())


class _Server(ThreadingHTTPServer):
    prompts: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *given: Any) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        self._say({"data": [{"id": "m"}]})

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.prompts.append(said["messages"][-1]["content"])
        self._say({"choices": [{"message": {"content": "isOpen\n\t^true"}, "finish_reason": "stop"}], "model": "m"})

    def _say(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as found:
        found.prompts = []
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def test_the_command_tells_with_from_without(server: _Server, path: Path, tmp_path: Path) -> None:
    cases: list[dict[str, Any]] = [
        {
            "id": "one",
            "class": "BpRange>>isOpen",
            "must_compile": True,
            "prompt": "Write isOpen of BpRange",
            "reference": "isOpen\n\t^end isNil",
        },
        {"id": "two", "prompt": "Which methods of BpRange answer whether two ranges overlap?", "expected_patterns": ["overlaps"]},
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    said = [
        "evaluate", str(tmp_path / "cases.json"), "--index", str(path), "--endpoint", f"http://127.0.0.1:{server.server_port}/v1",
        "--model", "m", "-o", str(tmp_path / "out"), "--jobs", "1",
    ]  # fmt: skip

    def measured(*more: str) -> tuple[list[str], Any, str]:
        server.prompts.clear()
        found = CliRunner().invoke(cli, [*said, *more, "--json"])
        assert found.exit_code == 0, (found.output, found.exception)
        return [one for one in server.prompts if "BpRange" in one], json.loads(found.stdout), found.stderr

    bare, report, _ = measured()
    assert sorted(bare) == sorted(str(case["prompt"]) for case in cases)
    assert "context" not in report["model"]
    # Beside each other in one folder: what was asked without is not taken for an answer with.
    with_passages, report, told = measured("--retrieval", str(path))
    assert len(with_passages) == 2
    assert all("=== " in one for one in with_passages)
    assert report["model"]["context"]["room"] == 4096 - 512
    assert "with each of 2 prompts" in told
    one = next(text for text in with_passages if text.endswith(ASKED))
    assert "BpRange>>isOpen (" not in one
    assert measured("--retrieval", str(path))[0] == []
    smaller, report, _ = measured("--retrieval", str(path), "--window", "1024")
    assert len(smaller) == 2
    assert all(estimated_length(ask(text)) <= 512 for text in smaller)


@pytest.mark.parametrize("more", [("--window", "100"), ("--base", "x", "--retrieval", "y", "--window", "100")])
def test_a_window_without_a_server_is_refused(more: tuple[str, ...], path: Path, tmp_path: Path) -> None:
    more = tuple(str(path) if one == "y" else one for one in more)
    asked = () if "--base" in more else ("--endpoint", "http://127.0.0.1:1/v1", "--model", "m")
    found = CliRunner().invoke(cli, ["evaluate", str(tmp_path), "-o", str(tmp_path / "o"), *asked, *more])
    assert "--window is the window of a server" in str(found.exception)


def test_a_recording_is_refused(path: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["quality", str(tmp_path), str(path), "-o", str(tmp_path / "o"), "--retrieval", str(path)])
    assert "was answered before" in str(found.exception)
