"""File names for article ids: readable, different for different ids, and safe on every file system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_LONGEST_NAME = 120
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def file_name(article_id: str) -> str:
    """A file name without suffix for any id: at most 120 bytes of UTF-8, and different for different ids.

    Letters and digits of every script stay readable, so do `-`, `_`, single dots and spaces inside; all else becomes
    `%` and its bytes in hex, and no name starts with a dot or dash, is reserved on Windows, or leads out of the folder.

    Names stay different where the file system takes capitals for small letters: behind `~` stands, in hex, which
    characters are capitals. A name that would be too long is cut and ends in `~h` and a hash of the id.
    """
    name = "".join(_escaped(article_id, index) for index in range(len(article_id)))
    name = _RESERVED.sub(lambda match: f"%{ord(match[0][0]):02X}{match[0][1:]}", name, count=1) if name else "~0"
    capitals = sum(1 << index for index, char in enumerate(article_id) if _is_capital(char))
    name += f"~{capitals:x}" if capitals else ""
    # Composed and decomposed letters are one name on some file systems.
    if len(name.encode()) <= _LONGEST_NAME and unicodedata.is_normalized("NFC", name):
        return name
    digest = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    short = unicodedata.normalize("NFC", name).encode()[: _LONGEST_NAME - len(digest) - 2].decode("utf-8", "ignore")
    return f"{short}~h{digest}"


def _escaped(text: str, index: int) -> str:
    """The character there as it may stand in a file name."""
    char = text[index]
    if _is_readable(char) or char == "_" or (char == "-" and index > 0):
        return char
    inside = 0 < index < len(text) - 1
    if inside and char in ". " and _is_readable(text[index - 1]) and _is_readable(text[index + 1]):
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def _is_readable(char: str) -> bool:
    """Letters and decimal digits that are the same in every normal form and fold to their small letter alone."""
    category = unicodedata.category(char)
    if not (category.startswith("L") or category == "Nd") or unicodedata.normalize("NFKC", char) != char:
        return False
    return char == char.casefold() or _is_capital(char)


@lru_cache(maxsize=4096)
def _is_capital(char: str) -> bool:
    small = char.casefold()
    return len(small) == 1 and small != char and small == char.lower() and small.upper() == char
