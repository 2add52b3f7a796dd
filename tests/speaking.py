"""A language client of pygls over a real `stc lsp`, driven from tests that are no coroutines."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

T = TypeVar("T")


class Editor:
    """An editor with one server. Every question has 60 seconds."""

    def __init__(
        self, *arguments: str, folder: Path, encodings: tuple[lsp.PositionEncodingKind, ...] = (), name: str = "stc-tests"
    ) -> None:
        self.runner = asyncio.Runner()
        self.client = LanguageClient("stc-tests", "1")
        self.diagnostics: dict[str, list[lsp.Diagnostic]] = {}
        self.shown: list[str] = []
        self._told = asyncio.Event()
        self._fresh: set[str] = set()
        self.versions: dict[str, int] = {}

        def told(params: lsp.PublishDiagnosticsParams) -> None:
            # What is told of the version before may still be on its way.
            if params.version in (None, self.versions.get(params.uri)):
                self.diagnostics[params.uri] = list(params.diagnostics)
                self._fresh.add(params.uri)
            self._told.set()

        def shown(params: lsp.ShowMessageParams) -> None:
            self.shown.append(params.message)

        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(told)
        self.client.feature(lsp.WINDOW_SHOW_MESSAGE)(shown)
        self.run(lambda: self.client.start_io(sys.executable, "-m", "stc", "lsp", *arguments, cwd=str(folder)))
        general = lsp.GeneralClientCapabilities(position_encodings=list(encodings)) if encodings else None
        hello = lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(general=general),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name)],
            client_info=lsp.ClientInfo(name),
        )
        self.hello: lsp.InitializeResult = self.run(lambda: self.client.initialize_async(hello))
        self.client.initialized(lsp.InitializedParams())

    def run(self, ask: Callable[[], Awaitable[T]]) -> T:
        async def asked() -> T:
            return await asyncio.wait_for(ask(), 60)

        return self.runner.run(asked())

    def open(self, uri: str, text: str) -> list[lsp.Diagnostic]:
        """Open a text, and answer what is told of it."""
        self.versions[uri] = 1
        self._fresh.discard(uri)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "smalltalk", 1, text)))
        return self.next(uri)

    def change(self, uri: str, *changes: tuple[tuple[int, int, int, int], str]) -> None:
        """Change parts of a text."""
        self.versions[uri] += 1
        told = [lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(*at[:2]), lsp.Position(*at[2:])), new) for at, new in changes]
        one = lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self._fresh.discard(uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(one, list(told)))

    def wait(self, done: Callable[[], bool]) -> None:
        """Wait until something is so, looking again and again; what the server says meanwhile is taken in."""

        async def asked() -> None:
            while not done():
                await asyncio.sleep(0.05)

        self.run(asked)

    def next(self, uri: str) -> list[lsp.Diagnostic]:
        """Wait for what is told next of a text."""

        async def told() -> list[lsp.Diagnostic]:
            while uri not in self._fresh:
                self._told.clear()
                await self._told.wait()
            self._fresh.discard(uri)
            return self.diagnostics[uri]

        return self.run(told)

    def until(self, uri: str, wanted: Callable[[list[lsp.Diagnostic]], bool]) -> list[lsp.Diagnostic]:
        """Wait until what is told of a text is as it is `wanted`."""
        found = self.diagnostics.get(uri, [])
        while not wanted(found):
            found = self.next(uri)
        return found

    def save(self, uri: str) -> None:
        """Say that a text was saved."""
        self._fresh.discard(uri)
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def ask(self, name: str, params: Any) -> Any:
        """Ask what the protocol calls so."""
        return self.run(lambda: self.client.protocol.send_request_async(name, params))

    def at(self, name: str, uri: str, line: int, column: int, **more: Any) -> Any:
        """Ask about a place of a text; `more` goes into the parameters."""
        kind: Any = lsp.METHOD_TO_TYPES[name][2]
        return self.ask(name, kind(text_document=lsp.TextDocumentIdentifier(uri), position=lsp.Position(line, column), **more))

    def close(self) -> int | None:
        """Say good-bye; answer the exit code of the server."""
        self.run(lambda: self.client.shutdown_async(None))
        self.client.exit(None)
        server = self.client._server
        assert server is not None
        self.run(server.wait)
        self.run(self.client.stop)
        self.runner.close()
        return server.returncode


@contextmanager
def editor(*arguments: str, folder: Path, **more: Any) -> Iterator[Editor]:
    """Give an editor, and end its server."""
    found = Editor(*arguments, folder=folder, **more)
    try:
        yield found
    finally:
        assert found.close() == 0
