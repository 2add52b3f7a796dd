"""A data set is loaded with the library that others load it with: every part and split, with typed columns, and no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from sampling import open_code

from datagen.compile import Settings, compile_dataset
from datagen.layout import PARTS
from datagen.tables import COLUMNS
from stc.optional import installed_tables

pytestmark = pytest.mark.skipif(find_spec("datasets") is None, reason="datasets is not installed: pip install -e '.[dev]'")

# In a process of its own: the library warns, keeps caches and starts threads as it likes.
LOAD = """
import json, sys
from datasets import load_dataset, get_dataset_config_names
folder = sys.argv[1]
found = {"configs": get_dataset_config_names(folder), "default": list(load_dataset(folder)["train"].column_names), "parts": {}}
for part in found["configs"]:
    loaded = load_dataset(folder, part)
    rows = {split: list(loaded[split]) for split in loaded}
    found["parts"][part] = {"features": str(loaded["train"].features), "rows": rows}
print(json.dumps(found))
"""


@pytest.mark.parametrize("with_tables", [True, False])
def test_the_folder_loads_as_it_is(tmp_path: Path, with_tables: bool) -> None:
    tables = installed_tables() if with_tables else None
    with open_code(tmp_path) as index:
        compile_dataset(index, Settings(tmp_path / "set", 7, system="You know our code.", tables=tables))
    settings = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf"), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", LOAD, str(tmp_path / "set")]
    result = subprocess.run(command, capture_output=True, text=True, env=settings, check=False)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert sorted(found["configs"]) == sorted(PARTS)
    assert found["default"] == list(COLUMNS["sft"])
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text(encoding="utf-8"))
    assert any(name.endswith(".parquet") for name in manifest["files"]) is with_tables
    for part in PARTS:
        loaded = found["parts"][part]
        assert "Value('null')" not in loaded["features"]
        for split, rows in loaded["rows"].items():
            lines = (tmp_path / "set" / part / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
            assert rows == [json.loads(line) for line in lines]
