"""Parquet, by pyarrow: a few hundred rows in memory at a time, and the same bytes for the same rows and the same pyarrow.

Nobody but stc's shell imports this module, and only where pyarrow is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from datagen.tables import COLUMNS, Tables, Type
from stparse.issue import BadInputError

ROWS = 1000
"""Rows of a group: small enough to be held, large enough to be compressed."""


class _Writer:
    """Writes rows in groups."""

    def __init__(self, path: Path, part: str) -> None:
        self._schema = pa.schema([(name, _arrow(kind)) for name, kind in COLUMNS[part].items()])
        # All that could differ between two machines is said here: nothing is left to a default.
        self._file = parquet.ParquetWriter(path, self._schema, version="2.6", compression="zstd", compression_level=3, use_dictionary=True)
        self._rows: list[Mapping[str, Any]] = []

    def add(self, record: Mapping[str, Any]) -> None:
        self._rows.append(record)
        if len(self._rows) == ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema), row_group_size=ROWS)
            self._rows = []


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file. Raises BadInputError for what is no Parquet."""
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BadInputError(f"{path} cannot be read as Parquet: {error}") from error


def _arrow(kind: Type) -> Any:
    if isinstance(kind, str):
        return {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}[kind]
    if isinstance(kind, list):
        return pa.list_(_arrow(kind[0]))
    return pa.struct([(name, _arrow(inner)) for name, inner in kind.items()])


PARQUET = Tables("parquet", f"pyarrow {pa.__version__}", _Writer, _rows)
