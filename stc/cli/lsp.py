"""The code base in an editor, by the Language Server Protocol on standard input and output."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from stc.output import index_option
from stparse.issue import BadInputError


@click.command("lsp")
@index_option
@click.option(
    "--root", "roots", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER",
    help="The folder that was given to `stc index`, where the editor's own folders do not hold it. May be repeated.",
)  # fmt: skip
@click.option(
    "--update", "sources", multiple=True, type=click.Path(path_type=Path, exists=True), metavar="SOURCE",
    help="What was given to `stc index`: the index is brought up to date with it when a file is saved. May be repeated.",
)  # fmt: skip
def command(index_path: Path, roots: tuple[Path, ...], sources: tuple[Path, ...]) -> None:
    """Serve an editor that starts this command: findings while you type, outline, symbols, definition, implementors, senders, hover.

    What is open counts as it stands in the editor, everything else as the index has it. An index that `stc index` writes anew meanwhile
    is opened anew. Without an index texts are checked by themselves.
    """
    if find_spec("pygls") is None:
        raise BadInputError("editors need the package pygls: pip install 'stc[lsp]'")
    from stc.editors.server import build

    server = build(index_path, [root.absolute() for root in roots], [source.absolute() for source in sources])
    # What anything else prints must not stand between the messages; and the server closes what it writes to.
    messages = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        server.start_io(stdout=messages)
    finally:
        server.end()
