"""Names of countries and their people in English: “Kazakh” is Kazakhstan's, and “Niger” is not Nigeria."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_CLOSED_UP = str.maketrans({"’": "'"})


@cache
def _forms() -> Mapping[str, frozenset[int]]:
    """The rows that each form belongs to.

    `territories.txt` has a row for each territory, its forms parted by commas; plurals in -s need no form of their own.
    A row holds only what names nothing else: “Guinean” is left out, for three countries have it.
    """
    text = (files("mt.language") / "data" / "territories.txt").read_text(encoding="utf-8")
    rows = [row.split(",") for row in text.split("\n") if row]
    numbers_of: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for form in row:
            numbers_of.setdefault(form, set()).add(number)
    return {form: frozenset(numbers) for form, numbers in numbers_of.items()}


def territory(name: str) -> frozenset[int]:
    """Numbers that stand for the territories that a name or demonym of any case may mean; empty for any other word."""
    word = name.lower().translate(_CLOSED_UP).rstrip(".").removesuffix("'s").removesuffix("'")
    return _forms().get(word) or (_forms().get(word[:-1]) if word.endswith("s") else None) or frozenset()


def territories(words: tuple[str, ...]) -> tuple[tuple[int, int, frozenset[int]], ...]:
    """Where territories are named among the words, as (first, end, numbers): the longest names first, none twice.

    A word without a capital names none: “turkey” is a bird, “us” is we.
    """
    places: list[tuple[int, int, frozenset[int]]] = []
    place = 0
    while place < len(words):
        sizes = range(min(4, len(words) - place), 0, -1) if words[place][0].isupper() else ()
        for size in sizes:
            phrase = " ".join(word.removesuffix("'s").removesuffix("’s") for word in words[place : place + size])
            if numbers := territory(phrase):
                places.append((place, place + size, numbers))
                place += size
                break
        else:
            place += 1
    return tuple(places)
