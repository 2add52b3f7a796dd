"""What a page sends: read up to a limit, and taken only from a page of this server, which alone knows the token of its forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

LONGEST = 4 * 2**20
"""Bytes of a form: a question, an answer and its correction at their longest, written as forms are."""
FIELD = "csrf"
_MOST_FIELDS = 40
_TYPE = "application/x-www-form-urlencoded"
Fields = dict[str, str]


class Forms:
    """Reads the forms of the pages that a token was written into, each from the person whom the page was shown to."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def token(self, person: str | None) -> str:
        """Answer what is written into the forms of a person's pages: in whose name a page was shown, nobody else sends it."""
        return hmac.new(self._key, (person or "").encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    async def read(self, request: Request, person: str | None) -> Fields:
        """Answer the fields of a form that a person sends. Raises HTTPException for one that is too long, or from elsewhere."""
        if not _is_from_here(request):
            raise HTTPException(403, "this was sent by a page of somebody else, and was not done")
        if request.headers.get("content-type", "").partition(";")[0].strip() != _TYPE:
            raise HTTPException(415, "this is no form")
        fields = _fields(await _body(request))
        if not hmac.compare_digest(fields.pop(FIELD, "").encode("utf-8", "surrogatepass"), self.token(person).encode()):
            whose = " or was shown to somebody else," if person else ""
            raise HTTPException(
                403, f"the page is older than this server,{whose} and nothing was done: load it again, and send it once more"
            )
        return fields


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > LONGEST:
            raise HTTPException(413, f"that is more than {LONGEST // 2**20} MB, and was not taken")
    return bytes(found)


def _fields(body: bytes) -> Fields:
    try:
        said = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, strict_parsing=bool(body))
    except ValueError as error:
        raise HTTPException(400, "this form cannot be read") from error
    # Browsers send CR LF, whatever was typed.
    return {name: value.replace("\r\n", "\n") for name, value in said}


def _is_from_here(request: Request) -> bool:
    """Whether a browser says that its own page sent it; what is no browser says nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
