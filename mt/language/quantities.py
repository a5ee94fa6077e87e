"""English quantities by value: “3 million”, “3,000,000” and “three million” are one number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mt.language.words import DIGITS

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_UNITS = {word: Decimal(value) for value, word in enumerate(_UNIT_WORDS.split())}
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: Decimal(10 * value) for value, word in enumerate(_TEN_WORDS.split(), start=2)}
_SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "lakh": Decimal(100_000),
    "million": Decimal(10**6),
    "crore": Decimal(10**7),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}
_SHORT_SCALES = {"k": Decimal(1000), "m": Decimal(10**6), "mn": Decimal(10**6), "bn": Decimal(10**9)}
# Plurals without a number before them; each with the least and the first too large value that it may stand for.
_VAGUE = {
    "dozens": (Decimal(12), Decimal(1000)),
    "hundreds": (Decimal(100), Decimal(10_000)),
    "thousands": (Decimal(1000), Decimal(10**6)),
    "millions": (Decimal(10**6), Decimal(10**9)),
    "billions": (Decimal(10**9), Decimal(10**12)),
    "trillions": (Decimal(10**12), Decimal(10**15)),
}
_NEAR = frozenset("about approximately around roughly some nearly almost over".split())
_ABOVE = frozenset({"over"})
_BELOW = frozenset({"nearly", "almost"})
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_IMPLIED = 2  # “one of them”, “the two sides”: words that an article implies without saying them


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text: `text` as it stands there, and its value, None for words such as “millions”.

    It may stand for any number of which `low` ≤ number < `high`. `spelled` is True where it is written in words only.
    """

    text: str
    value: Decimal | None
    low: Decimal
    high: Decimal
    spelled: bool = False

    def supported_by(self, others: Sequence[Quantity]) -> bool:
        """Whether any of the numbers may be this one."""
        if self.spelled and self.value is not None and self.value <= _IMPLIED:
            return True
        return any(self._meets(other) for other in others)

    def _meets(self, other: Quantity) -> bool:
        if other.value is None:  # a vague word says no number: only the same word bears it out
            return self.value is None and self.low == other.low
        return self.value == other.value or self.low <= other.value < self.high


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of an English text, in order: digits, number words, magnitudes, and words such as “millions”.

    Rounded numbers after “about” and the like stand for what rounds to them (5 %); “over” only for more, “nearly” and
    “almost” only for less. Ordinals in words (“first”) are no quantities; “21st” is 21.
    """
    tokens = list(_TOKEN.finditer(text.translate(DIGITS)))
    return tuple(_scan(text, tokens))


def _scan(text: str, tokens: Sequence[re.Match[str]]) -> Iterator[Quantity]:
    place = 0
    while place < len(tokens):
        end, value = _number(tokens, place)
        word = tokens[place][0].lower()
        if value is None:
            if word in _VAGUE:
                low, high = _VAGUE[word]
                yield Quantity(tokens[place][0], None, low, high, spelled=True)
            place += 1
            continue
        said = text[tokens[place].start() : tokens[end - 1].end()]
        spelled = not tokens[place][0][0].isdigit()
        before = tokens[place - 1][0].lower() if place else ""
        low, high = _tolerance(value, before)
        yield Quantity(said, value, low, high, spelled)
        place = end


def _tolerance(value: Decimal, before: str) -> tuple[Decimal, Decimal]:
    """The values that a number may stand for after the word before it; only round numbers stand for more."""
    digits = value.normalize().as_tuple().digits
    if before not in _NEAR or value < 10 or len(digits) > 2:
        return value, value
    slack = value / 20
    low = value if before in _ABOVE else value - slack
    high = value + Decimal("0.0001") if before in _BELOW else value + slack
    return low, high


def _number(tokens: Sequence[re.Match[str]], start: int) -> tuple[int, Decimal | None]:
    """The number that begins at a token, and the place after it; None where none begins."""
    first = tokens[start][0].lower()
    if first[0].isdigit():
        value = _plain(first)
        follows = tokens[start + 1] if start + 1 < len(tokens) else None
        if follows and _near(tokens[start], follows):
            scale = _SCALES.get(follows[0].lower())
            if scale is None and follows.start() == tokens[start].end():
                scale = _SHORT_SCALES.get(follows[0].lower())
            if scale:
                return start + 2, value * scale
        return start + 1, value
    return _spelled(tokens, start)


def _plain(digits: str) -> Decimal:
    """“1,234.5”: commas before three digits group, another comma or a single point is a decimal point."""
    plain = re.sub(r",(?=\d{3}(?!\d))", "", digits).replace(",", ".")
    return Decimal(plain) if plain.count(".") < 2 else Decimal(plain.replace(".", ""))


def _near(left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether only a space or a hyphen parts two tokens."""
    return left.string[left.end() : right.start()] in ("", " ", "-", "\u00a0", "\u2011")


def _spelled(tokens: Sequence[re.Match[str]], start: int) -> tuple[int, Decimal | None]:
    """“two hundred and five thousand”: units and tens add up, hundreds multiply them, larger scales close a group."""
    total = group = Decimal(0)
    place, found = start, False
    while place < len(tokens):
        word = tokens[place][0].lower()
        if place > start and not _near(tokens[place - 1], tokens[place]):
            break
        if word in _UNITS and (not found or (group % 10 == 0 and group % 100 != 10 and _joins(tokens, place))):
            group += _UNITS[word]
        elif word in _TENS and (not found or (group % 100 == 0 and _joins(tokens, place))):
            group += _TENS[word]
        elif word in _SCALES and found:
            group *= _SCALES[word]
            if word != "hundred":
                total, group = total + group, Decimal(0)
        elif not (word == "and" and found and _goes_on(tokens, place)):
            break
        found, place = True, place + 1
    return (place, total + group) if found else (start + 1, None)


def _joins(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a unit or ten goes on with the number before it: after a scale, “and” or a ten, not a unit."""
    before = tokens[place - 1][0].lower()
    return before in _SCALES or before in _TENS or before == "and"


def _goes_on(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """“hundred and five”, but not “three and five”."""
    after = tokens[place + 1][0].lower() if place + 1 < len(tokens) else ""
    return tokens[place - 1][0].lower() in _SCALES and (after in _UNITS or after in _TENS)
