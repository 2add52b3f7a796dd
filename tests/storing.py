"""A PostgreSQL for the tests: one server for all of pytest's workers, one schema made once, a database cloned of it for each test."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from datagen.layout import file_of, part_of, parts_and_splits, record_of
from datagen.manifest import FORMAT
from datagen.sample import Claim, Message, Prompt, Sample, Source, line_of
from datagen.subject import digest
from store.db import ROLES, Store, connect
from store.embedded import ADMIN, OWNER, USER, Embedded
from store.locks import alone
from store.migrate import migrate
from stparse.index.build import build_index
from stparse.text import digest_of

FOLDER = "STC_TEST_STORE"
"""Names the server's folder for pytest's workers; the process that began the run makes and removes it."""
_ROOM = 4 << 30
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200", "shared_buffers": "64MB"}
PEOPLE = {
    "anna": "reviewers",
    "ben": "reviewers",
    "carl": "reviewers",
    "dora": "developers",
    "uli": "users",
    "mia": "ml_engineers",
    "nemo": "",
}
GRANTED = "nina"
"""Who gets roles and loses them, by commands under test. Logins are those of the whole server: nobody else may look at hers."""
PASSWORD = "of whoever is in PEOPLE"


def begin() -> None:
    """Choose the folder, where the server's account can reach it too. The first process does it, the workers inherit it."""
    if FOLDER not in os.environ:
        folder = tempfile.mkdtemp(prefix="stc-tests-", dir=_in_memory())
        Path(folder).chmod(0o711)
        os.environ[FOLDER] = folder


def _in_memory() -> Path | None:
    """Answer a file system in memory, where a database is cloned twenty times as fast; None where there is none, or a small one."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM else None


def end() -> None:
    """Remove the folder, after stopping a server that a worker left behind."""
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "server" / "data" / "postmaster.pid").is_file():
        Embedded.open(folder / "server").close()
    shutil.rmtree(folder, ignore_errors=True)


def copy_of_a_new_store(folder: Path) -> Path:
    """Make in `folder` what the launcher makes when it is called for the first time, which takes it a second or two; answer `folder`.

    Once for each PostgreSQL: that of the environment, or the one that STC_PG_BIN names.
    """
    new = Path(os.environ[FOLDER]) / f"new-{zlib.crc32(os.environ.get('STC_PG_BIN', '').encode())}"
    with alone(new.with_suffix(".lock")):
        if not (new / "ready").is_file():
            with Embedded.open(new, FAST) as server:
                _make_connecting_cheap(server)
    shutil.copytree(new, folder, ignore=shutil.ignore_patterns("run", "*.lock", "lock", "clients", "*.log"))
    for path in (new, *new.rglob("*")):
        copied = folder / path.relative_to(new)
        if os.name == "posix" and copied.exists():
            os.chown(copied, path.stat().st_uid, path.stat().st_gid)
    return folder


def _make_connecting_cheap(server: Embedded) -> None:
    with connect(server.conninfo(ADMIN, "postgres")) as admin:
        for line in (server.folder / "pgpass").read_text(encoding="ascii").splitlines():
            _give_password(admin, *line.split(":")[3:5])


def _give_password(admin: psycopg.Connection[Any], user: str, password: str) -> None:
    """Let the verifier of a password have one round in place of 4,096, where that can be: the tests connect some thousand times."""
    if admin.info.server_version >= 160000:
        admin.execute("SET scram_iterations = 1")
    secret = admin.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
    admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(user), sql.Literal(secret)))


@contextmanager
def shared_server() -> Iterator[Embedded]:
    """Answer the server, with the schema in the database `template` and PEOPLE who may come in."""
    folder = Path(os.environ[FOLDER])
    with alone(folder / "server.lock"):
        if not (folder / "server").is_dir():
            copy_of_a_new_store(folder / "server")
    with Embedded.open(folder / "server", FAST) as server:
        with alone(folder / "template.lock"), connect(server.conninfo(ADMIN, "postgres")) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = 'template'").fetchone():
                _make_template(server, admin)
        try:
            yield server
        finally:
            _admin_of(server).close()


def _make_template(server: Embedded, admin: psycopg.Connection[Any]) -> None:
    admin.execute(sql.SQL("CREATE DATABASE making OWNER {}").format(sql.Identifier(OWNER)))
    with connect(server.conninfo(OWNER, "making")) as connection:
        migrate(connection)
    admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(GRANTED)))
    for person, role in {**PEOPLE, USER: ",".join((*ROLES, "stc_app"))}.items():
        if person != USER:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(person)))
            _give_password(admin, person, PASSWORD)
        for one in filter(None, role.split(",")):
            admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(one), sql.Identifier(person)))
    admin.execute("ALTER DATABASE making RENAME TO template")


class Clone:
    """A database of one test."""

    def __init__(self, server: Embedded, name: str) -> None:
        self.server, self.name = server, name

    def conninfo(self, user: str = USER) -> str:
        return self.server.conninfo(user, self.name)

    def conninfo_of(self, person: str) -> str:
        """Answer how one of PEOPLE connects, with a login and a password of their own."""
        return make_conninfo(self.conninfo(person), passfile="", password=PASSWORD)

    @contextmanager
    def store(self, person: str = "mia", user: str = USER) -> Iterator[Store]:
        """The store as stc opens it: a login that speaks for `person`."""
        with connect(self.conninfo(user)) as connection:
            yield Store(connection, person)

    @contextmanager
    def login(self, person: str) -> Iterator[Store]:
        """The store as somebody opens it who has a login of their own; stc speaks for nobody there."""
        with connect(self.conninfo(ADMIN)) as connection:
            connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(person)))
            yield Store(connection, person)


@contextmanager
def clone(server: Embedded, template: str | None = "template") -> Iterator[Clone]:
    """Answer a database like `template`, or an empty one; gone afterwards."""
    name = f"t_{uuid.uuid4().hex}"
    admin = _admin_of(server)
    made = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
    admin.execute(made if template is None else made + sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template)))
    try:
        yield Clone(server, name)
    finally:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@cache
def _admin_of(server: Embedded) -> psycopg.Connection[Any]:
    """Answer a connection for making and dropping databases, which stays open: to connect costs as much as half a clone."""
    return psycopg.connect(server.conninfo(ADMIN, "postgres"), autocommit=True)


# Data sets


CODE = """'VisualWorks'!
Smalltalk defineClass: #Right
	superclass: #{Core.Object}
	indexedType: #none
	private: false
	instanceVariableNames: 'title start '
	classInstanceVariableNames: ''
	imports: ''
	category: 'Rights'!
!Right methodsFor: 'accessing'!
title
	^title!
start
	^start!
isOpen
	^start isNil! !
"""


def sample(
    number: int, kind: str = "qa.role", *, answer: str | None = None, selector: str = "title", source: str = "title\n\t^title", **more: Any
) -> Sample:
    """Answer a sample that draws on a method."""
    about = Source("Right.st", "Right", selector, (0, 1), digest(source))
    form = "method" if kind.startswith(("completion.method", "preference")) else "prose"
    prompt = more.pop("prompt", Prompt((Message("user", f"What does Right>>{selector} answer ({number})?"),)))
    said = {"claims": (Claim("pattern", "Right"),), "sources": (about,), "group": "Right", "split": "train", **more}
    return Sample(kind, prompt, answer or f"It answers its title, {number}.", form, **said)


@cache
def _index_of(code: str) -> Path:
    folder = Path(tempfile.mkdtemp(dir=os.environ[FOLDER]))
    (folder / "Right.st").write_text(code, encoding="utf-8")
    build_index([folder], folder / "index.sqlite", jobs=1)
    return folder / "index.sqlite"


def write_dataset(folder: Path, samples: Sequence[Sample], code: str = CODE) -> Path:
    """Write a data set as stc does: samples, manifest and index, without what the store does not read."""
    folder.mkdir(parents=True)
    shutil.copyfile(_index_of(code), folder / "index.sqlite")
    files = {}
    for part, split in parts_and_splits():
        name = file_of(part, split)
        (folder / name).parent.mkdir(exist_ok=True)
        records = [record_of(one) for one in samples]
        lines = [line_of(record) for record in records if record["split"] == split and part_of(record["kind"]) == part]
        data = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        (folder / name).write_bytes(data)
        files[name] = hashlib.sha256(data).hexdigest()
    kinds: dict[str, dict[str, int]] = {}
    for one in samples:
        kinds.setdefault(one.kind, {}).setdefault(one.split, 0)
        kinds[one.kind][one.split] += 1
    inputs = [{"path": "Right.st", "digest": "", "dialect": "visualworks", "encoding": "utf-8"}]
    manifest = {"format": FORMAT, "tool": "stc test", "seed": 1, "digest": digest_of(json.dumps(files).encode())}
    manifest |= {"files": files, "samples": kinds, "inputs": inputs}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
