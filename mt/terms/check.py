"""Whether the English of a segment has the terms of its source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mt.records import Flag, Term
from mt.terms.matching import Match

ARTICLE = "article"
"""Name of the glossary that an article makes."""
_SHORT = 4
"""Letters up to which a form that has capitals must have them in the English: US is not us, May is not may."""


def check_terms(source: str, english: str, matches: Sequence[Match]) -> tuple[Term, ...]:
    """For each term of the source, in order, the form that the English has; `found` is empty where there is none.

    Case, accents, hyphens, dots of initials, plural and possessive make no difference. A term that stands twice in the
    source is one term: English takes a pronoun the second time.

    Raises `ValueError` when a match is of another text.
    """
    terms: dict[tuple[str, ...], Term] = {}
    for match in matches:
        if source[match.start : match.end] != match.text:
            raise ValueError(f"the match {match.text!r} at {match.start} does not belong to this source: {source!r}")
        forms = match.entry.english  # none for a name that is not settled yet
        if forms and forms not in terms:
            start = match.end - len(match.written) if source.endswith(match.written, 0, match.end) else None
            place = find_place(english, forms)
            form = english[slice(*place)] if place else ""
            terms[forms] = Term(
                match.written, forms[0], form, match.glossary, match.entry.note, start, place[0] if place else None
            )
    return tuple(terms.values())


def missing(matches: Iterable[Match], terms: Iterable[Term]) -> tuple[Match, ...]:
    """The matches whose terms the English lacks, each time that they stand in the source."""
    absent = {((term.target,), term.glossary) for term in terms if not term.found}
    return tuple(match for match in matches if (match.entry.english[:1], match.glossary) in absent)


def flag_terms(terms: Iterable[Term]) -> tuple[Flag, ...]:
    """Catch terms that the English has in no accepted form: a flag for each, so that fewer is better.

    Names that the article itself gave an English form are not terms of a glossary: they have two forms, or none
    in this place.
    """
    return tuple(
        Flag("name-differs", f"{term.source}: {term.target} elsewhere")
        if term.glossary == ARTICLE
        else Flag("term-missing", f"{term.source}: no {term.target}")
        for term in terms
        if not term.found
    )


def find_form(english: str, forms: Sequence[str]) -> str:
    """The first of the forms that the English has, as it stands there; empty for none."""
    place = find_place(english, forms)
    return english[slice(*place)] if place else ""


def find_place(english: str, forms: Sequence[str]) -> tuple[int, int] | None:
    """Start and end of what `find_form` finds; None for none."""
    plain, places = _plain(english)
    for form in forms:
        found = next((m for m in _pattern(form).finditer(plain) if not _is_common_plural(form, m[0])), None)
        if found is not None:
            return places[found.start()], places[found.end() - 1] + 1
    return None


def _is_common_plural(form: str, written: str) -> bool:
    """Whether the form, written with capitals, was found as a plural without any: others of the kind are meant.

    “The two countries' prime ministers” has no “Prime Minister”, and “central banks” is not the Central Bank.
    """
    return (
        form != form.lower()
        and written == written.lower()
        and written[-1:] == "s" != form[-1:]
        and written[-2:-1] != "'"
    )


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without accents, and for each letter its place in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for piece in unicodedata.normalize("NFKD", letter.replace("’", "'")):
            if not unicodedata.combining(piece):
                letters.append(piece)
                places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=16384)
def _pattern(form: str) -> re.Pattern[str]:
    """The form as a pattern over plain text: `U.S.` with its dots or without, `co-operation` in one word or two."""
    plain, _ = _plain(form)
    pieces = [re.escape(piece) for piece in re.split(r"[\s\-–]+", plain.rstrip("."))]
    body = r"[\s\-–]*".join(pieces).replace(r"\.", r"\.?\s?")
    flags = re.NOFLAG if len(re.sub(r"\W", "", plain)) <= _SHORT and plain != plain.lower() else re.IGNORECASE
    ending = r"(?:'s|s'|e?s)?" if plain[-1:].isalpha() else r"\.?"
    return re.compile(rf"(?<![^\W_]){body}{ending}(?![^\W_])", flags)
