"""Text for a terminal: names of files and articles are other people's, and must not steer it."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows (Unicode Standard Annex 9)."""


def visible(text: str, keep: str = "\n\t") -> str:
    r"""The text with control characters and marks of direction as escapes, such as `\x1b`; those in `keep` stay.

    Escape sequences move a terminal's cursor, clear its screen or change its title.
    """
    return "".join(_escaped(c) if _steers(c) and c not in keep else c for c in text)


def one_line(text: str) -> str:
    """The text as one line, with all control characters as escapes."""
    return visible(text, keep="")


def _steers(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in ("Cc", "Zl", "Zp")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
