"""Plain text and HTML: a file is one article."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.decoding import AUTO, arabic_encoding, decode, decoded_from, wide_encoding
from mt.reading.extras import library, parsing, xml_root
from mt.reading.files import File, Found
from mt.records import Change, Failure, Json


def text(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The whole file as one article, with its first line as the title where that looks like a headline."""
    with file.open(options.encoding) as stream:
        text, changes = plain_text(stream.read(), file.place, options.encoding)
    title, body = titled(text)
    yield Found(file.place, file.name, {options.title_field: title, options.text_field: body}, changes)


_LONGEST_TITLE = 140
_MOST_TITLE_WORDS = 20
_ENDS_A_SENTENCE = tuple(".،,؛;:…")
_CLOSING_QUOTES = "»”\"'"
_HEADING = re.compile(r"\A#{1,2}[ \t]+(?=\S)")


def titled(text: str) -> tuple[str, str]:
    """The headline and the rest of a plain text; an empty headline and the whole text where the first line is none.

    A headline is a first line of at most 140 characters and 20 words that does not end like a sentence. A blank line
    follows it, or else a line at least half as long again: lines of a hard-wrapped paragraph are about as long as
    each other. A heading of Markdown needs neither.
    """
    first, _, rest = text.lstrip("\ufeff\n\r\t ").partition("\n")
    line = _HEADING.sub("", first).strip()
    body = rest.lstrip("\r\n")
    if not line or not body.strip():
        return "", text
    if line != first.strip():
        return line, body
    is_short = len(line) <= _LONGEST_TITLE and len(line.split()) <= _MOST_TITLE_WORDS
    is_sentence = line.rstrip(_CLOSING_QUOTES).endswith(_ENDS_A_SENTENCE)
    is_byline = line.startswith("(") and line.endswith(")")
    if not is_short or is_sentence or is_byline:
        return "", text
    following = rest.partition("\n")[0].strip()
    return (line, body) if not following or 2 * len(following) >= 3 * len(line) else ("", text)


def plain_text(data: bytes, place: str, encoding: str) -> tuple[str, tuple[Change, ...]]:
    """The text that the bytes hold, and what decoding changed. Raises `InputError` where nothing stands in them."""
    if root := xml_root(data):
        raise InputError(
            f"{place}: looks like XML (<{root}>), not like text; RSS and Atom are read from .xml and .rss files, "
            "export other XML as text"
        )
    text, changes = decode(data, place, encoding)
    if not text.strip():
        raise InputError(f"{place}: empty: {'only white space' if data else '0 bytes'}")
    return text, changes


# ---------------------------------------------------------------- HTML

_METADATA = ("url", "author", "date", "sitename")
_CHARSET = re.compile(rb"""<(?:meta[^>]*?charset|\?xml[^>]*?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_ARABIC = ("cp1256", "iso8859-6")
_CHARSET_WITHIN = 1024
"""Bytes in which a page must declare its encoding (WHATWG HTML, 4.2.5.4)."""


def html(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The main text and the title of a page, without navigation and comments; what else is known is metadata.

    Raises `InputError` where no main text is found, and where the extra `html` is not installed.
    """
    with file.open(options.encoding) as stream:
        yield page_article(stream.read(), file.place, file.name, options)


def page_article(data: bytes, place: str, name: str, options: ArticlesConfig, served_as: str = "") -> Found:
    """As `html`, from the bytes of a page; `served_as` is the encoding that its server named."""
    trafilatura = library("trafilatura", "html", "HTML is", place)
    # What it logs about a page without text becomes the page's failure.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    page, changes = _decode_page(data, place, options.encoding, served_as)
    if not page.strip():
        raise InputError(f"{place}: empty: only white space")
    with parsing(place, "a web page"):
        extracted = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    if extracted is None or not (extracted.text or "").strip():
        raise InputError(f"{place}: no main text found in this page; save its article as .txt")
    title = " ".join((extracted.title or "").split())
    # The headline on top of the text is the title once more; it would be translated twice.
    first, _, rest = extracted.text.partition("\n")
    text = rest if rest and " ".join(first.split()) == title else extracted.text
    fields: dict[str, Json] = {key: value for key in _METADATA if (value := getattr(extracted, key))}
    return Found(place, name, {**fields, options.title_field: title, options.text_field: text}, changes)


def _decode_page(data: bytes, place: str, encoding: str, served_as: str) -> tuple[str, tuple[Change, ...]]:
    """As any text, but what the page says of itself comes before looking at its words: UTF-8, declared, Arabic."""
    found_within = _CHARSET.search(data[:_CHARSET_WITHIN])
    declared = found_within[1].decode() if found_within else served_as
    if encoding != AUTO or not declared or wide_encoding(data):
        return decode(data, place, encoding)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        name = _known(declared)
        found = arabic_encoding(data)
        if found and name not in _ARABIC:
            return decode(data, place, found)[0], (decoded_from(found),)  # whatever it says of itself, it is Arabic
        if name and name != "utf-8":
            return decode(data, place, name)[0], (decoded_from(name),)
    return decode(data, place)


def _known(encoding: str) -> str | None:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return None
