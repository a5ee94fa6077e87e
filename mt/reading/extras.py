"""Formats whose libraries are optional: each is an extra of this package, named where it is missing."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from mt.errors import InputError


def library(module: str, extra: str, what: str, place: str) -> Any:
    """The module. Raises `InputError` that names the extra of the package which brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"{place}: {what} read by {module}, which is not installed ({error}); pip install '.[{extra}]' brings it"
        ) from None


@contextmanager
def parsing(place: str, what: str) -> Iterator[None]:
    """Whatever a library raises over the bytes of a file says that they are not `what`: an `InputError` that says so.

    Libraries name a few of their errors; damaged and made-up files bring out others of every kind.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:_LONGEST_REASON]
        raise InputError(f"{place}: not {what}, or a damaged one: {said} ({type(error).__name__})") from None


_LONGEST_REASON = 300


_FEED = re.compile(rb"<(?:rss|feed|(?:\w+:)?RDF)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<![^>]*>\s*|<\?[^>]*>\s*)*<([A-Za-z][\w:.-]*)", re.DOTALL)
_SIGNS = {
    ".docx": ("docx", re.compile(rb"PK\x03\x04")),
    ".pdf": ("pdfminer", re.compile(rb"(?s:.{0,1023})%PDF-")),
    **{
        suffix: ("feedparser", re.compile(rb"(?s:.{0,4000})" + _FEED.pattern, re.IGNORECASE))
        for suffix in (".xml", ".rss", ".atom")
    },
}
"""By suffix the library, and what a file of that kind begins with."""
LOOKED_AT = 4096


def can_be_read(path: Path, suffix: str) -> bool:
    """Whether a file that was found in a folder is of the kind that its suffix says, and its library is here."""
    if suffix not in _SIGNS:
        return True
    module, sign = _SIGNS[suffix]
    if not _installed(module):
        return False
    try:
        with path.open("rb") as stream:
            return sign.match(stream.read(LOOKED_AT)) is not None
    except OSError:
        return True  # reading it will tell what is wrong


@cache
def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def xml_root(head: bytes) -> str:
    """The name of the outermost element where the bytes are XML and no HTML page; empty otherwise.

    >>> xml_root(b'<?xml version="1.0"?><rss version="2.0">')
    'rss'
    """
    match = _ROOT.match(head.removeprefix(b"\xef\xbb\xbf")[:LOOKED_AT])
    declared = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml")
    name = match[1].decode("ascii") if match else ""
    return name if name.lower() != "html" and (declared or name.lower() in ("rss", "feed", "rdf:rdf", "nitf")) else ""
