"""Text that was decoded with a wrong encoding before it came here: made right again where its letters prove how.

UTF-8 that was read as a Western encoding is the matter of ftfy (Speer 2019); it leaves out Windows-1256, which turns
Arabic into «ط£ط¹ظ„ظ†طھ», and Arabic of Windows-1256 that was read as Latin-1 («ÃÚáäÊ»). These two are mended here.
"""

from __future__ import annotations

import re

from mt.errors import InputError
from mt.language.letters import ARABIC, BLOCK, LATIN
from mt.reading.decoding import arabic_encoding
from mt.records import Change

MENDED = "wrongly decoded text mended"
_SUSPICIOUS = re.compile("[\x80-\xa0\u00a6-\u00ab\u00ae-\u017f\u0192\u02c6\u02dc\u0400-\u045f\u2500-\u257f\u221a]")
_LOST_QUOTE = re.compile(f"\u00e2\u20ac(?=[\\s.,:;!?){BLOCK}]|\\Z)")
"""The closing quote ” whose last byte Windows-1252 has no letter for, so that it is gone."""
_LEADS = re.compile("[طظ]")
"""The first byte of most Arabic letters in UTF-8, as Windows-1256 shows it."""
_ARABIC = re.compile(f"[{ARABIC}]")
_LATIN = re.compile(f"[{LATIN}]")
_MOST_LOST = 0.002


def mended(text: str, place: str) -> tuple[str, tuple[Change, ...]]:
    """The text as it was meant, and the change; the same text where nothing proves that it is wrong.

    Raises `InputError` where the wrong decoding lost letters of a whole text: only its file can give them back.
    """
    if len(_LEADS.findall(text)) > 0.2 * len(text.replace(" ", "")):
        lines = text.split("\n")
        right = [_from_1256(line) for line in lines]
        count = sum(line != old for line, old in zip(right, lines, strict=True))
        return "\n".join(right), ((Change(MENDED, count),) if count else ())
    if not _SUSPICIOUS.search(text):
        return text, ()
    from ftfy import fix_encoding

    before = _LOST_QUOTE.sub("”", text)
    if right_letters := _from_latin(before):
        return right_letters, (Change(MENDED, 1),)
    fixed = fix_encoding(before)
    if fixed == text:
        return text, ()
    lost = fixed.count("\ufffd")
    if len(_LATIN.findall(text)) > len(_ARABIC.findall(text)) and lost > _MOST_LOST * len(fixed):
        raise InputError(
            f"{place}: UTF-8 that was decoded as Windows-1252 and saved that way; {lost} letters are "
            "lost; decode the original file again, as UTF-8"
        )
    return fixed, (Change(MENDED, _places(text, fixed)),)


def _places(text: str, fixed: str) -> int:
    """How many words were made right, at least one."""
    left = set(fixed.split())
    return max(1, sum(word not in left for word in text.split()))


def _from_1256(line: str) -> str:
    import ftfy.bad_codecs  # noqa: F401  (it registers the codec that has a letter for every byte)

    try:
        return line.encode("sloppy-windows-1256").decode("utf-8")
    except UnicodeError:
        return line


def _from_latin(text: str) -> str | None:
    """Arabic of an old encoding that was read as a Western one; None where it is not that."""
    if len(_ARABIC.findall(text)) >= len(_LATIN.findall(text)):
        return None
    import ftfy.bad_codecs  # noqa: F401

    for western in ("latin-1", "sloppy-windows-1252"):
        try:
            data = text.encode(western)
        except UnicodeError:
            continue
        if old := arabic_encoding(data):
            return data.decode(old)
    return None
