"""The desk as a language server: what an editor asks in the protocol's words, checks behind the typing, errors that answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.language_server import lsp_method
from pygls.uris import to_fs_path

from checker.verdict import Located
from stc import __version__
from stc.editors.checks import related, suggestions
from stc.editors.code import Where
from stc.editors.desk import Desk
from stc.editors.document import Snapshot
from stc.editors.outline import Entry, outline
from stc.editors.positions import Counting
from stc.editors.updating import Updater
from stparse.issue import Severity

PAUSE = 0.3
"""Seconds without a key after which a text is checked."""
LOOK = 2.0
"""Seconds between two looks whether the index was written anew."""
T = TypeVar("T")
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
_KINDS = {"class": lsp.SymbolKind.Class, "protocol": lsp.SymbolKind.Namespace, "method": lsp.SymbolKind.Method}
_ONLY_LF = frozenset(("Neovim", "Eglot", "emacs", ""))
"""What editors call themselves for which a CR alone ends no line; Eglot did not say its name at first."""
_REFUSED = object()


class Protocol(LanguageServerProtocol):
    """pygls's protocol with texts of our own, whose lines end where the protocol says, and an answer to requests that are none."""

    _server: Server

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; a request that cannot be read is answered with the error, where pygls would leave the client waiting."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            return _REFUSED

    def handle_message(self, message: Any) -> None:
        if message is not _REFUSED:
            super().handle_message(message)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        self._server.desk.opened(one.uri, _location(one.uri), one.text, one.version)
        self._server.check_soon(one.uri, 0, classes=True)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        one = params.text_document
        changes = [
            (None, change.text) if not isinstance(change, lsp.TextDocumentContentChangePartial) else (_corners(change.range), change.text)
            for change in params.content_changes
        ]
        self._server.desk.changed(one.uri, _location(one.uri), changes, one.version)
        self._server.check_soon(one.uri, PAUSE)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        self._server.desk.closed(params.text_document.uri)
        self._server.told(params.text_document.uri, [], None)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        result = yield from super().lsp_initialize(params)
        folders = [_location(folder.uri) for folder in params.workspace_folders or ()]
        folders += [_location(params.root_uri)] if params.root_uri else []
        encoding = lsp.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value
        editor = params.client_info.name if params.client_info is not None else ""
        self._server.begin([Path(folder) for folder in folders if folder], Counting(encoding, editor not in _ONLY_LF))
        return result


class Server(LanguageServer):
    """The server for one editor."""

    def __init__(self, index: Path, roots: Sequence[Path], sources: Sequence[Path] = ()) -> None:
        super().__init__("stc", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self._index, self._roots, self._sources = index, [*roots, *sources], list(sources)
        self.desk = Desk(index, roots)
        self._asker, self._checker = ThreadPoolExecutor(1, "stc-ask"), ThreadPoolExecutor(1, "stc-check")
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._judging: set[threading.Event] = set()
        self._watch: asyncio.Task[None] | None = None
        self._version = (0, 0)
        self._updater: Updater | None = None

    def begin(self, folders: Sequence[Path], counting: Counting) -> None:
        """Begin with the folders of the editor, and count as it does."""
        self.desk.close()
        found = self._index if self._index.is_file() else _found(self._index, folders)
        path = (found or self._index).absolute()
        beside = [path.parent] if found is not None else []
        self.desk = Desk(path, [*self._roots, *folders, *beside], counting)
        self._version = self.desk.code.version()
        if self._sources:
            self._updater = Updater(path, self._sources, self._look_now, lambda said: self.show(f"stc: {said}"))
            if found is None:
                self._updater.saved()
        self._watch = asyncio.ensure_future(self._look())

    def say_what_is_missing(self) -> None:
        """Say in the editor that there is no index, and what to do; texts are then checked by themselves."""
        if not self.desk.code.path.is_file() and self._updater is None:
            path = self.desk.code.path
            self.show(f"stc: there is no index at {path}; make one with: stc index SOURCE... -o {path}")

    def show(self, said: str) -> None:
        """Show a warning in the editor."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, said))

    def saved(self, uri: str) -> None:
        """Ask everything about a text that was saved, now and when the index knows it, where that is wanted."""
        self.check_soon(uri, 0, classes=True)
        if self._updater is not None:
            self._updater.saved()

    async def ask(self, answer: Callable[[], T]) -> T:
        """Answer in the thread that has the index, so that typing never waits."""
        return await asyncio.get_running_loop().run_in_executor(self._asker, answer)

    def check_soon(self, uri: str, pause: float, *, classes: bool = False) -> None:
        """Check a text after a pause; what was waiting for it is dropped. With `classes` the rules about classes are asked behind it."""
        self._halt()
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[uri] = asyncio.ensure_future(self._check(uri, pause, classes))

    async def _check(self, uri: str, pause: float, classes: bool) -> None:
        await asyncio.sleep(pause)
        snapshot = self.desk.texts.get(uri)
        if snapshot is None:
            return
        loop = asyncio.get_running_loop()
        said = await self._tell(snapshot, None)
        while classes and self.desk.texts.get(uri) is snapshot:
            # A check ends this, so that it need not wait; where that was of another text, this begins again behind it.
            halted = threading.Event()
            self._judging.add(halted)
            done = await loop.run_in_executor(self._checker, self.desk.judge_classes, snapshot, halted)
            self._judging.discard(halted)
            if done:
                await self._tell(snapshot, said)
                return

    def _halt(self) -> None:
        while self._judging:
            self._judging.pop().set()

    async def _tell(self, snapshot: Snapshot, said: list[lsp.Diagnostic] | None) -> list[lsp.Diagnostic]:
        """Check a text, and tell what is wrong with it unless that is what was `said` already."""
        self._halt()
        found = await asyncio.get_running_loop().run_in_executor(self._checker, self._diagnostics, snapshot)
        if self.desk.texts.get(snapshot.uri) is snapshot and found != said:
            self.told(snapshot.uri, found, snapshot.version)
        return found

    def told(self, uri: str, diagnostics: list[lsp.Diagnostic], version: int | None) -> None:
        """Tell the editor what is wrong with a text."""
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, version))

    def _diagnostics(self, snapshot: Snapshot) -> list[lsp.Diagnostic]:
        return [_diagnostic(one, snapshot) for one in self.desk.findings(snapshot)]

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            self._look_now()

    def _look_now(self) -> None:
        """Begin anew where the index was written anew."""
        if self.desk.code.version() != self._version:
            self._version = self.desk.code.version()
            self.desk.refreshed()
            for uri in self.desk.texts:
                self.check_soon(uri, 0, classes=True)

    def end(self) -> None:
        """Let go of everything."""
        self._halt()
        if self._updater is not None:
            self._updater.end()
        self._asker.shutdown()
        self._checker.shutdown()
        self.desk.close()


def build(index: Path, roots: Sequence[Path], sources: Sequence[Path] = ()) -> Server:
    """Answer the server over the index at `index`, whose paths are relative to one of `roots` or to a folder of the editor.

    Where there are `sources`, those given to `stc index`, the index is brought up to date with them when a file is saved.
    """
    server = Server(index, roots, sources)

    def at(params: Any) -> tuple[Desk, Snapshot, int] | None:
        snapshot = server.desk.texts.get(params.text_document.uri)
        if snapshot is None:
            return None
        return server.desk, snapshot, snapshot.positions.offset(params.position.line, params.position.character)

    @server.feature(lsp.INITIALIZED)
    def initialized(params: lsp.InitializedParams) -> None:
        server.say_what_is_missing()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        asked = at(params)
        found = await server.ask(lambda: asked[0].hover(*asked[1:])) if asked else None
        if found is None or asked is None:
            return None
        said, under = found
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said), _range(asked[1], under.start, under.end))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        asked = at(params)
        return _locations(await server.ask(lambda: asked[0].definition(*asked[1:]))) if asked else []

    @server.feature(lsp.TEXT_DOCUMENT_IMPLEMENTATION)
    async def implementation(params: lsp.ImplementationParams) -> list[lsp.Location]:
        asked = at(params)
        return _locations(await server.ask(lambda: asked[0].implementations(*asked[1:]))) if asked else []

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        asked, too = at(params), params.context.include_declaration
        return _locations(await server.ask(lambda: asked[0].references(*asked[1:], declarations=too))) if asked else []

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        asked = at(params)
        found = await server.ask(lambda: asked[0].highlights(*asked[1:])) if asked else []
        return [lsp.DocumentHighlight(_between(*span)) for span in found]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        snapshot = server.desk.texts.get(params.text_document.uri)
        found = await server.ask(lambda: outline(snapshot)) if snapshot is not None else []
        return [_symbol(entry, snapshot) for entry in found if snapshot is not None]

    @server.feature(lsp.WORKSPACE_SYMBOL)
    async def workspace_symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.SymbolInformation]:
        desk = server.desk
        found = await server.ask(lambda: desk.symbols(params.query))
        return [lsp.SymbolInformation(_location_of(one.where), one.name, _KINDS[one.kind], container_name=one.container) for one in found]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]))
    def fixes(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return [fix for one in params.context.diagnostics if one.source == "stc" for fix in _fixes(one, params.text_document.uri)]

    return server


def _found(index: Path, folders: Sequence[Path]) -> Path | None:
    """Answer the index in one of the folders, or in the nearest above one."""
    return next((each / index for folder in folders for each in (folder, *folder.parents) if (each / index).is_file()), None)


def _fixes(one: lsp.Diagnostic, uri: str) -> list[lsp.CodeAction]:
    """Answer a quick fix for each text that could stand in place of what is underlined."""
    names = one.data if isinstance(one.data, list) else []
    return [
        lsp.CodeAction(
            f"Change to {name}",
            lsp.CodeActionKind.QuickFix,
            [one],
            is_preferred=len(names) == 1,
            edit=lsp.WorkspaceEdit({uri: [lsp.TextEdit(one.range, name)]}),
        )
        for name in names
        if isinstance(name, str)
    ]


def _diagnostic(one: Located, snapshot: Snapshot) -> lsp.Diagnostic:
    issue = one.issue
    start, end = issue.span.start, max(issue.span.end, issue.span.start)
    if start == end:
        # What an editor is to underline has a width; behind the end of a line it is the sign before.
        text = snapshot.source.text
        start, end = (start, end + 1) if text[end : end + 1] not in ("", "\r", "\n") else (max(0, start - 1), end)
    links = [
        lsp.DiagnosticRelatedInformation(lsp.Location(snapshot.uri, _range(snapshot, each.start, each.end)), each.message)
        for each in related(snapshot, one)
    ]
    message = issue.message if issue.hint is None else f"{issue.message}\n{issue.hint}"
    return lsp.Diagnostic(
        _range(snapshot, start, end),
        message,
        _SEVERITIES[issue.severity],
        issue.code,
        source="stc",
        related_information=links or None,
        data=suggestions(snapshot, one) or None,
    )


def _symbol(entry: Entry, snapshot: Snapshot) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        entry.name or "(no name)",
        _KINDS[entry.kind],
        _range(snapshot, min(entry.start, entry.name_start), max(entry.end, entry.name_end)),
        _range(snapshot, entry.name_start, entry.name_end),
        entry.detail or None,
        children=[_symbol(below, snapshot) for below in entry.below],
    )


def _range(snapshot: Snapshot, start: int, end: int) -> lsp.Range:
    return _between(snapshot.positions.place(start), snapshot.positions.place(end))


def _between(start: tuple[int, int], end: tuple[int, int]) -> lsp.Range:
    return lsp.Range(lsp.Position(*start), lsp.Position(*end))


def _corners(range_: lsp.Range) -> tuple[int, int, int, int]:
    return range_.start.line, range_.start.character, range_.end.line, range_.end.character


def _locations(found: Sequence[Where]) -> list[lsp.Location]:
    return [_location_of(one) for one in found]


def _location_of(where: Where) -> lsp.Location:
    return lsp.Location(where[0], _between(where[1], where[2]))


def _location(uri: str) -> str:
    return to_fs_path(uri) or uri
