"""Fields by name or dotted path: `_source.text` is the `text` in `_source`, `articles.content` one in a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mt.config import ArticlesConfig
from mt.records import Json

Fields = Mapping[str, Json]


def has_field(fields: Fields, name: str) -> bool:
    """Whether the fields have that name, as it stands or as a path."""
    parent, key = _holder(fields, name)
    return key in parent


def field(fields: Fields, name: str) -> Json:
    """The value under a name or path; None where there is none."""
    parent, key = _holder(fields, name)
    return parent.get(key)


def without(fields: Fields, names: Sequence[str]) -> dict[str, Json]:
    """The fields but for those; an object that is left empty goes with its last field."""
    left = dict(fields)
    for name in names:
        _drop(left, name)
    return left


def _holder(fields: Fields, name: str) -> tuple[Fields, str]:
    """The object that holds the field, and its key there. A name with a dot in it wins over a path."""
    if name in fields:
        return fields, name
    for position, letter in enumerate(name):
        inner = fields.get(name[:position]) if letter == "." else None
        if isinstance(inner, Mapping):
            parent, key = _holder(inner, name[position + 1 :])
            if key in parent:
                return parent, key
    return {}, name


def _drop(fields: dict[str, Json], name: str) -> None:
    if name in fields:
        del fields[name]
        return
    for position, letter in enumerate(name):
        top = name[:position]
        inner = fields.get(top) if letter == "." else None
        if isinstance(inner, Mapping) and has_field(inner, name[position + 1 :]):
            copy = dict(inner)
            _drop(copy, name[position + 1 :])
            if copy:
                fields[top] = copy
            else:
                del fields[top]
            return


def articles_in(fields: Fields, options: ArticlesConfig) -> Iterator[Fields] | None:
    """The articles of an object that holds a list of them, as answers of services do; None where it is one itself.

    Either the text's path leads through the list (`articles.content`), or one list alone holds objects with the text.
    """
    name = options.text_field
    if has_field(fields, name):
        return None
    for position, letter in enumerate(name):
        top = name[:position]
        items = _objects(fields.get(top)) if letter == "." else None
        if items and any(has_field(item, name[position + 1 :]) for item in items):
            return ({**fields, top: item} for item in items)
    lists = [items for value in fields.values() if (items := _objects(value))]
    holding = [items for items in lists if any(has_field(item, name) for item in items)]
    return iter(holding[0]) if len(holding) == 1 else None


def _objects(value: Json) -> list[Fields] | None:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    items = [item for item in value if isinstance(item, Mapping)]
    return items if items and len(items) == len(value) else None
