"""Damage of the source that can be seen but not mended: lost letters, and letters in the order of the eye."""

from __future__ import annotations

import re

from mt.language.letters import ARABIC, BLOCK
from mt.records import SourceDoubt

_LOST = re.compile("[^\\s\ufffd]*\ufffd\\S*(?: [^\\s\ufffd]*\ufffd\\S*)*")
_QUESTIONS = re.compile(
    r"(?<!\S)\?{2,}[.,]?(?:\s+\?+[.,]?)+(?!\S)|(?<!\S)\?{4,}(?!\S)"
    rf"|(?<![{BLOCK}?])\?{{2,}}(?=[{ARABIC}])|(?<=[{ARABIC}])\?{{2,}}(?=[{ARABIC}])"
)


def find_damage(text: str) -> tuple[SourceDoubt, ...]:
    """Where letters are lost: U+FFFD, which decoders write for what they cannot read, and words of question marks.

    >>> [doubt.text for doubt in find_damage("من \\ufffdطفال. ???? ??????? ??.")]
    ['\\ufffdطفال.', '???? ??????? ??.']
    """
    matches = [(match, "letters are lost here (U+FFFD)") for match in _LOST.finditer(text)] if "\ufffd" in text else []
    if "??" in text:
        matches += [(m, "letters are lost here: question marks stand for them") for m in _QUESTIONS.finditer(text)]
    doubts = (SourceDoubt(match.start(), match.end(), match[0], reason) for match, reason in matches)
    return tuple(sorted(doubts, key=lambda doubt: doubt.start))


_WORD = re.compile(f"[{ARABIC}]{{2,}}")
_REVERSED_SHARE = 0.03


def in_visual_order(text: str) -> bool:
    """Whether the letters stand from left to right as the eye sees them, so that every word is written backwards.

    No Arabic word begins with ة or ى; in such a text every word that ended with them does, and the article «ال» ends
    words.
    """
    words = _WORD.findall(text)
    odd = sum(word[0] in "ةى" for word in words)
    articles = sum(word.startswith("ال") for word in words)
    return (
        bool(words) and odd >= max(1, _REVERSED_SHARE * len(words)) and sum(w.endswith("لا") for w in words) > articles
    )
