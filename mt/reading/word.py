"""Word documents: a file is one article."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.extras import library, parsing
from mt.reading.files import File, Found
from mt.records import Failure, Json

_LARGEST = 200 * 2**20
"""Bytes of a document, unpacked: a small file that unpacks to more is made to fill a memory."""


def word(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The paragraphs and tables of a Word document (.docx), in order; a paragraph of the style Title is the title.

    Raises `InputError` where it is damaged, locked or an old .doc, and where the extra `word` is not installed.
    """
    with file.open_raw() as stream:
        yield word_article(stream.read(), file.place, file.name, options)


def word_article(data: bytes, place: str, name: str, options: ArticlesConfig) -> Found:
    """As `word`, from the bytes of a document."""
    docx = library("docx", "word", "Word documents are", place)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{place}: an old Word file, or one with a password; save it as .docx without a password")
    with parsing(place, "a Word document"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > _LARGEST:
            raise InputError(f"{place}: unpacks to {size >> 20} MiB, more than the {_LARGEST >> 20} MiB allowed")
        document = docx.Document(io.BytesIO(data))
        title, lines = _lines_of(document)
        properties = document.core_properties
        about = _about(author=properties.author, date=properties.created)
    if not "".join(lines).strip():
        raise InputError(f"{place}: empty: no text in this document")
    return Found(place, name, {**about, options.title_field: title, options.text_field: "\n".join(lines)})


def _lines_of(document: Any) -> tuple[str, list[str]]:
    """The title, empty where no paragraph is styled so, and all other text: a line for a paragraph or a table's row."""
    title, lines = "", []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += ["\t".join(_cells(row)) for row in block.rows]
        elif not title and block.style is not None and block.style.name == "Title" and block.text.strip():
            title = block.text
        else:
            lines.append(block.text)
    return title, lines


def _cells(row: Any) -> list[str]:
    """The texts of a row's cells; one that spans columns stands once."""
    cells = list({id(cell._tc): cell for cell in row.cells}.values())
    return [" ".join(cell.text.split()) for cell in cells]


def _about(*, author: str | None, date: datetime.datetime | None) -> dict[str, Json]:
    """What is known of a document beside its text."""
    known: dict[str, Json] = {"author": author} if author else {}
    return {**known, "date": date.isoformat()} if date else known
