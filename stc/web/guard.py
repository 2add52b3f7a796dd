"""Who may read the pages: on loopback whoever sits at the machine, elsewhere who has the token; and what a page may load: only its own.

Without a token a request under another host's name is refused, so that no page of the web can reach in through a name that it points at
this machine. With one any name will do, for the cookie is sent to none but that under which the token was given.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "stc_token"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With none at all browsers hide from a form of ours where it was sent from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Guard:
    """Lets requests through to `app` that hold `token`, or where there is none, name one of `hosts`; puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], token: str | None) -> None:
        self._app, self._hosts, self._token = app, frozenset(hosts), token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await (self._refusal(Request(scope)) or self._app)(scope, receive, guarded)

    def _refusal(self, request: Request) -> Response | None:
        if self._token is None:
            if _host_in(request.headers) not in self._hosts:
                return PlainTextResponse("this address is not served under that name; use the one that stc serve has printed\n", 421)
            return None
        said = request.query_params.get("token")
        if said is not None and self._is_token(said):
            # The token leaves the address bar, where others would see it.
            left = request.url.remove_query_params("token")
            answer = RedirectResponse(f"{left.path}?{left.query}" if left.query else left.path, 303)
            answer.set_cookie(COOKIE, said, httponly=True, samesite="strict")
            return answer
        if self._is_token(request.cookies.get(COOKIE, "")):
            return None
        return PlainTextResponse("the token is missing; open the address that stc serve has printed\n", 403)

    def _is_token(self, said: str) -> bool:
        return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), (self._token or "").encode())


def _host_in(headers: Headers) -> str:
    """Answer the host that a request names, without its port."""
    host = headers.get("host", "")
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
