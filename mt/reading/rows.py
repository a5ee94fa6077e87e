"""CSV and TSV: a row is an article, the header names its fields.

Rows are parted while they are still bytes (as Latin-1, which keeps each byte), and decoded one by one: a damaged row
costs nothing but itself, and an old encoding is detected from whole rows, not from single words.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.decoding import (
    AUTO,
    LOOKED_AT,
    arabic_encoding,
    decode_fields,
    decoded_from,
    lines_of,
    wide_encoding,
)
from mt.reading.files import File, Found, failure, shown
from mt.records import Change, Failure

_LONGEST_FIELD = 1 << 24
"""Bytes. Python's own limit of 128 KiB is shorter than some articles; without any, a quote that is never closed would
take the rest of a file into memory."""


def csv_file(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """Comma-separated values (RFC 4180), or separated by semicolons, as spreadsheets write them in many countries.

    Tabs and bars are known, too; and a first line `sep=;`, which tells Excel the separator.
    """
    return _articles(file, options, ",;\t|")


def tsv_file(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """Tab-separated values, quoted as in CSV where a field holds a tab or a newline.

    Corpora do not quote: a line whose quotes are not those of CSV, but which has its tabs, is taken as it stands.
    """
    return _articles(file, options, "\t")


def check_columns(columns: Sequence[str], options: ArticlesConfig, place: str) -> None:
    """Raises one `InputError` for the file where a column that must be there is not, or stands twice.

    The text must be there; identifier and title only where the configuration names them.
    """
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{place}: column {shown(twice)} appears twice; only one of the two can be meant")
    default = ArticlesConfig()
    for key in ("text_field", "id_field", "title_field"):
        name = getattr(options, key)
        if not any(column in columns for column in _tops(name)) and (
            key == "text_field" or name != getattr(default, key)
        ):
            names = ", ".join(map(shown, columns)) or "no columns"
            raise InputError(f"{place}: no column {shown(name)}; found {names}; set articles.{key} to the right one")


def _tops(name: str) -> Iterator[str]:
    """The name, and the columns in which a dotted one may lie."""
    yield name
    for position, letter in enumerate(name):
        if letter == ".":
            yield name[:position]


def _articles(file: File, options: ArticlesConfig, delimiters: str) -> Iterator[Found | Failure]:
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    with file.open(options.encoding) as stream:
        old = _old_encoding(stream.peek(LOOKED_AT)) if options.encoding == AUTO else None
        lines, encoding = lines_of(stream, file.place, options.encoding)
        rows = _tab_rows(_as_latin(lines)) if delimiters == "\t" else _rows(_as_latin(lines), delimiters)
        encoding, told = (old, (decoded_from(old),)) if old else (encoding, ())
        columns = _header(rows, file, encoding)
        check_columns(columns, options, file.place)
        empty = True
        for line, row in rows:
            empty = False
            place, name = f"{file.place}:{line}", f"{file.name}-{line}"
            try:
                item = _article(row, columns, place, name, (encoding, told))
            except InputError as error:
                item = Failure(name, place, InputError.__name__, str(error))
            yield item
    if empty:
        raise InputError(f"{file.place}: empty: a header and no rows")


def _article(
    row: list[str] | str, columns: Sequence[str], place: str, name: str, coded: tuple[str, tuple[Change, ...]]
) -> Found | Failure:
    if isinstance(row, str):
        return failure(name, place, row)
    if len(row) != len(columns):
        fault = f"{len(row)} columns where the header has {len(columns)}; is the row truncated, or a field not quoted?"
        return failure(name, place, fault)
    encoding, told = coded
    fields, changes = decode_fields(_as_bytes(row), place, encoding)
    return Found(place, name, dict(zip(columns, fields, strict=True)), (*told, *changes))


def _header(rows: Iterator[tuple[int, list[str] | str]], file: File, encoding: str) -> list[str]:
    line, row = next(rows, (1, "empty: holds no header row"))
    if isinstance(row, str):
        raise InputError(f"{file.place}{'' if row.startswith('empty') else f':{line}'}: {row}")
    names, _ = decode_fields(_as_bytes(row), f"{file.place}:{line}", encoding)
    return [name.strip() or f"column {number}" for number, name in enumerate(names, 1)]


_SAYS = re.compile(r'"?sep=([,;\t|])"?')


def _rows(lines: Iterator[str], delimiters: str) -> Iterator[tuple[int, list[str] | str]]:
    """The line in which a row starts, and its fields or what is wrong with it; blank rows are skipped."""
    first = next(lines, "")
    delimiter = max(delimiters, key=first.count)  # the first of them where none is there
    told = 0
    if says := _SAYS.fullmatch(first.rstrip("\r\n")):
        delimiter, first, told = says[1], next(lines, ""), 1
    reader = csv.reader(chain([first] if first else [], lines), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + told
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield line, _row_fault(str(error), line, reader.line_num + told)
            continue
        if row is None:
            return
        if any(field.strip() for field in row):
            yield line, row


_MOST_LINES = 1000
"""Lines in which a quoted field of TSV must close."""


def _tab_rows(lines: Iterator[str]) -> Iterator[tuple[int, list[str] | str]]:
    """As `_rows`, of lines that are parted by tabs and may be quoted."""
    waiting: deque[str] = deque()
    number, width = 1, 0
    while line := waiting.popleft() if waiting else next(lines, ""):
        start = number
        number += 1
        plain = line.rstrip("\r\n").split("\t")
        row: list[str] | str | None = plain
        if any(field.startswith('"') for field in plain):
            row = _quoted(line)
            if row is None:  # the quote is open at the end of the line
                taken = list(_until_closed(line, waiting, lines, width or len(plain)))
                row = _quoted(line + "".join(taken)) if taken else None
                if row is None or isinstance(row, str):
                    waiting.extendleft(reversed(taken))
                else:
                    number += len(taken)
            if (row is None or isinstance(row, str)) and len(plain) == (width or len(plain)):
                row = plain
        if row is None:
            row = _row_fault("unexpected end of data", start, start)
        if isinstance(row, str) or any(field.strip() for field in row):
            width = width or len(row)
            yield start, row


def _quoted(lines: str) -> list[str] | str | None:
    """The row as CSV quotes it, what is wrong with it, or None where a quote is open at its end."""
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter="\t", strict=True)
    try:
        return next(reader)
    except csv.Error as error:
        return None if str(error) == "unexpected end of data" else f"not a row: {error}"


def _until_closed(first: str, waiting: deque[str], lines: Iterator[str], width: int) -> Iterator[str]:
    """The lines up to the one that closes the quote; none where a whole row comes before that, or the file ends."""
    taken: list[str] = []
    while len(taken) < _MOST_LINES:
        line = waiting.popleft() if waiting else next(lines, "")
        if line:
            taken.append(line)
        closes = re.search(r'(?<!")(?:"")*"(?:\t|\r?\n?\Z)', line)
        if not line or (not closes and line.count("\t") >= max(1, width - 1)):
            break
        if closes:
            yield from taken
            return
    waiting.extendleft(reversed(taken))


def _row_fault(error: str, first: int, last: int) -> str:
    if error == "unexpected end of data":
        error = "a quote is opened and never closed"
    elif error.startswith("new-line character"):
        error = "a single carriage return; quote the field that contains it, or end the lines with a newline"
    lines = f"; lines {first} to {last} were read as this row" if last > first else ""
    return f"not a row: {error}{lines}"


def _as_latin(lines: Iterator[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield (line if number else line.removeprefix(b"\xef\xbb\xbf")).decode("latin-1")


def _as_bytes(row: Sequence[str]) -> list[bytes]:
    return [field.encode("latin-1") for field in row]


def _old_encoding(head: bytes) -> str | None:
    """The old Arabic encoding of the whole lines at the start of a file, or None."""
    if wide_encoding(head):
        return None
    head = head[: head.rfind(b"\n") + 1] or head
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return arabic_encoding(head)
    return None
