"""Doubts about the English of one segment, found by comparing it with its source."""

from __future__ import annotations

import re
from collections import Counter

from mt.checks.words import ARABIC_LETTER, DIGITS, LETTER, WORD, numbers
from mt.records import Flag, Generated

FAILED = "failed"
"""Flag of a segment at which the model failed; its detail is the error."""
NOT_ARABIC = "not-arabic"
"""Flag of a translation that was passed through; its detail is the reason."""


def check_translation(source: str, generated: Generated, min_score: float | None = None) -> tuple[Flag, ...]:
    """All doubts about one translated segment; none when nothing is suspicious."""
    text = generated.text
    if not text.strip():
        return (Flag("empty", "the model returned nothing"),)
    found = [
        None if generated.finished else Flag("unfinished", "the output stopped at the length limit"),
        check_loop(text),
        check_arabic_left(text),
        check_length(source, text),
        check_numbers(source, text),
        check_score(generated.score, min_score),
    ]
    return tuple(flag for flag in found if flag is not None)


def check_loop(text: str) -> Flag | None:
    """Catch hallucinated repeats: a phrase of up to six words said three times on end, or most of the text said again.

    The commonest failure of neural translation off its domain (EasyNMT#38, Opus-MT-train#62, CTranslate2#836).
    """
    words = [word.lower() for word in WORD.findall(text)]
    for size in range(1, 7):
        run = 0
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            if run >= 2 * size:
                return Flag("loop", f"repeats “{' '.join(words[index - size + 1 : index + 1])}”")
    if len(words) >= 20:
        grams = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
        again = sum(count - 1 for count in Counter(grams).values())
        if again > 0.3 * len(grams):
            return Flag("loop", f"{again} of {len(grams)} four-word phrases are repeats")
    return None


def check_arabic_left(text: str) -> Flag | None:
    """Catch source script in the English: more than one Arabic letter in twenty (argos-translate#496)."""
    arabic, letters = len(ARABIC_LETTER.findall(text)), len(LETTER.findall(text))
    if arabic and arabic > 0.05 * letters:
        return Flag("arabic-left", f"{arabic} of {letters} letters are Arabic")
    return None


def check_length(source: str, text: str) -> Flag | None:
    """Catch dropped or invented content by length: English words for each Arabic word outside 0.5 … 2.6.

    On 997 FLORES-200 and 307 news pairs the human ratio lies between 0.53 and 2.0, so this fires only on the plainly
    wrong (no false alarm there); sources of under 6 words are too short to tell.
    """
    here, there = len(source.split()), len(text.split())
    if here < 6 or 0.5 * here <= there <= 2.6 * here:
        return None
    return Flag("too-short" if there < here else "too-long", f"{there} English words for {here} Arabic words")


def check_numbers(source: str, text: str) -> Flag | None:
    """Catch numbers from 13 up, written in digits, that the English lacks; smaller ones are often written as words.

    On 1,304 FLORES-200 and news pairs of people's translations it marks 5: two dozens, and three pairs whose halves do
    not belong together.
    """
    there = numbers(text)
    missing = [number for number in numbers(_forward(source)) if number not in there and not _small(number)]
    return Flag("number-missing", f"{', '.join(missing)} in the source only") if missing else None


def _small(number: str) -> bool:
    return number.count(".") <= 1 and float(number) < 13  # 86.977.146 has dots between its groups, and is not small


def _forward(source: str) -> str:
    """Numbers as they are meant: `15 .224` is how some Arabic sites write 224.15, and `783،562` 783,562."""
    source = re.sub(r"(\d+) \.(\d+)", r"\2.\1", source.translate(DIGITS))
    return re.sub(r"(?<=\d)،(?=\d{3}(?!\d))", ",", source)


def check_score(score: float | None, least: float | None) -> Flag | None:
    """Catch what the model itself holds unlikely: the best cheap sign of invented translation (arXiv 2208.05309)."""
    if score is None or least is None or score >= least:
        return None
    return Flag("unsure", f"mean log-probability of a token {score:.2f}, under {least:g}: the model was guessing")
