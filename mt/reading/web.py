"""Pages of the web by their address: fetched once, politely, within limits, and read as files of their kind are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from mt.config import ArticlesConfig, is_offline
from mt.errors import InputError
from mt.reading.decoding import writable
from mt.reading.extras import library, xml_root
from mt.reading.feeds import feed_articles
from mt.reading.fetching import Answer, Refused, fetch, in_ascii
from mt.reading.files import Found
from mt.reading.pdf import pdf_article
from mt.reading.texts import page_article, plain_text
from mt.reading.word import word_article
from mt.records import Failure, Json

LARGEST = 10 * 2**20
"""Bytes of one answer."""


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
    yield from _articles(_fetched(address), place, options)


def _fetched(address: str) -> Answer:
    place = writable(address)
    try:
        answer = fetch(address, LARGEST)
    except Refused as error:
        raise InputError(f"{place}: {error}") from None
    if len(answer.data) > LARGEST:
        raise InputError(f"{place}: larger than the {LARGEST >> 20} MiB allowed; save it and use the file")
    return answer


def _articles(answer: Answer, place: str, options: ArticlesConfig) -> Iterator[Found | Failure]:
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
    try:
        parts = urlsplit(in_ascii(address))
        answer = fetch(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")), _LARGEST_RULES)
    except Refused as error:
        return 400 <= error.code < 500
    except ValueError as error:
        raise InputError(f"{writable(address)}: cannot be fetched: {error}") from None
    rules = RobotFileParser()
    rules.parse(answer.data.decode("utf-8", "replace").splitlines())
    return rules.can_fetch("mt", in_ascii(address))


_LARGEST_RULES = 512 * 1024
"""Bytes of a robots.txt that count (RFC 9309, 2.5, asks for at least 500 KiB)."""
