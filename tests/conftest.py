"""Settings of the test run: hypothesis repeats itself in CI and explores elsewhere; corpora come from STC_CORPORA."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import storing
from deeds import do_everything
from hypothesis import HealthCheck, settings
from rights import rights_bind

from store.embedded import Embedded

# No deadline: two busy cores say nothing about the code. In CI the same examples are run every time.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def rights() -> Iterator[None]:
    """Let the rights of files bind whoever runs the tests; skip where that cannot be had."""
    if os.name == "nt":
        pytest.skip("rights of files are another matter on Windows")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may read everything")
    with rights_bind():
        yield


@pytest.fixture
def no_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a test away from the store of whoever runs it."""
    monkeypatch.delenv("STC_DSN", raising=False)
    monkeypatch.setenv("STC_CONFIG", str(tmp_path / "no-stc.toml"))
    (tmp_path / "no-stc.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("STC_DATA", str(tmp_path / "no-store"))


@pytest.fixture(scope="session")
def root() -> Path:
    """Answer the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Answer the folder of real code bases, each in a folder of its own; skip where there is none."""
    folder = os.environ.get("STC_CORPORA")
    if not folder:
        pytest.skip("STC_CORPORA is not set: it names a folder of real Smalltalk code bases, which are not part of stc")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"STC_CORPORA is {folder}, which is not a folder")
    return path


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        storing.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        storing.end()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Embedded]:
    """Answer a PostgreSQL that runs for all tests of this run."""
    with storing.shared_server() as server:
        yield server


@pytest.fixture(scope="session")
def done(postgres: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[storing.Clone]:
    """Answer a store in which something of everything was done (deeds.py); nobody changes it."""
    with storing.clone(postgres) as made:
        do_everything(made, tmp_path_factory.mktemp("deeds"))
        yield made


@pytest.fixture
def used(postgres: Embedded, done: storing.Clone) -> Iterator[storing.Clone]:
    """Answer a copy of it of one's own."""
    with storing.clone(postgres, done.name) as made:
        yield made


@pytest.fixture
def db(postgres: Embedded) -> Iterator[storing.Clone]:
    """Answer a store of one's own, with the schema and nothing else in it."""
    with storing.clone(postgres) as made:
        yield made
