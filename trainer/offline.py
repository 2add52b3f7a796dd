"""No network: the switches that the libraries know, and a guard that refuses connections to anywhere but this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from stparse.issue import StcError

SWITCHES = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class _Guard:
    """Whether this process has the hook, and how many bodies run that are guarded."""

    is_set = False
    depth = 0


class NetworkRefusedError(StcError):
    """Something tried to reach another machine."""


def stay_offline() -> None:
    """Set the switches, whatever they were: a training never needs the network."""
    os.environ.update(SWITCHES)


@contextmanager
def no_network() -> Iterator[None]:
    """Refuse every look-up and connection to another machine while the body runs, with NetworkRefusedError.

    Python's audit events tell of them. Code that is not Python is not seen: the tests run where there are no interfaces at all.
    """
    if not _Guard.is_set:
        # A hook stays as long as the process does.
        sys.addaudithook(_audit)
        _Guard.is_set = True
    _Guard.depth += 1
    try:
        yield
    finally:
        _Guard.depth -= 1


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto") or not _Guard.depth:
        return
    host = arguments[0]
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        # The socket of a file has a path for its address.
        host = address[0] if isinstance(address, tuple) else None
    if host is not None and not _is_here(host):
        raise NetworkRefusedError(f"something tried to reach {host!r}; stc train uses no network, so this was refused")


def _is_here(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ip_address(text.split("%", 1)[0]).is_loopback
    except ValueError:
        return text in ("", "localhost")
