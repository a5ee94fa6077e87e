"""Articles that a program holds in memory, cleaned as those of files are."""

from __future__ import annotations

from mt.errors import InputError
from mt.records import Article
from mt.text import WHITE_SPACE, clean


def article_of(text: str, title: str = "", article_id: str = "") -> Article:
    """The article with this text; without an id it gets one that is made from its content.

    Raises `InputError` when nothing is left of the text after cleaning.
    """
    if not isinstance(text, str):
        raise InputError(f"found {type(text).__name__}, wanted the text of an article as a string, or an Article")
    cleaned, heading = clean(text), clean(title)
    if not cleaned.text:
        raise InputError("empty: the article has no text")
    original = text if any(change.step not in WHITE_SPACE for change in cleaned.changes) else ""
    title_line = " ".join(heading.text.split())
    return Article(article_id, cleaned.text, title_line, changes=cleaned.changes, original=original)
