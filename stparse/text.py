"""Source text: bytes to characters, and offsets to lines and columns."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice

from stparse.lazy import lazy_module

# A question to the index digests nothing, and has not to wait for OpenSSL.
_hashlib = lazy_module("hashlib")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets, `text[start:end]`."""

    start: int
    end: int


class Lines:
    """Line and column of any offset of one text; CR, LF and CRLF each end one line."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def line(self, offset: int) -> int:
        """Answer the line of `offset`, counted from 1."""
        return bisect_right(self._starts, offset)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Answer line and column of `offset`, both counted from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True)
class SourceFile:
    """One file as text. `path` is posix and relative to the root that was given; `digest` is the SHA-256 of the bytes."""

    path: str
    text: str
    encoding: str = "utf-8"
    digest: str = ""
    dialect: str = ""
    format: str = ""
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)


def digest_of(data: bytes) -> str:
    """Answer the SHA-256 of `data` in hexadecimal."""
    digest: str = _hashlib.sha256(data).hexdigest()
    return digest


def unify_line_ends(text: str) -> str:
    """Answer `text` with every CR and CRLF as LF, as the index and the samples hold it."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


_DECLARED = re.compile(rb"\{[^}\"]{0,80}?Encoding:\s*'?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_DECLARED_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding=[\"']([A-Za-z0-9_.-]{2,20})[\"']")
# UTF-16 and UTF-32 are never declared in a file whose declaration can be read byte by byte, so they are not believed.
_BELIEVED = re.compile(r"(utf-?8|us-ascii|ascii|latin|iso-?8859|cp\d|windows-\d|mac|koi8|euc|shift|sjis|gb|big5)")
_NAMES = {"iso8859-1": "latin-1", "macroman": "mac_roman", "macosroman": "mac_roman", "macintosh": "mac_roman", "utf8": "utf-8"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EIGHT_BIT = ("cp1252", "mac_roman")


def decode(data: bytes) -> tuple[str, str]:
    """Answer (text, encoding name) for `data`; never fails.

    Order: byte order mark, declaration in the file, valid UTF-8, else the eight-bit encoding (CP1252, of which
    Latin-1 is a part, or MacRoman) whose non-ASCII characters stand where such characters stand. A file that is mostly
    UTF-8 but has stray bytes keeps its UTF-8 and gets each stray byte from the eight-bit encoding: "utf-8+cp1252".
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _decode_marked(data, bom, name)
    declared = _declared_encoding(data)
    if declared:
        try:
            return data.decode(declared), declared
        except (ValueError, LookupError):
            pass  # what a file says of itself can be wrong; the bytes decide
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    fallback = _best_eight_bit(data)
    if declared == "utf-8" or _is_mostly_utf8(data):
        return _decode_mixed(data, fallback), f"utf-8+{fallback}"
    return codecs.charmap_decode(data, "strict", _TABLES[fallback])[0], fallback


def _decode_marked(data: bytes, bom: bytes, name: str) -> tuple[str, str]:
    if name != "utf-8-sig":
        return data.decode(name, errors="replace"), name
    rest = data[len(bom) :]
    try:
        return rest.decode("utf-8"), name
    except UnicodeDecodeError:
        fallback = _best_eight_bit(rest)
        return _decode_mixed(rest, fallback), f"{name}+{fallback}"


def _declared_encoding(data: bytes) -> str | None:
    head = data[:2000]
    match = _DECLARED.search(head) or _DECLARED_XML.search(head)
    if match is None:
        return None
    name = match.group(1).decode("ascii").lower()
    name = _NAMES.get(name, name)
    if not _BELIEVED.match(name):
        return None
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name


_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = bytes(range(128, 256))
_AROUND = re.compile(rb"(?<=(.))([\x80-\xff])(?=(.))", re.DOTALL)
_EVIDENCE = 50_000
_UPPER_ASCII = frozenset(range(65, 91))
_LOWER_ASCII = frozenset(range(97, 123))
_LETTERS = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüßÿ")
_SIGNS = frozenset("“”‘’„–—…•©®™°±×÷«»§¶¢£€µ´¡¿·¼½¾²³\N{NO-BREAK SPACE}")


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether at least half of the non-ASCII bytes are in well-formed sequences of UTF-8."""
    highs = len(data) - len(data.translate(None, _HIGH))
    strays = len(_UTF8_SEQUENCE.sub(b"", data).translate(None, bytes(range(128))))
    return strays * 2 <= highs


def _table(name: str) -> str:
    # CP1252 leaves five bytes undefined: each becomes the control character of Latin-1, so that nothing is lost.
    return "".join(bytes([byte]).decode(name, errors="ignore") or chr(byte) for byte in range(256))


_TABLES = {name: _table(name) for name in _EIGHT_BIT}


def _decode_mixed(data: bytes, fallback: str) -> str:
    return data.decode("utf-8", errors=f"stc-{fallback}")


def _stray_bytes(table: str, error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.end]
    return stray.decode("latin-1").translate(table), error.end


for _name in _EIGHT_BIT:
    codecs.register_error(f"stc-{_name}", partial(_stray_bytes, _TABLES[_name]))


def _best_eight_bit(data: bytes) -> str:
    """Answer the encoding whose non-ASCII characters are the more plausible in their places; CP1252 in doubt.

    A byte decodes in every eight-bit encoding, so only its neighbours tell: in "f\\x9fr" MacRoman has a ü and CP1252
    a capital Ÿ between small letters. CR alone is the Macintosh's line end (and VisualWorks'), and tips the scales.
    """
    places = Counter((m[1][0], m[2][0], m[3][0]) for m in islice(_AROUND.finditer(b" " + data + b" "), _EVIDENCE))
    windows, macintosh = (sum(_score(_TABLES[name], *place) * n for place, n in places.items()) for name in _EIGHT_BIT)
    if b"\r" in data and b"\n" not in data:
        return "mac_roman" if macintosh > windows - 0.25 * sum(places.values()) else "cp1252"
    return "mac_roman" if macintosh > max(windows * 1.5, windows + 2) else "cp1252"


def _score(table: str, before: int, byte: int, after: int) -> float:
    char = table[byte]
    lower_before, lower_after = before in _LOWER_ASCII, after in _LOWER_ASCII
    upper_near = before in _UPPER_ASCII or after in _UPPER_ASCII
    if char in _LETTERS:
        return 2.0 if lower_before or (lower_after and char not in "ßÿ") else 0.5
    if char.lower() in _LETTERS:
        return 2.0 if upper_near or (lower_after and not lower_before) else 0.0
    if char in _SIGNS:
        if lower_before and lower_after:
            return 2.0 if char == "’" else 0.5
        return 1.0
    return -1.0 if char < "\xa0" else 0.0
