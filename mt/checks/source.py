"""What looks like a slip of the article itself. It is reported, never corrected: the reader decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mt.language.clitics import without_prefix
from mt.language.letters import ARABIC
from mt.records import SourceDoubt

# Letters that differ by their dots alone, or that lie side by side in the eye and on the keyboard.
_ALIKE = ("بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق")
_LOOKALIKES = {letter: group.replace(letter, "") for group in _ALIKE for letter in group}
WORD = re.compile(f"[{ARABIC}]{{4,}}")
LEAST_OFTEN = 2
"""So often must the right spelling appear in the article before a lookalike that appears once is doubted."""

# Countries that writers confuse for the likeness of their names. Pairs that the news names together every day (Iran and
# Iraq, Egypt and Qatar) are left out: on 3,000 Saudi articles they gave seven alarms, all false, and these gave none.
_ENDING = r"(?:ستان(?:ي|ية|يين|يون)?|ي|ية|يين|يون)"
_CONFUSED: tuple[tuple[str, ...], ...] = (
    tuple(
        stem + _ENDING
        for stem in (r"(?:قازاق|كازاخ|قازاخ|كازاق)", "طاجي?ك", "[أا]وزبا?ك", "(?:قيرغيز|قرغيز|قيرغ)", "تركمان")
    ),
    ("النيجر", "نيجيريا"),
    ("سلوفاكيا", "سلوفينيا"),
    ("السويد", "سويسرا"),
    ("موريتانيا", "موريشيوس"),
    ("مالي", "ملاوي"),
    ("غانا", "غينيا", "غيانا"),
    ("[أا]يرلندا", "[أا]يسلندا"),
    ("ب?اراغواي", "[أا]وروغواي"),
    ("السلفادور", "ال[إا]كوادور"),
    ("غامبيا", "زامبيا"),
    ("[أا]لبانيا", "[أا]لمانيا"),
    ("ليبيا", "ليبيريا"),
    ("ليتوانيا", "لاتفيا"),
    ("النمسا", "[أا]ستراليا"),
    ("الدومينيكان", "دومينيكا"),
    ("رواندا", "[أا]وغندا"),
)
_LEAD = 2  # paragraphs in which an article names the countries that it is about


def find_source_doubts(text: str) -> tuple[SourceDoubt, ...]:
    """What looks like a slip in the article's text, in its order: lookalike spellings and confused countries.

    In 3,000 Saudi news articles 20 spellings are doubted, some 15 of them slips, and no country.
    """
    return tuple(sorted((*_misspelt(text), *_confused(text)), key=lambda doubt: doubt.start))


# ---------------------------------------------------------------- spelling


def _misspelt(text: str) -> Iterator[SourceDoubt]:
    """Words that appear once and differ from a frequent word of the article by dots, or by two letters exchanged.

    First and last letters are left alone, for there grammar makes such pairs (`يقول`, `تقول`), and so are words that
    are known to be right.
    """
    words = list(WORD.finditer(text))
    often = Counter(match[0] for match in words)
    for match in words:
        word = match[0]
        if often[word] > 1:
            continue
        right = next((w for w in lookalikes(word) if often[w] >= LEAST_OFTEN), None)
        if right and word not in _words() and without_prefix(word) not in _words():
            reason = f"appears once; {right} appears {often[right]} times"
            yield SourceDoubt(match.start(), match.end(), word, reason, right)


def lookalikes(word: str) -> Iterator[str]:
    """All strings of letters that differ from the word as a slip would."""
    start = len(word) - len(without_prefix(word))
    for index in range(start, len(word) - 1):
        if index > start + (word[start] == "س"):  # the future of a verb: `سيكرم`, `ستكرم`
            for letter in _LOOKALIKES.get(word[index], ""):
                yield word[:index] + letter + word[index + 1 :]
        if index + 2 < len(word) and word[index] != word[index + 1]:
            yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]


@cache
def _words() -> frozenset[str]:
    """Words without prefix that are right, common or alike to others: `scripts/build/lookalikes` collects them."""
    return frozenset((resources.files("mt.language") / "data" / "lookalikes.txt").read_text(encoding="utf-8").split())


# ---------------------------------------------------------------- countries


def _confused(text: str) -> Iterator[SourceDoubt]:
    """Mentions of a country that may be a slip for a lookalike the article is about.

    So it is when the lead names the other one and not this one, the other is named as often at least, and no paragraph
    names both.
    """
    lead = "\n".join([line for line in text.split("\n") if line.strip()][:_LEAD])
    for group in _patterns():
        countries = [_Country(list(pattern.finditer(text)), bool(pattern.search(lead))) for pattern in group]
        if sum(bool(country.mentions) for country in countries) < 2:
            continue
        main = max(countries, key=lambda country: (country.leads, len(country.mentions)))
        for country in countries:
            if _may_be_slip(country, main, text):
                name, right = (_most_common(c.mentions) for c in (country, main))
                reason = f"the article is about {right}, and never names {name} beside it; the two are easily confused"
                yield from (SourceDoubt(m.start(1), m.end(1), m[1], reason, right) for m in country.mentions)


@dataclass(frozen=True, slots=True)
class _Country:
    """Where an article names a country, and whether its lead does."""

    mentions: Sequence[re.Match[str]]
    leads: bool


def _may_be_slip(country: _Country, main: _Country, text: str) -> bool:
    if country is main or country.leads or not main.leads or not 0 < len(country.mentions) <= len(main.mentions):
        return False
    lines = [{text.count("\n", 0, match.start()) for match in c.mentions} for c in (country, main)]
    return not lines[0] & lines[1]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """For each group its countries as whole words, clitics before them allowed; group 1 is the name without them."""
    before, after = r"(?<!\w)[وف]?[بلك]?(?:ل(?=ل))?", r"(?!\w)"
    return tuple(tuple(re.compile(f"{before}((?:ال)?{name}){after}") for name in group) for group in _CONFUSED)


def _most_common(mentions: Sequence[re.Match[str]]) -> str:
    """The form of the name that stands most often; of equals the first."""
    return Counter(match[1] for match in mentions).most_common(1)[0][0]
