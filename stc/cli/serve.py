"""The web pages of a code base, on this machine: browser, asking, review, conventions, data sets, trainings, models."""

from __future__ import annotations

import secrets
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from stc.output import index_option
from stparse.index.query import CodeIndex
from stparse.issue import BadInputError


@click.command("serve")
@index_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; any but loopback needs the token that is printed."
)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@click.option(
    "--work", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path(), show_default=True,
    help="The folder with data sets, trainings and evaluations; a promoted model gets its version in models/ there.",
)  # fmt: skip
@click.option(
    "--people", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="Everybody signs in with a token of their own, and decides in their own name: the file of stc people.",
)  # fmt: skip
def command(index_path: Path, host: str, port: int, work: Path, people: Path | None) -> None:
    """Show the code base of an index in the browser, until Ctrl-C: look up, ask, review, and see how models learn.

    Only this machine can reach the pages, unless --host names another of its addresses; whoever asks there needs the token. With --people
    everybody needs one of their own, here too. The pages load nothing from anywhere else. An index that is brought up to date meanwhile is
    shown as it is then.
    """
    if any(find_spec(name) is None for name in ("starlette", "uvicorn", "jinja2")):
        raise BadInputError("the pages need starlette, uvicorn and jinja2: pip install 'stc[web]'")
    import uvicorn

    from stc.people import People
    from stc.web.app import build
    from stc.web.guard import is_loopback

    # An index that is none is told here, and not to the first reader.
    CodeIndex.open(index_path).close()
    named = None if people is None else People(people.absolute())
    if named is not None and not named.all():
        raise BadInputError(f"nobody is in {people}, so nobody could sign in: stc people add NAME --file {people}")
    token = None if is_loopback(host) or named is not None else secrets.token_urlsafe(24)
    listening = _listening(host, port)
    port = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"http://{shown}:{port}/" + (f"?token={token}" if token else ""))
    click.echo("Ctrl-C ends it.", err=True)
    sys.stdout.flush()
    config = uvicorn.Config(
        build(index_path.absolute(), ["localhost", "127.0.0.1", "[::1]", shown.lower()], token, work=work.absolute(), named=named),
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """Answer a socket that listens. Raises BadInputError where the address is not to be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        # Whoever reads the printed address may come before the server has begun.
        found.listen(128)
    except OSError as error:
        raise BadInputError(
            f"{host}:{port} cannot be listened on ({error.strerror or error}); give another --port, or 0 for a free one"
        ) from error
    return found
