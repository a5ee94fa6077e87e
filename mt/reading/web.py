"""Pages of the web by their address: fetched once, politely, within limits, and read as files of their kind are."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from mt.config import ArticlesConfig, is_offline
from mt.errors import InputError
from mt.reading.decoding import writable
from mt.reading.extras import library, xml_root
from mt.reading.feeds import feed_articles
from mt.reading.files import Found
from mt.reading.pdf import pdf_article
from mt.reading.texts import page_article, plain_text
from mt.reading.word import word_article
from mt.records import Failure, Json

AGENT = "mt (Arabic-English translation of single articles)"
LARGEST = 10 * 2**20
"""Bytes of one answer."""
TIMEOUT = 30.0
"""Seconds without an answer."""


def is_address(source: str) -> bool:
    """Whether a source is an address of the web.

    >>> is_address("https://news.example/1"), is_address("hf:a/b")
    (True, False)
    """
    return source.lower().startswith(("http://", "https://"))


def web_page(address: str, options: ArticlesConfig, offline: bool) -> Iterator[Found | Failure]:
    """The article of a page, or the items of a feed.

    Raises `InputError` where it cannot be had, is not to be fetched by programs (robots.txt, RFC 9309), is larger
    than `LARGEST`, or holds no article; always so with `offline` or a variable of `mt.config.is_offline`.
    """
    place = writable(address)
    if offline or is_offline(os.environ):
        raise InputError(f"{place}: not read, because this run is offline; save the page and use the file")
    library("trafilatura", "html", "Pages of the web are", place)
    if not _allowed(address):
        raise InputError(f"{place}: its robots.txt does not allow programs to fetch this page; save it in a browser")
    yield from _articles(_fetch(address), place, options)


@dataclass(frozen=True, slots=True)
class _Answer:
    data: bytes
    kind: str
    charset: str


def _fetch(address: str) -> _Answer:
    place = writable(address)
    request = urllib.request.Request(
        _in_ascii(address), headers={"User-Agent": AGENT, "Accept-Language": "ar,en;q=0.5"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            if not is_address(answer.url):
                raise InputError(f"{place}: redirects to something that is not a web address, {writable(answer.url)}")
            data, headers = answer.read(LARGEST + 1), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            raise InputError(f"{place}: the server answers {error.code} {error.reason}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(f"{place}: cannot be fetched: {' '.join(str(reason).split())}") from None
    if len(data) > LARGEST:
        raise InputError(f"{place}: larger than the {LARGEST >> 20} MiB allowed; save it and use the file")
    headers = headers if isinstance(headers, Message) else Message()
    return _Answer(data, headers.get_content_type(), headers.get_content_charset() or "")


def _articles(answer: _Answer, place: str, options: ArticlesConfig) -> Iterator[Found | Failure]:
    data, kind = answer.data, answer.kind
    if kind == "application/pdf" or data.startswith(b"%PDF-"):
        yield pdf_article(data, place, place, options)
    elif data.startswith(b"PK\x03\x04"):
        yield word_article(data, place, place, options)
    elif xml_root(data) or kind in ("application/rss+xml", "application/atom+xml"):
        yield from feed_articles(data, place, place, options)
    elif kind == "text/plain":
        text, changes = plain_text(data, place, options.encoding)
        yield Found(place, place, {"url": place, options.text_field: text}, changes)
    elif kind in ("text/html", "application/xhtml+xml"):
        entry = page_article(data, place, place, options, served_as=answer.charset)
        about: dict[str, Json] = {"url": place}
        yield Found(place, place, {**about, **entry.fields}, entry.changes)
    else:
        raise InputError(f"{place}: the server sends {kind}; expected a page, a feed, a PDF or a text")


def _allowed(address: str) -> bool:
    """What robots.txt says; a server without one allows all, one that fails allows nothing (RFC 9309, 2.3.1)."""
    parts = urlsplit(_in_ascii(address))
    rules = RobotFileParser()
    robots = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
    request = urllib.request.Request(robots, headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            rules.parse(answer.read(512 * 1024).decode("utf-8", "replace").splitlines())
    except urllib.error.HTTPError as error:
        with error:
            return 400 <= error.code < 500
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(f"{writable(address)}: cannot be fetched: {' '.join(str(reason).split())}") from None
    return rules.can_fetch("mt", _in_ascii(address))


def _in_ascii(address: str) -> str:
    """The address with Arabic letters in its path percent-encoded and its host in IDNA, as servers want it."""
    parts = urlsplit(address)
    host = parts.netloc
    if not host.isascii():
        name, colon, port = host.partition(":")
        host = name.encode("idna").decode("ascii") + colon + port
    quoted = ["".join(c if c.isascii() else quote(c) for c in part) for part in parts[2:]]
    return urlunsplit((parts.scheme, host, *quoted))
