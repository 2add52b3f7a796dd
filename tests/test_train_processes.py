"""Several processes: what accelerate launch is given, and that two of them learn what one learns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import training
from click.testing import CliRunner

from stc.cli import cli
from stparse.issue import BadInputError
from trainer.folder import CURVES, RUN
from trainer.launch import launch_config
from trainer.processes import Processes
from trainer.spec import RunSpec

pytestmark = [pytest.mark.xdist_group("training"), pytest.mark.usefixtures("no_store")]
SLOWLY = Path(__file__).with_name("slowly.py")
OPTIONS = [
    *("--max-length", "256", "--batch-tokens", "256", "--accumulate", "2", "--steps", "2", "--evaluate-every", "2", "--warmup", "0"),
    *("--learning-rate", "0.002", "--threads", "1", "--sample", "0", "--device", "cpu"),
]


def test_the_configuration_is_read_by_accelerate(tmp_path: Path) -> None:
    from accelerate.commands.config.config_args import load_config_from_file

    path = tmp_path / "accelerate.yaml"
    path.write_text(launch_config(RunSpec(), 4, 2), encoding="utf-8")
    found = load_config_from_file(str(path))
    assert (found.distributed_type.value, found.num_processes, found.num_machines) == ("FSDP", 4, 2)
    assert found.fsdp_config["fsdp_version"] == 2
    assert "address of the first machine" in found.main_process_ip
    path.write_text(launch_config(RunSpec(quantize="4bit"), 2), encoding="utf-8")
    assert load_config_from_file(str(path)).distributed_type.value == "MULTI_GPU"


@pytest.mark.parametrize(("processes", "machines"), [("1", "1"), ("3", "2")])
def test_processes_that_cannot_be_are_refused(tmp_path: Path, processes: str, machines: str) -> None:
    options = ["--launch-config", str(tmp_path / "a.yaml"), "--processes", processes, "--machines", machines]
    result = CliRunner().invoke(cli, ["train", "--base", "x", "--data", "y", "-o", str(tmp_path / "run"), *options])
    assert isinstance(result.exception, BadInputError)
    assert not (tmp_path / "a.yaml").exists()


def test_a_step_is_shared_out_evenly_or_refused() -> None:
    assert Processes(2, 1).accumulated(RunSpec(accumulate=4)) == 2
    with pytest.raises(BadInputError, match="which 3 processes cannot share: give an --accumulate that 3 divides, such as 3"):
        Processes(3, 0).accumulated(RunSpec(accumulate=4))


def test_two_processes_learn_what_one_learns(tmp_path: Path) -> None:
    base, data = training.given()
    # Each process leaves inputs out by a chance of its own: only without that are they one.
    options = ["--base", base, "--data", data, *OPTIONS, "--dropout", "0"]
    config = tmp_path / "accelerate.yaml"
    written = CliRunner().invoke(cli, ["train", *options, "-o", str(tmp_path / "two"), "--launch-config", str(config)])
    assert written.exit_code == 0, written.output
    assert CliRunner().invoke(cli, ["train", *options, "-o", str(tmp_path / "one")]).exit_code == 0
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(config), str(SLOWLY), "train", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*launch, "-o", str(tmp_path / "two")], env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    one, two = (json.loads((tmp_path / name / RUN).read_text(encoding="utf-8")) for name in ("one", "two"))
    assert two["environment"]["processes"] == 2
    # A step of two batches is one sum of two gradients, wherever they are computed: not a bit differs.
    assert two["adapter"]["digest"] == one["adapter"]["digest"]
    assert (tmp_path / "two" / CURVES).read_bytes() == (tmp_path / "one" / CURVES).read_bytes()
