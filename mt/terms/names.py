"""The names that an article introduces: «لي كه تشيانغ» once, then «لي» alone, and one English form for each.

`learn` reads the Arabic before it is translated and says which words are names; `settle` reads the first translation
and says what they are in English. Both see one article only, so an article's output never depends on what else is in
its batch: across articles, names agree where a glossary has them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mt.language.arabic import Word, words
from mt.language.clitics import stems
from mt.language.common import common_english_words
from mt.language.english import name_key
from mt.language.folding import fold_spelling
from mt.language.lexicon import known_stem, lexicon
from mt.language.sound import Window, best_window, likeness, transliterate
from mt.language.words import has_arabic
from mt.terms.check import ARTICLE
from mt.terms.glossary import Entry, Glossary
from mt.terms.matching import Match, Matcher
from mt.terms.readings import (
    CLOSED,
    GIVEN_NAMES,
    OFFICES,
    PARTICLES,
    SYLLABLES,
    TITLES,
    is_common,
)

_LONGEST = 5
_CLAUSE = re.compile(r"[^\w\s\u00a0'’\-\u064b-\u0652ـ]|\n")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A full name: its folded words, and which tokens of the article they are."""

    key: tuple[str, ...]
    first: int
    written: str
    introduced: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """An article as it is searched: its words, which letters belong to a glossary's terms, and the set of words."""

    text: str
    tokens: tuple[Word, ...]
    taken: frozenset[int]
    vocabulary: frozenset[str]

    def key(self, first: int, last: int) -> tuple[str, ...]:
        return tuple(word for word, _, _ in self.tokens[first:last])

    def gap(self, at: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self.tokens[at - 1][2] : self.tokens[at][1]]


def learn(text: str, title: str = "", known: Matcher | None = None) -> Glossary:
    """The full names of an article and their short forms, as entries without English.

    A name is two to five words that are no common words of news, after a title or office, before one («X رئيس …»), or
    written alike at least twice; or one such word that stands twice or more and once after a title. Of a full name, its
    first and its last part (with «بن», «دي» and the like) are names as well where they stand alone elsewhere in the
    article. Single words that recur and are no common words of news follow, in the order of their first mention: names
    that nobody introduces («عائلة دوابشة»), places, and words that are none; `settle` drops those for which the English
    has no name that sounds alike. Places and bodies that glossaries of `known` have are left to them.
    """
    whole = f"{title}\n{text}"
    tokens = tuple(words(whole))
    source = _Source(whole, tokens, _other_terms(whole, known), frozenset(word for word, _, _ in tokens))
    mentions = _mentions(source)
    covered = {i for mention in mentions for i in range(mention.first, mention.first + len(mention.key))}
    alone = Counter(stem for i, (word, _, _) in enumerate(tokens) if i not in covered for _, stem in stems(word))
    entries: dict[tuple[str, ...], Entry] = {}
    for mention in mentions:
        kind = "name" if mention.introduced else "recurring"
        entries.setdefault(mention.key, Entry((mention.written,), (), kind))
    for mention in mentions:
        for part in _parts(mention.written):
            key = tuple(word for word, _, _ in words(part))
            ambiguous = any(word in GIVEN_NAMES or is_common(word) for word in key) and not mention.introduced
            if key not in entries and not ambiguous and _may_stand_alone(key, alone, whole):
                entries[key] = Entry((part,), (), "name", mention.written)
    parts = {word for mention in mentions for word in mention.key}
    for word, written in _recurring_words(source, known):
        if word not in parts:
            entries.setdefault((word,), Entry((written,), (), "recurring"))
    return Glossary(ARTICLE, tuple(entries.values()))


# ---------------------------------------------------------------- full names


def _other_terms(text: str, known: Matcher | None) -> frozenset[int]:
    """Where letters belong to terms that are no persons."""
    matches = known.find(text) if known else ()
    return frozenset(i for match in matches if match.entry.kind != "person" for i in range(match.start, match.end))


def _mentions(source: _Source) -> list[_Mention]:
    """Full names that something speaks for, in order; a shorter one that another begins with is the longer one."""
    runs = list(_runs(source))
    alike: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for first, last in runs:
        alike.setdefault(source.key(first, min(first + 2, last)), []).append((first, last))
    mentions = [_mention(source, a, _common_end(source, a, b, alike[source.key(a, min(a + 2, b))])) for a, b in runs]
    times = Counter(mention.key for mention in mentions)
    introduced = {mention.key for mention in mentions if mention.introduced}
    mentions = [replace(mention, introduced=mention.key in introduced) for mention in mentions]
    return [mention for mention in mentions if _is_likely(mention.key, times[mention.key], mention.introduced)]


def _is_likely(key: tuple[str, ...], times: int, introduced: bool) -> bool:
    if len(key) == 1:
        return introduced and times > 1 and len(key[0]) > 3 and not is_common(key[0]) and key[0] not in GIVEN_NAMES
    if len(key) > _LONGEST or all(is_common(word) and word not in GIVEN_NAMES for word in key):
        return False
    return introduced or times > 1


def _mention(source: _Source, first: int, last: int) -> _Mention:
    """The name without an «and» that is written before its first word, where that word is known without it."""
    key, start = source.key(first, last), source.tokens[first][1]
    if key[0].startswith("و") and (key[0][1:] in GIVEN_NAMES or key[0][1:] in source.vocabulary):
        key, start = (key[0][1:], *key[1:]), start + 1
    written = source.text[start : source.tokens[last - 1][2]]
    return _Mention(key, first, written, _is_introduced(source, first, last))


def _common_end(source: _Source, first: int, last: int, alike: Sequence[tuple[int, int]]) -> int:
    """Where other runs begin with the same two words or more, the name ends with what they share."""
    here = source.key(first, last)
    shared = [_shared(here, source.key(a, b)) for a, b in alike if a != first]
    best = max(shared, default=0)
    return first + best if best >= 2 and not is_common(here[best - 1]) else last


def _shared(here: Sequence[str], there: Sequence[str]) -> int:
    pairs = zip(here, there, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(here), len(there)))


def _runs(source: _Source) -> Iterator[tuple[int, int]]:
    """Longest runs of words that may be parts of a name, with nothing but spaces or hyphens between."""
    at = 0
    while at < len(source.tokens):
        end = at
        while end < len(source.tokens) and (end == at or _is_joined(source, end)) and _may_be_part(source, at, end):
            end += 1
        while end > at and _is_weak_end(source.tokens[end - 1][0]):
            end -= 1
        begin = at
        while begin < end and not _may_begin(source, begin, end):
            begin += 1
        if end - begin > 2 and source.tokens[end - 1][0].startswith("ي"):  # a headline's verb may follow: X Y يلتقي
            yield begin, end - 1
        if begin < end:
            yield begin, end
        at = max(end, at + 1)


def _is_joined(source: _Source, at: int) -> bool:
    return not _CLAUSE.search(source.gap(at))


def _may_be_part(source: _Source, first: int, at: int) -> bool:
    word, start, end = source.tokens[at]
    if source.taken and not source.taken.isdisjoint(range(start, end)):
        return False
    if word.isdigit() or not has_arabic(word[0]):
        return False
    if word in PARTICLES or word in SYLLABLES or word in GIVEN_NAMES:
        return True
    if at == first and word.startswith("ال"):
        return False
    if at > first and word.startswith("و") and _is_known(source, word[1:]):
        return False  # "and", with another word or name
    return not is_common(word)


def _is_known(source: _Source, word: str) -> bool:
    return is_common(word) or word in GIVEN_NAMES or word in source.vocabulary


def _is_weak_end(word: str) -> bool:
    """Particles and function words end no name, but a syllable may: بان كي مون, لي كه."""
    return word in PARTICLES or (word in CLOSED and word not in {"بان", "هو"}) or word == "لي"


def _may_begin(source: _Source, begin: int, end: int) -> bool:
    """«قال لي أوباما» is "Obama told me": a word that is a preposition too begins a name only beside an office."""
    word = source.tokens[begin][0]
    if word in _NEVER_FIRST:
        return False
    return (word not in CLOSED and word != "لي") or _is_introduced(source, begin, end)


_NEVER_FIRST = frozenset("بن بنت ال ولد دير".split())
_ADJECTIVES = 5
"""Words of a title before a name: رئيس مجلس الدولة الصيني, وزير الخارجية الأمريكي السابق."""


def _is_introduced(source: _Source, first: int, last: int) -> bool:
    """A title before the name, perhaps with adjectives between («نظيره القازاقي X Y»), or an office after it."""
    tokens = source.tokens
    if last < len(tokens) and tokens[last][0] in OFFICES and re.fullmatch("[ ،,(]+", source.gap(last)):
        return True
    if not first or not re.fullmatch(r"[ \u00a0«\"،]+", source.gap(first)):
        return False
    for at in range(first - 1, max(-1, first - 1 - _ADJECTIVES), -1):
        if any(stem in TITLES for _, stem in stems(tokens[at][0])):
            return True
        if tokens[at][0] in CLOSED or (at and not _is_joined(source, at)):
            return False
    return False


_SHORTEST = 4
"""Letters of a word, without its article, that is held for a name only because it recurs, and of its English."""


def _recurring_words(source: _Source, known: Matcher | None) -> Iterator[tuple[str, str]]:
    """Words that stand twice or more, with clitics or without, and are no common words, folded and as written."""
    matches = known.find(source.text) if known else ()
    taken = {i for match in matches for i in range(match.start, match.end)}
    free = [token for token in source.tokens if taken.isdisjoint(range(token[1], token[2]))]
    times = Counter(stem for word, _, _ in free for stem in {stem for _, stem in stems(word)})
    seen: set[str] = set()
    for word, start, end in free:
        shorter = (stem for clitics, stem in stems(word) if clitics)
        if word in seen or times[word] < 2 or any(stem in source.vocabulary for stem in shorter):
            continue
        seen.add(word)
        foreign = not has_arabic(word[0])
        if not foreign and len(word.removeprefix("ال")) >= _SHORTEST and not _is_word(word):
            yield word, source.text[start:end]


def _is_word(word: str) -> bool:
    """Whether a folded word is a common one, or one that translations of news render by words that are no names."""
    if lexicon().is_name(known_stem(word)) is False:
        return True
    return is_common(word) or is_common(word.removeprefix("ال")) or word in GIVEN_NAMES or word in PARTICLES


# ---------------------------------------------------------------- short forms


def _parts(written: str) -> Iterator[str]:
    """The last part and the first, each with the particles that belong to it."""
    pieces = written.split()
    folded = [word for word, _, _ in words(" ".join(pieces))]
    if len(folded) != len(pieces):
        return
    start = len(pieces) - 1
    while start > 1 and folded[start - 1] in PARTICLES:
        start -= 1
    if start > 0:
        yield " ".join(pieces[start:])
    if start < len(pieces) - 1:
        yield pieces[-1]
    yield pieces[0]


def _may_stand_alone(key: tuple[str, ...], alone: Counter[str], text: str) -> bool:
    if len(key) > 1:
        return key[0] in PARTICLES and alone[key[0]] > 0
    word = key[0]
    if word in PARTICLES or word in CLOSED or not alone[word]:
        return False
    if word == "علي":  # where على is spelled علي, nothing tells the name from it
        return re.search(r"\b(?:على|إلى|الى)\b", text) is not None
    return word == "لي" or len(word) > 2 or not is_common(word)


# ---------------------------------------------------------------- English forms


def settle(glossary: Glossary, pairs: Sequence[tuple[str, str]], known: Matcher | None = None) -> Glossary:
    """The article's names with one English form each, from its own translation; names without one are left out.

    `pairs` are the source segments with their English, in order. What a glossary of `known` has is left to it, and
    gives its English to the short forms; other full names take the form that sounds most like the Arabic and that the
    translation writes most often, the earlier one on a tie; a first name that is never rendered recognisably is
    transliterated where its vowels are written and the article introduces the name. A short form that is a common word
    too must be rendered as the name in a third of its places, or is taken for the word, unless a glossary has the full
    form: then it is known who is meant, and a model that reads it as the word everywhere («لي», "to me") is corrected.
    Short forms take their part of the full form. Deterministic, and the same for any order of other articles.
    """
    places = _places(glossary, pairs)
    settled: dict[str, Entry] = {}
    in_glossary: dict[str, str] = {}
    full = [entry for entry in glossary.entries if not entry.note]
    for entry in full:
        name = entry.arabic[0]
        if english := _from_glossary(name, known):
            in_glossary[name] = english
        elif entry.kind == "recurring" and " " not in name:
            if accepted := _agreed(name, places, pairs):
                settled[name] = replace(entry, english=accepted)
        elif english := _from_translation(name, places) or (_from_parts(name, places) if entry.kind == "name" else ""):
            settled[name] = replace(entry, english=(english,))
    for entry in glossary.entries:
        if not entry.note:
            continue
        name = entry.arabic[0]
        whole = settled[entry.note].english[0] if entry.note in settled else in_glossary.get(entry.note, "")
        english = _part_of(name, whole) or _from_translation(name, places)
        sure = not is_common(fold_spelling(name)) or entry.note in in_glossary
        if english and (sure or _is_borne_out(name, places)):
            settled[name] = replace(entry, english=(english,))
    return Glossary(glossary.name, tuple(entry for entry in settled.values() if not _is_anothers(entry, settled)))


_RIVAL = 0.15
"""By so much more likeness an English name belongs to another word: «البراك» and not «الفرحة» is Al-Barak."""


def _is_anothers(entry: Entry, settled: Mapping[str, Entry]) -> bool:
    """Whether a single word that only recurs has the English of a name that sounds much more like it."""
    name, form = entry.arabic[0], entry.english[0]
    if entry.kind != "recurring" or " " in name:
        return False
    least = likeness(name, form) + _RIVAL
    return any(form in other.english and likeness(word, form) >= least for word, other in settled.items())


def _places(glossary: Glossary, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """For each place of a name its Arabic as it stands there, and the English of the segment."""
    matcher = Matcher([glossary])
    return [(match.entry.arabic[0], english) for source, english in pairs for match in matcher.find(source)]


def _from_glossary(name: str, known: Matcher | None) -> str:
    matches: tuple[Match, ...] = known.find(name) if known else ()
    if len(matches) == 1 and len(words(matches[0].text)) == len(words(name)) and matches[0].entry.english:
        return matches[0].entry.english[0]
    return ""


def _from_translation(name: str, places: Sequence[tuple[str, str]]) -> str:
    """The form with the most likeness, added up over the places of this name."""
    votes: dict[str, float] = {}
    for place, english in places:
        if place == name and (window := best_window(name, english)) is not None:
            votes[window.text] = votes.get(window.text, 0.0) + window.likeness
    return max(votes, key=lambda form: votes[form]) if votes else ""


_INFLECTIONS = frozenset("s es i is n an ian ans ians ese ish".split())
"""Endings by which English makes an adjective or a plural of a name: Houthi, Houthis; Basra, Basran."""


def _agreed(name: str, places: Sequence[tuple[str, str]], pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The form of a single word that recurs, and its inflections that the translation has as well; empty for no name.

    That it is one must be seen in the English, for the Arabic has no capitals: a form that is a common English word
    somewhere («الديمقراطيين», Democrats) is none.
    """
    votes: dict[str, float] = {}
    forms: dict[str, str] = {}
    for place, english in places:
        window = best_window(name, english) if place == name else None
        if window is not None and not _is_other(name, window):
            plain = re.sub(r"[\s\-]", "", window.text.lower())
            votes[plain] = votes.get(plain, 0.0) + window.likeness - _NO_LIKENESS
            if not forms.get(plain, "")[:1].isupper():
                forms[plain] = window.text
    if not votes or not _is_borne_out(name, places):
        return ()
    best = max(votes, key=lambda plain: votes[plain])
    small = re.compile(rf"(?<![\w\-]){re.escape(forms[best].lower())}(?!\w)")
    if any(small.search(english) for _, english in pairs):
        return ()
    return (forms[best], *(forms[plain] for plain in votes if plain != best and _is_inflected(plain, best)))


_NO_LIKENESS = 0.7
"""What counts of a likeness is how far it is above that of chance: one Bulashi outweighs two Balawi for «بلوشي»."""


def _is_other(name: str, window: Window) -> bool:
    """Whether a word is common or short, or a known name of something else that it sounds more like: Pakistani."""
    if window.text.lower() in common_english_words() or len(window.text) < _SHORTEST:
        return True
    own = lexicon().names.get(name_key(window.text), frozenset())
    if known_stem(fold_spelling(name)) in own:
        return False
    return any(likeness(stem, window.text) > window.likeness for stem in own)


def _is_inflected(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return any(long == short[: len(short) - cut] + ending for cut in (0, 1) for ending in _INFLECTIONS)


def _from_parts(name: str, places: Sequence[tuple[str, str]]) -> str:
    """Word by word: from all places of names that have the word, else letter by letter but for the surname."""
    english = []
    parts = name.split()
    if len(parts) == 1:
        return ""
    for part in parts:
        votes: dict[str, float] = {}
        for place, text in places:
            if part in place.split() and (window := best_window(part, text)) is not None:
                votes[window.text] = votes.get(window.text, 0.0) + window.likeness
        form = max(votes, key=lambda form: votes[form]) if votes else "" if part is parts[-1] else transliterate(part)
        if not form:
            return ""
        english.append(form)
    return " ".join(english)


def _is_borne_out(name: str, places: Sequence[tuple[str, str]]) -> bool:
    """A short form that is a common word too must be rendered as the name in a third of its places."""
    rendered = [best_window(name, text) for place, text in places if place == name]
    return 3 * sum(window is not None for window in rendered) >= len(rendered)


def _part_of(name: str, english: str) -> str:
    window = best_window(name, english) if english else None
    return window.text if window is not None else ""
