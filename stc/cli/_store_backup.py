"""Backup and restore of the store: one file, or a folder of which the oldest are removed; sealed where that is asked."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import click

from stc.storing import opened, target
from stparse.issue import BadInputError, StcError

if TYPE_CHECKING:
    from store.backup import Backup
    from store.db import Store

_NAME = re.compile(r"stc-store-\d{8}T\d{6}Z\.(tar\.gz|dump)(\.age|\.gpg)?")
_ENDS = {"copy": ".tar.gz", "pg_dump": ".dump"}


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--recipient", "recipients", multiple=True, metavar="KEY", help="Who can read it: a key of age (age1..., ssh-...), or one of gpg."
)
@click.option(
    "--passphrase", is_flag=True, help="Seal it by gpg with a passphrase, which is asked for, or read from STC_BACKUP_PASSPHRASE."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_ENDS)),
    default="copy",
    show_default=True,
    help="By COPY, for any PostgreSQL and any owner; or by pg_dump, in its custom format.",
)
@click.option("--keep", type=click.IntRange(1), help="Of the backups in the folder FILE keep so many, the newest.")
def backup_(file: Path, recipients: tuple[str, ...], passphrase: bool, form: str, keep: int | None) -> None:
    """Write everything in the store to FILE, to a new file in the folder FILE, or to standard output with -."""
    from store.sealing import sealed, suffix_for

    secret = _passphrase(confirm=True) if passphrase else None
    suffix = suffix_for(recipients, secret)
    if keep is not None and not file.is_dir():
        raise BadInputError(f"--keep is for a folder of backups, and {file} is none")
    with opened(owner=True) as store:
        from store.backup import backup
        from store.dumps import dump

        write = dump if form == "pg_dump" else backup
        if str(file) == "-":
            with sealed(sys.stdout.buffer, recipients, secret) as out:
                done = write(store, out)
        else:
            path = file / f"stc-store-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{_ENDS[form]}{suffix}" if file.is_dir() else file
            with _whole(path) as whole, sealed(whole, recipients, secret) as out:
                done = write(store, out)
    _say(done)
    if keep is not None:
        for old in older(file, keep):
            old.unlink()
            click.echo(f"removed {old.name}", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--identity", type=click.Path(path_type=Path), help="The file with your secret key of age, for a backup that age sealed.")
@click.option("--passphrase", is_flag=True, help="It was sealed with a passphrase; that is asked for, or read from STC_BACKUP_PASSPHRASE.")
def restore_(file: Path, identity: Path | None, passphrase: bool) -> None:
    """Fill an empty store from the backup FILE (- for standard input), of either format, whole or not at all, and prove it."""
    from store import audit
    from store.db import open_empty
    from store.sealing import unsealed

    secret = _passphrase(confirm=False) if passphrase else None
    with open_empty(target()) as store:
        if str(file) == "-":
            done = _restored(store, sys.stdin.buffer)
        else:
            with unsealed(file, identity, secret) as source:
                done = _restored(store, source)
        found = audit.prove(store, done.head)
    if found.failures:
        click.echo("\n".join(found.failures))
        sys.exit(1)
    click.echo(f"{sum(done.rows.values()):,} rows restored, and the audit trail holds")


def _restored(store: Store, source: IO[bytes]) -> Backup:
    from store.backup import restore
    from store.dumps import MAGIC, restore_dump

    whole = source if isinstance(source, BufferedReader) else BufferedReader(cast(RawIOBase, source))
    return (restore_dump if whole.peek(len(MAGIC)).startswith(MAGIC) else restore)(store, whole)


def older(folder: Path, keep: int) -> list[Path]:
    """Answer the backups in a folder, by the names that they were given here, but for the newest."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))[:-keep]


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that is there when it is whole, and not before; nobody else may read it."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    except OSError as error:
        raise StcError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _passphrase(*, confirm: bool) -> str:
    said = os.environ.get("STC_BACKUP_PASSPHRASE")
    return said or str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))


def _say(done: Backup) -> None:
    click.echo(f"{sum(done.rows.values()):,} rows of {len(done.rows)} tables; the trail ends at {done.head.seq}:{done.head.hash}", err=True)
