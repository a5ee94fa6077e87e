"""Formats: from files to the articles in them, one small function for each, listed in `FORMATS`.

A format knows nothing of other files: ids that stand twice, cleaning and the three fields of an article are the matter
of `mt.reading.articles`.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.columns import arrow, hub_dataset, parquet, saved_dataset
from mt.reading.decoding import AUTO, decode, wide_encoding, writable
from mt.reading.extras import can_be_read
from mt.reading.feeds import feed
from mt.reading.files import PACKED, File, Found, Reader, failure, shown
from mt.reading.json_objects import json_file, json_lines, line_objects
from mt.reading.pdf import pdf
from mt.reading.rows import csv_file, tsv_file
from mt.reading.texts import html, plain_text, text, titled
from mt.reading.web import is_address, web_page
from mt.reading.word import word
from mt.records import Failure

__all__ = [
    "FORMATS",
    "PACKED",
    "STDIN",
    "File",
    "Found",
    "can_be_read",
    "failure",
    "hub_dataset",
    "is_address",
    "is_dataset",
    "read_file",
    "read_stdin",
    "shown",
    "suffix_of",
    "web_page",
    "writable",
]

STREAMED: Mapping[str, Reader] = {
    ".txt": text,
    ".text": text,
    ".md": text,
    ".html": html,
    ".htm": html,
    ".json": json_file,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": csv_file,
    ".tsv": tsv_file,
}
"""Formats that are read from start to end, and so may be packed."""

FORMATS: Mapping[str, Reader] = {
    **STREAMED,
    **{suffix + packed: reader for suffix, reader in STREAMED.items() for packed in PACKED},
    ".parquet": parquet,
    ".arrow": arrow,
    ".feather": arrow,
    ".docx": word,
    ".pdf": pdf,
    ".xml": feed,
    ".rss": feed,
    ".atom": feed,
}
"""From the suffix of a file's name, in small letters, to its format."""

STDIN = "<stdin>"


def suffix_of(name: str) -> str:
    """The known suffix of a file's name as it stands there, `.csv` or `.JSONL.gz`; empty where it has none."""
    parts = name.rsplit(".", 2)
    for start in range(1, len(parts)):
        suffix = "." + ".".join(parts[start:])
        if suffix.lower() in FORMATS and len(suffix) < len(name):
            return suffix
    return ""


def is_dataset(folder: Path) -> bool:
    """Whether the folder was written by `save_to_disk` of Hugging Face datasets."""
    held = {name for name in ("dataset_dict.json", "dataset_info.json", "state.json") if os.path.isfile(folder / name)}
    return "dataset_dict.json" in held or len(held) == 2


def read_file(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The articles of a file, lazily; one of no known suffix is a single plain text."""
    if os.path.isdir(file.path):
        return saved_dataset(file, options)
    return FORMATS.get(suffix_of(file.path.name).lower(), text)(file, options)


def read_stdin(options: ArticlesConfig) -> Iterator[Found | Failure]:
    """Standard input: JSON Lines, lazily, where it starts with `{`, else one article of plain text."""
    if sys.stdin is None:
        raise InputError(f"{STDIN}: standard input is closed")
    stream, encoding = sys.stdin.buffer, options.encoding
    head: list[bytes] = []
    for line in stream:
        head.append(line)
        if line.strip():
            break
    start = b"".join(head)
    if wide_encoding(start) if encoding == AUTO else "\n".encode(encoding) != b"\n":
        start, stream, encoding = decode(start + stream.read(), STDIN, encoding)[0].encode(), io.BytesIO(), AUTO
        head = [line + b"\n" for line in start.split(b"\n")]
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        yield from line_objects(chain(head, stream), options, (encoding, "stdin", STDIN))
    else:
        whole, changes = plain_text(start + stream.read(), STDIN, encoding)
        title, body = titled(whole)
        yield Found(STDIN, "stdin", {options.title_field: title, options.text_field: body}, changes)
