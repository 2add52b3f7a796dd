"""Helpers of the tests of the pages: a code base with hostile comments, the program that serves it, a model that is none, a Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from storing import Clone

from store.embedded import USER
from stparse.index.build import build_index

HOSTILE = "<script>document.title = 'caught'</script><img src=x onerror=alert(1)>"
CODE = f"""'From VisualWorks, Release 2.5.2'!

Model subclass: #Right
\tinstanceVariableNames: 'runs'
\tclassVariableNames: ''
\tpoolDictionaries: ''
\tcategory: 'Bp-Rights'!

Right comment: 'May be shown. {HOSTILE.replace("'", "''")}'!

Right subclass: #FreeRight
\tinstanceVariableNames: ''
\tclassVariableNames: ''
\tpoolDictionaries: ''
\tcategory: 'Bp-Rights'!

!Right methodsFor: 'testing'!

isOpen
\t"{HOSTILE}"
\t^runs > 0 and: [self isLocked not]!

isLocked
\t^false! !

!FreeRight methodsFor: 'testing'!

isOpen
\t^(Right new) isOpen! !
"""
CHROMIUM = os.environ.get("STC_CHROMIUM") or which("chromium") or which("chromium-browser") or which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or find_spec("playwright") is None, reason="needs playwright and a Chromium on the PATH"
)


def opened_by(person: str, db: Clone, monkeypatch: pytest.MonkeyPatch, folder: Path, settings: str = "") -> Clone:
    """Let the pages be started by a person, over a store, with the settings of a stc.toml in a folder; answer the store."""
    monkeypatch.setenv("STC_DSN", db.conninfo(USER))
    monkeypatch.setenv("STC_USER", person)
    monkeypatch.setenv("STC_CONFIG", str(folder / "stc.toml"))
    (folder / "stc.toml").write_text(settings, encoding="utf-8")
    return db


def index_of(folder: Path, code: str = CODE) -> Path:
    """Write `code` and answer its index."""
    (folder / "Right.st").write_text(code)
    build_index([folder / "Right.st"], folder / "index.sqlite")
    return folder / "index.sqlite"


@contextmanager
def served(index: Path, *words: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve the pages by the program; answer where they are."""
    started = [sys.executable, "-m", "stc", "serve", "--index", str(index), "--port", "0", *words]
    environment = {**os.environ, **(environment or {})}
    with subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline().strip()
            assert said.startswith("http://127.0.0.1:"), server.stderr and server.stderr.read()
            yield said.rstrip("/")
        finally:
            server.terminate()
            server.communicate(timeout=60)


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def must_be_ours(self) -> None:
        """Fail where an element has come in that no template of ours has: a script of another address, an image, a handler."""
        assert all((attrs.get("src") or "").startswith("/static/") for tag, attrs in self.found if tag == "script")
        assert not [tag for tag, attrs in self.found if tag in ("img", "iframe", "style") or any(name.startswith("on") for name in attrs)]
        assert not [tag for tag, attrs in self.found if "style" in attrs or (attrs.get("href") or "").lower().startswith("javascript:")]

    def field(self, name: str) -> str:
        """Answer the value of the first field of a name."""
        return next(attrs.get("value") or "" for tag, attrs in self.found if tag == "input" and attrs.get("name") == name)


class FakeModel:
    """An endpoint that says `words`, one after the other; it stops before the last until `released`."""

    def __init__(self) -> None:
        self.words = ["Hello"]
        self.released = threading.Event()
        self.asked: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *given: object) -> None:
                pass

            def do_POST(self) -> None:
                model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for place, word in enumerate(model.words, 1):
                    if place == len(model.words):
                        model.released.wait(30)
                    self._event({"choices": [{"delta": {"content": word}}], "model": "m"})
                self._event({"choices": [{"delta": {}, "finish_reason": "stop"}], "model": "m"})
                self.wfile.write(b"data: [DONE]\n\n")

            def _event(self, said: Mapping[str, Any]) -> None:
                self.wfile.write(f"data: {json.dumps(said)}\n\n".encode())
                self.wfile.flush()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def browser_page(**context: Any) -> Iterator[tuple[Any, list[str]]]:
    """Give a page of a real Chromium, and the list that its complaints come into."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(**context).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()
