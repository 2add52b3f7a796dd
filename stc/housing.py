"""The code base that corrections and answers are judged in, where one is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from checker.environment import House
    from stparse.index.query import CodeIndex

index_option = click.option(
    "--index",
    type=click.Path(path_type=Path),
    envvar="STC_INDEX",
    help="The index of the code, whose names corrections are then judged with.",
)


def known_house(path: Path | None) -> House | None:
    """Answer the code base in the index at `path`, on the base that `stc check` takes for its dialect; None where none is named."""
    if path is None:
        return None
    from stparse.index.query import CodeIndex

    return house_on(CodeIndex.open(path))


def dialect_of(house: House | None) -> str:
    """Answer the dialect that most files of a code base are written in; that of no code base is the one that is usual here."""
    from stparse.parser import DEFAULT_DIALECT

    found = None if house is None or house.index is None else house.index.dialects
    return found[0][0] if found else DEFAULT_DIALECT


def house_on(index: CodeIndex) -> House:
    """Answer the code base in an index that is open, on the base that `stc check` takes for its dialect."""
    from checker.base import base_for
    from checker.environment import House
    from stc.config import check_settings

    dialect = next((name for name, _ in index.dialects), None)
    return House(index, None if dialect is None else base_for(dialect, check_settings().base))
