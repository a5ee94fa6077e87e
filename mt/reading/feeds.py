"""Feeds of news, RSS and Atom: an item is an article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.extras import library, parsing, xml_root
from mt.reading.files import File, Found, failure
from mt.records import Failure, Json


def feed(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The items of a feed, each with its title and its whole text, or where that is missing its description.

    Raises `InputError` for other XML, for what is none, and where the extra `feeds` is not installed.
    """
    with file.open() as stream:
        yield from feed_articles(stream.read(), file.place, file.name, options)


def feed_articles(data: bytes, place: str, name: str, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """As `feed`, from the bytes of a feed."""
    feedparser = library("feedparser", "feeds", "Feeds are", place)
    with parsing(place, "a feed"):
        parsed = feedparser.parse(data)
    if not parsed.version and not parsed.entries:
        root = xml_root(data)
        kind = f"XML with the root <{root}>" if root else "not XML"
        raise InputError(f"{place}: {kind}, not a feed; RSS and Atom are read, export other XML as text")
    if not parsed.entries:
        raise InputError(f"{place}: empty: a feed without items")
    for number, entry in enumerate(parsed.entries, 1):
        where, id_ = f"{place}:{number}", f"{name}-{number}"
        text, title = _text_of(entry), str(entry.get("title", ""))
        if not text.strip() and not title.strip():
            yield failure(id_, where, "an item with neither title nor text")
            continue
        about: dict[str, Json] = {key: str(entry[source]) for key, source in _ABOUT if entry.get(source)}
        identity = {options.id_field: str(entry.get("id") or entry.get("link") or "")}
        heading = {
            options.title_field: title if text.strip() else "",
            options.text_field: text if text.strip() else title,
        }
        yield Found(where, id_, {**about, **identity, **heading})


_ABOUT = (("url", "link"), ("date", "published"), ("author", "author"))


def _text_of(entry: Any) -> str:
    """The longest of an item's texts: many feeds give a teaser and the whole."""
    texts = [str(part.get("value", "")) for part in entry.get("content", ())] + [str(entry.get("summary", ""))]
    return max(texts, key=len)
