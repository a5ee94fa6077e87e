"""How a template becomes a page: escaping, the inlined style and script, and the policy that forbids anything else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

_FOLDER = Path(__file__).parent / "templates"

# Control characters, which show nothing or break a parser, and marks that turn the direction of what follows. The
# joiners and the plain marks of direction (U+200C to U+200F) belong to well-written Arabic and stay.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(text: str) -> Markup:
    """The text as HTML that shows it as it is; what would not show, or would turn the text around, by its code."""
    parts, at = [], 0
    for match in _CONTROL.finditer(text):
        parts += [escape(text[at : match.start()]), Markup('<code class="code">{}</code>').format(code_point(match[0]))]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def plain(text: str) -> str:
    """The text for an attribute or a window's title, which cannot contain elements."""
    return _CONTROL.sub(lambda match: f"[{code_point(match[0])}]", text)


def code_point(char: str) -> str:
    """`U+202E` and the like."""
    return f"U+{ord(char):04X}"


def isolated(text: str) -> str:
    """The text between marks that keep its direction to itself, for places that cannot contain elements."""
    return f"\u2068{plain(text)}\u2069"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(shown=shown, plain=plain)
    return environment


@cache
def _asset(*names: str) -> str:
    """Template files as one text, which goes into a page unescaped: ours, and without any place for a user's text."""
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    """A source of a Content Security Policy (Level 3, section 2.3.1) that allows this inline text alone."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render(name: str, **values: Any) -> str:
    """The page of `name`.html with the styles common.css and `name`.css and the script `name`.js inside."""
    style, script = _asset("common.css", f"{name}.css"), _asset(f"{name}.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(f"{name}.html")
        .render(style=Markup(style), script=Markup(script), policy=policy, **values)
    )
