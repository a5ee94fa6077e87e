"""Names as English news writes them: found in a text, and compared as a reader would, not letter by letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from mt.language.calendar import MONTHS
from mt.language.common import common_english_words
from mt.language.words import NAME_PARTICLES, NOT_NAMES, WORD

_HONORIFICS = frozenset("mr mrs ms dr prof sen rep gov gen col capt lt sgt st rev hon sir rs".split())
TITLES = frozenset(
    "president vice premier prime minister ministry foreign chief king queen prince princess sheikh sultan emir pope "
    "general secretary ambassador chairman chairwoman director governor mayor senator judge justice captain coach "
    "deputy former doctor professor imam ayatollah crown defence defense interior finance".split()
)
_PRONOUNS = frozenset(
    f"{first}{second}" for first in ("no", "some", "any", "every") for second in ("body", "one", "thing", "where")
)
# Endings of ordinary words; names of people and places hardly ever have them.
_ORDINARY = re.compile(r"(?:[aeo]rs|ists|tions?|ments?|ings|ities|ness|ally|ically|[^e]ed|ees|(?<!j)(?<!oe)ing)$")
_OPENS = re.compile(r"(?:^|[.!?:;]\W*|[\"“«'‘(\[–—]\s*)$")
_MONTHS = frozenset(map(str.lower, MONTHS))
_BRITISH = {"ense": "ence", "ence": "ense", "ter": "tre", "tre": "ter", "or": "our", "our": "or"}
_AMERICAN = re.compile(r"(?:ense|ence|ter|tre|(?<!o)our|(?<!t)or)$")
_GAP = re.compile(r"[ \u00a0]|\. ")  # “J. Smith”: WORD leaves the full stop of an initial outside
_PARTICLES = NAME_PARTICLES | frozenset("and of the for on".split())
_LOOSE = (("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("tch", "ch"), ("ts", "s"))
_SOUNDS = str.maketrans({"q": "k", "c": "k", "x": "k", "z": "s", "j": "g", "w": "v"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as it stands there, folded, whether it opens a sentence, and whether it joins its neighbour.

    `joined` is True where only a space parts it from the word before it.
    """

    text: str
    folded: str
    opens: bool
    joined: bool

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def acronym(self) -> str:
        """Its capitals where it is made of them, as “UN” or “U.N.”; otherwise empty."""
        plain = self.text.replace(".", "").removesuffix("s")
        return plain if 2 <= len(plain) <= 7 and plain.isupper() and plain.isalpha() else ""


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Without case, accents and possessive 's: what two spellings of one word share."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"'s?$", "", plain).rstrip(".")


@lru_cache(maxsize=128)
def split_words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order; the last texts are kept, for many checks read them."""
    words: list[Word] = []
    end = 0
    for match in WORD.finditer(text):
        gap = text[end : match.start()]
        opens = bool(_OPENS.search(text[max(0, match.start() - 4) : match.start()])) or not words
        joined = bool(words) and bool(_GAP.fullmatch(gap)) and not (opens and len(words[-1].text) > 2)
        words.append(Word(match[0], fold(match[0]), opens, joined))
        end = match.end()
    return tuple(words)


def runs(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """(first, end) of each run of capitalised words that only spaces part."""
    start: int | None = None
    for place, word in enumerate(words):
        if start is not None and not (word.capital and word.joined):
            yield start, place
            start = None
        if start is None and word.capital:
            start = place
    if start is not None:
        yield start, len(words)


def told_name(words: frozenset[str]) -> str:
    """The folded words of a name, as a doubt shows them."""
    return " ".join(sorted(word.title() for word in words))


def is_common(folded: str) -> bool:
    """Whether a word is an ordinary one that may have its capital from grammar or a headline."""
    return folded in NOT_NAMES or folded in _PRONOUNS or folded in common_english_words()


def may_be_name(words: Sequence[Word], place: int) -> bool:
    """Whether a capitalised word names somebody or something, rather than opening a sentence or being a title.

    An ordinary word (`is_common`) counts within a run of capitals (“Supreme Court”), not alone. Without a list of all
    names some first words are misjudged: rare nouns that no ending gives away count as names.
    """
    word = words[place]
    if not word.capital or word.folded in NOT_NAMES or word.folded in _HONORIFICS or len(word.folded) < 2:
        return False
    if word.text.isdigit() or word.folded.removesuffix("n't") != word.folded or "'" in word.folded[1:]:
        return word.folded.partition("'")[0] not in NOT_NAMES and not word.folded.endswith(("n't", "'ve", "'re"))
    after = place + 1 < len(words) and words[place + 1].capital and words[place + 1].joined
    before = word.joined and place > 0 and words[place - 1].capital and not words[place - 1].opens
    if is_common(word.folded):
        return (after or before) and not word.opens
    return not (word.opens and not after and _ORDINARY.search(word.folded))


def skeleton(folded: str) -> str:
    """The consonants by their sound, the letters that transliterations disagree about folded: “Mohammed”, “Muhamad”."""
    for many, one in _LOOSE:
        folded = folded.replace(many, one)
    sounds = folded.translate(_SOUNDS)
    audible = re.sub(r"(?<![aeiouy])h|h$", "", sounds[1:]) if sounds[1:2] != "h" else sounds[2:]
    kept = re.sub(r"[aeiouy'\-.]", "", audible)
    first = "a" if sounds[:1] in "aeiouy" else sounds[:1]
    return re.sub(r"(.)\1+", r"\1", first + kept)


def same_spelling(one: str, other: str) -> bool:
    """Whether two folded names may be spellings of one: five letters at least, equal skeletons of three consonants at
    least, and few different letters (“Mohammed”, “Muhammad”)."""
    if min(len(one), len(other)) < 5:
        return False
    bones = skeleton(one)
    return len(bones) >= 3 and bones == skeleton(other) and _distance(one, other) <= (2 if len(one) < 9 else 3)


def british(folded: str) -> str:
    """The other spelling of a folded word of institutions: “defense” and “center” as “defence” and “centre”."""
    return _AMERICAN.sub(lambda match: _BRITISH[match[0]], folded) if len(folded) > 4 else folded


def closed_up(words: Sequence[Word]) -> frozenset[str]:
    """Each two capitalised words that only a space parts, written as one: “Neel Kamal” as “neelkamal”."""
    return frozenset(a.folded + b.folded for a, b in pairwise(words) if a.capital and b.capital and b.joined)


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def derived(one: str, other: str) -> bool:
    """Whether one folded name is the other's plural or its people: “Tates”, “Londoner”, “Baghdadi”, “Islamist”; or a
    month's short form."""
    short, long = sorted((one, other), key=len)
    if long in _MONTHS:
        return len(short) < 5 and long.startswith(short)
    endings = ("s", "es", "n", "an", "ian", "i", "is", "er", "ers", "ese", "ist", "ists", "ic", "ite", "ites")
    return len(short) >= 4 and long.startswith(short) and long[len(short) :] in endings


def initials(words: Sequence[Word]) -> tuple[str, ...]:
    """For each run of capitals the initials in a row, with and without its small words: “Organization of the Petroleum
    Exporting Countries” gives OPEC and OOTPEC."""
    abbreviations: list[str] = []
    place = 0
    while place < len(words):
        if not words[place].capital:
            place += 1
            continue
        short = long = words[place].text[0]
        end = place + 1
        while end < len(words) and (words[end].capital or words[end].folded in _PARTICLES) and words[end].joined:
            letters = "".join(part[0] for part in words[end].text.split("-")).upper()
            long += letters
            short += letters if words[end].capital else ""
            end += 1
        abbreviations += [short, long] if end - place > 1 else []
        place = end
    return tuple(abbreviations)


def neighbours(words: Sequence[Word]) -> frozenset[tuple[str, str]]:
    """Pairs of capitalised words that stand together, with at most two initials, particles or names between them."""
    pairs: set[tuple[str, str]] = set()
    for place, word in enumerate(words):
        if not word.capital:
            continue
        for other in words[place + 1 : place + 4]:
            if other.capital:
                pairs.add((word.folded, other.folded))
            elif other.folded not in _PARTICLES:
                break
    return frozenset(pairs)
