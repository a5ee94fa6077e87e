"""What a setting wants, in words: pydantic's own wording is for programmers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WANTED = {
    "string_type": "a text; put it in quotes",
    "string_too_short": "a text that is not empty",
    "string_pattern_mismatch": "a text that matches {pattern}",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "{expected}",
    "tuple_type": "a list, such as [a, b]",
    "list_type": "a list, such as [a, b]",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "dict_type": "keys with values, below it or as {{key: value}}",
    "model_type": "keys with values, below it or as {{key: value}}",
    "model_attributes_type": "keys with values, below it or as {{key: value}}",
    "union": "true, false, a whole number or a text",
    "none_required": "nothing (null)",
}
"""By the types of pydantic's errors; the names in braces are values of the error's context."""

_SHA256 = "^[0-9a-f]{64}$"


def wanted(detail: Mapping[str, Any]) -> str:
    """What the setting with this fault wants, for the end of "found …, expected …"."""
    context = dict(detail.get("ctx") or {})
    if context.get("pattern") == _SHA256:
        return "64 hexadecimal digits in lower case"
    form = _WANTED.get(str(detail["type"]))
    return form.format(**context) if form else f"a value of another kind ({str(detail['type']).replace('_', ' ')})"
