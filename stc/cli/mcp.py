"""The code base as tools for local agents, by the Model Context Protocol on standard input and output."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from stc.output import index_option
from stparse.issue import BadInputError


@click.command("mcp")
@index_option
def command(index_path: Path) -> None:
    """Serve the tools query, check, conventions and ask to an agent that starts this command, until it closes the input.

    Nothing is sent anywhere but to the agent. An index that `stc index` writes anew meanwhile is opened anew.
    """
    if find_spec("mcp") is None:
        raise BadInputError("the tools need the package mcp: pip install 'stc[mcp]'")
    from stc.agents.server import build

    if not index_path.exists():
        click.echo(f"stc: there is no index at {index_path} yet; make one with: stc index SOURCE... -o {index_path}", err=True)
    build(index_path.absolute()).run("stdio")
