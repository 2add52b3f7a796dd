"""Who may use the pages under which name: a file with a digest of each person's token. The tokens themselves are kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from datagen.layout import write_whole
from store.locks import alone
from stparse.issue import BadInputError

FORMAT = 1
LONGEST_NAME = 100
_BYTES = 32
"""Of chance in a token. Nobody guesses that, so a digest that is quickly computed is enough to keep it by."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the pages: `digest` is the SHA-256 of their token in hexadecimal digits, `since` a day (ISO 8601, UTC)."""

    name: str
    digest: str
    since: str


class People:
    """The people in the file at `path`, which is read again when it has changed: who was taken out of it is out with the next request."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._version: tuple[int, int, int] | None = None
        self._known: tuple[Person, ...] = ()

    def all(self) -> tuple[Person, ...]:
        """Answer everybody by name. Raises BadInputError where the file is not there, or is none of ours."""
        with self._lock:
            try:
                found = self.path.stat()
            except OSError as error:
                raise BadInputError(f"{self.path} cannot be read ({error.strerror}); stc people add NAME --file FILE writes it") from error
            version = (found.st_mtime_ns, found.st_size, found.st_ino)
            if version != self._version:
                self._known, self._version = _read(self.path), version
            return self._known

    def holder(self, token: str) -> str | None:
        """Answer whose token this is, None where it is nobody's. How long that takes says nothing about the tokens."""
        digest, found = _digest(token), None
        for one in self.all():
            if hmac.compare_digest(one.digest, digest):
                found = one.name
        return found


def add(path: Path, name: str) -> str:
    """Enter a person, and answer their token, which cannot be told again. Raises BadInputError for a name that is taken or is none."""
    name = unicodedata.normalize("NFC", name.strip())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInputError(f"a name has 1 to {LONGEST_NAME} characters, all of which can be seen")
    token = secrets.token_urlsafe(_BYTES)
    with alone(_lock_of(path)):
        known = People(path).all() if path.exists() else ()
        if taken := _named(known, name):
            raise BadInputError(f"{taken.name!r} is in {path} already; for a new token: stc people revoke, and add once more")
        _write(path, [*known, Person(name, _digest(token), f"{datetime.now(UTC):%Y-%m-%d}")])
    return token


def revoke(path: Path, name: str) -> None:
    """Take a person out: the token is worth nothing from now on. Raises BadInputError for a name that is not there."""
    with alone(_lock_of(path)):
        known = People(path).all()
        found = _named(known, name.strip())
        if found is None:
            raise BadInputError(f"nobody in {path} is called {name!r}; stc people list prints who is")
        _write(path, [one for one in known if one is not found])


def _named(known: Iterable[Person], name: str) -> Person | None:
    """Answer who is called so, or almost so: two who look the same could vouch for each other."""
    return next((one for one in known if _folded(one.name) == _folded(name)), None)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _lock_of(path: Path) -> Path:
    if not path.parent.is_dir():
        raise BadInputError(f"there is no folder {path.parent}")
    return path.with_name(f"{path.name}.lock")


def _write(path: Path, people: Sequence[Person]) -> None:
    found = [asdict(one) for one in sorted(people, key=lambda one: _folded(one.name))]
    write_whole(path, json.dumps({"format": FORMAT, "people": found}, ensure_ascii=False, indent=1) + "\n")


def _read(path: Path) -> tuple[Person, ...]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["format"] == FORMAT:
            people = tuple(Person(**{name: str(one[name]) for name in ("name", "digest", "since")}) for one in said["people"])
            if all(len(one.digest) == 64 and one.digest.isascii() for one in people):
                return people
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"{path} is no file of stc people ({type(error).__name__}: {error}); write it anew, or name another") from error
    raise BadInputError(f"{path} is no file of stc people, or of another version; write it anew, or name another")
