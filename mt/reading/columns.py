"""Parquet, Arrow and Hugging Face datasets: read a record batch at a time; a row is an article, numbered from 1."""

from __future__ import annotations

import base64
import datetime
import io
import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mt.config import ArticlesConfig, is_offline
from mt.errors import InputError
from mt.reading.files import File, Found, failure, shown
from mt.reading.json_objects import NOT_NUMBERS
from mt.reading.rows import check_columns
from mt.records import Change, Failure, Json

_ROWS = 64
"""Rows taken from a Parquet file at a time."""
_BUFFER = 1 << 16


def parquet(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The rows of a Parquet file. Row groups are read by pages, of at most 1,024 rows where pyarrow wrote them."""
    import pyarrow.parquet

    with (
        file.open_raw() as stream,
        _readable(file.place, "Parquet"),
        pyarrow.parquet.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False) as table,
    ):
        yield from _articles(table.iter_batches(_ROWS), file, options)


def arrow(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The rows of an Arrow file or stream, or of Feather version 2; a record batch is in memory at a time."""
    with file.open_raw() as stream, _readable(file.place, "Arrow"):
        yield from _articles(_batches(stream, file.place), file, options)


def saved_dataset(file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    """The rows of a folder that `save_to_disk` wrote, all splits in their order; rows count over all files of a split.

    Read without the `datasets` package, so that nothing is imported and no column is decoded that is not needed.
    """
    splits = file.path / "dataset_dict.json"
    if splits.exists():
        for split in _names_in(splits, lambda held: held["splits"]):
            yield from saved_dataset(File(file.path / split, f"{file.name}/{split}"), options)
        return
    shards = _names_in(file.path / "state.json", lambda held: [data["filename"] for data in held["_data_files"]])
    with _readable(file.place, "a saved dataset"):
        yield from _articles(_shards(file, shards), file, options)


def _shards(file: File, names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        shard = File(file.path / name, name)
        if not shard.path.exists():
            raise InputError(f"{shard.place}: no such file, though state.json names it; is the dataset whole?")
        with shard.open_raw() as stream:
            yield from _batches(stream, shard.place)


def _names_in(path: os.PathLike[str], take: Any) -> list[str]:
    """File names that a dataset's own JSON lists; what is none (`../x`) is refused."""
    place = os.fspath(path)
    try:
        with open(path, encoding="utf-8") as stream:
            names = take(json.load(stream))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{place}: not as Hugging Face datasets writes it: {error!r}") from None
    odd = [
        name for name in names if not isinstance(name, str) or os.path.basename(name) != name or name in ("", ".", "..")
    ]
    if odd:
        raise InputError(f"{place}: {shown(odd[0])} is no name of a file in this folder")
    return list(names)


@contextmanager
def _readable(place: str, kind: str) -> Iterator[None]:
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{place}: not {kind}, or truncated: {' '.join(str(error).split())}") from None


def _batches(stream: io.BufferedReader, place: str) -> Iterator[Any]:
    import pyarrow.ipc

    head = stream.peek(6)
    if head.startswith(b"FEA1"):
        raise InputError(f"{place}: Feather version 1 is not read; save it as version 2 or as Parquet")
    if not head.startswith(b"ARROW1"):
        with pyarrow.ipc.open_stream(stream) as batches:
            yield from batches
        return
    with pyarrow.ipc.open_file(stream) as table:
        for index in range(table.num_record_batches):
            yield table.get_batch(index)


def _articles(batches: Iterable[Any], file: File, options: ArticlesConfig) -> Iterator[Found | Failure]:
    number = 0
    for batch in batches:
        if number == 0:
            _check_schema(batch.schema, options, file.place)
        for index in range(batch.num_rows):
            number += 1
            place, name = f"{file.place}:{number}", f"{file.name}-{number}"
            try:
                fields = batch.slice(index, 1).to_pylist()[0]
            except (ValueError, OverflowError) as error:  # bytes that are no UTF-8, dates that Python cannot hold
                yield failure(name, place, f"a value of this row cannot be read: {error}")
            else:
                yield _found(fields, place, name)
    if number == 0:
        raise InputError(f"{file.place}: empty: no rows")


def _check_schema(schema: Any, options: ArticlesConfig, place: str) -> None:
    from pyarrow import types

    check_columns(schema.names, options, place)
    if options.text_field not in schema.names:
        return  # a path into a column of structs: each row tells whether a string stands there
    kind = schema.field(options.text_field).type
    plain = kind.value_type if types.is_dictionary(kind) else kind
    if not (types.is_string(plain) or types.is_large_string(plain) or types.is_string_view(plain)):
        raise InputError(f"{place}: column {shown(options.text_field)} holds {kind}; expected strings")


def _found(fields: Mapping[str, Any], place: str, name: str) -> Found:
    lost: list[float] = []
    values = {key: _plain(value, lost) for key, value in fields.items()}
    return Found(place, name, values, (Change(NOT_NUMBERS, len(lost)),) if lost else ())


def _plain(value: Any, lost: list[float]) -> Json:
    """The value as JSON holds it: dates in ISO 8601, bytes in base64, numbers that are none as null, and in `lost`."""
    match value:
        case float() if not math.isfinite(value):
            lost.append(value)
            return None
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Mapping():
            return {str(key): _plain(item, lost) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item, lost) for item in value]
        case datetime.date() | datetime.time():
            return value.isoformat()
    return str(value)


# ---------------------------------------------------------------- the Hub

_HUB = re.compile(r"hf:([\w.-]+/[\w.-]+)(?:/([\w.-]+))?(?::([^\s:]+))?", re.ASCII)


def hub_dataset(source: str, options: ArticlesConfig, offline: bool) -> Iterator[Found | Failure]:
    """The rows of a data set on the Hub, streamed: `hf:owner/name[/configuration][:split]`, without a split of all.

    Raises `InputError` where it cannot be had; always so with `offline` or a variable of `mt.config.is_offline`.
    """
    match = _HUB.fullmatch(source)
    if not match:
        raise InputError(f"{source!r} is not a dataset on the Hub; expected hf:owner/name[/configuration][:split]")
    if offline or is_offline(os.environ):
        raise InputError(f"{source}: not read, because this run is offline{_WAY_OUT}")
    import datasets

    # RuntimeError: a data set that wants to run its own code, which is never done.
    faults = (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError)
    name, configuration, split = match.groups()
    try:
        loaded = datasets.load_dataset(name, configuration, split=split, streaming=True)
        for part, rows in loaded.items() if isinstance(loaded, dict) else [(split, loaded)]:
            yield from _examples(rows, f"hf:{name}{f'/{configuration}' if configuration else ''}:{part}", options)
    except faults as error:
        raise InputError(f"{source}: cannot be read from the Hub: {' '.join(str(error).split())}{_WAY_OUT}") from None


_WAY_OUT = "; to read a dataset that was saved with save_to_disk, name its folder"


def _examples(rows: Any, place: str, options: ArticlesConfig) -> Iterator[Found]:
    """Images and sounds stay the bytes they are: to decode them would take packages that nobody asked for."""
    for number, fields in enumerate(rows.decode(False) if rows.features else rows, 1):
        if number == 1:
            check_columns(list(fields), options, place)
        yield _found(fields, f"{place}:{number}", f"{place.removeprefix('hf:')}-{number}")
