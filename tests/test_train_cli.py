"""`stc train` as a command: its plan, its table, its refusals; without a network, killed in the middle, and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest
import training
from click.testing import CliRunner, Result

from stc.cli import cli
from trainer.offline import SWITCHES, NetworkRefusedError, no_network
from trainer.spec import RunSpec

pytestmark = [pytest.mark.xdist_group("training"), pytest.mark.usefixtures("no_store")]
SMALL = [
    *("--max-length", "256", "--batch-tokens", "256", "--accumulate", "1", "--evaluate-every", "2"),
    *("--threads", "1", "--sample", "2", "--sample-tokens", "20"),
]
PATIENCE = 120


@pytest.fixture(scope="module")
def given() -> list[str]:
    base, data = training.given()
    return ["--base", base, "--data", data, *SMALL]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["train", *arguments])


def test_every_setting_is_an_option_with_its_default(given: list[str]) -> None:
    said = " ".join(run("--help").output.split())
    assert all(f"--{field.name.replace('_', '-')}" in said for field in fields(RunSpec))
    assert "[default: q_proj,k_proj,v_proj,o_proj]" in said
    assert "--packing / --no-packing" in said


def test_the_plan_says_what_it_takes_and_makes_nothing(given: list[str], tmp_path: Path) -> None:
    result = run(*given, "-o", str(tmp_path / "run"), "--plan")
    assert result.exit_code == 0, result.output
    assert "tiny-base: 0 million parameters; in fp32 on cpu this takes about 0.8 GB (weights" in result.output
    assert not (tmp_path / "run").exists()


def test_a_plan_for_a_card_needs_no_card(given: list[str], tmp_path: Path) -> None:
    result = run(*given, "-o", str(tmp_path / "run"), "--plan", "--preset", "rtx3070-8gb")
    assert result.exit_code == 0, result.output
    assert "in bf16 on cuda this takes about" in result.output


def test_a_run_is_told_as_a_table_and_as_json(given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    arguments = [*given, "-o", str(tmp_path / "run"), "--steps", "2", "--max-length", "60", "--preset", "cpu"]
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert "validation loss" in result.output
    assert "sft: 1 examples left out: longer than max_length" in result.output
    result = run(*arguments, "--json")
    record = json.loads(result.stdout)
    assert record["status"] == "finished"
    # An option beside the preset wins; what no option says is the preset's.
    assert (record["spec"]["max_length"], record["spec"]["epochs"], record["spec"]["device"]) == (60, 1, "cpu")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--stages", "rlhf"], "stages has rlhf"),
        (["--data", "nowhere"], "is no data set of stc"),
        (["--base", "deepseek-ai/deepseek-coder-6.7b-base"], "downloads nothing"),
    ],
)
def test_what_is_refused(given: list[str], tmp_path: Path, more: list[str], said: str) -> None:
    from stc.cli import run as run_stc

    assert run_stc(["train", *given, *more, "-o", str(tmp_path / "run")]) == 2
    result = run(*given, *more, "-o", str(tmp_path / "run"))
    assert said in str(result.exception)


def test_a_run_that_is_stopped_says_where_it_is_saved(given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wished(self: object, **options: object) -> None:
        self.wished, self._patient = True, False  # type: ignore[attr-defined]

    arguments = [*given, "-o", str(tmp_path / "run"), "--steps", "3", "--epochs", "3", "--sample", "0"]
    with monkeypatch.context() as patched:
        patched.setattr("trainer.watch.Stop.__init__", wished)
        result = run(*arguments)
    assert result.exit_code == 130
    assert "stopped at step 1 of sft, which is saved in" in result.output
    assert run(*arguments).exit_code == 0


def has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="this system gives us no network namespace")
def test_killed_without_a_network_it_goes_on_to_the_same_result(given: list[str], tmp_path: Path) -> None:
    stages = ["--stages", "sft", "--steps", "6", "--epochs", "4", "--sample", "0"]
    wanted = run(*given, *stages, "-o", str(tmp_path / "whole"), "--json")
    assert wanted.exit_code == 0, wanted.output
    # No interface at all, not even the loopback.
    command = ["unshare", "-rn", sys.executable, "-m", "stc", "train", *given, *stages, "-o", str(tmp_path / "run")]
    environment = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    mark = tmp_path / "run" / "stages" / "sft" / "checkpoints" / "checkpoint-2" / "stc-complete.json"
    ends = time.monotonic() + PATIENCE
    while not mark.exists() and process.poll() is None and time.monotonic() < ends:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was to be in the middle of its work"
    assert mark.exists()
    found = run(*given, *stages, "-o", str(tmp_path / "run"), "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["adapter"] == json.loads(wanted.stdout)["adapter"]


def test_the_switches_are_set_before_the_libraries_are_imported() -> None:
    code = "import trainer, sys; print('huggingface_hub' in sys.modules); import huggingface_hub.constants as c; print(c.HF_HUB_OFFLINE)"
    environment = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip().split() == ["False", "True"]


@pytest.mark.parametrize("host", ["huggingface.co", "203.0.113.7", "2001:db8::1"])
def test_another_machine_is_refused(host: str) -> None:
    with no_network(), pytest.raises(NetworkRefusedError, match="uses no network"):
        socket.create_connection((host, 443), timeout=1)


def test_this_machine_is_not_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, no_network(), socket.create_connection(server.getsockname(), timeout=5):
        pass
    with no_network():
        assert socket.getaddrinfo("localhost", 80)


def test_the_guard_ends_with_its_block() -> None:
    with no_network():
        pass
    # A number is looked up without asking anybody.
    assert socket.getaddrinfo("203.0.113.7", 9)
    with no_network(), pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("203.0.113.7", 9)
