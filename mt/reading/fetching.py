"""One answer of a web server: within limits of size and time, whole, unpacked, or an error that says why not."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from mt.errors import InputError
from mt.reading.decoding import writable

AGENT = "mt (Arabic-English translation of single articles)"
TIMEOUT = 30.0
"""Seconds for one answer, from the first to its last byte."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: at most one byte over the limit that was asked for."""

    data: bytes
    kind: str
    charset: str
    address: str
    """Where it came from, after redirections."""


class Refused(Exception):
    """The server answered with an error; `code` is its HTTP status."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"the server answers {code} {' '.join(reason.split())}")
        self.code = code


def fetch(address: str, largest: int) -> Answer:
    """The answer to a GET request, of at most `largest` bytes and one more, which shows that there are more.

    Raises `Refused` for a status that is an error, and `InputError` that names the address where there is no whole
    answer within `TIMEOUT`.
    """
    place = writable(address)
    headers = {"User-Agent": AGENT, "Accept-Language": "ar,en;q=0.5", "Accept-Encoding": "gzip"}
    end = time.monotonic() + TIMEOUT
    try:
        request = urllib.request.Request(in_ascii(address), headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            data = b"".join(_pieces(answer, largest, end))
            given, url = answer.headers, answer.url
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(error.code, str(error.reason)) from None
    except (OSError, ValueError, http.client.HTTPException, zlib.error) as error:
        reason = str(getattr(error, "reason", None) or error) or type(error).__name__
        raise InputError(f"{place}: cannot be fetched: {' '.join(reason.split())}") from None
    given = given if isinstance(given, Message) else Message()
    return Answer(data, given.get_content_type(), given.get_content_charset() or "", url)


def _pieces(answer: Any, largest: int, end: float) -> Iterator[bytes]:
    """The body, unpacked where it is gzip. Raises `ValueError` where it breaks off or takes too long."""
    packed = (answer.headers.get("Content-Encoding") or "").strip().lower() in ("gzip", "x-gzip")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed else None
    left = largest + 1
    while chunk := answer.read1(_CHUNK):
        if time.monotonic() > end:
            raise ValueError(f"the answer takes longer than {TIMEOUT:g} s")
        while chunk and left:
            piece = unpacker.decompress(chunk, left) if unpacker else chunk[:left]
            chunk = unpacker.unconsumed_tail if unpacker else b""
            left -= len(piece)
            yield piece
        if not left:
            return
    if answer.length or (unpacker and not unpacker.eof):
        raise ValueError("the answer breaks off before its end")


def in_ascii(address: str) -> str:
    """The address with its host in IDNA, and all in its path that is no letter of ASCII percent-encoded.

    Raises `ValueError` for an address that no server can have.

    >>> in_ascii("https://news.example/خبر عاجل")
    'https://news.example/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84'
    """
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError("the address has a user name or a password; save the page and use the file")
    host = parts.netloc
    if not host.isascii():
        name, colon, port = host.partition(":")
        host = name.encode("idna").decode("ascii") + colon + port
    quoted = ["".join(c if "!" <= c <= "~" else quote(c) for c in part) for part in parts[2:]]
    return urlunsplit((parts.scheme, host, *quoted))
