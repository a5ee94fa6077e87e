"""PDF files with a text layer: where each letter stands is certain, and gives the order in which it is read."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.language.letters import BLOCK, EASTERN_DIGITS, FORMS, LATIN, SUPPLEMENTS
from mt.reading.extras import library, parsing
from mt.reading.files import File, Found
from mt.records import Failure, Json

_ARABIC = re.compile(f"[{BLOCK}{SUPPLEMENTS}{FORMS}]")
_PAGE_NUMBER = re.compile(r"\s*[-–(]?\s*\d{1,4}\s*[-–)]?\s*")
_WORD_GAP = 0.15
"""Of a letter's height: a wider gap between two letters is a space that the file does not have."""


def pdf(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The text layer of a PDF file, its pages one below the other without lone page numbers.

    Raises `InputError` for pages that are pictures, for damaged and locked files, and where the extra `pdf` is not
    installed.
    """
    with file.open_raw() as stream:
        yield pdf_article(stream.read(), file.place, file.name, options)


def pdf_article(data: bytes, place: str, name: str, options: ArticlesConfig) -> Found:
    """As `pdf`, from the bytes of a file."""
    library("pdfminer", "pdf", "PDF files are", place)
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)  # what it logs becomes the file's failure
    with parsing(place, "a PDF file"):
        try:
            about = PDFDocument(PDFParser(io.BytesIO(data))).info
            lines = [line for line in _pdf_lines(data) if not _PAGE_NUMBER.fullmatch(line)]
            title, author = (_described(about, key) for key in ("Title", "Author"))
        except PDFPasswordIncorrect:
            raise InputError(f"{place}: protected by a password; save it without one") from None
    text = "\n".join(lines)
    if not text.strip():
        raise InputError(f"{place}: no text in this PDF: its pages are images; run text recognition (OCR) first")
    fields: dict[str, Json] = {
        **({"author": author} if author else {}),
        options.title_field: title if _ARABIC.search(title) else "",
    }
    return Found(place, name, {**fields, options.text_field: text})


def _described(about: Any, key: str) -> str:
    from pdfminer.utils import decode_text

    value = next((part[key] for part in about if key in part), b"")
    return decode_text(value) if isinstance(value, bytes) else ""


def _pdf_lines(data: bytes) -> Iterator[str]:
    """The lines of all pages, each in the order in which it is read."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextBox

    for page in extract_pages(io.BytesIO(data)):
        for box in page:
            if isinstance(box, LTTextBox):
                yield from (logical(_seen(line)) for line in box)


def _seen(line: Any) -> list[str]:
    """The letters of a line from left to right, as the eye sees them; a ligature is one, and gaps are spaces.

    Where a letter stands is all that is certain: files write Arabic in the order of the eye, of the tongue, or mixed.
    """
    from pdfminer.layout import LTChar

    letters = sorted((letter for letter in line if isinstance(letter, LTChar)), key=lambda letter: letter.x0)
    seen: list[str] = []
    end = None
    for letter in letters:
        text = letter.get_text()
        if end is not None and letter.x0 - end > _WORD_GAP * letter.height and not text.isspace() and seen[-1] != " ":
            seen.append(" ")
        seen.append(" " if text.isspace() else text)
        end = letter.x1
    return seen


_LEFT_TO_RIGHT = re.compile(f"[0-9{LATIN}{EASTERN_DIGITS}](?:.*[0-9{LATIN}{EASTERN_DIGITS}%٪])?")
_MIRROR = str.maketrans("()[]{}«»<>", ")(][}{»«><")
_OPENING = re.compile(r"[()\[\]{}«»]")


def logical(seen: list[str]) -> str:
    """The text of a line whose letters come from left to right: of Arabic the other way round, but for its numbers.

    >>> logical(list("24 ماع يف"))
    'في عام 24'
    """
    if sum(map(bool, map(_ARABIC.match, seen))) * 2 < sum(letter.isalpha() for letter in seen):
        return "".join(seen).strip()
    read: list[str] = []
    run: list[str] = []
    for letter in reversed(seen):
        if _ARABIC.match(letter) and not letter.isdigit() and letter not in "٪٫٬":
            read += [*_turned(run), letter]
            run = []
        else:
            run.append(letter)
    text = "".join([*read, *_turned(run)]).strip()
    first = _OPENING.search(text)
    return text.translate(_MIRROR) if first and first[0] in ")]}»" else text


def _turned(run: list[str]) -> list[str]:
    """What stands between Arabic letters, backwards, with its numbers and Latin words in their own order."""
    text = "".join(run)
    match = _LEFT_TO_RIGHT.search(text)
    if not match:
        return run
    return [text[: match.start()], text[match.start() : match.end()][::-1], text[match.end() :]]
