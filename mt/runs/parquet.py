"""Records as Parquet, for whoever reads them as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from mt.files import replacing, writing

_ROWS = 512
"""Rows in a row group: a few megabytes of news, enough for columns to compress well."""


def write_parquet(records: Path, target: Path) -> None:
    """The records of a JSON Lines file as Parquet, one row each, in order.

    Flat where it can be: `flags` are the names of all flags of the article, `metadata` and `record` are JSON.
    Raises `OutputError` that names the path.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.string()
    schema = pa.schema(
        [(name, text) for name in _COLUMNS] + [("flags", pa.list_(text)), ("metadata", text), ("record", text)]
    )
    with (
        writing(target),
        replacing(target) as aside,
        records.open(encoding="utf-8") as lines,
        pq.ParquetWriter(aside, schema) as writer,
    ):
        while rows := [_row(line) for line in islice(lines, _ROWS)]:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


_COLUMNS = ("id", "title", "text", "place", "english_title", "english", "summary", "signature")


def _row(line: str) -> dict[str, Any]:
    record = json.loads(line)
    article, translation, summary = record["article"], record["translation"], record["summary"]
    values = (
        article["id"],
        article["title"],
        article["text"],
        article["place"],
        translation["title_text"],
        translation["text"],
        summary and summary["text"],
        record["signature"],
    )
    return {
        **dict(zip(_COLUMNS, values, strict=True)),
        "flags": sorted({flag["name"] for flag in _flags(record)}),
        "metadata": json.dumps(article["metadata"], ensure_ascii=False),
        "record": line.rstrip("\n"),
    }


def _flags(record: Any) -> Iterator[Mapping[str, str]]:
    """`mt.reports.doubts.all_flags` of a record that is still JSON: to build it first takes five times as long.

    Metadata is the user's own.
    """
    if isinstance(record, dict):
        for key, value in record.items():
            if key == "flags":
                yield from value
            elif key not in ("metadata", "attempts", "dropped"):
                yield from _flags(value)
    elif isinstance(record, list):
        for value in record:
            yield from _flags(value)
