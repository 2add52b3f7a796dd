"""An endpoint that misbehaves costs one answer at a time, and is asked again; another network is not asked at all."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from datagen.complete import Asked
from datagen.sample import ask
from evaluator.asking import key_of
from evaluator.endpoint import Endpoint, Patience, Sampling, must_be_near
from stc.cli import cli
from stparse.issue import BadInputError

SERVER = textwrap.dedent(
    """
    import json, time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    SEEN = {}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *given):
            pass

        def do_GET(self):
            # As vLLM and Ollama do: dates are new each time.
            lists = {"/v1/models": {"data": [{"id": "m", "created": time.time(), "owned_by": "us", "max_model_len": 2048}]},
                     "/api/tags": {"models": [{"name": "m:latest", "digest": "sha-1", "modified_at": str(time.time())}]}}
            body = json.dumps(lists.get(self.path, {})).encode()
            self.send_response(200 if self.path in lists else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            what = said["messages"][-1]["content"]
            SEEN[what] = SEEN.get(what, 0) + 1
            body = json.dumps({"choices": [{"message": {"content": "re: " + what + str(said["seed"])}, "finish_reason": "stop"}],
                               "usage": {"completion_tokens": 7}, "model": "m",
                               "system_fingerprint": "fp_2" if what == "swapped" else "fp_1"}).encode()
            status = 200
            if what == "late":
                time.sleep(3)
            elif what == "500" or (what == "once" and SEEN[what] == 1):
                status = 500
            elif what == "garbage":
                body = b"<html>busy</html>"
            elif what == "cut":
                body = body[: len(body) // 2]
            elif what == "empty":
                body = b'{"choices": []}'
            elif what == "404":
                status = 404
            elif what == "moved":
                status = 302
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://example.invalid/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        process.terminate()


def endpoint(url: str, tries: int = 2) -> Endpoint:
    return Endpoint(url, "m", Sampling(), Patience(0.7, tries, 0.01), batch=4)


def test_each_trouble_costs_one_answer(url: str) -> None:
    prompts = ("fine", "late", "500", "garbage", "cut", "empty", "404", "moved", "once", "fine too")
    found = dict(zip(prompts, endpoint(url)([Asked(p, ask(p)) for p in prompts]), strict=True))
    assert {p: one.text for p, one in found.items() if one.text is not None} == {
        "fine": "re: fine1", "once": "re: once1", "fine too": "re: fine too1",
    }  # fmt: skip
    assert found["once"].tries == 2
    troubles = {p: (one.trouble, one.tries) for p, one in found.items() if one.text is None}
    assert troubles["late"] == ("time-out", 2)
    assert troubles["500"] == ("HTTP 500", 2)
    assert troubles["garbage"] == troubles["cut"] == ("the server's answer is no JSON", 2)
    assert troubles["empty"] == ("the server's answer holds no text", 2)
    assert troubles["404"] == ("HTTP 404", 1)
    assert troubles["moved"] == ("HTTP 302", 1)
    assert (found["fine"].tokens, found["fine"].ended) == (7, True)


def test_draws_have_seeds_of_their_own_and_a_probe_tells(url: str) -> None:
    one = endpoint(url)
    assert [found.text for found in one([Asked("a", ask("x"), draw) for draw in (0, 1)])] == ["re: x1", "re: x2"]
    assert one.probe() == {"temperature": True, "seed": True}


def test_a_model_that_is_swapped_behind_its_name_is_noticed(url: str, tmp_path: Path) -> None:
    one, other = endpoint(url), endpoint(url)
    assert one.probe() == other.probe()
    assert one.identity == other.identity
    assert one.identity["url"] == url
    assert one.identity["heeds"] == {"temperature": True, "seed": True}
    listed = {"id": "m", "owned_by": "us", "max_model_len": 2048, "digest": "sha-1"}
    assert one.identity["served"] == {"fingerprint": "fp_1", "answers as": "m", **listed}
    with pytest.raises(BadInputError, match="another model now: system_fingerprint was 'fp_1' and is 'fp_2'"):
        one([Asked("a", ask("fine")), Asked("b", ask("swapped"))])
    # What the probe found out by chance does not make other answers of it.
    asked = Asked("a", ask("fine"))
    key = key_of(one, asked)
    one.capabilities = {"temperature": False, "seed": False}
    assert key_of(one, asked) == key
    one.served["digest"] = "sha-2"
    assert key_of(one, asked) != key
    # A server that tells nothing of the kind is told apart by its address.
    quiet = Endpoint(url.replace("/v1", "/v2"), "m", Sampling(), Patience(0.7, 1, 0.01))
    assert quiet.identity != Endpoint(url, "m", Sampling(), Patience(0.7, 1, 0.01)).identity


def test_nobody_there(url: str) -> None:
    with pytest.raises(BadInputError, match="gives no answer"):
        Endpoint("http://127.0.0.1:9/v1", "m", Sampling(), Patience(0.5, 1, 0.01)).probe()


@pytest.mark.parametrize(
    "near", ["http://127.0.0.1:1/v1", "http://[::1]:1/v1", "http://10.1.2.3/v1", "http://192.168.0.9:8080", "http://172.16.0.1"]
)
def test_what_is_of_this_network(near: str) -> None:
    must_be_near(near)


@pytest.mark.parametrize(
    "far", ["http://8.8.8.8/v1", "https://172.32.0.1/v1", "http://[2001:4860:4860::8888]/v1", "http://[::ffff:8.8.8.8]/", "http://0.0.0.0/"]
)
def test_what_is_not(far: str) -> None:
    with pytest.raises(BadInputError, match="outside of this network"):
        must_be_near(far)


def test_a_host_that_is_named_and_an_address_that_is_none() -> None:
    must_be_near("https://8.8.8.8/v1", ("8.8.8.8",))
    for wrong in ("file:///etc/passwd", "127.0.0.1:80", "http://"):
        with pytest.raises(BadInputError, match="no address of a server"):
            must_be_near(wrong)


def test_the_command_asks_a_server_and_counts_what_is_missing(url: str, tmp_path: Path) -> None:
    cases = [{"id": p, "prompt": p, "expected_patterns": ["re:"]} for p in ("fine", "500", "cut", "fine too")]
    (tmp_path / "s.json").write_text(json.dumps(cases), encoding="utf-8")
    said = [
        "evaluate",
        str(tmp_path / "s.json"),
        "--endpoint",
        url,
        "--model",
        "m",
        "--tries",
        "1",
        "--jobs",
        "1",
        "-o",
        str(tmp_path / "out"),
        "--json",
    ]
    found = CliRunner().invoke(cli, said)
    assert found.exit_code == 0, found.output
    report = json.loads(found.stdout)
    assert report["missing"] == {"HTTP 500": 1, "the server's answer is no JSON": 1}
    score = next(one for one in report["scores"] if one["metric"] == "case_passed")
    assert (score["value"], score["missing"]) == (0.5, 2)
    far = CliRunner().invoke(cli, [*said[:2], "--endpoint", "http://8.8.8.8/v1", "--model", "m", "-o", str(tmp_path / "far")])
    assert "outside of this network" in str(far.exception)


def test_draws_give_pass_at_k(url: str, tmp_path: Path) -> None:
    # The server's answer ends with the seed: one of two draws is right.
    (tmp_path / "s.json").write_text(
        json.dumps([{"id": "a", "use": "generation", "prompt": "fine", "expected_patterns": ["re: fine2"]}]), encoding="utf-8"
    )
    said = ["evaluate", str(tmp_path / "s.json"), "--endpoint", url, "--model", "m", "--draws", "2", "--temperature", "1", "--jobs", "1"]
    report = json.loads(CliRunner().invoke(cli, [*said, "-o", str(tmp_path / "out"), "--json"]).stdout)
    assert report["pass_at"]["case_passed"] == {"1": 0.5, "2": 1.0}
