"""Doubts about an output, found by comparing texts: pure functions that return flags and change nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from mt.records import Flag, Generated

CHECKS_VERSION = "2"

FAILED = "failed"
"""Flag of a segment at which the model failed; its detail is the error."""
NOT_ARABIC = "not-arabic"
"""Flag of a translation that was passed through; its detail is the reason."""

_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
# Words that begin with a capital for reasons of grammar or calendar, not because they name somebody.
_NOT_NAMES = frozenset(
    "a about according after all also although an and another any are as at because been before both but by can "
    "could despite during each earlier even every few first for from further have he her here his how however i "
    "if in into is it its last later many meanwhile more moreover most new no not now of on once one only or "
    "other our out over second she since so some such than that the their them then there therefore these they "
    "this those three through to today two under until up was we were what when where which while who why will "
    "with would yesterday you your monday tuesday wednesday thursday friday saturday sunday".split()
)


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
    words = [word.lower() for word in _WORD.findall(text)]
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
    arabic, letters = len(_ARABIC_LETTER.findall(text)), len(_LETTER.findall(text))
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
    source = re.sub(r"(\d+) \.(\d+)", r"\2.\1", source.translate(_DIGITS))
    return re.sub(r"(?<=\d)،(?=\d{3}(?!\d))", ",", source)


def check_score(score: float | None, least: float | None) -> Flag | None:
    """Catch what the model itself holds unlikely: the best cheap sign of invented translation (arXiv 2208.05309)."""
    if score is None or least is None or score >= least:
        return None
    return Flag("unsure", f"mean log-probability of a token {score:.2f}, under {least:g}: the model was guessing")


def has_arabic(text: str) -> bool:
    """Whether the text holds any letter of the Arabic script."""
    return bool(_ARABIC_LETTER.search(text))


def numbers(text: str) -> Counter[str]:
    """The numbers written in digits, Eastern digits folded, grouping commas and closing zeros of decimals left out."""
    found: Counter[str] = Counter()
    for match in _NUMBER.findall(text.translate(_DIGITS)):
        plain = re.sub(r",(?=\d{3}(?!\d))", "", match).replace(",", ".")
        found[plain.rstrip("0").rstrip(".") if "." in plain else plain.lstrip("0") or "0"] += 1
    return found


def names(sentence: str) -> list[str]:
    """Capitalised words that are likely names, in order; a sentence's first word counts unless it is a common word."""
    words = _WORD.findall(sentence)
    return [word for word in words if word[0].isupper() and word.lower().split("'")[0] not in _NOT_NAMES]


def check_support(sentence: str, article: str) -> tuple[Flag, ...]:
    """Catch numbers and names of a summary sentence that stand nowhere in the English article.

    Names are compared by words without case and possessive 's, so “Kazakh” is not supported by “Kazakhstan”.
    A capitalised first word that the article has in lower case is no name.
    """
    known_words = {_stem(word) for word in _WORD.findall(article)}
    strange_numbers = [n for n in numbers(sentence) if n not in numbers(article)]
    strange_names = [name for name in names(sentence) if _stem(name) not in known_words]
    flags = []
    if strange_numbers:
        flags.append(Flag("unsupported-number", ", ".join(strange_numbers)))
    if strange_names:
        flags.append(Flag("unsupported-name", ", ".join(dict.fromkeys(strange_names))))
    return tuple(flags)


def _stem(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower()).rstrip(".")


def find_support(sentence: str, segments: Sequence[str], most: int = 3) -> tuple[int, ...]:
    """Indices of the segments that cover the sentence's content words, best first, at most `most`.

    Greedy cover: each next segment is the one that adds most content words not yet covered, weighted by how rare a word
    is among the segments; a segment that adds under a tenth of the weight is left out. Empty when nothing is shared.
    """
    bags = [_content(segment) for segment in segments]
    frequency = Counter(word for bag in bags for word in bag)
    missing = {word: 1 / frequency[word] for word in _content(sentence) if word in frequency}
    total = sum(missing.values())
    chosen: list[int] = []
    while missing and len(chosen) < most:
        gains = [sum(missing.get(word, 0.0) for word in bag) for bag in bags]
        best = max(range(len(bags)), key=gains.__getitem__)
        if gains[best] < 0.1 * total:
            break
        chosen.append(best)
        missing = {word: weight for word, weight in missing.items() if word not in bags[best]}
    return tuple(chosen)


def _content(text: str) -> frozenset[str]:
    words: Iterable[str] = (_stem(word) for word in _WORD.findall(text))
    return frozenset(word for word in words if word not in _NOT_NAMES)
