"""The complete record of an article as JSON, and back: `records.jsonl`, the journal and `.json` reports hold it."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from mt.errors import InputError
from mt.records import Article, Failure, Json, Report, Summary, Translation

T = TypeVar("T")

FORMAT = 4
"""Version of the JSON record; it rises when a reader of the old one would misread the new one."""

_OPTIONAL = {"Article": ("original",)}
"""Fields that are left out of the JSON where they are empty."""

# Written for whoever reads the file with another program, and left out when it is read here.
_DERIVED = {"Translation": ("title_text", "text"), "Summary": ("text",)}


def report_as_json(report: Report, indent: int | None = 2) -> str:
    """The complete record as JSON in readable Unicode; `indent=None` puts it on one line.

    `translation.text`, `translation.title_text` and `summary.text` repeat in one piece what the segments hold.
    A number that is NaN or infinite becomes null: JSON has none, and a finished article is not lost for it.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    try:
        record = {"format": FORMAT, **_record(report)}
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=indent)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"article {report.article.id!r}: metadata that JSON cannot hold: {error}") from None
    return _writable(text)


def as_json(value: Any, indent: int | None = 2) -> str:
    """A report, a part of one or a failure as JSON, in the form in which reports and `records.jsonl` have it.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    if isinstance(value, Report):
        return report_as_json(value, indent)
    try:
        return _writable(json.dumps(_record(value), ensure_ascii=False, allow_nan=False, indent=indent))
    except (TypeError, ValueError, RecursionError) as error:
        place = f"article {value.id!r}: " if isinstance(value, Article) else ""
        raise InputError(f"{place}metadata that JSON cannot hold: {error}") from None


def failure_as_json(failure: Failure) -> str:
    """The failure on one line of JSON, without the newline."""
    return _writable(json.dumps(_record(failure), ensure_ascii=False, allow_nan=False))


def _writable(text: str) -> str:
    """Lone surrogates become the escapes that JSON knows for them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def value_as_json(value: Article | Translation | Summary | None) -> str:
    """A part of a report on one line of JSON, as it stands in the report.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    return as_json(value, indent=None)


def value_from_json(kind: type[T], text: str) -> T:
    """The part of a report that `value_as_json` wrote.

    Raises `InputError` that names the field when the text is no such part.
    """
    part: T = _built(kind, json.loads(text), kind.__name__.lower())
    return part


def _record(value: Any) -> Any:
    """Dataclasses as objects with their fields in order, tuples as arrays, metadata as an object."""
    if dataclasses.is_dataclass(value):
        kind = type(value).__name__
        names = (*_DERIVED.get(kind, ()), *(field.name for field in dataclasses.fields(value)))
        optional = _OPTIONAL.get(kind, ())
        values = ((name, getattr(value, name)) for name in names)
        record = {name: _record(part) for name, part in values if part or name not in optional}
        return record | {"metadata": _object(value.metadata)} if isinstance(value, Article) else record
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return _object(value.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_record(item) for item in value]
    return value


def _object(pairs: Iterable[tuple[str, Json]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if not isinstance(key, str) or key in values:
            raise ValueError(f"key {key!r} is no string or stands twice")
        values[key] = _record(value)
    return values


def failure_from_json(text: str) -> Failure:
    """The failure of a line of `failures.jsonl`. Raises `InputError` when the text is none."""
    try:
        return value_from_json(Failure, text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not a failure: {error}") from None


def report_from_json(text: str) -> Report:
    """The report that `report_as_json` wrote, equal in every field (but for numbers that were not finite).

    Raises `InputError` that names the field when the text is not such a record.
    """
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not a report: {error}") from None
    version = record.pop("format", None) if isinstance(record, dict) else None
    if version != FORMAT or isinstance(version, bool):
        raise InputError(f"not a report: found format {version!r}; wanted {FORMAT}")
    report: Report = _built(Report, record, "report")
    return report


def _built(kind: Any, value: Any, where: str) -> Any:
    """The value of this type from its JSON form."""
    shape, item = _shape(kind)
    if shape == "object":
        return _built_fields(kind, value, where)
    if shape == "array":
        if not isinstance(value, list):
            raise InputError(f"not a report: {where}: found {type(value).__name__}, wanted an array")
        return tuple(_built(item, part, f"{where}[{index}]") for index, part in enumerate(value))
    if shape == "optional":
        return None if value is None else _built(item, value, where)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise InputError(f"not a report: {where}: found {type(value).__name__}, wanted {kind.__name__}")
    return value


@lru_cache
def _shape(kind: Any) -> tuple[Literal["object", "array", "optional", "plain"], Any]:
    """What JSON has for a type, and the type of what is inside; asked once a type, for a run has millions of values."""
    if dataclasses.is_dataclass(kind):
        return "object", None
    if get_origin(kind) is tuple:
        return "array", get_args(kind)[0]
    if get_origin(kind) is UnionType:
        return "optional", get_args(kind)[0]
    return "plain", None


def _built_fields(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise InputError(f"not a report: {where}: found {type(value).__name__}, wanted an object")
    types = _types(kind)
    given = {name: part for name, part in value.items() if name not in _DERIVED.get(kind.__name__, ())}
    needed = types.keys() - set(_OPTIONAL.get(kind.__name__, ()))
    if not needed <= given.keys() <= types.keys():
        odd = sorted((needed - given.keys()) | (given.keys() - types.keys()))
        raise InputError(f"not a report: {where}: {'unknown' if odd[0] in given else 'no'} field {odd[0]!r}")
    built = {name: _built(types[name], part, f"{where}.{name}") for name, part in given.items() if name != "metadata"}
    if "metadata" in given:
        if not isinstance(given["metadata"], dict):
            raise InputError(f"not a report: {where}.metadata: wanted an object")
        built["metadata"] = tuple(given["metadata"].items())
    return kind(**built)


@lru_cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
