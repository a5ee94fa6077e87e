"""Articles that a program holds in memory, cleaned as those of files are."""

from __future__ import annotations

from mt.errors import InputError
from mt.reading.preparing import prepare
from mt.records import Article


def article_of(text: str, title: str = "", article_id: str = "") -> Article:
    """The article with this text; without an id it gets one that is made from its content.

    Raises `InputError` when nothing is left of the text after cleaning.
    """
    if not isinstance(text, str):
        raise InputError(f"found {type(text).__name__}, expected the text of an article as a string, or an Article")
    prepared = prepare(text, title, "the text")
    if not prepared.text:
        raise InputError("empty: the article has no text")
    return Article(article_id, prepared.text, prepared.title, changes=prepared.changes, original=prepared.original)
