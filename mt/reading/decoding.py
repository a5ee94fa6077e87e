"""Bytes to text: UTF-8, UTF-16 and UTF-32 by their marks, the old Arabic encodings by what they hold; never a guess."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from mt.errors import InputError
from mt.language.letters import ARABIC
from mt.records import Change

AUTO = "auto"

# UTF-32 first: its little-endian mark starts with that of UTF-16.
WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

_MAGIC = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP (docx, xlsx, epub)",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"BZh9": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf": "7-Zip",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "an old Office file (doc, xls)",
    b"{\\rtf": "RTF",
    b"SQLite format 3": "SQLite",
    b"\x7fELF": "a program",
}

# C0 controls but tab, line ends, form feed and escape: hardly any stand in text.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
LOOKED_AT = 65536
_MOST_CONTROLS = 0.02


def decode(data: bytes, place: str, encoding: str = AUTO) -> tuple[str, tuple[Change, ...]]:
    """The text of UTF-8, of UTF-16 or UTF-32 with a byte order mark, or of Arabic in cp1256 or ISO-8859-6.

    The last two are recorded as a change. An `encoding` other than `auto` is taken at its word. Raises `InputError`
    with the byte where it is none of them.
    """
    if encoding != AUTO:
        return _decode_as(data, encoding, place), ()
    for mark, wide in WIDE_MARKS.items():
        if data.startswith(mark):
            return _decode_wide(data, wide, place), ()
    refuse_binary(data, place)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if old := arabic_encoding(data):
            return data.decode(old), (decoded_from(old),)
        raise InputError(
            f"{place}: not UTF-8 at byte {error.start} (0x{data[error.start]:02x}), nor Arabic in cp1256 or "
            "ISO-8859-6; save it as UTF-8"
        ) from None
    head = text[:LOOKED_AT]
    if len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
        raise InputError(f"{place}: binary: too many control characters for a text; expected text in UTF-8")
    return text, ()


def decode_fields(fields: Sequence[bytes], place: str, encoding: str) -> tuple[tuple[str, ...], tuple[Change, ...]]:
    """Each field of a row as text, all in one encoding, which is detected from all of them together."""
    text, changes = decode(b"\n".join(fields), place, encoding)
    lines = iter(text.split("\n"))
    return tuple("\n".join(islice(lines, field.count(b"\n") + 1)) for field in fields), changes


def decoded_from(encoding: str) -> Change:
    """The change that tells of an old encoding."""
    return Change(f"decoded from {encoding.replace('iso8859_6', 'ISO-8859-6')}", 1)


def _decode_as(data: bytes, encoding: str, place: str) -> str:
    _refuse_magic(data, place)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        where = f"byte {error.start} (0x{data[error.start]:02x})"
        raise InputError(
            f"{place}: not {encoding} at {where}; articles.encoding is set to it; auto would detect the encoding"
        ) from None


def _decode_wide(data: bytes, encoding: str, place: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"{encoding.upper()} at byte {error.start}"
        raise InputError(f"{place}: not {where}, though its first bytes say so; save it as UTF-8") from None


def refuse_binary(data: bytes, place: str) -> None:
    """Raises `InputError` for bytes that start as a binary file does, or hold a NUL byte."""
    _refuse_magic(data, place)
    if (zero := data.find(b"\0")) >= 0:
        raise InputError(
            f"{place}: binary: a NUL byte at byte {zero}; if this is UTF-16, save it with a byte order mark or as UTF-8"
        )


def _refuse_magic(data: bytes, place: str) -> None:
    for magic, name in _MAGIC.items():
        if data.startswith(magic) and not _is_text(magic, data):
            raise InputError(
                f"{place}: binary file: looks like {name}; expected text in UTF-8, so export or decompress it"
            )


_SURE_MAGIC = (b"%PDF", b"{\\rtf")
"""Letters with which no text begins; other letters (PAR1, GIF8) may be an id, and count before bytes of no text."""


def _is_text(magic: bytes, data: bytes) -> bool:
    """Whether bytes that start like a binary file are text nevertheless: by a magic of letters, with text behind it."""
    head = data[:LOOKED_AT]
    return magic.isascii() and magic not in _SURE_MAGIC and not _BINARY.search(head)


_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ARABIC_WORD = re.compile(f"[{ARABIC}]+")
_COMMON = frozenset(("في", "من", "على", "إلى", "الى", "أن", "ان", "عن", "مع", "هذا", "بعد", "قال", "التي", "الذي"))
_ARTICLES = ("ال", "وال", "بال", "لل")


def arabic_encoding(data: bytes) -> str | None:
    """The old encoding in which the bytes are Arabic text, else None.

    Nearly all bytes are some letter in cp1256, so decoding alone proves nothing. Of the words of Arabic news a fifth to
    a half start with the article or are very common ones; in a wrong encoding hardly any do, and letters of other
    scripts stand between.
    """
    return next((encoding for encoding in ("cp1256", "iso8859_6") if _is_arabic(data, encoding)), None)


def _is_arabic(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    words = _ARABIC_WORD.findall(text)
    arabic = sum(map(len, words))
    other = sum(char.isalpha() and not char.isascii() for char in text) - arabic
    telling = sum(word in _COMMON or word.startswith(_ARTICLES) for word in words)
    return bool(words) and other <= 0.05 * arabic and telling >= 0.1 * len(words)


def lines_of(stream: io.BufferedReader, place: str, encoding: str = AUTO) -> tuple[Iterator[bytes], str]:
    """The lines of a file, parted by `\\n` alone, and the encoding to decode them with.

    Lines of UTF-16 and UTF-32 come as UTF-8, since their bytes cannot be parted at a newline byte.
    """
    wide = wide_encoding(stream.peek(4)) if encoding == AUTO else encoding
    if wide is None or "\n".encode(wide) == b"\n":
        return iter(stream), encoding
    return _lines_as_utf8(stream, wide, place), AUTO


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 where a file starts with its byte order mark."""
    return next((encoding for mark, encoding in WIDE_MARKS.items() if head.startswith(mark)), None)


def _lines_as_utf8(stream: BinaryIO, encoding: str, place: str) -> Iterator[bytes]:
    try:
        with io.TextIOWrapper(stream, encoding, newline="\n") as wide:
            for line in wide:
                yield line.encode()
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: not {encoding.upper()}: {error.reason}") from None


def writable(text: str) -> str:
    """The text with lone surrogates written out as `\\udc80`, so that it can be written as UTF-8.

    They come from JSON escapes and from file names that are not UTF-8.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
