"""Samples made by the workers of a Dask cluster: the same bytes, and clear words where the cluster is not what it should be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from folders import check_same, contents
from sampling import write_code

from datagen import pool
from datagen.pool import Workers, ordered_map
from datagen.version import code_version
from stc.cli import run
from stc.executor import executor_at
from stparse.issue import BadInputError, StcError

CLUSTER = """
import sys
from dask.distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
    cluster.close()
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Answer the address of a scheduler with two workers, each a process of its own."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        address = process.stdout.readline().strip()
        assert address.startswith("tcp://"), "the cluster did not start"
        yield address.replace("tcp://", "dask://")
        process.stdin.close()
        process.wait(60)


@pytest.mark.xdist_group("processes")
def test_a_cluster_makes_the_same_bytes(tmp_path: Path, cluster: str) -> None:
    write_code(tmp_path / "code")
    common = ["compile-dataset", str(tmp_path / "code"), "--limit", "3000", "--json", "-o"]
    (tmp_path / "here").mkdir()
    (tmp_path / "far").mkdir()
    assert run([*common, str(tmp_path / "here" / "set"), "--jobs", "1"]) == 0
    command = [sys.executable, "-m", "stc", *common, str(tmp_path / "far" / "set"), "--executor", cluster]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    here, far = (contents(tmp_path / name, "set/index.sqlite") for name in ("here", "far"))
    check_same(here, far)
    assert len(far) > 5
    assert not (tmp_path / "far" / ".set.work").exists()


def begin(number: int) -> None:
    STATE.append(number)


def double(task: int) -> int:
    return task * STATE[-1]


STATE: list[int] = []


def test_results_come_in_order_from_any_executor(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        workers = Workers(3, executor, tmp_path)
        assert list(ordered_map(double, range(20), workers, begin, (2,))) == [2 * n for n in range(20)]
        # Another kind of work begins anew in a worker that has begun before.
        assert list(ordered_map(double, range(20), workers, begin, (3,))) == [3 * n for n in range(20)]
    assert STATE == [2, 3]
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(StcError, match=r"does not see .*share"):
        executor.submit(pool._work_far, tmp_path / "begin.pickle", code_version(), double, 1).result()


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(StcError, match="another version of stc"):
        executor.submit(pool._work_far, tmp_path / "begin.pickle", "another", double, 1).result()


@pytest.mark.parametrize("address", ["host:8786", "ray://host:1", "dask://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(BadInputError, match="dask://HOST:PORT"), executor_at(address):
        pass
