"""Who may read the pages: on loopback whoever sits at the machine, elsewhere who has the token, or, where people have names of their own,
who signed in; and what a page may load: only its own.

Without a token a request under another host's name is refused, so that no page of the web can reach in through a name that it points at
this machine. With one any name will do, for the cookie is sent to none but that under which the token was given.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stc.people import People
from stparse.issue import BadInputError

SIGN_IN = "/sign-in"
_OPEN = (SIGN_IN, "/static/")
_PERSON = "stc.person"
_DAYS = 30
"""So long a browser keeps who signed in."""
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


def person_of(request: Request) -> str | None:
    """Answer who asks, where people have names of their own; None where all speak in the name of who started the pages."""
    found: str | None = request.scope.get(_PERSON)
    return found


def keep_token(request: Request, answer: Response, token: str, *, days: int | None = None) -> None:
    """Let the browser keep a token where no script and no page of others reaches it: until it is closed, or for some days."""
    age = None if days is None else days * 24 * 3600
    answer.set_cookie(_cookie(request), token, max_age=age, httponly=True, samesite="strict", secure=request.url.scheme == "https")


def sign_in(request: Request, answer: Response, token: str) -> None:
    """Let the browser keep who somebody is."""
    keep_token(request, answer, token, days=_DAYS)


def sign_out(request: Request, answer: Response) -> None:
    """Let the browser forget who somebody is."""
    answer.delete_cookie(_cookie(request), httponly=True, samesite="strict", secure=request.url.scheme == "https")


def _cookie(request: Request) -> str:
    """Answer the name of the cookie. Browsers send those of one port to all others of the host, where other pages of ours may be."""
    server = request.scope.get("server")
    return f"stc_token_{server[1]}" if server else "stc_token"


class Guard:
    """Lets requests through to `app`: of `people` who signed in, where they have names; else those that hold `token`, or where there is
    none, name one of `hosts`. Puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], token: str | None, people: People | None = None) -> None:
        self._app, self._hosts, self._token, self._people = app, frozenset(hosts), token, people

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
        if self._people is not None:
            return self._stranger(request, self._people)
        if self._token is None:
            if _host_in(request.headers) not in self._hosts:
                return PlainTextResponse("this address is not served under that name; use the one that stc serve has printed\n", 421)
            return None
        said = request.query_params.get("token")
        if said is not None and self._is_token(said):
            # The token leaves the address bar, where others would see it.
            left = request.url.remove_query_params("token")
            answer = RedirectResponse(f"{left.path}?{left.query}" if left.query else left.path, 303)
            keep_token(request, answer, said)
            return answer
        if self._is_token(request.cookies.get(_cookie(request), "")):
            return None
        return PlainTextResponse("the token is missing; open the address that stc serve has printed\n", 403)

    @staticmethod
    def _stranger(request: Request, people: People) -> Response | None:
        """Answer None to who signed in, having noted who that is, and to others the way to the page where they can."""
        try:
            request.scope[_PERSON] = people.holder(request.cookies.get(_cookie(request), ""))
        except BadInputError as error:
            return PlainTextResponse(f"{error}\n", 503)
        if request.scope[_PERSON] is not None or request.url.path.startswith(_OPEN):
            return None
        if request.method != "GET" or request.headers.get("accept", "").startswith("text/plain"):
            return PlainTextResponse(
                "you are not signed in here any more, and nothing was done: open the pages in another tab, sign in\n", 403
            )
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(SIGN_IN if wanted == "/" else f"{SIGN_IN}?{urlencode({'to': wanted})}", 303)

    def _is_token(self, said: str) -> bool:
        return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), (self._token or "").encode())


def _host_in(headers: Headers) -> str:
    """Answer the host that a request names, without its port."""
    host = headers.get("host", "")
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
