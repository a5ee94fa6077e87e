"""The complete record of an article as JSON, and back: `records.jsonl`, the journal and `.json` reports hold it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core import core_schema as core

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
    return _written(report, indent, {"format": FORMAT})


def as_json(value: Any, indent: int | None = 2) -> str:
    """A report, a part of one or a failure as JSON, in the form in which reports and `records.jsonl` have it.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    return report_as_json(value, indent) if isinstance(value, Report) else _written(value, indent)


def failure_as_json(failure: Failure) -> str:
    """The failure on one line of JSON, without the newline."""
    return _written(failure, None)


def _written(value: Any, indent: int | None, head: Mapping[str, Json] | None = None) -> str:
    """The value as JSON, behind `head` if it is given; lone surrogates become the escapes that JSON knows for them."""
    try:
        record = {**(head or {}), **_codec(type(value)).dump_python(value, warnings=False)}  # type: ignore[arg-type]
        try:
            text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=indent)
        except ValueError:  # a number that JSON lacks
            text = json.dumps(_plain(record), ensure_ascii=False, allow_nan=False, indent=indent)
    except (TypeError, ValueError, RecursionError) as error:
        article = value.article if isinstance(value, Report) else value
        place = f"article {article.id!r}: " if isinstance(article, Article) else ""
        raise InputError(f"{place}metadata that JSON cannot hold: {error}") from None
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def value_as_json(value: Article | Translation | Summary | None) -> str:
    """A part of a report on one line of JSON, as it stands in the report.

    Raises `InputError` for metadata that JSON cannot hold.
    """
    return "null" if value is None else as_json(value, indent=None)


def value_from_json(kind: type[T], text: str) -> T:
    """The part of a report that `value_as_json` wrote.

    Raises `InputError` that names the field when the text is no such part.
    """
    return _built(kind, json.loads(text))


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
        raise InputError(f"not a report: found format {version!r}; expected {FORMAT}")
    return _built(Report, record)


def _built(kind: type[T], value: Any) -> T:
    """The value of this type from its JSON form. Raises `InputError` that names the first place at fault."""
    try:
        value = _codec(kind).validate_python(value)  # type: ignore[arg-type]  # mypy: a type is no Hashable
    except ValidationError as error:
        raise InputError(f"not a report: {_fault(kind.__name__.lower(), error)}") from None
    return value  # type: ignore[no-any-return]


_FIELDS = {"missing": "no", "unexpected_keyword_argument": "unknown"}
_WANTED = {"dataclass_type": "an object", "tuple_type": "an array", "string_type": "str"}
_WANTED |= dict.fromkeys(("int_type", "int_parsing"), "int")


def _fault(root: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    places = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]]
    if first["type"] in _FIELDS:
        return f"{root}{''.join(places[:-1])}: {_FIELDS[first['type']]} field {first['loc'][-1]!r}"
    wanted = _WANTED.get(first["type"], first["msg"])
    return f"{root}{''.join(places)}: found {type(first['input']).__name__}, expected {wanted}"


# ---------------------------------------------------------------- where JSON and dataclasses differ


@cache
def _codec(kind: Any) -> TypeAdapter[Any]:
    """Reads and writes a type; made once, for a run has millions of values."""
    return TypeAdapter(kind)


def record_schema(kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """What pydantic makes of a dataclass, and its derived and optional fields: `mt.records` asks for it."""
    derived, optional = _DERIVED.get(kind.__name__, ()), _OPTIONAL.get(kind.__name__, ())

    def read(given: Any) -> Any:
        return {key: part for key, part in given.items() if key not in derived} if isinstance(given, dict) else given

    def write(value: Any, inner: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        own = {key: part for key, part in inner(value).items() if part or key not in optional}
        return {key: getattr(value, key) for key in derived} | own

    schema = handler(kind)
    form = core.wrap_serializer_function_ser_schema(write, schema=schema)
    return core.no_info_before_validator_function(read, schema, serialization=form)


def metadata_schema() -> CoreSchema:
    """Pairs of names and values, which are an object in JSON."""
    return core.no_info_plain_validator_function(
        _pairs, serialization=core.plain_serializer_function_ser_schema(_object)
    )


def _pairs(value: Any) -> tuple[tuple[str, Json], ...]:
    if not isinstance(value, dict):
        raise PydanticCustomError("metadata", "an object")
    return tuple(value.items())


def _object(pairs: Iterable[tuple[str, Json]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if not isinstance(key, str) or key in values:
            raise ValueError(f"key {key!r} is no string or stands twice")
        values[key] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    """Dicts and lists for every kind of mapping and sequence; null for a number that JSON lacks."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return _object(value.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in value]
    return value
